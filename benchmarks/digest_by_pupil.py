"""The same digests as a loop: pupil by pupil, subject by subject, a row object for everything.

It does what one writes first, and less than the statements for all do: no control works, and no marks of last
week that came late. For a pupil it asks for settings, class, terms, events and courses; for each course
whether the pupil sits in it, its subject, the marks of the term with their works, lessons and kinds, the
final marks and the tasks; then for the absences of the week and the reason of each day; then for each
guardian about wishes, consent and account.
Every pupil is a transaction, so that one failure costs one digest; one for all is hardly faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceStatus, BindingState
from db.models import (
    AbsenceDay,
    Attendance,
    Binding,
    Consent,
    Course,
    CourseGroup,
    Digest,
    Enrolment,
    Event,
    FinalMark,
    Group,
    Guardianship,
    Homework,
    Lesson,
    Mark,
    NoticePreferences,
    Person,
    SubgroupMember,
    Subject,
    Term,
    WeekSummary,
    Work,
    WorkKind,
)
from db.queries.access import consented
from services.marks.averages import average
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.settings import institution_settings

Averages = Mapping[str, Decimal | None]


async def digest_of(
    session: AsyncSession, school_id: int, pupil_id: int, monday: date, now: datetime
) -> Averages:
    """Decide, keep and queue one pupil's digests; the averages by subject, to be compared."""
    settings = await institution_settings(session, school_id)
    friday = monday + timedelta(days=4)
    await session.get(Person, pupil_id)
    enrolment = (await session.scalars(select(Enrolment).where(Enrolment.pupil_id == pupil_id))).one()
    group = await session.get_one(Group, enrolment.group_id)
    terms = await session.scalars(
        select(Term).where(Term.year_id == group.year_id, Term.starts_on <= friday).order_by(Term.starts_on)
    )
    term = [one for one in terms if one.grades is None or group.grade in one.grades][-1]
    ahead = Event.date.between(friday + timedelta(days=1), friday + timedelta(days=7))
    events = await session.scalars(select(Event).where(Event.group_id == group.id, ahead))
    content = {"events": [event.title for event in events]}
    averages: dict[str, Decimal | None] = {}
    courses = await session.scalars(
        select(Course)
        .join(CourseGroup, CourseGroup.course_id == Course.id)
        .where(CourseGroup.group_id == group.id)
    )
    for course in courses.all():
        if course.subgroup is not None:
            member = select(SubgroupMember).where(
                SubgroupMember.course_id == course.id, SubgroupMember.pupil_id == pupil_id
            )
            if (await session.scalars(member)).first() is None:
                continue
        subject = await session.get_one(Subject, course.subject_id)
        marks = await session.execute(
            select(Mark, Work, Lesson)
            .join(Work, Work.id == Mark.work_id)
            .join(Lesson, Lesson.id == Work.lesson_id)
            .where(
                Mark.pupil_id == pupil_id,
                Lesson.course_id == course.id,
                Lesson.date.between(term.starts_on, friday),
            )
        )
        found = [(mark, work) for mark, work, _ in marks if mark.value is not None]
        counted = [(mark.value, work.weight) for mark, work in found if mark.value]
        averages[subject.name] = average(counted, settings.final_average)
        before = [(mark.value, work.weight) for mark, work in found if mark.value and mark.given_on < monday]
        content[subject.name] = [str(average(before, settings.final_average))]
        for mark, work in found:
            if mark.given_on >= monday:
                kind = await session.get_one(WorkKind, work.kind_id)
                content[subject.name].append(f"{mark.value} {kind.name} {mark.comment}")
        finals = select(FinalMark).where(
            FinalMark.pupil_id == pupil_id,
            FinalMark.subject_id == subject.id,
            FinalMark.given_on.between(monday, friday),
        )
        for final in await session.scalars(finals):
            of_term = await session.get(Term, final.term_id) if final.term_id else None
            content[subject.name].append(f"{final.value} {of_term.name if of_term else final.kind}")
        tasks = select(Homework).join(Lesson, Lesson.id == Homework.lesson_id)
        due = Homework.due_on.between(friday + timedelta(days=1), friday + timedelta(days=7))
        for task in await session.scalars(tasks.where(Lesson.course_id == course.id, due)):
            content[subject.name].append(task.text)
    missed = select(Lesson.date).join(Attendance, Attendance.lesson_id == Lesson.id)
    here = (Attendance.pupil_id == pupil_id, Lesson.date.between(monday, friday))
    cells = await session.scalars(missed.where(*here, Attendance.status == AttendanceStatus.ABSENT))
    for day in set(cells):
        await session.get(AbsenceDay, (pupil_id, day))
    session.add(WeekSummary(pupil_id=pupil_id, monday=monday, content=content))
    for guardianship in (
        await session.scalars(select(Guardianship).where(Guardianship.pupil_id == pupil_id))
    ).all():
        await _decide(session, guardianship, monday, now)
    await session.flush()
    return averages


async def _decide(session: AsyncSession, guardianship: Guardianship, monday: date, now: datetime) -> None:
    guardian_id, pupil_id = guardianship.guardian_id, guardianship.pupil_id
    await session.get(NoticePreferences, guardian_id)
    agreed = await session.scalar(select(consented(guardian_id, pupil_id)).select_from(Consent).limit(1))
    accounts = select(Binding).where(Binding.person_id == guardian_id, Binding.state == BindingState.ACTIVE)
    account = (await session.scalars(accounts)).first()
    skipped = None if account and agreed else "no_account"
    session.add(
        Digest(pupil_id=pupil_id, monday=monday, guardian_id=guardian_id, decided_at=now, skipped=skipped)
    )
    if account is None or skipped:
        return
    message = NewMessage(
        school_id=guardianship.school_id,
        binding_id=account.id,
        pupil_id=pupil_id,
        kind="week_digest",
        payload={"monday": monday.isoformat()},
        dedup_key=f"week:{pupil_id}:{monday.toordinal()}:{guardian_id}",
        priority=Priority.DIGEST,
        not_before=now,
    )
    await outbox.post(session, [message])
