"""A desk counts its deliveries without a walk through those of other programmes."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_delivery_programme_id_state"), "delivery", ["programme_id", "state"])
