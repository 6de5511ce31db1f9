"""The database's own refusal of two active rows at the same time for the same thing."""

from sqlalchemy import DDL
from sqlalchemy.schema import ExecutableDDLElement


def refuse_overlap(table: str, same: tuple[str, ...]) -> list[ExecutableDDLElement]:
    """Statements that make half-open [starts_at, ends_at) of active rows with equal `same` columns exclude each other.

    PostgreSQL gets an exclusion constraint, SQLite two triggers; both answer with the name `<table>_no_overlap`.
    """
    keys = ", ".join(f"{column} WITH =" for column in same)
    constraint = (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_no_overlap EXCLUDE USING gist "
        f"({keys}, tstzrange(starts_at, ends_at) WITH &&) WHERE (active)"
    )
    matches = " AND ".join(f"{column} = new.{column}" for column in same)
    trigger = (
        "CREATE TRIGGER {table}_no_overlap_{when} BEFORE {event} ON {table} WHEN new.active BEGIN "
        "SELECT raise(ABORT, '{table}_no_overlap') WHERE EXISTS (SELECT 1 FROM {table} WHERE {matches} "
        "AND active AND starts_at < new.ends_at AND ends_at > new.starts_at{others}); END"
    )
    insert = trigger.format(table=table, when="insert", event="INSERT", matches=matches, others="")
    columns = ", ".join((*same, "starts_at", "ends_at", "active"))
    update = trigger.format(
        table=table, when="update", event=f"UPDATE OF {columns}", matches=matches, others=" AND id <> new.id"
    )
    return [
        DDL("CREATE EXTENSION IF NOT EXISTS btree_gist").execute_if(dialect="postgresql"),
        DDL(constraint).execute_if(dialect="postgresql"),
        DDL(insert).execute_if(dialect="sqlite"),
        DDL(update).execute_if(dialect="sqlite"),
    ]
