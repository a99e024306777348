"""Information letters as a file, a page for every pupil (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.documents.typesetting import pdf
from services.letters import LetterContent


def letters_pdf(letters: Sequence[LetterContent]) -> bytes:
    """In their order; at least one."""
    return pdf("letter", {"letters": [_letter(letter) for letter in letters]})


def _letter(letter: LetterContent) -> dict[str, Any]:
    attendance = letter.attendance
    return {
        "school": letter.school,
        "pupil": f"{letter.last_name} {letter.first_name}".strip(),
        "group": letter.group,
        "author": letter.author,
        "from": f"{letter.starts_on:%d.%m.%Y}",
        "to": f"{letter.ends_on:%d.%m.%Y}",
        "subjects": [
            {"name": one.subject, "marks": list(one.marks), "count": one.count, "average": one.average}
            for one in letter.subjects
        ],
        "attendance": {
            "days": attendance.days,
            "lessons": attendance.lessons,
            "valid": attendance.valid,
            "not_valid": attendance.not_valid,
            "unexplained": attendance.unexplained,
            "excused": attendance.excused,
            "late": attendance.late,
            "reasons": [f"{reason} — {lessons}" for reason, lessons in letter.reasons],
        },
        "remark": letter.remark,
    }
