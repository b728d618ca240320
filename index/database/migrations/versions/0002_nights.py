"""What nights need: ids of texts, findings, withdrawals, events, holdings, the writer"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PAGE = 5_000


def upgrade() -> None:
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("collection_id", sa.Integer(), sa.ForeignKey("collections.id"), nullable=True),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("hashes", sa.JSON(), nullable=False),
    )
    op.create_index("withdrawals_value", "withdrawals", ["kind", "value"])
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
    )
    op.create_table(
        "holdings",
        sa.Column("home", sa.Text(), primary_key=True),
        sa.Column("generation", sa.Integer(), primary_key=True, autoincrement=False),
    )
    op.create_table(
        "writer",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
    )
    # a constant default fills the old rows without copying the tables, and is what every later insert replaces
    op.add_column("versions", sa.Column("findings", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("chunks", sa.Column("text_id", sa.BigInteger(), nullable=False, server_default="0"))
    _number_texts()
    op.drop_index("ix_chunks_content_hash", table_name="chunks")
    op.create_index("chunks_text", "chunks", ["text_id", "collection_id"])


def _number_texts() -> None:
    """The first 63 bits of the content hash, as `Chunk.text_id` has it."""
    connection = op.get_bind()
    chunks = sa.table("chunks", sa.column("id"), sa.column("content_hash"), sa.column("text_id"))
    by_id = sa.update(chunks).where(chunks.c.id == sa.bindparam("of")).values(text_id=sa.bindparam("to"))
    last = 0
    while True:
        page = sa.select(chunks.c.id, chunks.c.content_hash).where(chunks.c.id > last).order_by(chunks.c.id).limit(PAGE)
        rows = connection.execute(page).all()
        if not rows:
            return
        connection.execute(by_id, [{"of": id, "to": int(hash[:16], 16) >> 1} for id, hash in rows])
        last = rows[-1][0]
