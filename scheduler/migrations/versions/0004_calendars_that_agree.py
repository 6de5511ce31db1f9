"""Which wall clock was meant and told, how often an answer was lost, and feeds of departments and coordinators."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nullable or with a default, so that no table is made anew: those of seats have triggers that it would lose."""
    op.add_column("delivery", sa.Column("drops", sa.Integer(), server_default="0", nullable=False))
    for table in ("meeting", "event"):
        op.add_column(table, sa.Column("wall_offset", sa.Integer(), nullable=True))
        op.add_column(table, sa.Column("tz_data", sa.String(), server_default="", nullable=False))
    for table in ("seat", "registration"):
        op.add_column(table, sa.Column("told_zone", sa.String(), server_default="", nullable=False))
        op.add_column(table, sa.Column("told_offset", sa.Integer(), nullable=True))
    for table in ("department", "coordinator"):
        op.add_column(table, sa.Column("feed_generation", sa.Integer(), server_default="1", nullable=False))
