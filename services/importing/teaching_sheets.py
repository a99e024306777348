"""The sheets «Предметы», «Нагрузка», «Подгруппы» and «Расписание» (S2-S4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from services.importing.calendar_sheets import BellSheet
from services.importing.context import Context
from services.importing.problems import nearest
from services.importing.references import References
from services.importing.school_file import CourseKey, Group, Load, Member, Slot, Subject, Year
from services.importing.tables import Row
from services.importing.text import fold
from services.importing.values import parse_hours, parse_lesson_number, parse_week, parse_weekday, split_list

Validity = tuple[date | None, date | None]


@dataclass(slots=True)
class TeachingSheets:
    context: Context
    references: References
    year: Year
    groups: dict[str, Group]
    bells: BellSheet
    loads: list[Load] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    members: dict[Member, Row | None] = field(default_factory=dict)
    unclear: set[CourseKey] = field(default_factory=set)
    """Courses with a row that was reported: what would follow from it is not."""
    _by_subject: dict[tuple[str, str], set[CourseKey]] = field(default_factory=lambda: defaultdict(set))
    _loads_of: dict[CourseKey, list[Load]] = field(default_factory=lambda: defaultdict(list))

    def add_course(self, course: CourseKey) -> None:
        for group in course.groups:
            self._by_subject[group, course.subject].add(course)

    def add_load(self, load: Load) -> None:
        self.add_course(load.course)
        self.loads.append(load)
        self._loads_of[load.course].append(load)

    def courses_of(self, groups: Iterable[str], subject: str) -> set[CourseKey]:
        """Courses of any of the classes in the subject."""
        return {course for group in groups for course in self._by_subject.get((group, subject), ())}

    def loads_of(self, course: CourseKey) -> list[Load]:
        return self._loads_of.get(course, [])

    def covering(self, course: CourseKey, group: str) -> list[CourseKey]:
        """Courses that teach the class what `course` does, alone or together with others."""
        return [c for c in self.courses_of([group], course.subject) if c.subgroup == course.subgroup]


def read_subjects(context: Context, references: References) -> None:
    """Fill the references; where the file has no such sheet, the courses name the subjects."""
    if "subjects" in context.tables:
        rows: dict[str, Row] = {}
        for row in context.rows("subjects"):
            name = context.text(row, "name")
            key = fold(name)
            if key in rows:
                context.problems.error("repeated", row, "name", first_row=rows[key].number)
            elif key:
                rows[key] = row
                references.subjects[key] = Subject(key, name, tuple(split_list(row["short"])))
    else:
        references.subjects = dict(context.known.subjects) if context.known else {}
        references.may_name_subjects = True
    for subject in references.subjects.values():
        for short in dict.fromkeys(map(fold, subject.short_names)):
            references.abbreviations[short].append(subject)


def read_teaching(
    context: Context, references: References, year: Year, groups: dict[str, Group], bells: BellSheet
) -> TeachingSheets:
    """People must have been settled before."""
    sheets = TeachingSheets(context, references, year, groups, bells)
    _read_courses(sheets)
    _read_timetable(sheets)
    _read_members(sheets)
    return sheets


def overlap(one: Load | Slot, other: Load | Slot | Validity) -> bool:
    """Whether both hold on some day; None is the edge of the year."""
    valid_from, valid_to = other if isinstance(other, tuple) else (other.valid_from, other.valid_to)
    starts = [day for day in (one.valid_from, valid_from) if day]
    ends = [day for day in (one.valid_to, valid_to) if day]
    return not starts or not ends or max(starts) <= min(ends)


def _read_courses(sheets: TeachingSheets) -> None:
    context, references = sheets.context, sheets.references
    if "courses" not in context.tables:
        for known in context.known.loads if context.known else ():
            sheets.add_load(known)
        return
    for row in context.rows("courses"):
        groups, subject = references.groups(row), references.subject(row)
        teacher = references.employee(row, "teacher") if context.text(row, "teacher") else None
        hours = context.value(row, "hours_per_week", parse_hours)
        validity = context.period(row, "valid_from", "valid_to", sheets.year)
        if not groups or not subject:
            continue
        course = CourseKey(groups, subject, fold(row["subgroup"]))
        sheets.add_course(course)
        if not teacher:
            sheets.unclear.add(course)
            continue
        variant = row["plan_variant"] or None
        load = Load(course, row["subgroup"], teacher.key, hours, variant, *validity, row)
        same_teacher = (other for other in sheets.loads_of(course) if other.teacher == load.teacher)
        other = next((other for other in same_teacher if overlap(other, load)), None)
        if other is None or other.row is None:
            sheets.add_load(load)
        elif other == load:
            context.problems.note("row_again", row, "subject", first_row=other.row.number)
        else:
            context.problems.error("repeated", row, "subject", first_row=other.row.number)


def _read_timetable(sheets: TeachingSheets) -> None:
    context = sheets.context
    if "timetable" not in context.tables:
        sheets.slots = list(context.known.slots) if context.known else []
    else:
        seen: dict[tuple[object, ...], Row] = {}
        for row in context.rows("timetable"):
            slot = _read_slot(sheets, row)
            if slot is None:
                continue
            lesson = (slot.course, slot.teacher, slot.weekday, slot.number, slot.week, slot.valid_from)
            if (first := seen.setdefault((*lesson, slot.valid_to), row)) is not row:
                context.problems.note("row_again", row, "subject", first_row=first.number)
            else:
                sheets.slots.append(slot)
    for slot in sheets.slots:
        sheets.add_course(slot.course)


def _read_slot(sheets: TeachingSheets, row: Row) -> Slot | None:
    context, references = sheets.context, sheets.references
    weekday = context.required(row, "weekday", parse_weekday)
    number = context.required(row, "number", parse_lesson_number)
    groups, subject = references.groups(row), references.subject(row)
    week = context.value(row, "week", parse_week)
    validity = context.period(row, "valid_from", "valid_to", sheets.year)
    given = references.employee(row, "teacher")
    if weekday and number is not None and groups:
        _check_bell(sheets, row, weekday, number, groups)
    if not groups or not subject:
        return None
    course = CourseKey(groups, subject, fold(row["subgroup"]))
    if not _is_subgroup_known(sheets, row, course) or (row["teacher"] and not given):
        return None
    if given:
        teacher: int | None = given.key
        _note_strange_teacher(sheets, row, course, given.key, validity)
    else:
        teacher = _only_teacher(sheets, row, course, validity)
    if weekday is None or number is None or teacher is None:
        return None
    rooms = tuple(split_list(row["room"]))
    return Slot(course, row["subgroup"], teacher, weekday, number, rooms, week, *validity, row)


def _check_bell(sheets: TeachingSheets, row: Row, weekday: int, number: int, groups: frozenset[str]) -> None:
    bells = sheets.bells
    if not bells.is_complete or not sheets.references.can_judge("bells", bool(bells.bells), row, "number"):
        return
    for campus in {sheets.groups[group].campus for group in groups if group in sheets.groups}:
        numbers = bells.numbers(weekday, campus)
        if number not in numbers:
            closest = min(numbers, key=lambda known: abs(known - number), default=None)
            suggestion = None if closest is None else str(closest)
            sheets.context.problems.error("lesson_without_bell", row, "number", suggestion=suggestion)
            return


def _is_subgroup_known(sheets: TeachingSheets, row: Row, course: CourseKey) -> bool:
    known = {c.subgroup for c in sheets.courses_of(course.groups, course.subject) if c.subgroup}
    if not course.subgroup or course.subgroup in known or not known:
        return True
    suggestion = nearest(row["subgroup"], sorted(known))
    sheets.context.problems.error("unknown_subgroup", row, "subgroup", suggestion=suggestion)
    return False


def _teachers(sheets: TeachingSheets, course: CourseKey, validity: Validity) -> set[int]:
    """Who teaches the course then; of classes put together only for a lesson: who teaches them all."""
    own = {load.teacher for load in sheets.loads_of(course) if overlap(load, validity)}
    if own:
        return own
    of_groups = [
        {
            load.teacher
            for covering in sheets.covering(course, group)
            for load in sheets.loads_of(covering)
            if overlap(load, validity)
        }
        for group in course.groups
    ]
    return set.intersection(*of_groups)


def _is_unclear(sheets: TeachingSheets, course: CourseKey) -> bool:
    courses = [c for group in course.groups for c in sheets.covering(course, group)]
    return sheets.context.is_broken("courses") or not sheets.unclear.isdisjoint(courses)


def _only_teacher(sheets: TeachingSheets, row: Row, course: CourseKey, validity: Validity) -> int | None:
    found = _teachers(sheets, course, validity)
    if _is_unclear(sheets, course) or "teacher" in row.unusable:
        return None
    people = sheets.references.staff.people
    names = [person.name.short for person in people if person.key in found]
    if len(found) == 1:
        sheets.context.problems.note("teacher_inferred", row, "teacher", name=names[0] if names else "")
        return found.pop()
    if found:
        sheets.context.problems.error(
            "teacher_not_sure", row, "teacher", suggestion=names[0], candidates="; ".join(names)
        )
    else:
        sheets.context.problems.error("teacher_missing", row, "teacher")
    return None


def _note_strange_teacher(
    sheets: TeachingSheets, row: Row, course: CourseKey, teacher: int, validity: Validity
) -> None:
    if not _is_unclear(sheets, course) and teacher not in _teachers(sheets, course, validity):
        sheets.context.problems.note("teacher_without_load", row, "teacher")


def _read_members(sheets: TeachingSheets) -> None:
    context, references = sheets.context, sheets.references
    if "subgroups" not in context.tables:
        sheets.members = dict.fromkeys(context.known.members) if context.known else {}
        return
    for row in context.rows("subgroups"):
        groups, subject = references.groups(row), references.subject(row)
        name = fold(context.text(row, "subgroup"))
        pupil = references.pupil(row, groups) if groups else None
        if not groups or not subject or not name:
            continue
        courses = sheets.courses_of(groups, subject)
        fitting = [course for course in courses if course.subgroup == name]
        if not fitting:
            _report_unknown_subgroup(sheets, row, {course.subgroup for course in courses})
        elif pupil:
            for course in fitting:
                member = Member(course, pupil.key)
                if (first := sheets.members.setdefault(member, row)) is not row and first:
                    context.problems.note("row_again", row, "pupil", first_row=first.number)


def _report_unknown_subgroup(sheets: TeachingSheets, row: Row, known: set[str]) -> None:
    if sheets.context.is_broken("courses") or sheets.context.is_broken("timetable"):
        return
    if not known and not sheets.references.can_judge("courses", bool(sheets.loads), row, "subject"):
        return
    suggestion = nearest(row["subgroup"], sorted(filter(None, known)))
    sheets.context.problems.error("unknown_subgroup", row, "subgroup", suggestion=suggestion)
