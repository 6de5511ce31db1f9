"""What Zoom or the door told of a meeting can be taken back, and stays so."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("not_held_at", sa.DateTime(timezone=True), nullable=True))
