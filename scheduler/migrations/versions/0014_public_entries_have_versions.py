"""The entry of an event in public feeds has a version."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
