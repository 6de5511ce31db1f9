"""Waves that were sent, with their prices, and which proposals are theirs."""

import sqlalchemy as sa
from alembic import op

from scheduler.db import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("prices", sa.JSON(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=False),
        _key("wave", "programme_id", "programme"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_wave_programme_id"), "wave", ["programme_id"])
    op.create_table(
        "wave_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        _key("wave_proposal", "wave_id", "wave"),
        _key("wave_proposal", "proposal_id", "proposal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave_proposal")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_wave_proposal_proposal_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_wave_proposal_wave_id"), "wave_proposal", ["wave_id"])


def _key(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))
