"""A message that may have arrived is known whatever becomes of it afterwards"""

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


def downgrade() -> None:
    op.execute("update outbox set reason = 'repeat' where unanswered > 0 and state in ('queued', 'claimed')")
    op.drop_column("outbox", "unanswered")
