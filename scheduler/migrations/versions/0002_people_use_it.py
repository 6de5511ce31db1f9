"""Registrations, proposals, requests for times, facilitators, the audit trail; sign-ins without anything to read."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from scheduler.db import Base, UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)


def _key(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))


MODE = ("video", "phone", "on-site", "walk", "hybrid")


def upgrade() -> None:
    _sign_ins()
    _events()
    _deliveries()
    op.add_column("person", sa.Column("edited_at", UTCDateTime(), nullable=True))
    op.add_column("pair", sa.Column("introduced_at", UTCDateTime(), nullable=True))
    op.execute("UPDATE pair SET introduced_at = created_at")  # they have long been told by others
    op.add_column("availability", sa.Column("comfort", sa.JSON(none_as_null=True), nullable=True))
    _times_requests()
    _registrations()
    _proposals()
    _audit()


def _sign_ins() -> None:
    """Links that are out lose their power: they last for hours. Everybody signs in anew."""
    op.drop_table("sign_in")
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("nonce", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("leads_to", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sign_in_email"), "sign_in", ["email"])
    op.create_index(op.f("ix_sign_in_created_at"), "sign_in", ["created_at"])
    op.drop_table("web_session")
    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_web_session_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_web_session_email"), "web_session", ["email"])


def _events() -> None:
    before = sa.Table(
        "event",
        sa.MetaData(naming_convention=Base.metadata.naming_convention),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("feed_uid", sa.String(), nullable=False),
        sa.Column(
            "kind",
            _one_of("event_kind", "workshop", "kick-off", "mid-way", "exchange", "conclusion", "other"),
            nullable=False,
        ),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("audience", _one_of("audience", "mentees", "mentors", "all", "public"), nullable=False),
        sa.Column("format", _one_of("event_format", "online", "on-site", "hybrid"), nullable=False),
        sa.Column("state", _one_of("event_state", "draft", "published", "cancelled"), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("opens_at", UTCDateTime(), nullable=True),
        sa.Column("closes_at", UTCDateTime(), nullable=True),
        sa.Column("waitlist", sa.Boolean(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_event_capacity_positive")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_event_minutes_positive")),
        _key("event", "programme_id", "programme"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("feed_uid", name=op.f("uq_event_feed_uid")),
        sa.UniqueConstraint("programme_id", "slug", name=op.f("uq_event_programme_id_slug")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("event", copy_from=before) as batch:
        batch.add_column(sa.Column("link", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("description", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("taken", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("next_number", sa.Integer(), nullable=False, server_default="1"))
        batch.create_check_constraint(
            op.f("ck_event_capacity_kept"), "taken >= 0 AND (capacity IS NULL OR taken <= capacity)"
        )
    defaults = {"link": sa.String(), "description": sa.JSON(), "taken": sa.Integer(), "next_number": sa.Integer()}
    _without_defaults("event", before, defaults)


def _without_defaults(name: str, before: sa.Table, columns: dict[str, Any]) -> None:
    """The defaults filled the rows that were there; new rows bring their own values."""
    if op.get_context().dialect.name == "postgresql":
        for column in columns:
            op.alter_column(name, column, server_default=None)
        return
    for column, kind in columns.items():
        before.append_column(sa.Column(column, kind, nullable=False, server_default=""))
    before.append_constraint(
        sa.CheckConstraint(
            "taken >= 0 AND (capacity IS NULL OR taken <= capacity)", name=op.f("ck_event_capacity_kept")
        )
    )
    with op.batch_alter_table(name, copy_from=before) as batch:
        for column in columns:
            batch.alter_column(column, server_default=None)


def _deliveries() -> None:
    before = sa.Table(
        "delivery",
        sa.MetaData(naming_convention=Base.metadata.naming_convention),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("channel", _one_of("channel", "mail", "zoom"), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("state", _one_of("delivery_state", "waiting", "done", "failed", "superseded"), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("doubt_since", UTCDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        _key("delivery", "meeting_id", "meeting"),
        _key("delivery", "person_id", "person"),
        _key("delivery", "programme_id", "programme"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.Index(op.f("ix_delivery_meeting_id"), "meeting_id"),
        sa.Index(op.f("ix_delivery_state_channel_due_at"), "state", "channel", "due_at"),
        sa.Index(op.f("ix_delivery_stream_state"), "stream", "state"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("delivery", copy_from=before) as batch:
        batch.alter_column("programme_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("pair_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("event_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_delivery_pair_id_pair"), "pair", ["pair_id"], ["id"])
        batch.create_foreign_key(op.f("fk_delivery_event_id_event"), "event", ["event_id"], ["id"])
    for column in ("pair_id", "event_id", "person_id"):
        op.create_index(op.f(f"ix_delivery_{column}"), "delivery", [column])


def _times_requests() -> None:
    op.create_table(
        "times_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_at", UTCDateTime(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        _key("times_request", "programme_id", "programme"),
        _key("times_request", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_times_request")),
        sa.UniqueConstraint("programme_id", "person_id", name=op.f("uq_times_request_programme_id_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_times_request_person_id"), "times_request", ["person_id"])


def _registrations() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", _one_of("registration_state", "confirmed", "waitlisted", "cancelled"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("consented_at", UTCDateTime(), nullable=False),
        sa.Column("registered_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("invited", sa.Boolean(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=True),
        sa.Column("receipt_generation", sa.Integer(), nullable=False),
        sa.Column("door_generation", sa.Integer(), nullable=False),
        sa.Column("joined_at", UTCDateTime(), nullable=True),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_registration_number_positive")),
        _key("registration", "event_id", "event"),
        _key("registration", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_registration_event_id_number")),
        sa.UniqueConstraint("form_key", name=op.f("uq_registration_form_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_registration_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_registration_person_id"), "registration", ["person_id"])
    op.create_index(op.f("ix_registration_registered_at"), "registration", ["registered_at"])
    where = sa.text("state <> 'cancelled'")
    op.create_index(
        "uq_registration_active", "registration", ["event_id", "person_id"],
        unique=True, sqlite_where=where, postgresql_where=where,
    )  # fmt: skip
    op.create_table(
        "event_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", UTCDateTime(), nullable=False),
        sa.Column("reminded_at", UTCDateTime(), nullable=True),
        _key("event_invitation", "event_id", "event"),
        _key("event_invitation", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_invitation")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_event_invitation_event_id_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "facilitator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        _key("facilitator", "event_id", "event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facilitator")),
        sa.UniqueConstraint("email", "event_id", name=op.f("uq_facilitator_email_event_id")),
        sqlite_autoincrement=True,
    )


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            _one_of("proposal_state", "open", "accepted", "declined", "expired", "withdrawn"),
            nullable=False,
        ),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("mode", _one_of("mode", *MODE), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("meeting_point", sa.String(), nullable=False),
        sa.Column("rain_plan", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("minutes BETWEEN 1 AND 480", name=op.f("ck_proposal_minutes")),
        _key("proposal", "pair_id", "pair"),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_proposal_made_by_id_person")),
        _key("proposal", "meeting_id", "meeting"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_proposal_pair_id"), "proposal", ["pair_id"])
    where = sa.text("state = 'open'")
    op.create_index(
        "uq_proposal_open", "proposal", ["pair_id"], unique=True, sqlite_where=where, postgresql_where=where
    )
    op.create_table(
        "proposal_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        _key("proposal_slot", "proposal_id", "proposal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_slot")),
        sa.UniqueConstraint("proposal_id", "position", name=op.f("uq_proposal_slot_proposal_id_position")),
        sa.UniqueConstraint("proposal_id", "starts_at", name=op.f("uq_proposal_slot_proposal_id_starts_at")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "proposal_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("verdict", _one_of("verdict", "this-one", "none-fits", "another-time"), nullable=True),
        sa.Column("slot_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        _key("proposal_answer", "proposal_id", "proposal"),
        _key("proposal_answer", "person_id", "person"),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["proposal_slot.id"], name=op.f("fk_proposal_answer_slot_id_proposal_slot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_answer")),
        sa.UniqueConstraint("proposal_id", "person_id", name=op.f("uq_proposal_answer_proposal_id_person_id")),
        sqlite_autoincrement=True,
    )


def _audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        _key("audit_entry", "programme_id", "programme"),
        _key("audit_entry", "pair_id", "pair"),
        _key("audit_entry", "person_id", "person"),
        _key("audit_entry", "event_id", "event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_entry_programme_id_id"), "audit_entry", ["programme_id", "id"])
