"""Long searches for a wave's plan."""

import sqlalchemy as sa
from alembic import op

from scheduler.db import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wave_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("departments", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("book", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("stop_wanted", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("attempt", "pairs", "placed", "most")),
        sa.Column("plan", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        *(sa.Column(name, UTCDateTime(), nullable=True) for name in ("began_at", "beat_at", "ended_at", "sent_at")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_wave_run_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave_run")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_wave_run_state_id"), "wave_run", ["state", "id"])
    op.create_index(op.f("ix_wave_run_programme_id_id"), "wave_run", ["programme_id", "id"])
