"""What the cells of a file refer to: classes, subjects, staff, pupils of a class.

A sheet in the file is the whole truth about its things; where the file has no such sheet, the database is
asked (docs/decisions/0005-import.md).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from services.importing.context import Context
from services.importing.layout import BY_KEY
from services.importing.people import Directory, Someone
from services.importing.problems import nearest
from services.importing.school_file import Subject
from services.importing.tables import Row
from services.importing.text import fold, fold_class

_ABBREVIATION = re.compile(r"[^\s.\-]+")


@dataclass(slots=True)
class References:
    context: Context
    group_names: dict[str, str] = field(default_factory=dict)
    staff: Directory = field(default_factory=lambda: Directory([]))
    pupils: dict[str, Directory] = field(default_factory=dict)
    """By class."""
    pupils_of_unknown_class: Directory = field(default_factory=lambda: Directory([]))
    """Their own rows were reported; references to them are not."""
    half_read: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By sheet: surnames of people whose names could not be read."""
    disputed_ids: frozenset[str] = frozenset()
    """Used for different people, which was reported there."""
    subjects: dict[str, Subject] = field(default_factory=dict)
    abbreviations: dict[str, list[Subject]] = field(default_factory=lambda: defaultdict(list))
    """Subjects by the abbreviations that the school listed."""
    may_name_subjects: bool = False
    """Whether the sheet of courses brings subjects in: there is no sheet of subjects."""
    _reported_sheets: set[str] = field(default_factory=set)

    def can_judge(self, sheet: str, holds_any: bool, row: Row, column: str) -> bool:
        """Whether an unknown reference to a thing of `sheet` is the fault of this row.

        A missing sheet is one error at the first row that needs it; a broken one was reported already.
        """
        if holds_any:
            return not self.context.is_broken(sheet)
        if sheet not in self.context.tables and sheet not in self._reported_sheets:
            self._reported_sheets.add(sheet)
            self.context.problems.error("sheet_missing", row, column, missing=BY_KEY[sheet].russian)
        return sheet in self.context.tables and not self.context.is_broken(sheet)

    def group(self, row: Row, column: str = "group") -> str | None:
        """One class; None after reporting."""
        groups = self.groups(row, column)
        if groups is not None and len(groups) != 1:
            self.context.problems.error("one_class_expected", row, column)
            return None
        return next(iter(groups)) if groups else None

    def groups(self, row: Row, column: str = "group") -> frozenset[str] | None:
        """«7А+7Б»; None after reporting, also when one of several is unknown."""
        text = self.context.text(row, column)
        if not text:
            return None
        found = set()
        is_whole = True
        for part in text.split("+"):
            key = fold_class(part)
            if key in self.group_names:
                found.add(key)
                continue
            is_whole = False
            if self.can_judge("groups", bool(self.group_names), row, column):
                suggestion = nearest(key, list(self.group_names.values()), at_least=50)
                self.context.problems.error(
                    "unknown_group", row, column, suggestion=suggestion, part=part.strip()
                )
        return frozenset(found) if is_whole else None

    def employee(self, row: Row, column: str) -> Someone | None:
        """None when the cell is empty, or after reporting."""
        if not row[column] or column in row.unusable or fold(row[column]) in self.disputed_ids:
            return None
        if not self.staff.find(row[column]) and (
            self._is_half_read(row, column, "staff")
            or not self.can_judge("staff", bool(self.staff.people), row, column)
        ):
            return None
        return self.staff.one(self.context, row, column, "unknown_staff")

    def pupil(self, row: Row, groups: frozenset[str], column: str = "pupil") -> Someone | None:
        """A pupil of one of the classes; None after reporting."""
        if not self.context.text(row, column) or fold(row[column]) in self.disputed_ids:
            return None
        key = "+".join(sorted(groups))
        if key not in self.pupils:
            of_groups = [p for group in groups if group in self.pupils for p in self.pupils[group].people]
            self.pupils[key] = Directory(of_groups)
        directory = self.pupils[key]
        if directory.find(row[column]):
            return directory.one(self.context, row, column, "unknown_pupil")
        if self.pupils_of_unknown_class.find(row[column]) or self._is_half_read(row, column, "pupils"):
            return None
        everybody = any(directory.people for directory in self.pupils.values())
        if not self.can_judge("pupils", everybody, row, column):
            return None
        names = ", ".join(self.group_names[group] for group in sorted(groups))
        return directory.one(self.context, row, column, "unknown_pupil", group=names)

    def _is_half_read(self, row: Row, column: str, sheet: str) -> bool:
        """Whether it may mean somebody whose own name is wrong, which was reported there."""
        return fold(row[column]).split(" ")[0] in self.half_read[sheet]

    def subject(self, row: Row) -> str | None:
        """By name, or by an abbreviation that fits only one; None after reporting."""
        text = self.context.text(row, "subject")
        if not text:
            return None
        key = fold(text)
        if key in self.subjects:
            return key
        found = self._abbreviated(key)
        if len(found) == 1:
            self.context.problems.note("subject_abbreviated", row, "subject", name=found[0].name)
            return found[0].key
        if found:
            self.context.problems.error(
                "reference_fits_several",
                row,
                "subject",
                suggestion=found[0].name,
                candidates="; ".join(subject.name for subject in found),
            )
        elif self.may_name_subjects and row.header.key == "courses":
            self.subjects[key] = Subject(key, text, ())
            return key
        elif self.can_judge(
            "courses" if self.may_name_subjects else "subjects", bool(self.subjects), row, "subject"
        ):
            suggestion = nearest(text, [subject.name for subject in self.subjects.values()])
            self.context.problems.error("unknown_subject", row, "subject", suggestion=suggestion)
        return None

    def _abbreviated(self, key: str) -> list[Subject]:
        listed = self.abbreviations.get(key, [])
        if listed or "." not in key:
            return listed
        parts = _ABBREVIATION.findall(key)
        return [s for s in self.subjects.values() if _abbreviates(parts, _ABBREVIATION.findall(s.key))]


def _abbreviates(parts: list[str], words: list[str]) -> bool:
    return len(parts) <= len(words) and all(
        word.startswith(part) for part, word in zip(parts, words, strict=False)
    )
