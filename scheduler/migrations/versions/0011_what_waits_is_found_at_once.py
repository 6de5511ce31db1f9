"""What is still to go out is found without a walk through all that ever went."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waiting = sa.text("state = 'waiting'")
    op.drop_index(op.f("ix_delivery_state_channel_due_at"), "delivery")
    op.create_index(
        "ix_delivery_waiting", "delivery", ["channel", "id"], sqlite_where=waiting, postgresql_where=waiting
    )
