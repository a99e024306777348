"""The journal: topics, homework, works, marks, final marks, unlocking, subgroup changes"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WORK_KINDS = (
    ("lesson", "работа на уроке", "ур", 1, False),
    ("homework", "домашняя работа", "д/з", 1, False),
    ("independent", "самостоятельная работа", "с/р", 1.5, False),
    ("test", "тест", "тест", 1.5, False),
    ("dictation", "диктант", "дикт", 1.5, False),
    ("essay", "сочинение, изложение", "соч", 2, False),
    ("practical", "практическая работа", "пр/р", 1.5, True),
    ("laboratory", "лабораторная работа", "л/р", 1.5, True),
    ("project", "проект", "проект", 1.5, False),
    ("credit", "зачёт", "зач", 2, True),
    ("control", "контрольная работа", "к/р", 2, True),
)
"""What a school that was here before gets; new ones get theirs from services/presets/work_kinds.toml."""


def upgrade() -> None:
    op.create_table(
        "work_kind",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("weight", sa.Numeric(precision=3, scale=1), nullable=False),
        sa.Column("is_control", sa.Boolean(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_work_kind_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_kind")),
        sa.UniqueConstraint("school_id", "code", name=op.f("uq_work_kind_school_id_code")),
    )
    op.create_index(op.f("ix_work_kind_school_id"), "work_kind", ["school_id"], unique=False)
    op.create_table(
        "stored_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("external_ref", sa.Text(), nullable=True),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_stored_file_school_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_stored_file_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("school_id", "sha256", name=op.f("uq_stored_file_school_id_sha256")),
    )
    op.create_table(
        "final_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("year_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "term", "year", "exam", name="finalkind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("term_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "value",
            sa.Enum(
                "5",
                "4",
                "3",
                "2",
                "passed",
                "failed",
                "not_assessed",
                "exempt",
                "debt",
                name="markvalue",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("average", sa.Numeric(precision=3, scale=2), nullable=True),
        sa.Column("marks", sa.SmallInteger(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'term') = (term_id is not null)", name=op.f("ck_final_mark_term")),
        sa.CheckConstraint("value <> 'debt'", name=op.f("ck_final_mark_no_debt")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_final_mark_course_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_final_mark_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_final_mark_school_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_final_mark_set_by")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_final_mark_subject_id")),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_final_mark_term_id")),
        sa.ForeignKeyConstraint(["year_id"], ["school_year.id"], name=op.f("fk_final_mark_year_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_mark")),
        sa.UniqueConstraint(
            "pupil_id",
            "subject_id",
            "year_id",
            "kind",
            "term_id",
            name=op.f("uq_final_mark_pupil_id_subject_id_year_id_kind_term_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_final_mark_course_id"), "final_mark", ["course_id"], unique=False)
    op.create_index(op.f("ix_final_mark_school_id"), "final_mark", ["school_id"], unique=False)
    op.create_index(op.f("ix_final_mark_subject_id"), "final_mark", ["subject_id"], unique=False)
    op.create_index(op.f("ix_final_mark_term_id"), "final_mark", ["term_id"], unique=False)
    op.create_index(op.f("ix_final_mark_year_id"), "final_mark", ["year_id"], unique=False)
    op.create_table(
        "subgroup_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("from_course_id", sa.BigInteger(), nullable=True),
        sa.Column("to_course_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["declined_by"], ["person.id"], name=op.f("fk_subgroup_change_declined_by")),
        sa.ForeignKeyConstraint(
            ["from_course_id"], ["course.id"], name=op.f("fk_subgroup_change_from_course_id")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_subgroup_change_proposed_by")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_subgroup_change_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_subgroup_change_school_id")),
        sa.ForeignKeyConstraint(
            ["to_course_id"], ["course.id"], name=op.f("fk_subgroup_change_to_course_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subgroup_change")),
    )
    op.create_index(
        op.f("ix_subgroup_change_from_course_id"), "subgroup_change", ["from_course_id"], unique=False
    )
    op.create_index(op.f("ix_subgroup_change_school_id"), "subgroup_change", ["school_id"], unique=False)
    op.create_index(
        op.f("ix_subgroup_change_to_course_id"), "subgroup_change", ["to_course_id"], unique=False
    )
    op.create_index(
        "uq_subgroup_change_open",
        "subgroup_change",
        ["pupil_id", "to_course_id"],
        unique=True,
        postgresql_where="applied_at is null and declined_at is null",
    )
    op.create_table(
        "homework",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("lesson_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_number", sa.SmallInteger(), nullable=True),
        sa.Column("for_everyone", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_homework_lesson_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_homework_school_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_homework_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_homework")),
    )
    op.create_index("ix_homework_due_on", "homework", ["school_id", "due_on"], unique=False)
    op.create_index(op.f("ix_homework_lesson_id"), "homework", ["lesson_id"], unique=False)
    op.create_index("ix_homework_set_at", "homework", ["school_id", "set_at"], unique=False)
    op.create_table(
        "lesson_topic",
        sa.Column("lesson_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_topic_id", sa.BigInteger(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "lesson",
                "practical",
                "laboratory",
                "control",
                "excursion",
                "it",
                name="lessonkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_topic_lesson_id")),
        sa.ForeignKeyConstraint(
            ["plan_topic_id"],
            ["plan_topic.id"],
            name=op.f("fk_lesson_topic_plan_topic_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_lesson_topic_set_by")),
        sa.PrimaryKeyConstraint("lesson_id", name=op.f("pk_lesson_topic")),
    )
    op.create_index(op.f("ix_lesson_topic_plan_topic_id"), "lesson_topic", ["plan_topic_id"], unique=False)
    op.create_table(
        "subgroup_agreement",
        sa.Column("change_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["subgroup_change.id"], name=op.f("fk_subgroup_agreement_change_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_subgroup_agreement_person_id")),
        sa.PrimaryKeyConstraint("change_id", "person_id", name=op.f("pk_subgroup_agreement")),
    )
    op.create_table(
        "unlock",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("lesson_id", sa.BigInteger(), nullable=True),
        sa.Column("course_id", sa.BigInteger(), nullable=True),
        sa.Column("term_id", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("num_nonnulls(lesson_id, course_id) = 1", name=op.f("ck_unlock_one_thing")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_unlock_course_id")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_unlock_granted_by")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_unlock_lesson_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_unlock_school_id")),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_unlock_term_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unlock")),
    )
    op.create_index(op.f("ix_unlock_course_id"), "unlock", ["course_id"], unique=False)
    op.create_index(op.f("ix_unlock_lesson_id"), "unlock", ["lesson_id"], unique=False)
    op.create_index(op.f("ix_unlock_school_id"), "unlock", ["school_id"], unique=False)
    op.create_index(op.f("ix_unlock_term_id"), "unlock", ["term_id"], unique=False)
    op.create_table(
        "work",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("lesson_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind_id", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Numeric(precision=3, scale=1), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("weight between 0 and 10", name=op.f("ck_work_weight")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_work_created_by")),
        sa.ForeignKeyConstraint(["kind_id"], ["work_kind.id"], name=op.f("fk_work_kind_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_work_lesson_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_work_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
        sa.UniqueConstraint("lesson_id", "position", name=op.f("uq_work_lesson_id_position")),
    )
    op.create_index(op.f("ix_work_kind_id"), "work", ["kind_id"], unique=False)
    op.create_index(op.f("ix_work_school_id"), "work", ["school_id"], unique=False)
    op.create_table(
        "homework_file",
        sa.Column("homework_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_homework_file_file_id")),
        sa.ForeignKeyConstraint(["homework_id"], ["homework.id"], name=op.f("fk_homework_file_homework_id")),
        sa.PrimaryKeyConstraint("homework_id", "file_id", name=op.f("pk_homework_file")),
    )
    op.create_index(op.f("ix_homework_file_file_id"), "homework_file", ["file_id"], unique=False)
    op.create_table(
        "homework_pupil",
        sa.Column("homework_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["homework_id"], ["homework.id"], name=op.f("fk_homework_pupil_homework_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_homework_pupil_pupil_id")),
        sa.PrimaryKeyConstraint("homework_id", "pupil_id", name=op.f("pk_homework_pupil")),
    )
    op.create_index(op.f("ix_homework_pupil_pupil_id"), "homework_pupil", ["pupil_id"], unique=False)
    op.create_table(
        "mark",
        sa.Column("work_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "value",
            sa.Enum(
                "5",
                "4",
                "3",
                "2",
                "passed",
                "failed",
                "not_assessed",
                "exempt",
                "debt",
                name="markvalue",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(value is not distinct from 'debt') = (due_on is not null)", name=op.f("ck_mark_debt_is_due")
        ),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_mark_pupil_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_mark_set_by")),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_mark_work_id")),
        sa.PrimaryKeyConstraint("work_id", "pupil_id", name=op.f("pk_mark")),
    )
    op.create_index("ix_mark_due_on", "mark", ["due_on"], unique=False, postgresql_where="due_on is not null")
    op.create_index("ix_mark_pupil_id", "mark", ["pupil_id"], unique=False)
    op.execute(
        """
        create trigger audit_is_never_emptied before truncate on audit
        for each statement execute function refuse_change_of_history()
        """
    )
    op.add_column("compromise_report", sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("compromise_report", sa.Column("voided_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_compromise_report_voided_by"), "compromise_report", "person", ["voided_by"], ["id"]
    )
    op.add_column("register", sa.Column("no_homework_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("register", "opened_at", existing_type=postgresql.TIMESTAMP(timezone=True), nullable=True)
    op.add_column("substitution", sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    for position, (code, name, short_name, weight, is_control) in enumerate(_WORK_KINDS):
        op.execute(
            sa.text(
                "insert into work_kind (school_id, code, name, short_name, weight, is_control, position) "
                "select id, :code, :name, :short_name, :weight, :is_control, :position from school"
            ).bindparams(
                code=code,
                name=name,
                short_name=short_name,
                weight=weight,
                is_control=is_control,
                position=position,
            )
        )


def downgrade() -> None:
    op.execute("drop trigger audit_is_never_emptied on audit")
    op.execute("delete from register where opened_at is null")
    op.drop_column("substitution", "accepted_at")
    op.alter_column(
        "register", "opened_at", existing_type=postgresql.TIMESTAMP(timezone=True), nullable=False
    )
    op.drop_column("register", "no_homework_at")
    op.drop_constraint(op.f("fk_compromise_report_voided_by"), "compromise_report", type_="foreignkey")
    op.drop_column("compromise_report", "voided_by")
    op.drop_column("compromise_report", "voided_at")
    op.drop_index("ix_mark_pupil_id", table_name="mark")
    op.drop_index("ix_mark_due_on", table_name="mark", postgresql_where="due_on is not null")
    op.drop_table("mark")
    op.drop_index(op.f("ix_homework_pupil_pupil_id"), table_name="homework_pupil")
    op.drop_table("homework_pupil")
    op.drop_index(op.f("ix_homework_file_file_id"), table_name="homework_file")
    op.drop_table("homework_file")
    op.drop_index(op.f("ix_work_school_id"), table_name="work")
    op.drop_index(op.f("ix_work_kind_id"), table_name="work")
    op.drop_table("work")
    op.drop_index(op.f("ix_unlock_term_id"), table_name="unlock")
    op.drop_index(op.f("ix_unlock_school_id"), table_name="unlock")
    op.drop_index(op.f("ix_unlock_lesson_id"), table_name="unlock")
    op.drop_index(op.f("ix_unlock_course_id"), table_name="unlock")
    op.drop_table("unlock")
    op.drop_table("subgroup_agreement")
    op.drop_index(op.f("ix_lesson_topic_plan_topic_id"), table_name="lesson_topic")
    op.drop_table("lesson_topic")
    op.drop_index("ix_homework_set_at", table_name="homework")
    op.drop_index(op.f("ix_homework_lesson_id"), table_name="homework")
    op.drop_index("ix_homework_due_on", table_name="homework")
    op.drop_table("homework")
    op.drop_index(
        "uq_subgroup_change_open",
        table_name="subgroup_change",
        postgresql_where="applied_at is null and declined_at is null",
    )
    op.drop_index(op.f("ix_subgroup_change_to_course_id"), table_name="subgroup_change")
    op.drop_index(op.f("ix_subgroup_change_school_id"), table_name="subgroup_change")
    op.drop_index(op.f("ix_subgroup_change_from_course_id"), table_name="subgroup_change")
    op.drop_table("subgroup_change")
    op.drop_index(op.f("ix_final_mark_year_id"), table_name="final_mark")
    op.drop_index(op.f("ix_final_mark_term_id"), table_name="final_mark")
    op.drop_index(op.f("ix_final_mark_subject_id"), table_name="final_mark")
    op.drop_index(op.f("ix_final_mark_school_id"), table_name="final_mark")
    op.drop_index(op.f("ix_final_mark_course_id"), table_name="final_mark")
    op.drop_table("final_mark")
    op.drop_table("stored_file")
    op.drop_index(op.f("ix_work_kind_school_id"), table_name="work_kind")
    op.drop_table("work_kind")
