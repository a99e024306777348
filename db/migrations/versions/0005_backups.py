"""Back-ups: which were made, and what came of them"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "good",
                "failed",
                name="backupstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("lost_files", sa.BigInteger(), nullable=True),
        sa.Column("is_copied", sa.Boolean(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_sound", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup")),
        sa.UniqueConstraint("file", name=op.f("uq_backup_file")),
    )
    op.create_index("ix_backup_started_at", "backup", ["started_at"], unique=False)
    # Of no school: every school's administrator may look, only the owner of the database may write.
    op.execute("alter table backup enable row level security")
    op.execute("create policy for_every_school on backup for select using (true)")


def downgrade() -> None:
    op.drop_table("backup")
