"""Families: digests, preferences, broadcasts, threads, card checks, requests, letters, events"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("uq_stored_file_school_id_sha256", "stored_file")
    op.create_unique_constraint(
        op.f("uq_stored_file_school_id_sha256_name"), "stored_file", ["school_id", "sha256", "name"]
    )
    op.create_index("ix_stored_file_uploaded_by", "stored_file", ["uploaded_by", "uploaded_at"])
    op.create_table(
        "broadcast",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "groups",
                "school",
                "families",
                name="audiencekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("pupils_too", sa.Boolean(), nullable=False),
        sa.Column(
            "reply",
            sa.Enum(
                "none",
                "acknowledge",
                "choice",
                name="broadcastreply",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("options", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("reply_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("per_pupil", sa.Boolean(), nullable=False),
        sa.Column("captioned", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leaves_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(reply = 'choice') = (cardinality(options) > 0)", name=op.f("ck_broadcast_options")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_broadcast_author_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_broadcast_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
    )
    op.create_index("ix_broadcast_author_id", "broadcast", ["author_id", "created_at"], unique=False)
    op.create_index(op.f("ix_broadcast_school_id"), "broadcast", ["school_id"], unique=False)
    op.create_table(
        "broadcast_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_broadcast_template_owner_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_broadcast_template_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_template")),
    )
    op.create_index(op.f("ix_broadcast_template_owner_id"), "broadcast_template", ["owner_id"], unique=False)
    op.create_index(
        op.f("ix_broadcast_template_school_id"), "broadcast_template", ["school_id"], unique=False
    )
    op.create_table(
        "card_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "field",
            sa.Enum(
                "last_name",
                "first_name",
                "middle_name",
                "birth_date",
                "phone",
                "email",
                name="cardfield",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "approved",
                "declined",
                name="cardchangestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_card_change_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_card_change_person_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_card_change_pupil_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_card_change_requested_by")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_card_change_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_change")),
    )
    op.create_index("ix_card_change_pupil_id", "card_change", ["pupil_id"], unique=False)
    op.create_index(op.f("ix_card_change_school_id"), "card_change", ["school_id"], unique=False)
    op.create_index(
        "uq_card_change_open",
        "card_change",
        ["person_id", "field"],
        unique=True,
        postgresql_where="state = 'open'",
    )
    op.create_table(
        "card_check",
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_card_check_checked_by")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_card_check_pupil_id")),
        sa.PrimaryKeyConstraint("pupil_id", "month", name=op.f("pk_card_check")),
    )
    op.create_table(
        "card_confirmation",
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("guardian_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["person.id"], name=op.f("fk_card_confirmation_guardian_id")
        ),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_card_confirmation_pupil_id")),
        sa.PrimaryKeyConstraint("pupil_id", "guardian_id", "month", name=op.f("pk_card_confirmation")),
    )
    op.create_index(
        op.f("ix_card_confirmation_guardian_id"), "card_confirmation", ["guardian_id"], unique=False
    )
    op.create_table(
        "digest",
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("guardian_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skipped", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["guardian_id"], ["person.id"], name=op.f("fk_digest_guardian_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_digest_pupil_id")),
        sa.PrimaryKeyConstraint("pupil_id", "monday", "guardian_id", name=op.f("pk_digest")),
    )
    op.create_index("ix_digest_guardian_id", "digest", ["guardian_id"], unique=False)
    op.create_table(
        "exemption",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("attends", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_exemption_dates")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_exemption_entered_by")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_exemption_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_exemption_school_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_exemption_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
    )
    op.create_index("ix_exemption_pupil_id", "exemption", ["pupil_id", "starts_on"], unique=False)
    op.create_index(op.f("ix_exemption_school_id"), "exemption", ["school_id"], unique=False)
    op.create_table(
        "information_letter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("sent_by", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_information_letter_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_information_letter_school_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_information_letter_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_letter")),
    )
    op.create_index(
        "ix_information_letter_pupil_id", "information_letter", ["pupil_id", "sent_at"], unique=False
    )
    op.create_index(
        op.f("ix_information_letter_school_id"), "information_letter", ["school_id"], unique=False
    )
    op.create_table(
        "mute",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("muted_by", sa.BigInteger(), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["muted_by"], ["person.id"], name=op.f("fk_mute_muted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mute_person_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_mute_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_mute_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mute")),
    )
    op.create_index("ix_mute_person_id", "mute", ["person_id", "until"], unique=False)
    op.create_index(op.f("ix_mute_school_id"), "mute", ["school_id"], unique=False)
    op.create_table(
        "notice_choice",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "topic",
            sa.Enum(
                "marks",
                "debts",
                "homework",
                "failing",
                "digest",
                "events",
                "broadcasts",
                name="noticetopic",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "at_once",
                "evening",
                "off",
                name="noticemode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_choice_person_id")),
        sa.PrimaryKeyConstraint("person_id", "topic", name=op.f("pk_notice_choice")),
    )
    op.create_table(
        "notice_preferences",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("digest_weekday", sa.SmallInteger(), nullable=True),
        sa.Column("digest_time", sa.Time(), nullable=True),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        sa.Column("evening_time", sa.Time(), nullable=True),
        sa.Column(
            "personal_data",
            sa.Enum(
                "initials",
                "none",
                name="personaldatawish",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("language", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_preferences_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_preferences")),
    )
    op.create_table(
        "office_hours",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("opens < closes", name=op.f("ck_office_hours_hours")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_office_hours_person_id")),
        sa.PrimaryKeyConstraint("person_id", "weekday", name=op.f("pk_office_hours")),
    )
    op.create_table(
        "week_summary",
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_week_summary_pupil_id")),
        sa.PrimaryKeyConstraint("pupil_id", "monday", name=op.f("pk_week_summary")),
    )
    op.create_table(
        "absence_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("planned_id", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "sent",
                "accepted",
                "document_asked",
                "rejected",
                "withdrawn",
                name="requeststate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("document_due_on", sa.Date(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_absence_request_decided_by")),
        sa.ForeignKeyConstraint(
            ["planned_id"], ["planned_absence.id"], name=op.f("fk_absence_request_planned_id")
        ),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_absence_request_pupil_id")),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["person.id"], name=op.f("fk_absence_request_requested_by")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_absence_request_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_request")),
    )
    op.create_index(op.f("ix_absence_request_planned_id"), "absence_request", ["planned_id"], unique=False)
    op.create_index(
        "ix_absence_request_pupil_id", "absence_request", ["pupil_id", "requested_at"], unique=False
    )
    op.create_index(op.f("ix_absence_request_school_id"), "absence_request", ["school_id"], unique=False)
    op.create_table(
        "broadcast_file",
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_broadcast_file_broadcast_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_broadcast_file_file_id")),
        sa.PrimaryKeyConstraint("broadcast_id", "file_id", name=op.f("pk_broadcast_file")),
    )
    op.create_index(op.f("ix_broadcast_file_file_id"), "broadcast_file", ["file_id"], unique=False)
    op.create_table(
        "broadcast_recipient",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("option", sa.SmallInteger(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_broadcast_recipient_broadcast_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_broadcast_recipient_person_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_broadcast_recipient_pupil_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_recipient")),
        sa.UniqueConstraint(
            "broadcast_id",
            "person_id",
            "pupil_id",
            name=op.f("uq_broadcast_recipient_broadcast_id_person_id_pupil_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        op.f("ix_broadcast_recipient_person_id"), "broadcast_recipient", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_broadcast_recipient_pupil_id"), "broadcast_recipient", ["pupil_id"], unique=False
    )
    op.create_table(
        "broadcast_target",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("pupil_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("num_nonnulls(group_id, pupil_id) = 1", name=op.f("ck_broadcast_target_one")),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_broadcast_target_broadcast_id")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["study_group.id"], name=op.f("fk_broadcast_target_group_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_broadcast_target_pupil_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_target")),
        sa.UniqueConstraint(
            "broadcast_id",
            "group_id",
            "pupil_id",
            name=op.f("uq_broadcast_target_broadcast_id_group_id_pupil_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("remind_days", sa.SmallInteger(), nullable=True),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_event_entered_by")),
        sa.ForeignKeyConstraint(["group_id"], ["study_group.id"], name=op.f("fk_event_group_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_event_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_group_id"), "event", ["group_id"], unique=False)
    op.create_index("ix_event_school_id", "event", ["school_id", "date"], unique=False)
    op.create_table(
        "failing_notice",
        sa.Column("pupil_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("term_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_failing_notice_course_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_failing_notice_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_failing_notice_school_id")),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_failing_notice_term_id")),
        sa.PrimaryKeyConstraint("pupil_id", "course_id", "term_id", name=op.f("pk_failing_notice")),
    )
    op.create_index(op.f("ix_failing_notice_course_id"), "failing_notice", ["course_id"], unique=False)
    op.create_index(op.f("ix_failing_notice_school_id"), "failing_notice", ["school_id"], unique=False)
    op.create_index(op.f("ix_failing_notice_term_id"), "failing_notice", ["term_id"], unique=False)
    op.create_table(
        "letter_receipt",
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("guardian_id", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["guardian_id"], ["person.id"], name=op.f("fk_letter_receipt_guardian_id")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["information_letter.id"], name=op.f("fk_letter_receipt_letter_id")
        ),
        sa.PrimaryKeyConstraint("letter_id", "guardian_id", name=op.f("pk_letter_receipt")),
    )
    op.create_index(op.f("ix_letter_receipt_guardian_id"), "letter_receipt", ["guardian_id"], unique=False)
    op.create_table(
        "published_document",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("for_families", sa.Boolean(), nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_published_document_file_id")),
        sa.ForeignKeyConstraint(
            ["published_by"], ["person.id"], name=op.f("fk_published_document_published_by")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_published_document_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_document")),
        sa.UniqueConstraint("file_id", "title", name=op.f("uq_published_document_file_id_title")),
    )
    op.create_index(
        op.f("ix_published_document_school_id"), "published_document", ["school_id"], unique=False
    )
    op.create_table(
        "thread",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "desk",
            sa.Enum(
                "class_teacher",
                "teacher",
                "administration",
                "help",
                name="desk",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("pupil_id", sa.BigInteger(), nullable=True),
        sa.Column("course_id", sa.BigInteger(), nullable=True),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("awaits_school_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(course_id is not null) = (desk = 'teacher')", name=op.f("ck_thread_course")),
        sa.CheckConstraint(
            "(staff_id is not null) = (desk in ('class_teacher', 'teacher'))", name=op.f("ck_thread_staff")
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_thread_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_thread_person_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["person.id"], name=op.f("fk_thread_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_thread_school_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["person.id"], name=op.f("fk_thread_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint(
            "person_id",
            "desk",
            "staff_id",
            "pupil_id",
            "course_id",
            name=op.f("uq_thread_person_id_desk_staff_id_pupil_id_course_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_thread_desk", "thread", ["school_id", "desk", "last_message_at"], unique=False)
    op.create_index(op.f("ix_thread_pupil_id"), "thread", ["pupil_id"], unique=False)
    op.create_index("ix_thread_staff_id", "thread", ["staff_id", "last_message_at"], unique=False)
    op.create_table(
        "week_reconciliation",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("reconciled_by", sa.BigInteger(), nullable=False),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["study_group.id"], name=op.f("fk_week_reconciliation_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["reconciled_by"], ["person.id"], name=op.f("fk_week_reconciliation_reconciled_by")
        ),
        sa.PrimaryKeyConstraint("group_id", "monday", name=op.f("pk_week_reconciliation")),
    )
    op.create_table(
        "omission",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("lesson_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "missing",
            sa.Enum(
                "register",
                "topic",
                "homework",
                "marks",
                name="missingrecord",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("told_by", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["study_group.id"], name=op.f("fk_omission_group_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_omission_lesson_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_omission_school_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_omission_settled_by")),
        sa.ForeignKeyConstraint(["told_by"], ["person.id"], name=op.f("fk_omission_told_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_omission")),
        sa.UniqueConstraint(
            "lesson_id", "missing", "group_id", name=op.f("uq_omission_lesson_id_missing_group_id")
        ),
    )
    op.create_index(
        "ix_omission_open",
        "omission",
        ["school_id", "told_at"],
        unique=False,
        postgresql_where="settled_at is null",
    )
    op.create_table(
        "thread_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("from_school", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("original_id", sa.BigInteger(), nullable=True),
        sa.Column("binding_id", sa.BigInteger(), nullable=False),
        sa.Column("inbound_ref", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_thread_message_author_id")),
        sa.ForeignKeyConstraint(["binding_id"], ["binding.id"], name=op.f("fk_thread_message_binding_id")),
        sa.ForeignKeyConstraint(
            ["original_id"], ["thread_message.id"], name=op.f("fk_thread_message_original_id")
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_thread_message_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_message")),
    )
    op.create_index("ix_thread_message_author_id", "thread_message", ["author_id", "sent_at"], unique=False)
    op.create_index("ix_thread_message_original_id", "thread_message", ["original_id", "id"], unique=False)
    op.create_index("ix_thread_message_thread_id", "thread_message", ["thread_id", "id"], unique=False)
    op.create_index(
        "uq_thread_message_inbound",
        "thread_message",
        ["binding_id", "inbound_ref"],
        unique=True,
        postgresql_where="original_id is null",
    )
    op.create_table(
        "thread_file",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_thread_file_file_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["thread_message.id"], name=op.f("fk_thread_file_message_id")
        ),
        sa.PrimaryKeyConstraint("message_id", "file_id", name=op.f("pk_thread_file")),
    )
    op.create_index(op.f("ix_thread_file_file_id"), "thread_file", ["file_id"], unique=False)
    op.drop_index("ix_mark_pupil_id", table_name="mark")
    op.create_index("ix_mark_pupil_id", "mark", ["pupil_id", "given_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_mark_pupil_id", table_name="mark")
    op.create_index("ix_mark_pupil_id", "mark", ["pupil_id"], unique=False)
    op.drop_index(op.f("ix_thread_file_file_id"), table_name="thread_file")
    op.drop_table("thread_file")
    op.drop_index(
        "uq_thread_message_inbound", table_name="thread_message", postgresql_where="original_id is null"
    )
    op.drop_index("ix_thread_message_thread_id", table_name="thread_message")
    op.drop_index("ix_thread_message_original_id", table_name="thread_message")
    op.drop_index("ix_thread_message_author_id", table_name="thread_message")
    op.drop_table("thread_message")
    op.drop_index("ix_omission_open", table_name="omission", postgresql_where="settled_at is null")
    op.drop_table("omission")
    op.drop_table("week_reconciliation")
    op.drop_index("ix_thread_staff_id", table_name="thread")
    op.drop_index(op.f("ix_thread_pupil_id"), table_name="thread")
    op.drop_index("ix_thread_desk", table_name="thread")
    op.drop_table("thread")
    op.drop_index(op.f("ix_published_document_school_id"), table_name="published_document")
    op.drop_table("published_document")
    op.drop_index(op.f("ix_letter_receipt_guardian_id"), table_name="letter_receipt")
    op.drop_table("letter_receipt")
    op.drop_index(op.f("ix_failing_notice_term_id"), table_name="failing_notice")
    op.drop_index(op.f("ix_failing_notice_school_id"), table_name="failing_notice")
    op.drop_index(op.f("ix_failing_notice_course_id"), table_name="failing_notice")
    op.drop_table("failing_notice")
    op.drop_index("ix_event_school_id", table_name="event")
    op.drop_index(op.f("ix_event_group_id"), table_name="event")
    op.drop_table("event")
    op.drop_table("broadcast_target")
    op.drop_index(op.f("ix_broadcast_recipient_pupil_id"), table_name="broadcast_recipient")
    op.drop_index(op.f("ix_broadcast_recipient_person_id"), table_name="broadcast_recipient")
    op.drop_table("broadcast_recipient")
    op.drop_index(op.f("ix_broadcast_file_file_id"), table_name="broadcast_file")
    op.drop_table("broadcast_file")
    op.drop_index(op.f("ix_absence_request_school_id"), table_name="absence_request")
    op.drop_index("ix_absence_request_pupil_id", table_name="absence_request")
    op.drop_index(op.f("ix_absence_request_planned_id"), table_name="absence_request")
    op.drop_table("absence_request")
    op.drop_table("week_summary")
    op.drop_table("office_hours")
    op.drop_table("notice_preferences")
    op.drop_table("notice_choice")
    op.drop_index(op.f("ix_mute_school_id"), table_name="mute")
    op.drop_index("ix_mute_person_id", table_name="mute")
    op.drop_table("mute")
    op.drop_index(op.f("ix_information_letter_school_id"), table_name="information_letter")
    op.drop_index("ix_information_letter_pupil_id", table_name="information_letter")
    op.drop_table("information_letter")
    op.drop_index(op.f("ix_exemption_school_id"), table_name="exemption")
    op.drop_index("ix_exemption_pupil_id", table_name="exemption")
    op.drop_table("exemption")
    op.drop_index("ix_digest_guardian_id", table_name="digest")
    op.drop_table("digest")
    op.drop_index(op.f("ix_card_confirmation_guardian_id"), table_name="card_confirmation")
    op.drop_table("card_confirmation")
    op.drop_table("card_check")
    op.drop_index("uq_card_change_open", table_name="card_change", postgresql_where="state = 'open'")
    op.drop_index(op.f("ix_card_change_school_id"), table_name="card_change")
    op.drop_index("ix_card_change_pupil_id", table_name="card_change")
    op.drop_table("card_change")
    op.drop_index(op.f("ix_broadcast_template_school_id"), table_name="broadcast_template")
    op.drop_index(op.f("ix_broadcast_template_owner_id"), table_name="broadcast_template")
    op.drop_table("broadcast_template")
    op.drop_index(op.f("ix_broadcast_school_id"), table_name="broadcast")
    op.drop_index("ix_broadcast_author_id", table_name="broadcast")
    op.drop_table("broadcast")
    op.drop_index("ix_stored_file_uploaded_by", table_name="stored_file")
    op.drop_constraint(op.f("uq_stored_file_school_id_sha256_name"), "stored_file")
    op.create_unique_constraint(
        "uq_stored_file_school_id_sha256", "stored_file", ["school_id", "sha256"]
    )  # refuses while a content is kept under two names
