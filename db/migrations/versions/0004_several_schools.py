"""Several schools: whose every row is, who may see it, and a bot of each"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PARENTS = {
    "broadcast_id": "broadcast",
    "change_id": "subgroup_change",
    "course_id": "course",
    "group_id": "study_group",
    "homework_id": "homework",
    "lesson_id": "lesson",
    "letter_id": "information_letter",
    "message_id": "thread_message",
    "person_id": "person",
    "pupil_id": "person",
    "thread_id": "thread",
    "work_id": "work",
}
"""Column of a row that belongs to another one: the table where that one is."""

# In this order: a file of a message has its school from the message.
CHILDREN = {
    "attendance": "lesson_id",
    "broadcast_file": "broadcast_id",
    "broadcast_recipient": "broadcast_id",
    "broadcast_target": "broadcast_id",
    "card_check": "pupil_id",
    "card_confirmation": "pupil_id",
    "course_group": "course_id",
    "digest": "pupil_id",
    "dispute": "lesson_id",
    "homework_file": "homework_id",
    "homework_pupil": "homework_id",
    "lesson_topic": "lesson_id",
    "letter_receipt": "letter_id",
    "mark": "work_id",
    "notice_choice": "person_id",
    "notice_preferences": "person_id",
    "office_hours": "person_id",
    "register": "lesson_id",
    "subgroup_agreement": "change_id",
    "thread_message": "thread_id",
    "thread_file": "message_id",
    "week_reconciliation": "group_id",
    "week_summary": "pupil_id",
}

ROOTS = (
    *("absence_day", "absence_reason", "absence_request", "audit", "bell", "binding", "broadcast"),
    *(
        "broadcast_template",
        "campus",
        "card_change",
        "class_teacher",
        "compromise_report",
        "consent",
        "course",
    ),
    *("course_teacher", "enrolment", "event", "exemption", "failing_notice", "final_mark", "guardianship"),
    *("holiday", "homework", "information_letter", "invitation", "invitation_attempt", "job_run", "lesson"),
    *("mute", "omission", "outbox", "person", "plan_topic", "planned_absence", "published_document"),
    *("school_setting", "school_year", "slot", "staff_appointment", "stored_file", "study_group"),
    *("subgroup_change", "subgroup_member", "subject", "substitution", "term", "thread", "unlock", "work"),
    "work_kind",
)

POLICIES = {
    **dict.fromkeys([*ROOTS, *CHILDREN], "is_zvonok_school(school_id)"),
    "school": "is_zvonok_school(id)",
    # What strangers typed before there was a school is nobody's.
    **dict.fromkeys(["conversation", "inbox"], "school_id is null or is_zvonok_school(school_id)"),
}

NOBODYS = ("school_bot",)
"""Without a policy: not for those who see one school only."""

FIRST_SCHOOL = "(select id from school order by id limit 1)"


def upgrade() -> None:
    op.execute(
        """
        create function zvonok_school() returns bigint stable parallel safe language sql
        as $$ select nullif(current_setting('zvonok.school', true), '')::bigint $$
        """
    )
    # An equality, which the planner takes for nearly always true. So it is: every statement asks for rows of its
    # own school anyway. Told «=» of every table of a join, it would expect next to no rows and choose accordingly
    # (a mark's tap took twice as long).
    op.execute(
        """
        create function is_zvonok_school(id bigint) returns boolean stable parallel safe language sql
        as $$ select nullif(id = zvonok_school(), false) is not null $$
        """
    )
    op.create_table(
        "school_bot",
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_school_bot_school_id")),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_school_bot")),
        sa.UniqueConstraint("bot_id", name=op.f("uq_school_bot_bot_id")),
    )
    _inbox()
    _job_run()
    _access()
    op.add_column(
        "conversation",
        sa.Column("school_id", sa.BigInteger(), server_default=sa.text("zvonok_school()"), nullable=True),
    )
    op.create_foreign_key(op.f("fk_conversation_school_id"), "conversation", "school", ["school_id"], ["id"])
    op.execute(f"update conversation set school_id = {FIRST_SCHOOL}")
    op.drop_index("ix_outbox_due", table_name="outbox", postgresql_where="state = 'queued'")
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["school_id", "priority", "not_before", "id"],
        unique=False,
        postgresql_where="state = 'queued'",
    )
    _children()
    op.drop_index("ix_mark_due_on", table_name="mark", postgresql_where="due_on is not null")
    op.create_index(
        "ix_mark_due_on", "mark", ["school_id", "due_on"], unique=False, postgresql_where="due_on is not null"
    )
    for table in (*POLICIES, *NOBODYS):
        op.execute(f"alter table {table} enable row level security")
    for table, visible in POLICIES.items():
        op.execute(f"create policy of_school on {table} using ({visible})")


def _inbox() -> None:
    op.add_column("inbox", sa.Column("bot_id", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("inbox", sa.Column("school_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_inbox_school_id"), "inbox", "school", ["school_id"], ["id"])
    op.alter_column("inbox", "bot_id", server_default=None)
    # Nobody knows any more which bot they came to.
    op.execute("update inbox set state = 'failed', done_at = now() where state = 'new'")
    op.execute("update inbox set chat_id = 0 where chat_id is null")
    # What people wrote until now they wrote to this school; as nobody's, every other one could read it.
    op.execute(f"update inbox set school_id = {FIRST_SCHOOL}")
    op.alter_column("inbox", "chat_id", nullable=False)
    op.drop_constraint(op.f("uq_inbox_channel_external_id"), "inbox")
    op.create_unique_constraint(op.f("uq_inbox_bot_id_external_id"), "inbox", ["bot_id", "external_id"])
    op.drop_index("ix_inbox_waiting", table_name="inbox", postgresql_where="state = 'new'")
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["bot_id", "chat_id", "id"],
        unique=False,
        postgresql_where="state = 'new'",
    )


def _job_run() -> None:
    op.add_column("job_run", sa.Column("school_id", sa.BigInteger(), nullable=True))
    op.execute(f"update job_run set school_id = {FIRST_SCHOOL}")
    op.execute("delete from job_run where school_id is null")
    op.alter_column("job_run", "school_id", nullable=False)
    op.drop_constraint(op.f("pk_job_run"), "job_run")
    op.create_primary_key(op.f("pk_job_run"), "job_run", ["school_id", "job", "slot"])
    op.create_foreign_key(op.f("fk_job_run_school_id"), "job_run", "school", ["school_id"], ["id"])


def _access() -> None:
    op.drop_index("uq_binding_live_account", table_name="binding")
    op.create_index(
        "uq_binding_live_account",
        "binding",
        ["school_id", "channel", "external_user_id"],
        unique=True,
        postgresql_where="state in ('pending', 'active', 'frozen')",
    )
    op.add_column("invitation_attempt", sa.Column("school_id", sa.BigInteger(), nullable=True))
    op.execute(
        f"""
        update invitation_attempt set school_id = coalesce(
            (select school_id from invitation where id = invitation_id), {FIRST_SCHOOL}
        )
        """
    )
    op.execute("delete from invitation_attempt where school_id is null")
    op.alter_column("invitation_attempt", "school_id", nullable=False)
    op.create_foreign_key(
        op.f("fk_invitation_attempt_school_id"), "invitation_attempt", "school", ["school_id"], ["id"]
    )
    op.drop_index("ix_invitation_attempt_account", table_name="invitation_attempt")
    op.create_index(
        "ix_invitation_attempt_account",
        "invitation_attempt",
        ["school_id", "channel", "external_user_id", "at"],
        unique=False,
    )


def _children() -> None:
    for column, parent in PARENTS.items():
        op.execute(
            f"""
            create function school_by_{column}() returns trigger language plpgsql as $$
            begin
                select school_id into new.school_id from {parent} where id = new.{column};
                return new;
            end $$
            """
        )
    for table, column in CHILDREN.items():
        op.add_column(table, sa.Column("school_id", sa.BigInteger(), nullable=True))
        op.execute(
            f"update {table} set school_id = parent.school_id from {PARENTS[column]} parent"
            f" where parent.id = {table}.{column}"
        )
        op.alter_column(table, "school_id", nullable=False)
        op.execute(
            f"create trigger has_its_parents_school before insert on {table}"
            f" for each row execute function school_by_{column}()"
        )


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
            if exists (select from school_bot) then
                raise 'Tokens of bots are stored, and would be lost: first zvonok school bot --remove for each school';
            end if;
        end $$
        """
    )
    for table in POLICIES:
        op.execute(f"drop policy of_school on {table}")
    for table in (*POLICIES, *NOBODYS):
        op.execute(f"alter table {table} disable row level security")
    op.drop_index("ix_mark_due_on", table_name="mark", postgresql_where="due_on is not null")
    op.create_index("ix_mark_due_on", "mark", ["due_on"], unique=False, postgresql_where="due_on is not null")
    for table in reversed(CHILDREN):
        op.execute(f"drop trigger has_its_parents_school on {table}")
        op.drop_column(table, "school_id")
    for column in PARENTS:
        op.execute(f"drop function school_by_{column}")
    op.drop_index("ix_outbox_due", table_name="outbox", postgresql_where="state = 'queued'")
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["priority", "not_before", "id"],
        unique=False,
        postgresql_where="state = 'queued'",
    )
    op.drop_column("conversation", "school_id")
    op.drop_index("ix_invitation_attempt_account", table_name="invitation_attempt")
    op.drop_column("invitation_attempt", "school_id")
    op.create_index(
        "ix_invitation_attempt_account",
        "invitation_attempt",
        ["channel", "external_user_id", "at"],
        unique=False,
    )
    op.drop_index("uq_binding_live_account", table_name="binding")
    op.create_index(
        "uq_binding_live_account",
        "binding",
        ["channel", "external_user_id"],
        unique=True,
        postgresql_where="state in ('pending', 'active', 'frozen')",
    )  # refuses while an account belongs to two schools
    op.drop_constraint(op.f("pk_job_run"), "job_run")
    op.execute(f"delete from job_run where school_id <> {FIRST_SCHOOL}")
    op.drop_column("job_run", "school_id")
    op.create_primary_key(op.f("pk_job_run"), "job_run", ["job", "slot"])
    op.drop_index("ix_inbox_waiting", table_name="inbox", postgresql_where="state = 'new'")
    op.create_index("ix_inbox_waiting", "inbox", ["id"], unique=False, postgresql_where="state = 'new'")
    op.drop_constraint(op.f("uq_inbox_bot_id_external_id"), "inbox")
    op.drop_column("inbox", "bot_id")
    op.drop_column("inbox", "school_id")
    op.alter_column("inbox", "chat_id", nullable=True)
    op.create_unique_constraint(
        op.f("uq_inbox_channel_external_id"), "inbox", ["channel", "external_id"]
    )  # refuses while two bots had an update of one number
    op.drop_table("school_bot")
    op.execute("drop function is_zvonok_school")
    op.execute("drop function zvonok_school")
