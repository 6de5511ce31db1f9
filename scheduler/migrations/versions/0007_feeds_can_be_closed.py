"""Feeds can be closed, and opened again at a new address."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("person", "department", "coordinator"):
        op.add_column(table, sa.Column("feed_closed", sa.Boolean(), server_default=sa.false(), nullable=False))
