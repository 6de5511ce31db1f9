"""What has to happen in a database that was put back from a backup, before anything else does."""

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from scheduler.models import WebSession

LEAP = 1_000_000  # more rows than any programme makes between two backups

_SEQUENCES = text(
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, coalesce(last_value, 0) + :leap)"
    " FROM pg_sequences WHERE schemaname = current_schema()"
)
_COUNTED = text(
    "SELECT m.name, coalesce(s.seq, 0) FROM sqlite_master m LEFT JOIN sqlite_sequence s ON s.name = m.name"
    " WHERE m.type = 'table' AND m.sql LIKE '%AUTOINCREMENT%'"
)


def after_restoring(session: Session) -> None:
    """Lets new rows begin far beyond every id that was given after the backup, and signs everybody out.

    Links hold the id of their row and are not stored, so a link that was mailed after the backup would open what
    somebody else gets under the same id; and sessions that have been ended since would be good again.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_SEQUENCES, {"leap": LEAP})
    else:
        tables = [{"name": name, "seq": seq + LEAP} for name, seq in session.execute(_COUNTED).all()]
        session.execute(text("DELETE FROM sqlite_sequence"))
        session.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), tables)
    session.execute(delete(WebSession))
