"""Answers to invites, receipts of what came in, counter-proposals, reminders, and when feeds were fetched."""

import sqlalchemy as sa
from alembic import op

from scheduler.db import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("seat", "registration"):
        op.add_column(table, sa.Column("partstat", sa.String(40), nullable=True))
        op.add_column(table, sa.Column("answered_sequence", sa.Integer(), nullable=True))
        for column in ("answered_stamp", "answered_at", "day_reminder_for", "hour_reminder_for"):
            op.add_column(table, sa.Column(column, UTCDateTime(), nullable=True))
    for table in ("person", "programme"):
        op.add_column(table, sa.Column("reminders", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("person", sa.Column("feed_fetched_at", UTCDateTime(), nullable=True))
    _counters()
    _receipts()


def _counters() -> None:
    op.create_table(
        "counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        _key("counter", "proposal_id", "proposal"),
        _key("counter", "meeting_id", "meeting"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_counter_proposal_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_counter_meeting_id"), "counter", ["meeting_id"])


def _receipts() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("partstat", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("pair_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        _key("receipt", "programme_id", "programme"),
        _key("receipt", "meeting_id", "meeting"),
        _key("receipt", "pair_id", "pair"),
        _key("receipt", "event_id", "event"),
        _key("receipt", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("key", name=op.f("uq_receipt_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_receipt_programme_id_id"), "receipt", ["programme_id", "id"])
    for column in ("meeting_id", "event_id", "person_id"):
        op.create_index(op.f(f"ix_receipt_{column}"), "receipt", [column])


def _key(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))
