"""An outage of another system is known to all workers."""

import sqlalchemy as sa
from alembic import op

from scheduler.db import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outage",
        sa.Column("channel", sa.String(20), nullable=False),
        *(sa.Column(name, UTCDateTime(), nullable=False) for name in ("began_at", "next_at")),
        sa.CheckConstraint("channel IN ('mail', 'zoom')", name=op.f("ck_outage_channel")),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_outage")),
    )
