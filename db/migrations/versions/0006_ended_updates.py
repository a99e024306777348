"""Updates that are over are found by their school, without a look at everybody's"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_inbox_ended",
        "inbox",
        ["school_id", sa.literal_column("coalesce(done_at, received_at)")],
        unique=False,
        postgresql_where="state <> 'new'",
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_ended", table_name="inbox", postgresql_where="state <> 'new'")
