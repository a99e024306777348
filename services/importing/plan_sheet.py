"""The sheet «КТП»: calendar-thematic plans (J1)."""

from __future__ import annotations

from db.enums import LessonKind
from services.importing.context import Context
from services.importing.references import References
from services.importing.school_file import Topic
from services.importing.tables import Row
from services.importing.values import parse_grade, parse_lesson_kind, parse_position

DEFAULT_VARIANT = "1"


def read_plan(context: Context, references: References) -> list[Topic]:
    if "plan" not in context.tables:
        return list(context.known.topics) if context.known else []
    topics: list[Topic] = []
    seen: dict[tuple[str, int, str, int], Row] = {}
    for row in context.rows("plan"):
        subject = references.subject(row)
        grade = context.required(row, "grade", parse_grade)
        number = context.required(row, "number", parse_position)
        text = context.text(row, "topic")
        kind = context.value(row, "kind", parse_lesson_kind)
        if not subject or grade is None or number is None:
            continue
        variant = row["variant"] or DEFAULT_VARIANT
        key = (subject, grade, variant, number)
        if (first := seen.setdefault(key, row)) is not row:
            context.problems.error("repeated", row, "number", first_row=first.number)
            continue
        topics.append(
            Topic(subject, grade, variant, number, text, kind or LessonKind.LESSON, row["homework"], row)
        )
    return topics
