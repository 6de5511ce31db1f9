"""Alembic's entry: runs the versions over the connection that `scheduler.migrations` hands in."""

from alembic import context

from scheduler.models import Programme

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Programme.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
