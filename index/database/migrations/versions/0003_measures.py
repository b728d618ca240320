"""What ranges of any column need: measures of the attributes, in base units"""

import sqlalchemy as sa
from alembic import op

from index.text.measures import measures

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PAGE = 5_000


def upgrade() -> None:
    # a constant default fills the old rows without copying the table, and is what every later insert replaces
    op.add_column("chunks", sa.Column("measures", sa.JSON(), nullable=False, server_default="{}"))
    _measure_attributes()


def _measure_attributes() -> None:
    """As `Writing` does for new chunks. What is measured is derived: a newer way to measure serves old rows as well."""
    connection = op.get_bind()
    chunks = sa.table("chunks", sa.column("id"), sa.column("attributes", sa.JSON()), sa.column("measures", sa.JSON()))
    by_id = sa.update(chunks).where(chunks.c.id == sa.bindparam("of")).values(measures=sa.bindparam("to"))
    last = 0
    while True:
        page = sa.select(chunks.c.id, chunks.c.attributes).where(chunks.c.id > last).order_by(chunks.c.id).limit(PAGE)
        rows = connection.execute(page).all()
        if not rows:
            return
        measured = [{"of": id, "to": found} for id, attributes in rows if (found := measures(attributes))]
        if measured:
            connection.execute(by_id, measured)
        last = rows[-1][0]
