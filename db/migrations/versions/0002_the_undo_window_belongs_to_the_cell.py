"""The undo window belongs to the cell"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attendance", sa.Column("alert_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_column("register", "alerts_at")


def downgrade() -> None:
    op.add_column(
        "register",
        sa.Column("alerts_at", postgresql.TIMESTAMP(timezone=True), autoincrement=False, nullable=True),
    )
    op.drop_column("attendance", "alert_at")
