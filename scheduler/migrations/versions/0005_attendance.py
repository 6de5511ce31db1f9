"""Who was there, by the door and by Zoom, and what Zoom last told of a meeting."""

import sqlalchemy as sa
from alembic import op

from scheduler.db import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("came_at", UTCDateTime(), nullable=True),
        sa.Column("left_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("(meeting_id IS NULL) <> (event_id IS NULL)", name=op.f("ck_attendance_meeting_or_event")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_attendance_event_id_event")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("key", name=op.f("uq_attendance_key")),
        sqlite_autoincrement=True,
    )
    for column in ("meeting_id", "event_id", "person_id"):
        op.create_index(op.f(f"ix_attendance_{column}"), "attendance", [column])
    for name in ("told_at", "live_since", "ended_at", "asked_at"):
        op.add_column("zoom_meeting", sa.Column(name, UTCDateTime(), nullable=True))
    op.add_column("meeting", sa.Column("held_by", sa.String(length=40), nullable=True))
