"""The school, its people, registers and messages"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_conversation")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("telegram", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("external_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("payload", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "done",
                "failed",
                name="inboxstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_inbox_channel_external_id")),
    )
    op.create_index("ix_inbox_waiting", "inbox", ["id"], unique=False, postgresql_where="state = 'new'")
    op.create_table(
        "job_run",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "done",
                "failed",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("claim_token", sa.Uuid(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
    )
    op.create_table(
        "school",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("preset", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
    )
    op.create_table(
        "absence_reason",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("counts_as_missed", sa.Boolean(), nullable=False),
        sa.Column("needs_document", sa.Boolean(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "sick",
                "doctor",
                "family",
                "running_late",
                "at_school",
                "unknown",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_absence_reason_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_reason")),
        sa.UniqueConstraint("school_id", "code", name=op.f("uq_absence_reason_school_id_code")),
    )
    op.create_index(op.f("ix_absence_reason_school_id"), "absence_reason", ["school_id"], unique=False)
    op.create_table(
        "campus",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_campus_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campus")),
        sa.UniqueConstraint("school_id", "name", name=op.f("uq_campus_school_id_name")),
    )
    op.create_index(op.f("ix_campus_school_id"), "campus", ["school_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("middle_name", sa.Text(), nullable=False),
        sa.Column(
            "sort_key",
            sa.Text(),
            sa.Computed(
                "translate(lower(last_name || ' ' || first_name || ' ' || middle_name), 'ё', 'е')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "sex",
            sa.Enum("m", "f", name="sex", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_person_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("school_id", "external_id", name=op.f("uq_person_school_id_external_id")),
    )
    op.create_index(op.f("ix_person_school_id"), "person", ["school_id"], unique=False)
    op.create_index("ix_person_school_id_sort_key", "person", ["school_id", "sort_key"], unique=False)
    op.create_table(
        "school_setting",
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_school_setting_school_id")),
        sa.PrimaryKeyConstraint("school_id", "key", name=op.f("pk_school_setting")),
    )
    op.create_table(
        "school_year",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_school_year_dates")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_school_year_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_year")),
        sa.UniqueConstraint("school_id", "name", name=op.f("uq_school_year_school_id_name")),
    )
    op.create_index(op.f("ix_school_year_school_id"), "school_year", ["school_id"], unique=False)
    op.create_table(
        "subject",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_subject_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("school_id", "name", name=op.f("uq_subject_school_id_name")),
    )
    op.create_index(op.f("ix_subject_school_id"), "subject", ["school_id"], unique=False)
    op.create_table(
        "absence_day",
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "sick",
                "doctor",
                "family",
                "running_late",
                "at_school",
                "unknown",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_id", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_absence_day_answered_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_absence_day_confirmed_by")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_absence_day_pupil_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["absence_reason.id"], name=op.f("fk_absence_day_reason_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_absence_day_school_id")),
        sa.PrimaryKeyConstraint("pupil_id", "date", name=op.f("pk_absence_day")),
    )
    op.create_index(op.f("ix_absence_day_school_id"), "absence_day", ["school_id"], unique=False)
    op.create_table(
        "bell",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("campus_id", sa.BigInteger(), nullable=True),
        sa.Column("weekday", sa.SmallInteger(), nullable=True),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_bell_times")),
        sa.ForeignKeyConstraint(["campus_id"], ["campus.id"], name=op.f("fk_bell_campus_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_bell_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bell")),
        sa.UniqueConstraint(
            "school_id",
            "campus_id",
            "weekday",
            "number",
            name=op.f("uq_bell_school_id_campus_id_weekday_number"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_bell_campus_id"), "bell", ["campus_id"], unique=False)
    op.create_index(op.f("ix_bell_school_id"), "bell", ["school_id"], unique=False)
    op.create_table(
        "compromise_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("detected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_compromise_report_person_id")),
        sa.ForeignKeyConstraint(
            ["received_by"], ["person.id"], name=op.f("fk_compromise_report_received_by")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_compromise_report_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compromise_report")),
    )
    op.create_index(op.f("ix_compromise_report_person_id"), "compromise_report", ["person_id"], unique=False)
    op.create_index(op.f("ix_compromise_report_school_id"), "compromise_report", ["school_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "paper", "button", name="consentway", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_consent_pupil_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_consent_recorded_by")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_consent_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_person_id_pupil_id", "consent", ["person_id", "pupil_id"], unique=False)
    op.create_index(op.f("ix_consent_pupil_id"), "consent", ["pupil_id"], unique=False)
    op.create_index(op.f("ix_consent_school_id"), "consent", ["school_id"], unique=False)
    op.create_table(
        "course",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("year_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("subgroup", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_course_school_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_course_subject_id")),
        sa.ForeignKeyConstraint(["year_id"], ["school_year.id"], name=op.f("fk_course_year_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
    )
    op.create_index(op.f("ix_course_school_id"), "course", ["school_id"], unique=False)
    op.create_index(op.f("ix_course_subject_id"), "course", ["subject_id"], unique=False)
    op.create_index(op.f("ix_course_year_id"), "course", ["year_id"], unique=False)
    op.create_table(
        "guardianship",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("guardian_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["guardian_id"], ["person.id"], name=op.f("fk_guardianship_guardian_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_guardianship_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_guardianship_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardianship")),
        sa.UniqueConstraint(
            "guardian_id",
            "pupil_id",
            "starts_on",
            name=op.f("uq_guardianship_guardian_id_pupil_id_starts_on"),
        ),
    )
    op.create_index(op.f("ix_guardianship_pupil_id"), "guardianship", ["pupil_id"], unique=False)
    op.create_index(op.f("ix_guardianship_school_id"), "guardianship", ["school_id"], unique=False)
    op.create_table(
        "holiday",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("year_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_holiday_dates")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_holiday_school_id")),
        sa.ForeignKeyConstraint(["year_id"], ["school_year.id"], name=op.f("fk_holiday_year_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
    )
    op.create_index(op.f("ix_holiday_school_id"), "holiday", ["school_id"], unique=False)
    op.create_index(op.f("ix_holiday_year_id"), "holiday", ["year_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("issued_by", sa.BigInteger(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_invitation_issued_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_invitation_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code", name=op.f("uq_invitation_code")),
    )
    op.create_index("ix_invitation_person_id", "invitation", ["person_id"], unique=False)
    op.create_index(op.f("ix_invitation_school_id"), "invitation", ["school_id"], unique=False)
    op.create_table(
        "plan_topic",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("year_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
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
        sa.Column("homework", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_plan_topic_school_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_plan_topic_subject_id")),
        sa.ForeignKeyConstraint(["year_id"], ["school_year.id"], name=op.f("fk_plan_topic_year_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_topic")),
        sa.UniqueConstraint(
            "year_id",
            "subject_id",
            "grade",
            "variant",
            "number",
            name=op.f("uq_plan_topic_year_id_subject_id_grade_variant_number"),
        ),
    )
    op.create_index(op.f("ix_plan_topic_school_id"), "plan_topic", ["school_id"], unique=False)
    op.create_index(op.f("ix_plan_topic_subject_id"), "plan_topic", ["subject_id"], unique=False)
    op.create_table(
        "planned_absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("first_lesson", sa.SmallInteger(), nullable=True),
        sa.Column("last_lesson", sa.SmallInteger(), nullable=True),
        sa.Column("reason_id", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_planned_absence_dates")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_planned_absence_entered_by")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_planned_absence_pupil_id")),
        sa.ForeignKeyConstraint(
            ["reason_id"], ["absence_reason.id"], name=op.f("fk_planned_absence_reason_id")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_planned_absence_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_absence")),
    )
    op.create_index(
        "ix_planned_absence_pupil_id_dates",
        "planned_absence",
        ["pupil_id", "starts_on", "ends_on"],
        unique=False,
    )
    op.create_index(op.f("ix_planned_absence_school_id"), "planned_absence", ["school_id"], unique=False)
    op.create_table(
        "staff_appointment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "director",
                "deputy",
                "head",
                "teacher",
                "secretary",
                "hr",
                name="staffrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("campus_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["campus_id"], ["campus.id"], name=op.f("fk_staff_appointment_campus_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_staff_appointment_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_staff_appointment_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_appointment")),
        sa.UniqueConstraint(
            "person_id", "role", "starts_on", name=op.f("uq_staff_appointment_person_id_role_starts_on")
        ),
    )
    op.create_index(op.f("ix_staff_appointment_campus_id"), "staff_appointment", ["campus_id"], unique=False)
    op.create_index(op.f("ix_staff_appointment_school_id"), "staff_appointment", ["school_id"], unique=False)
    op.create_table(
        "study_group",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("year_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("campus_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("grade between 1 and 12", name=op.f("ck_study_group_grade")),
        sa.ForeignKeyConstraint(["campus_id"], ["campus.id"], name=op.f("fk_study_group_campus_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_study_group_school_id")),
        sa.ForeignKeyConstraint(["year_id"], ["school_year.id"], name=op.f("fk_study_group_year_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_group")),
        sa.UniqueConstraint("year_id", "name", name=op.f("uq_study_group_year_id_name")),
    )
    op.create_index(op.f("ix_study_group_campus_id"), "study_group", ["campus_id"], unique=False)
    op.create_index(op.f("ix_study_group_school_id"), "study_group", ["school_id"], unique=False)
    op.create_table(
        "term",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("year_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "quarter",
                "trimester",
                "half_year",
                "semester",
                name="termkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("grades", postgresql.ARRAY(sa.SmallInteger()), nullable=True),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_term_dates")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_term_school_id")),
        sa.ForeignKeyConstraint(["year_id"], ["school_year.id"], name=op.f("fk_term_year_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
    )
    op.create_index(op.f("ix_term_school_id"), "term", ["school_id"], unique=False)
    op.create_index(op.f("ix_term_year_id"), "term", ["year_id"], unique=False)
    op.create_table(
        "binding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("invitation_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum("telegram", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("external_user_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "active",
                "frozen",
                "revoked",
                name="bindingstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_binding_invitation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_binding_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_binding_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding")),
    )
    op.create_index("ix_binding_person_id", "binding", ["person_id"], unique=False)
    op.create_index(op.f("ix_binding_school_id"), "binding", ["school_id"], unique=False)
    op.create_index(
        "uq_binding_live_account",
        "binding",
        ["channel", "external_user_id"],
        unique=True,
        postgresql_where="state in ('pending', 'active', 'frozen')",
    )
    op.create_table(
        "class_teacher",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["study_group.id"], name=op.f("fk_class_teacher_group_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_class_teacher_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_class_teacher_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_teacher")),
        sa.UniqueConstraint(
            "group_id", "person_id", "starts_on", name=op.f("uq_class_teacher_group_id_person_id_starts_on")
        ),
    )
    op.create_index(op.f("ix_class_teacher_person_id"), "class_teacher", ["person_id"], unique=False)
    op.create_index(op.f("ix_class_teacher_school_id"), "class_teacher", ["school_id"], unique=False)
    op.create_table(
        "course_group",
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_group_course_id")),
        sa.ForeignKeyConstraint(["group_id"], ["study_group.id"], name=op.f("fk_course_group_group_id")),
        sa.PrimaryKeyConstraint("course_id", "group_id", name=op.f("pk_course_group")),
    )
    op.create_index(op.f("ix_course_group_group_id"), "course_group", ["group_id"], unique=False)
    op.create_table(
        "course_teacher",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=False),
        sa.Column("hours_per_week", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column("plan_variant", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_teacher_course_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_course_teacher_school_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["person.id"], name=op.f("fk_course_teacher_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_teacher")),
        sa.UniqueConstraint(
            "course_id",
            "teacher_id",
            "starts_on",
            name=op.f("uq_course_teacher_course_id_teacher_id_starts_on"),
        ),
    )
    op.create_index(op.f("ix_course_teacher_school_id"), "course_teacher", ["school_id"], unique=False)
    op.create_index(op.f("ix_course_teacher_teacher_id"), "course_teacher", ["teacher_id"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["study_group.id"], name=op.f("fk_enrolment_group_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_enrolment_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_enrolment_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint(
            "pupil_id", "group_id", "starts_on", name=op.f("uq_enrolment_pupil_id_group_id_starts_on")
        ),
    )
    op.create_index(op.f("ix_enrolment_group_id"), "enrolment", ["group_id"], unique=False)
    op.create_index(op.f("ix_enrolment_school_id"), "enrolment", ["school_id"], unique=False)
    op.create_table(
        "invitation_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("telegram", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("external_user_id", sa.BigInteger(), nullable=False),
        sa.Column("invitation_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_invitation_attempt_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_attempt")),
    )
    op.create_index(
        "ix_invitation_attempt_account",
        "invitation_attempt",
        ["channel", "external_user_id", "at"],
        unique=False,
    )
    op.create_index(
        "ix_invitation_attempt_invitation_id", "invitation_attempt", ["invitation_id", "at"], unique=False
    )
    op.create_table(
        "lesson",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rooms", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_lesson_course_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_lesson_school_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["person.id"], name=op.f("fk_lesson_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("course_id", "date", "number", name=op.f("uq_lesson_course_id_date_number")),
    )
    op.create_index("ix_lesson_school_id_date", "lesson", ["school_id", "date"], unique=False)
    op.create_index("ix_lesson_teacher_id_date", "lesson", ["teacher_id", "date"], unique=False)
    op.create_table(
        "slot",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("rooms", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "week",
            sa.Enum("odd", "even", name="weekparity", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("weekday between 1 and 7", name=op.f("ck_slot_weekday")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_slot_course_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_slot_school_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["person.id"], name=op.f("fk_slot_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
    )
    op.create_index(op.f("ix_slot_course_id"), "slot", ["course_id"], unique=False)
    op.create_index("ix_slot_school_id_weekday", "slot", ["school_id", "weekday"], unique=False)
    op.create_index(op.f("ix_slot_teacher_id"), "slot", ["teacher_id"], unique=False)
    op.create_table(
        "subgroup_member",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_subgroup_member_course_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_subgroup_member_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_subgroup_member_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subgroup_member")),
        sa.UniqueConstraint(
            "course_id", "pupil_id", "starts_on", name=op.f("uq_subgroup_member_course_id_pupil_id_starts_on")
        ),
    )
    op.create_index(op.f("ix_subgroup_member_pupil_id"), "subgroup_member", ["pupil_id"], unique=False)
    op.create_index(op.f("ix_subgroup_member_school_id"), "subgroup_member", ["school_id"], unique=False)
    op.create_table(
        "substitution",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("absent_teacher_id", sa.BigInteger(), nullable=False),
        sa.Column("substitute_id", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["absent_teacher_id"], ["person.id"], name=op.f("fk_substitution_absent_teacher_id")
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_substitution_course_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_substitution_entered_by")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_substitution_school_id")),
        sa.ForeignKeyConstraint(["substitute_id"], ["person.id"], name=op.f("fk_substitution_substitute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
    )
    op.create_index(
        op.f("ix_substitution_absent_teacher_id"), "substitution", ["absent_teacher_id"], unique=False
    )
    op.create_index(op.f("ix_substitution_school_id"), "substitution", ["school_id"], unique=False)
    op.create_index(op.f("ix_substitution_substitute_id"), "substitution", ["substitute_id"], unique=False)
    op.create_index(
        "uq_substitution_in_force",
        "substitution",
        ["course_id", "date", "number"],
        unique=True,
        postgresql_where="revoked_at is null",
    )
    op.create_table(
        "attendance",
        sa.Column("lesson_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "present",
                "absent",
                "late",
                name="attendancestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("late_minutes", sa.SmallInteger(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "teacher",
                "planned",
                "copied",
                name="attendancesource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alert_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'late') or late_minutes is null", name=op.f("ck_attendance_minutes_only_when_late")
        ),
        sa.CheckConstraint("late_minutes between 1 and 120", name=op.f("ck_attendance_minutes")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_attendance_lesson_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_attendance_pupil_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_attendance_set_by")),
        sa.PrimaryKeyConstraint("lesson_id", "pupil_id", name=op.f("pk_attendance")),
    )
    op.create_index("ix_attendance_pupil_id", "attendance", ["pupil_id"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("binding_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=True),
        sa.Column("before", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["binding_id"], ["binding.id"], name=op.f("fk_audit_binding_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_audit_person_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_audit_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_audit_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_person_id_at", "audit", ["person_id", "at"], unique=False)
    op.create_index(op.f("ix_audit_pupil_id"), "audit", ["pupil_id"], unique=False)
    op.create_index(op.f("ix_audit_school_id"), "audit", ["school_id"], unique=False)
    op.create_index("ix_audit_subject", "audit", ["subject_type", "subject_id"], unique=False)
    op.create_table(
        "dispute",
        sa.Column("lesson_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("raised_by", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "resolution",
            sa.Enum(
                "corrected",
                "upheld",
                name="disputeresolution",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_dispute_lesson_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_dispute_pupil_id")),
        sa.ForeignKeyConstraint(["raised_by"], ["person.id"], name=op.f("fk_dispute_raised_by")),
        sa.ForeignKeyConstraint(["resolved_by"], ["person.id"], name=op.f("fk_dispute_resolved_by")),
        sa.PrimaryKeyConstraint("lesson_id", "pupil_id", name=op.f("pk_dispute")),
    )
    op.create_index(op.f("ix_dispute_pupil_id"), "dispute", ["pupil_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("binding_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "claimed",
                "sent",
                "unknown",
                "skipped",
                "blocked",
                "failed",
                name="outboxstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("sent_revision", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("claim_token", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_ref", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["binding_id"], ["binding.id"], name=op.f("fk_outbox_binding_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_outbox_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_outbox_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_outbox_dedup_key")),
    )
    op.create_index("ix_outbox_binding_id", "outbox", ["binding_id"], unique=False)
    op.create_index(
        "ix_outbox_claimed", "outbox", ["lease_until"], unique=False, postgresql_where="state = 'claimed'"
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["priority", "not_before", "id"],
        unique=False,
        postgresql_where="state = 'queued'",
    )
    op.create_index("ix_outbox_kind_state", "outbox", ["kind", "state"], unique=False)
    op.create_index(op.f("ix_outbox_school_id"), "outbox", ["school_id"], unique=False)
    op.create_table(
        "register",
        sa.Column("lesson_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_register_lesson_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_register_taken_by")),
        sa.PrimaryKeyConstraint("lesson_id", name=op.f("pk_register")),
    )
    op.execute(
        """
        create function refuse_change_of_history() returns trigger language plpgsql as $$
        begin
            raise exception 'history is append-only';
        end $$
        """
    )
    op.execute(
        """
        create trigger audit_is_append_only before update or delete on audit
        for each row execute function refuse_change_of_history()
        """
    )


def downgrade() -> None:
    op.execute("drop trigger audit_is_append_only on audit")
    op.execute("drop function refuse_change_of_history")
    op.drop_table("register")
    op.drop_index(op.f("ix_outbox_school_id"), table_name="outbox")
    op.drop_index("ix_outbox_kind_state", table_name="outbox")
    op.drop_index("ix_outbox_due", table_name="outbox", postgresql_where="state = 'queued'")
    op.drop_index("ix_outbox_claimed", table_name="outbox", postgresql_where="state = 'claimed'")
    op.drop_index("ix_outbox_binding_id", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_dispute_pupil_id"), table_name="dispute")
    op.drop_table("dispute")
    op.drop_index("ix_audit_subject", table_name="audit")
    op.drop_index(op.f("ix_audit_school_id"), table_name="audit")
    op.drop_index(op.f("ix_audit_pupil_id"), table_name="audit")
    op.drop_index("ix_audit_person_id_at", table_name="audit")
    op.drop_table("audit")
    op.drop_index("ix_attendance_pupil_id", table_name="attendance")
    op.drop_table("attendance")
    op.drop_index(
        "uq_substitution_in_force", table_name="substitution", postgresql_where="revoked_at is null"
    )
    op.drop_index(op.f("ix_substitution_substitute_id"), table_name="substitution")
    op.drop_index(op.f("ix_substitution_school_id"), table_name="substitution")
    op.drop_index(op.f("ix_substitution_absent_teacher_id"), table_name="substitution")
    op.drop_table("substitution")
    op.drop_index(op.f("ix_subgroup_member_school_id"), table_name="subgroup_member")
    op.drop_index(op.f("ix_subgroup_member_pupil_id"), table_name="subgroup_member")
    op.drop_table("subgroup_member")
    op.drop_index(op.f("ix_slot_teacher_id"), table_name="slot")
    op.drop_index("ix_slot_school_id_weekday", table_name="slot")
    op.drop_index(op.f("ix_slot_course_id"), table_name="slot")
    op.drop_table("slot")
    op.drop_index("ix_lesson_teacher_id_date", table_name="lesson")
    op.drop_index("ix_lesson_school_id_date", table_name="lesson")
    op.drop_table("lesson")
    op.drop_index("ix_invitation_attempt_invitation_id", table_name="invitation_attempt")
    op.drop_index("ix_invitation_attempt_account", table_name="invitation_attempt")
    op.drop_table("invitation_attempt")
    op.drop_index(op.f("ix_enrolment_school_id"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_group_id"), table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_index(op.f("ix_course_teacher_teacher_id"), table_name="course_teacher")
    op.drop_index(op.f("ix_course_teacher_school_id"), table_name="course_teacher")
    op.drop_table("course_teacher")
    op.drop_index(op.f("ix_course_group_group_id"), table_name="course_group")
    op.drop_table("course_group")
    op.drop_index(op.f("ix_class_teacher_school_id"), table_name="class_teacher")
    op.drop_index(op.f("ix_class_teacher_person_id"), table_name="class_teacher")
    op.drop_table("class_teacher")
    op.drop_index(
        "uq_binding_live_account",
        table_name="binding",
        postgresql_where="state in ('pending', 'active', 'frozen')",
    )
    op.drop_index(op.f("ix_binding_school_id"), table_name="binding")
    op.drop_index("ix_binding_person_id", table_name="binding")
    op.drop_table("binding")
    op.drop_index(op.f("ix_term_year_id"), table_name="term")
    op.drop_index(op.f("ix_term_school_id"), table_name="term")
    op.drop_table("term")
    op.drop_index(op.f("ix_study_group_school_id"), table_name="study_group")
    op.drop_index(op.f("ix_study_group_campus_id"), table_name="study_group")
    op.drop_table("study_group")
    op.drop_index(op.f("ix_staff_appointment_school_id"), table_name="staff_appointment")
    op.drop_index(op.f("ix_staff_appointment_campus_id"), table_name="staff_appointment")
    op.drop_table("staff_appointment")
    op.drop_index(op.f("ix_planned_absence_school_id"), table_name="planned_absence")
    op.drop_index("ix_planned_absence_pupil_id_dates", table_name="planned_absence")
    op.drop_table("planned_absence")
    op.drop_index(op.f("ix_plan_topic_subject_id"), table_name="plan_topic")
    op.drop_index(op.f("ix_plan_topic_school_id"), table_name="plan_topic")
    op.drop_table("plan_topic")
    op.drop_index(op.f("ix_invitation_school_id"), table_name="invitation")
    op.drop_index("ix_invitation_person_id", table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_holiday_year_id"), table_name="holiday")
    op.drop_index(op.f("ix_holiday_school_id"), table_name="holiday")
    op.drop_table("holiday")
    op.drop_index(op.f("ix_guardianship_school_id"), table_name="guardianship")
    op.drop_index(op.f("ix_guardianship_pupil_id"), table_name="guardianship")
    op.drop_table("guardianship")
    op.drop_index(op.f("ix_course_year_id"), table_name="course")
    op.drop_index(op.f("ix_course_subject_id"), table_name="course")
    op.drop_index(op.f("ix_course_school_id"), table_name="course")
    op.drop_table("course")
    op.drop_index(op.f("ix_consent_school_id"), table_name="consent")
    op.drop_index(op.f("ix_consent_pupil_id"), table_name="consent")
    op.drop_index("ix_consent_person_id_pupil_id", table_name="consent")
    op.drop_table("consent")
    op.drop_index(op.f("ix_compromise_report_school_id"), table_name="compromise_report")
    op.drop_index(op.f("ix_compromise_report_person_id"), table_name="compromise_report")
    op.drop_table("compromise_report")
    op.drop_index(op.f("ix_bell_school_id"), table_name="bell")
    op.drop_index(op.f("ix_bell_campus_id"), table_name="bell")
    op.drop_table("bell")
    op.drop_index(op.f("ix_absence_day_school_id"), table_name="absence_day")
    op.drop_table("absence_day")
    op.drop_index(op.f("ix_subject_school_id"), table_name="subject")
    op.drop_table("subject")
    op.drop_index(op.f("ix_school_year_school_id"), table_name="school_year")
    op.drop_table("school_year")
    op.drop_table("school_setting")
    op.drop_index("ix_person_school_id_sort_key", table_name="person")
    op.drop_index(op.f("ix_person_school_id"), table_name="person")
    op.drop_table("person")
    op.drop_index(op.f("ix_campus_school_id"), table_name="campus")
    op.drop_table("campus")
    op.drop_index(op.f("ix_absence_reason_school_id"), table_name="absence_reason")
    op.drop_table("absence_reason")
    op.drop_table("school")
    op.drop_table("job_run")
    op.drop_index("ix_inbox_waiting", table_name="inbox", postgresql_where="state = 'new'")
    op.drop_table("inbox")
    op.drop_table("conversation")
