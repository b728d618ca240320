"""The cells of product rows. Rows written before have none until their files are read again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a constant default fills the old rows without copying the table
    op.add_column("chunks", sa.Column("cells", sa.JSON(), nullable=False, server_default="[]"))
