"""Events at Zoom, links pasted into the pool, a ledger of each host's day, and what we know of Zoom's side."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from scheduler.db import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OF_ONE = "(meeting_id IS NULL) <> (event_id IS NULL)"


def upgrade() -> None:
    _hosts()
    if op.get_context().dialect.name == "sqlite":
        _anew_on_sqlite()
    else:
        _altered_on_postgresql()
    _index("lease", "event_id")
    _index("zoom_meeting", "event_id")
    _index("zoom_meeting", "host_id")
    _one_each("uq_lease_active_event", "lease", "event_id", "active")
    _one_each("uq_zoom_meeting_wanted_event", "zoom_meeting", "event_id", "wanted")


def _hosts() -> None:
    op.add_column("host", sa.Column("kind", sa.String(40), server_default="api", nullable=False))
    for column in ("join_url", "passcode"):
        op.add_column("host", sa.Column(column, sa.String(), server_default="", nullable=False))
    op.add_column("host", sa.Column("swept_at", UTCDateTime(), nullable=True))
    op.create_table(
        "host_day",
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("creates", sa.Integer(), nullable=False),
        sa.Column("updates", sa.Integer(), nullable=False),
        sa.Column("exhausted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("creates >= 0 AND updates >= 0", name=op.f("ck_host_day_counts")),
        _key("host_day", "host_id", "host"),
        sa.PrimaryKeyConstraint("host_id", "day", name=op.f("pk_host_day")),
    )


def _altered_on_postgresql() -> None:
    for table in ("lease", "zoom_meeting"):
        op.alter_column(table, "meeting_id", nullable=True)
        op.add_column(table, sa.Column("event_id", sa.Integer(), nullable=True))
        op.create_foreign_key(op.f(f"fk_{table}_event_id_event"), table, "event", ["event_id"], ["id"])
        op.create_check_constraint(op.f(f"ck_{table}_of_one"), table, OF_ONE)
    for column in _known_of_zoom():
        op.add_column("zoom_meeting", column)


def _anew_on_sqlite() -> None:
    """SQLite cannot let a column be empty that could not, and a table that is made anew loses indexes and triggers."""
    _replace("lease", _lease())
    _index("lease", "host_id", "starts_at")
    _index("lease", "meeting_id")
    _one_each("uq_lease_active", "lease", "meeting_id", "active")
    _refuse_overlap_of_leases()
    _replace("zoom_meeting", _zoom_meeting())
    _index("zoom_meeting", "meeting_id")
    _one_each("uq_zoom_meeting_wanted", "zoom_meeting", "meeting_id", "wanted")


def _replace(table: str, parts: Sequence[SchemaItem]) -> None:
    """Makes the table of these parts, with the rows of the one it replaces and the number that its ids have come to."""
    connection = op.get_bind()
    columns = ", ".join(column["name"] for column in sa.inspect(connection).get_columns(table))
    op.create_table(f"new_{table}", *parts, sqlite_autoincrement=True)
    op.execute(f"INSERT INTO new_{table} ({columns}) SELECT {columns} FROM {table}")
    last = connection.scalar(sa.text(f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'"))
    op.drop_table(table)
    op.rename_table(f"new_{table}", table)
    if last is not None:
        op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{table}'")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {last})")


def _lease() -> list[SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_lease_ends_after_start")),
        sa.CheckConstraint("lane >= 0", name=op.f("ck_lease_lane")),
        sa.CheckConstraint(OF_ONE, name=op.f("ck_lease_of_one")),
        _key("lease", "host_id", "host"),
        _key("lease", "meeting_id", "meeting"),
        _key("lease", "event_id", "event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
    ]


def _zoom_meeting() -> list[SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("zoom_id", sa.BigInteger(), nullable=True),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("join_url", sa.String(), nullable=False),
        sa.Column("passcode", sa.String(), nullable=False),
        sa.Column("gone_at", UTCDateTime(), nullable=True),
        *(sa.Column(name, UTCDateTime(), nullable=True) for name in ("told_at", "live_since", "ended_at", "asked_at")),
        *_known_of_zoom(),
        sa.CheckConstraint(OF_ONE, name=op.f("ck_zoom_meeting_of_one")),
        _key("zoom_meeting", "host_id", "host"),
        _key("zoom_meeting", "meeting_id", "meeting"),
        _key("zoom_meeting", "event_id", "event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_meeting")),
        sa.UniqueConstraint("reference", name=op.f("uq_zoom_meeting_reference")),
        sa.UniqueConstraint("zoom_id", name=op.f("uq_zoom_meeting_zoom_id")),
    ]


def _known_of_zoom() -> list[sa.Column[object]]:
    instants = ("intent_at", "seen_at", "missing_since")
    return [
        *(sa.Column(name, UTCDateTime(), nullable=True) for name in instants),
        sa.Column("locked", sa.JSON(), server_default="[]", nullable=False),
    ]


def _refuse_overlap_of_leases() -> None:
    matches = "host_id = new.host_id AND lane = new.lane"
    update = "UPDATE OF host_id, lane, starts_at, ends_at, active"
    for when, event, others in (("insert", "INSERT", ""), ("update", update, " AND id <> new.id")):
        op.execute(
            f"CREATE TRIGGER lease_no_overlap_{when} BEFORE {event} ON lease WHEN new.active BEGIN "
            f"SELECT raise(ABORT, 'lease_no_overlap') WHERE EXISTS (SELECT 1 FROM lease WHERE {matches} "
            f"AND active AND starts_at < new.ends_at AND ends_at > new.starts_at{others}); END"
        )


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _one_each(name: str, table: str, column: str, where: str) -> None:
    only = sa.text(where)
    op.create_index(name, table, [column], unique=True, sqlite_where=only, postgresql_where=only)


def _key(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))
