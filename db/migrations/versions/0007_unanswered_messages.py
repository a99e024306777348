"""A message that may have arrived is known whatever becomes of it afterwards

An older program knows nothing of the new column, and says «повтор» by a reason that is no more: while it still
sends, a message could come twice without a word. So no old process may run beside this schema
(docs/guide-administrator.md).
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "outbox", sa.Column("unanswered", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.execute(
        "update outbox set unanswered = 1, reason = nullif(reason, 'repeat')"
        " where reason = 'repeat' or (reason = 'no_answer' and external_ref is null)"
    )
    op.create_index(
        "ix_outbox_failed", "outbox", ["school_id"], unique=False, postgresql_where="state = 'failed'"
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_failed", table_name="outbox", postgresql_where="state = 'failed'")
    op.execute(
        "update outbox set reason = 'repeat'"
        " where unanswered > 0 and external_ref is null and state in ('queued', 'claimed')"
    )
    op.drop_column("outbox", "unanswered")
