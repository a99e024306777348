"""Writes subjects, courses with their teachers and subgroups, the timetable and the plans."""

from __future__ import annotations

from typing import Any

from db.models import Course, CourseTeacher, PlanTopic, Slot, SubgroupMember, Subject
from db.queries import importing as queries
from db.queries.importing import AnyRow
from services.importing.difference import Timeline, Wanted, sync, sync_periods
from services.importing.saving import Saving
from services.importing.text import fold


async def save_subjects(saving: Saving) -> None:
    """A subject that the file does not name stays."""
    counts, ids = await sync(
        saving.session,
        Subject,
        [
            Wanted(
                (subject.key,),
                {"name": subject.name}
                | ({"short_names": list(subject.short_names)} if "subjects" in saving.sheets else {}),
                {"short_names": []},
            )
            for subject in saving.content.subjects.values()
        ],
        saving.stored.rows.get("subject", ()),
        lambda row: (fold(row.name),),
        lambda _: {"school_id": saving.school_id},
        delete=lambda _: False,
    )
    saving.stored.subjects |= {str(key): row_id for (key, _), row_id in ids.items()}
    if "subjects" in saving.sheets or counts.differs:
        saving.count("subjects", counts)


async def save_courses(saving: Saving) -> None:
    """Courses come from the load and the timetable; they stay, because lessons hang on them."""
    content, stored = saving.content, saving.stored
    names = {load.course: load.subgroup_name for load in content.loads}
    names = {slot.course: slot.subgroup_name for slot in content.slots} | names
    new = [course for course in names if course not in stored.courses]
    ids = await queries.add(
        saving.session,
        Course,
        [
            {
                "school_id": saving.school_id,
                "year_id": saving.year_id,
                "subject_id": stored.subjects[course.subject],
                "subgroup": names[course] or None,
            }
            for course in new
        ],
    )
    stored.courses |= dict(zip(new, ids, strict=True))
    await queries.link(
        saving.session,
        [
            {"course_id": stored.courses[course], "group_id": stored.groups[group]}
            for course in new
            for group in sorted(course.groups)
        ],
    )
    if "courses" in saving.sheets:
        await _save_loads(saving)
    if "subgroups" in saving.sheets:
        await _save_members(saving)


async def _save_loads(saving: Saving) -> None:
    """A variant of the plan that was chosen in the bot stays where the file names none."""
    rows = saving.stored.rows.get("course_teacher", ())
    first_day = saving.within_year if rows else saving.content.year.starts_on
    counts = await sync_periods(
        saving.session,
        CourseTeacher,
        [
            Wanted(
                (saving.stored.courses[load.course], saving.people[load.teacher]),
                {"hours_per_week": load.hours_per_week}
                | ({"plan_variant": load.plan_variant} if load.plan_variant else {}),
                {"plan_variant": None},
                load.valid_from,
                load.valid_to,
            )
            for load in saving.content.loads
        ],
        rows,
        lambda row: (row.course_id, row.teacher_id),
        lambda key: {"school_id": saving.school_id, "course_id": key[0], "teacher_id": key[1]},
        Timeline(saving.today, first_day),
        may_end=lambda _: True,
    )
    saving.count("courses", counts)


async def _save_members(saving: Saving) -> None:
    content = saving.content
    rows = saving.stored.rows.get("subgroup_member", ())
    first_day = saving.within_year if rows else content.year.starts_on
    pupils = {saving.people[pupil.person] for pupil in content.pupils}
    counts = await sync_periods(
        saving.session,
        SubgroupMember,
        [
            Wanted((saving.stored.courses[member.course], saving.people[member.pupil]))
            for member in content.members
        ],
        rows,
        lambda row: (row.course_id, row.pupil_id),
        lambda key: {"school_id": saving.school_id, "course_id": key[0], "pupil_id": key[1]},
        Timeline(saving.today, first_day),
        may_end=lambda row: row.pupil_id in pupils,
    )
    saving.count("subgroups", counts)


async def save_timetable(saving: Saving) -> None:
    """What the file no longer says held until yesterday: the lessons of the past stay as they were."""
    if "timetable" not in saving.sheets:
        return
    content = saving.content
    rows = saving.stored.rows.get("slot", ())
    first_day = saving.within_year if rows else content.year.starts_on
    columns = ("course_id", "teacher_id", "weekday", "number", "week")
    counts = await sync_periods(
        saving.session,
        Slot,
        [
            Wanted(
                (
                    saving.stored.courses[slot.course],
                    saving.people[slot.teacher],
                    slot.weekday,
                    slot.number,
                    slot.week,
                ),
                {"rooms": list(slot.rooms)},
                {},
                slot.valid_from,
                slot.valid_to,
            )
            for slot in content.slots
        ],
        rows,
        lambda row: (row.course_id, row.teacher_id, row.weekday, row.number, row.week),
        lambda key: {"school_id": saving.school_id} | dict(zip(columns, key, strict=True)),
        Timeline(saving.today, first_day, content.year.ends_on),
        may_end=lambda _: True,
    )
    saving.count("timetable", counts)


async def save_plans(saving: Saving) -> None:
    """A plan that the file names is replaced as a whole; others stay."""
    if "plan" not in saving.sheets:
        return
    subjects = saving.stored.subjects
    wanted = [
        Wanted(
            (subjects[topic.subject], topic.grade, topic.variant, topic.number),
            {"topic": topic.topic, "kind": topic.kind, "homework": topic.homework},
        )
        for topic in saving.content.topics
    ]
    plans = {want.key[:3] for want in wanted}
    columns = ("subject_id", "grade", "variant", "number")
    of_year: dict[str, Any] = {"school_id": saving.school_id, "year_id": saving.year_id}

    def is_replaced(row: AnyRow) -> bool:
        return (row.subject_id, row.grade, row.variant) in plans

    counts, _ = await sync(
        saving.session,
        PlanTopic,
        wanted,
        saving.stored.rows.get("plan_topic", ()),
        lambda row: (row.subject_id, row.grade, row.variant, row.number),
        lambda want: of_year | dict(zip(columns, want.key, strict=True)),
        delete=is_replaced,
    )
    saving.count("plan", counts)
