"""Nobody is in two places in one lesson: teachers, pupils, rooms (S3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from services.importing.context import Context
from services.importing.problems import Problems
from services.importing.school_file import CourseKey, Group, Person, SchoolContent, Slot
from services.importing.teaching_sheets import overlap
from services.importing.text import fold


def report_clashes(context: Context, content: SchoolContent) -> None:
    """Every row of the timetable that meets an earlier one; which days, weeks and pupils is considered."""
    pupils = _pupils_of_courses(content)
    at_once: dict[tuple[int, int], list[Slot]] = defaultdict(list)
    for slot in content.slots:
        at_once[slot.weekday, slot.number].append(slot)
    for slots in at_once.values():
        _report_teachers(context.problems, slots, content.people)
        _report_pupils(context.problems, slots, pupils, content)
        _note_rooms(context.problems, slots, content.groups)


def _meet(one: Slot, other: Slot) -> bool:
    return (one.week is None or other.week is None or one.week is other.week) and overlap(one, other)


def _report_teachers(problems: Problems, slots: list[Slot], people: dict[int, Person]) -> None:
    earlier: dict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        other = next((o for o in earlier[slot.teacher] if _meet(o, slot)), None)
        if other and slot.row:
            problems.error(
                "teacher_clash",
                slot.row,
                "teacher" if slot.row["teacher"] else "number",
                who=people[slot.teacher].name.short,
                row=other.row.number if other.row else 0,
                group=other.row["group"] if other.row else "",
            )
        earlier[slot.teacher].append(slot)


def _pupils_of_courses(content: SchoolContent) -> dict[CourseKey, frozenset[int]]:
    """Pupils of every subgroup course; those of whole classes are their classes."""
    class_of = {pupil.person: pupil.group for pupil in content.pupils}
    found: dict[CourseKey, set[int]] = defaultdict(set)
    for member in content.members:
        if class_of.get(member.pupil) in member.course.groups:
            found[member.course].add(member.pupil)
    return {course: frozenset(pupils) for course, pupils in found.items()}


def _report_pupils(
    problems: Problems,
    slots: list[Slot],
    members: dict[CourseKey, frozenset[int]],
    content: SchoolContent,
) -> None:
    class_of = {pupil.person: pupil.group for pupil in content.pupils}
    earlier: dict[str, list[Slot]] = defaultdict(list)
    for slot in slots:
        for other in (other for group in sorted(slot.course.groups) for other in earlier[group]):
            if not slot.row or not _meet(other, slot):
                continue
            shared = _shared(slot.course, other.course, members, class_of)
            if shared is None:
                continue
            names = sorted(content.people[pupil].name.full for pupil in shared)
            groups = sorted(slot.course.groups & other.course.groups)
            problems.error(
                "pupil_clash" if names else "class_clash",
                slot.row,
                "group",
                who=", ".join(names[:3]),
                count=len(names),
                groups=", ".join(content.groups[key].name for key in groups if key in content.groups),
                row=other.row.number if other.row else 0,
            )
            break
        for group in slot.course.groups:
            earlier[group].append(slot)


def _shared(
    one: CourseKey,
    other: CourseKey,
    members: dict[CourseKey, frozenset[int]],
    class_of: dict[int, str],
) -> frozenset[int] | None:
    """Pupils of both courses; empty: whole classes, whoever is in them; None: nobody."""
    if not one.subgroup and not other.subgroup:
        return frozenset()
    if one.subgroup and other.subgroup:
        shared = members.get(one, frozenset()) & members.get(other, frozenset())
    else:
        part, whole = (one, other) if one.subgroup else (other, one)
        shared = frozenset(p for p in members.get(part, ()) if class_of[p] in whole.groups)
    return shared or None


def _note_rooms(problems: Problems, slots: list[Slot], groups: dict[str, Group]) -> None:
    earlier: dict[tuple[str, str], list[Slot]] = defaultdict(list)
    for slot in slots:
        campus = _campus(slot.course.groups, groups)
        for room in slot.rooms:
            other = next((o for o in earlier[campus, fold(room)] if _meet(o, slot)), None)
            if other and slot.row:
                row = other.row.number if other.row else 0
                problems.note("room_shared", slot.row, "room", room=room, row=row)
            earlier[campus, fold(room)].append(slot)


def _campus(keys: Iterable[str], groups: dict[str, Group]) -> str:
    return next((fold(groups[key].campus or "") for key in sorted(keys) if key in groups), "")
