"""A wave is sent by the worker, and what came of each of its pairs is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wave_sending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["wave_run.id"], name=op.f("fk_wave_sending_run_id_wave_run")),
        sa.ForeignKeyConstraint(["pair_id"], ["pair.id"], name=op.f("fk_wave_sending_pair_id_pair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave_sending")),
        sa.UniqueConstraint("run_id", "pair_id", name=op.f("uq_wave_sending_run_id_pair_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("wave_run", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("sent_by", sa.String(), nullable=True))
        batch.add_column(sa.Column("wave_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_wave_run_wave_id_wave"), "wave", ["wave_id"], ["id"])
    op.execute("UPDATE wave_run SET state = 'sent' WHERE sent_at IS NOT NULL")
