"""A mail that comes back is known by its Message-ID."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("message_id", sa.String(), nullable=True))
    op.create_index(op.f("ix_delivery_message_id"), "delivery", ["message_id"])
