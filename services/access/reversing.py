"""Writing again what stood before void operations, and saying so to whoever was told (U5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceStatus, LessonKind, MarkValue
from db.queries import homework as tasks
from db.queries import timetable, topics
from db.queries import voiding as queries
from db.queries.history import Entry
from db.queries.topics import TopicRow
from db.queries.voiding import OldCell, OldMark
from services.actor import Actor
from services.attendance import read_register
from services.notifications import absence_alert, at_school, homework_day, homework_reminder, marks_day
from services.settings import institution_settings

HOMEWORK = "homework"
TAKEN, NOT_TAKEN = "register.taken", "register.reopened"
NOTHING_SET, NOTHING_TAKEN_BACK = "homework.none", "homework.none_taken_back"


class Reversing:
    """One transaction that writes what stood before and brings what families were told up to date."""

    def __init__(self, session: AsyncSession, actor: Actor, now: datetime) -> None:
        self._session = session
        self._actor = actor
        self._now = now

    async def reverse(self, runs: Sequence[tuple[Entry, ...]]) -> None:
        """`runs`: of each record, the changes to be reversed in their order; the caller holds the records."""

        def of(*actions: str) -> list[tuple[Entry, ...]]:
            return [run for run in runs if run[-1].action in actions]

        await queries.untake(self._session, _lessons(of(TAKEN)))
        for lesson_id in _lessons(of(NOTHING_SET)):
            await tasks.set_nothing(self._session, lesson_id, None)
        for run in of("topic.set"):
            await self._topic(run[0])
        # The history before the messages, which read it.
        await queries.write_history(self._session, [self._line(run) for run in runs])
        await self._register(of("attendance.set"))
        await self._marks(of("mark.set"))
        await self._finals(of("final_mark.set"))
        for run in of("homework.set", "homework.withdrawn"):
            await self._task(run[0])

    def _line(self, run: tuple[Entry, ...]) -> dict[str, Any]:
        first, last = run[0], run[-1]
        action = {TAKEN: NOT_TAKEN, NOTHING_SET: NOTHING_TAKEN_BACK}.get(last.action, last.action)
        if last.subject_type == HOMEWORK:
            action = "homework.withdrawn" if first.before is None else "homework.set"
        return {
            "school_id": self._actor.school_id,
            "at": self._now,
            "person_id": self._actor.person_id,
            "binding_id": self._actor.binding_id,
            "action": action,
            "subject_type": last.subject_type,
            "subject_id": last.subject_id,
            "pupil_id": last.pupil_id,
            "before": last.after,
            "after": restored(first) | {"voids": [one.entry_id for one in run]},
        }

    async def _topic(self, first: Entry) -> None:
        before = first.before
        if before is None:
            await queries.delete_topic(self._session, first.subject_id)
            return
        planned = await queries.still_planned(self._session, before["plan_topic_id"])
        topic = TopicRow(before["topic"], LessonKind(before["kind"]), planned)
        await topics.put(
            self._session, first.subject_id, topic, actor_id=self._actor.person_id, now=self._now
        )

    async def _register(self, runs: Sequence[tuple[Entry, ...]]) -> None:
        settings = await institution_settings(self._session, self._actor.school_id)
        alert_at = self._now + timedelta(minutes=settings.undo_minutes)
        cells = [_old_cell(run[0]) for run in runs]
        await queries.restore_cells(
            self._session, cells, actor_id=self._actor.person_id, now=self._now, alert_at=alert_at
        )
        for lesson_id in sorted({cell.lesson_id for cell in cells}):
            of_lesson = [cell for cell in cells if cell.lesson_id == lesson_id]
            school_id = self._actor.school_id
            register = await read_register(self._session, school_id, lesson_id, now=self._now)
            pupils = [cell.pupil_id for cell in of_lesson]
            await absence_alert.post(self._session, register, pupils, now=self._now)
            for cell in of_lesson:
                if cell.status is not AttendanceStatus.ABSENT:
                    await at_school.settle(self._session, school_id, lesson_id, cell.pupil_id, now=self._now)

    async def _marks(self, runs: Sequence[tuple[Entry, ...]]) -> None:
        given = await queries.restore_marks(
            self._session,
            [_old_mark(run[0]) for run in runs],
            actor_id=self._actor.person_id,
            now=self._now,
        )
        await self._tell_marks(given)

    async def _finals(self, runs: Sequence[tuple[Entry, ...]]) -> None:
        given = [
            await queries.restore_final(
                self._session,
                run[0].subject_id,
                run[0].before,
                actor_id=self._actor.person_id,
                now=self._now,
            )
            for run in runs
        ]
        await self._tell_marks([one for one in given if one is not None])

    async def _tell_marks(self, given: list[tuple[int, date]]) -> None:
        """Who was told is told; nobody else needs to hear of it."""
        await marks_day.post(
            self._session,
            self._actor.school_id,
            given,
            actor_id=self._actor.person_id,
            now=self._now,
            only_edit=True,
        )

    async def _task(self, first: Entry) -> None:
        school_id, homework_id = self._actor.school_id, first.subject_id
        standing = await tasks.task(self._session, school_id, homework_id)
        assert standing is not None, "tasks are never deleted"
        lesson = await timetable.lesson(self._session, school_id, standing.lesson_id)
        assert lesson is not None, "it is kept"
        before = first.before
        if before is None:
            await tasks.withdraw(self._session, homework_id, self._now)
        else:
            await tasks.change(
                self._session,
                homework_id,
                text=before["text"],
                due_on=date.fromisoformat(before["due_on"]),
                due_number=before["due_number"],
                for_everyone=before["for_everyone"],
                pupil_ids=before["pupils"],
                file_ids=before["files"],
                changed_at=self._now,
                withdrawn_at=None,
            )
        readers = {*standing.pupil_ids, *((before or {}).get("pupils") or ())}
        if standing.for_everyone or (before or {}).get("for_everyone"):
            readers |= await tasks.roster_ids(self._session, lesson.course_id, lesson.date)
        await homework_day.post(
            self._session,
            self._actor,
            readers,
            set_on=self._actor.day_of(standing.set_at),
            lesson_date=lesson.date,
            now=self._now,
        )
        await homework_reminder.refresh(self._session, lesson, school_id, now=self._now)


def _lessons(runs: Iterable[tuple[Entry, ...]]) -> list[int]:
    return sorted(run[-1].subject_id for run in runs)


def restored(first: Entry) -> dict[str, Any]:
    """What will stand again, as the history says it; why it was set then is no reason for it now."""
    match first.action:
        case "attendance.set":
            cell = _old_cell(first)
            return {"status": cell.status, "late_minutes": cell.late_minutes}
        case "final_mark.set" if first.before is None:
            return {"course_id": first.course_id, "term_id": first.term_id}
    return {key: value for key, value in (first.before or {}).items() if key not in ("reason", "voids")}


def _old_cell(first: Entry) -> OldCell:
    before = first.before or {}
    status = AttendanceStatus(before.get("status") or AttendanceStatus.PRESENT)
    assert first.pupil_id is not None
    return OldCell(first.subject_id, first.pupil_id, status, before.get("late_minutes"))


def _old_mark(first: Entry) -> OldMark:
    before = first.before or {}
    value, due_on = before.get("value"), before.get("due_on")
    assert first.pupil_id is not None
    return OldMark(
        first.subject_id,
        first.pupil_id,
        None if value is None else MarkValue(value),
        None if due_on is None else date.fromisoformat(due_on),
        before.get("comment") or "",
    )
