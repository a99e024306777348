"""What may be written when, by whom, and for whom (J4, J5, U7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from db.enums import AttendanceStatus, MarkValue
from db.models import (
    Attendance,
    AuditEntry,
    Group,
    Lesson,
    Mark,
    School,
    StaffAppointment,
    Substitution,
    Unlock,
    Work,
)
from services.actor import Account
from services.errors import InvalidInput, Locked, NotFound
from services.marks.giving import NewMark, Verdict
from services.settings import Preset
from tests.marks_entry.conftest import Desk
from tests.world import MONDAY, moment


async def verdict(desk: Desk, value: MarkValue | None, *, reason: str = "", **values: bool) -> Verdict:
    mark = NewMark(desk.people.ivanov, desk.work, value, only_if_empty=values.get("only_if_empty", False))
    despite = frozenset({desk.people.ivanov} if values.get("despite_absence") else ())
    written = await desk.marks.write(
        actor=desk.anna, lesson_id=desk.lesson, marks=[mark], reason=reason, despite_absence=despite
    )
    return written.cells[0].verdict


async def comment(desk: Desk, words: str) -> None:
    account = desk.people.world.accounts[desk.people.anna]
    await desk.marks.comment(account=account, work_id=desk.work, pupil_id=desk.people.ivanov, comment=words)


async def stands(desk: Desk) -> MarkValue | None:
    async with desk.db.transaction() as session:
        return await session.scalar(select(Mark.value).where(Mark.pupil_id == desk.people.ivanov))


async def absent(desk: Desk) -> None:
    async with desk.db.transaction() as session:
        await session.execute(
            insert(Attendance).values(
                lesson_id=desk.lesson,
                pupil_id=desk.people.ivanov,
                status=AttendanceStatus.ABSENT,
                source="teacher",
                set_by=desk.people.anna,
                set_at=desk.clock.now(),
            )
        )


class TestDeadlinesAndLocks:
    """J4: until when marks are in time. J5: until when cells may be written."""

    @dataclass(frozen=True)
    class Rule:
        preset: Preset
        grade: int
        kind: str
        in_time: int
        """Days after the lesson, by J4."""
        fill: int
        """The last day on which an empty cell may be filled: the later of the deadline and the lock."""
        change: int
        """The last day on which what stands may be changed, by J5."""

    RULES = (
        # M: at least weekly; J5 not stated, the 30 days of L.
        Rule(Preset.MAKHACHKALA, 7, "ур", 7, 30, 30),
        Rule(Preset.MAKHACHKALA, 3, "ур", 7, 30, 30),
        Rule(Preset.MAKHACHKALA, 7, "к/р", 7, 30, 30),
        # K: 7 days in basic school, 3 in primary, control works within a day.
        Rule(Preset.KLYUCHI, 7, "ур", 7, 30, 30),
        Rule(Preset.KLYUCHI, 3, "ур", 3, 30, 30),
        Rule(Preset.KLYUCHI, 7, "к/р", 1, 30, 30),
        Rule(Preset.KLYUCHI, 3, "к/р", 1, 30, 30),
        # B: not stated, the limits of M and K.
        Rule(Preset.BEZHETSK, 7, "ур", 7, 30, 30),
        # L: the same day; no change after 30 days.
        Rule(Preset.LABINSK, 7, "ур", 0, 30, 30),
        Rule(Preset.LABINSK, 7, "к/р", 0, 30, 30),
        # T: 5 days for works; nothing that stands is changed backdated.
        Rule(Preset.KASLI, 7, "ур", 5, 5, 0),
        Rule(Preset.KASLI, 7, "к/р", 5, 5, 0),
    )

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.preset}-{rule.grade}-{rule.kind}")
    async def test_the_presets_rule(self, desk: Desk, rule: Rule) -> None:
        async with desk.db.transaction() as session:
            await session.execute(update(School).values(preset=rule.preset))
            await session.execute(update(Group).values(grade=rule.grade))
        work = await desk.works.add(
            actor=desk.anna, lesson_id=desk.lesson, kind_id=await desk.kind(rule.kind)
        )
        desk.work = work.work_id
        assert work.due_on == MONDAY + timedelta(days=rule.in_time)

        desk.clock.set("23:50", MONDAY + timedelta(days=rule.fill + 1))
        assert await verdict(desk, MarkValue.FOUR) is Verdict.LOCKED
        desk.clock.set("23:50", MONDAY + timedelta(days=rule.fill))
        assert await verdict(desk, MarkValue.FOUR) is Verdict.WRITTEN
        # A slip is put right while nobody has been told of it.
        desk.clock.forward(minutes=4)
        assert await verdict(desk, MarkValue.FIVE) is Verdict.WRITTEN
        desk.clock.forward(minutes=6 if rule.fill > rule.change else 60 * 24)
        assert await verdict(desk, MarkValue.THREE, reason="ошибка") is Verdict.LOCKED
        assert await stands(desk) is MarkValue.FIVE

    @pytest.mark.parametrize("rule", RULES[-2:], ids=lambda rule: f"{rule.preset}-{rule.kind}")
    async def test_what_stands_is_changed_on_the_lessons_day_where_nothing_is_backdated(
        self, desk: Desk, rule: Rule
    ) -> None:
        async with desk.db.transaction() as session:
            await session.execute(update(School).values(preset=rule.preset))
        await verdict(desk, MarkValue.FOUR)
        desk.clock.set("18:00")
        assert await verdict(desk, MarkValue.FIVE, reason="ошибка") is Verdict.WRITTEN
        desk.clock.set("08:00", MONDAY + timedelta(days=1))
        assert await verdict(desk, MarkValue.FOUR, reason="ошибка") is Verdict.LOCKED

    async def test_a_deputys_unlock_opens_the_cells_until_its_moment(self, desk: Desk) -> None:
        far = MONDAY + timedelta(days=60)
        desk.clock.set("12:00", far)
        assert await verdict(desk, MarkValue.FOUR) is Verdict.LOCKED
        async with desk.db.transaction() as session:
            await session.execute(
                insert(Unlock).values(
                    school_id=desk.people.world.school_id,
                    lesson_id=desk.lesson,
                    until=moment("13:00", far),
                    reason="болела",
                    granted_by=desk.people.irina,
                    granted_at=desk.clock.now(),
                )
            )
        assert await verdict(desk, MarkValue.FOUR) is Verdict.WRITTEN
        desk.clock.set("13:00", far)
        assert await verdict(desk, MarkValue.FIVE, reason="ошибка") is Verdict.LOCKED

    async def test_an_open_debt_may_be_settled_until_its_day(self, desk: Desk) -> None:
        due = MONDAY + timedelta(days=45)
        mark = NewMark(desk.people.ivanov, desk.work, MarkValue.DEBT, due)
        await desk.marks.write(actor=desk.anna, lesson_id=desk.lesson, marks=[mark])
        desk.clock.set("12:00", due + timedelta(days=1))
        assert await verdict(desk, MarkValue.FOUR) is Verdict.LOCKED
        desk.clock.set("12:00", due)
        assert await verdict(desk, MarkValue.FOUR) is Verdict.WRITTEN

    async def test_no_work_is_added_or_weighed_anew_in_a_locked_lesson(self, desk: Desk) -> None:
        await verdict(desk, MarkValue.FOUR)
        kind = await desk.kind("к/р")
        desk.clock.set("12:00", MONDAY + timedelta(days=60))
        with pytest.raises(Locked):
            await desk.works.add(actor=desk.anna, lesson_id=desk.lesson, kind_id=kind)
        with pytest.raises(Locked):
            await desk.works.change(actor=desk.anna, work_id=desk.work, kind_id=kind)
        with pytest.raises(Locked):
            await desk.works.remove(actor=desk.anna, work_id=desk.work)


class TestCorrections:
    async def test_a_change_asks_for_a_reason_when_the_undo_window_is_over(self, desk: Desk) -> None:
        await verdict(desk, MarkValue.FOUR)
        desk.clock.forward(minutes=4)
        assert await verdict(desk, MarkValue.THREE) is Verdict.WRITTEN
        desk.clock.forward(minutes=5)
        assert await verdict(desk, MarkValue.FIVE) is Verdict.REASON_NEEDED
        assert await verdict(desk, None) is Verdict.REASON_NEEDED
        assert await verdict(desk, MarkValue.FIVE, reason="пересмотр") is Verdict.WRITTEN
        async with desk.db.transaction() as session:
            entries = select(AuditEntry).where(AuditEntry.action == "mark.set").order_by(AuditEntry.id)
            lines = list(await session.scalars(entries))
        assert [
            (line.before and line.before["value"], line.after and line.after["value"]) for line in lines
        ] == [
            (None, "4"),
            ("4", "3"),
            ("3", "5"),
        ]
        assert [line.after and line.after.get("reason") for line in lines] == [None, None, "пересмотр"]

    async def test_a_comment_does_not_open_the_undo_window_anew(self, desk: Desk) -> None:
        await verdict(desk, MarkValue.FOUR)
        desk.clock.forward(minutes=30)
        await comment(desk, "Молодец")
        assert await verdict(desk, MarkValue.TWO) is Verdict.REASON_NEEDED

    async def test_words_are_a_line_without_what_cannot_be_seen(self, desk: Desk) -> None:
        await verdict(desk, MarkValue.FOUR)
        await comment(desk, "\u202eМолодец,\n<b>Пётр</b>\u200b 🙂")
        desk.clock.forward(minutes=30)
        await verdict(desk, MarkValue.FIVE, reason="\u202eпересмотр\n")
        async with desk.db.transaction() as session:
            entries = select(AuditEntry.after).where(AuditEntry.action == "mark.set")
            last = (await session.scalars(entries.order_by(AuditEntry.id.desc()).limit(1))).one() or {}
        assert (last["comment"], last["reason"]) == ("Молодец, <b>Пётр</b> 🙂", "пересмотр")

    async def test_a_debt_that_is_overdue_is_commented_on(self, desk: Desk) -> None:
        mark = NewMark(desk.people.ivanov, desk.work, MarkValue.DEBT, MONDAY + timedelta(days=2))
        await desk.marks.write(actor=desk.anna, lesson_id=desk.lesson, marks=[mark])
        desk.clock.set("12:00", MONDAY + timedelta(days=6))
        await comment(desk, "Не сдал")
        assert await stands(desk) is MarkValue.DEBT

    async def test_a_removed_mark_leaves_its_row_and_history(self, desk: Desk) -> None:
        await verdict(desk, MarkValue.FOUR)
        assert await verdict(desk, None) is Verdict.WRITTEN
        assert await stands(desk) is None
        with pytest.raises(InvalidInput):
            await desk.works.remove(actor=desk.anna, work_id=desk.work)

    async def test_a_tap_made_on_an_empty_cell_leaves_what_stands_there_by_now(self, desk: Desk) -> None:
        assert await verdict(desk, MarkValue.FOUR, only_if_empty=True) is Verdict.WRITTEN
        assert await verdict(desk, MarkValue.FOUR, only_if_empty=True) is Verdict.WRITTEN
        assert await verdict(desk, MarkValue.TWO, only_if_empty=True) is Verdict.TAKEN
        assert await stands(desk) is MarkValue.FOUR


class TestAbsence:
    async def test_a_mark_for_an_absent_pupil_is_asked_about_once(self, desk: Desk) -> None:
        await absent(desk)
        assert await verdict(desk, MarkValue.FIVE) is Verdict.ABSENT
        assert await stands(desk) is None
        assert await verdict(desk, MarkValue.FIVE, despite_absence=True) is Verdict.WRITTEN
        assert await verdict(desk, MarkValue.FOUR) is Verdict.WRITTEN

    @pytest.mark.parametrize("value", [MarkValue.NOT_ASSESSED, MarkValue.EXEMPT, None])
    async def test_what_says_why_there_is_no_mark_is_not_asked_about(
        self, desk: Desk, value: MarkValue | None
    ) -> None:
        await absent(desk)
        assert await verdict(desk, value) is Verdict.WRITTEN


class TestExemption:
    async def test_a_mark_for_an_exempt_pupil_is_asked_about_once(self, desk: Desk) -> None:
        people = desk.people
        await people.world.exempt(people.ivanov, people.algebra, people.irina)
        assert await verdict(desk, MarkValue.EXEMPT) is Verdict.WRITTEN
        assert await verdict(desk, None) is Verdict.WRITTEN
        await absent(desk)
        assert await verdict(desk, MarkValue.FIVE) is Verdict.EXEMPT
        account = people.world.accounts[people.anna]
        tapped = await desk.marks.tap(account=account, mark=NewMark(people.ivanov, desk.work, MarkValue.FIVE))
        assert tapped.verdict is Verdict.EXEMPT
        assert await stands(desk) is None
        assert await verdict(desk, MarkValue.FIVE, despite_absence=True) is Verdict.WRITTEN
        assert await verdict(desk, MarkValue.FOUR) is Verdict.WRITTEN


class TestWhoAndWhom:
    async def test_form_one_gets_no_marks(self, desk: Desk) -> None:
        async with desk.db.transaction() as session:
            await session.execute(update(Group).values(grade=1))
        assert await verdict(desk, MarkValue.FIVE) is Verdict.FORM_ONE
        with pytest.raises(InvalidInput) as refused:
            await desk.works.add(actor=desk.anna, lesson_id=desk.lesson, kind_id=await desk.kind("ур"))
        assert refused.value.params["problem"] == "no_marks_in_form_one"

    async def test_a_pupil_or_work_of_somebody_else_is_not_in_the_lesson(self, desk: Desk) -> None:
        people = desk.people
        async with desk.db.transaction():
            other = await people.world.group("8А", 8)
            stranger = await people.world.pupil("Чужой Иван", other)
            foreign = await people.world.add(
                Work,
                school_id=people.world.school_id,
                lesson_id=await _lesson_of_belova(desk),
                position=1,
                kind_id=await desk.kind("ур"),
                weight=1,
                title="",
                created_by=people.belova,
                created_at=desk.clock.now(),
            )
        marks = [
            NewMark(stranger, desk.work, MarkValue.FIVE),
            NewMark(people.ivanov, foreign, MarkValue.FIVE),
            NewMark(people.ivanov, 10**12, MarkValue.FIVE),
            NewMark(10**12, desk.work, MarkValue.FIVE),
        ]
        written = await desk.marks.write(actor=desk.anna, lesson_id=desk.lesson, marks=marks)
        assert {cell.verdict for cell in written.cells} == {Verdict.NOT_IN_LESSON}
        anna = people.world.accounts[people.anna]
        for mark in marks:
            with pytest.raises(NotFound):
                await desk.marks.tap(account=anna, mark=mark)

    async def test_only_the_lessons_teacher_and_substitute_tap(self, desk: Desk) -> None:
        people = desk.people
        mark = NewMark(people.ivanov, desk.work, MarkValue.FIVE)
        for person in (people.belova, people.irina, people.mother):
            with pytest.raises(NotFound):
                await desk.marks.tap(account=people.world.accounts[person], mark=mark)
        async with desk.db.transaction() as session:
            await session.execute(
                insert(Substitution).values(
                    school_id=people.world.school_id,
                    course_id=people.algebra,
                    date=MONDAY,
                    number=3,
                    absent_teacher_id=people.anna,
                    substitute_id=people.belova,
                    entered_by=people.irina,
                    entered_at=desk.clock.now(),
                )
            )
        tapped = await desk.marks.tap(account=people.world.accounts[people.belova], mark=mark)
        assert tapped.verdict is Verdict.WRITTEN

    async def test_a_former_teacher_taps_in_vain(self, desk: Desk) -> None:
        people = desk.people
        account: Account = people.world.accounts[people.anna]
        async with desk.db.transaction() as session:
            await session.execute(
                update(StaffAppointment)
                .where(StaffAppointment.person_id == people.anna)
                .values(ends_on=date(2026, 9, 13))
            )
        with pytest.raises(NotFound):
            await desk.marks.tap(account=account, mark=NewMark(people.ivanov, desk.work, MarkValue.FIVE))
        with pytest.raises(NotFound):
            await desk.marks.look(account=account, work_id=desk.work)

    async def test_nobody_has_earned_a_mark_before_the_lesson(self, desk: Desk) -> None:
        desk.clock.set("09:59")
        mark = NewMark(desk.people.ivanov, desk.work, MarkValue.FIVE)
        account = desk.people.world.accounts[desk.people.anna]
        with pytest.raises(InvalidInput, match="marks_not_begun"):
            await desk.marks.tap(account=account, mark=mark)
        with pytest.raises(InvalidInput, match="marks_not_begun"):
            await desk.marks.write(actor=desk.anna, lesson_id=desk.lesson, marks=[mark])


class TestInput:
    @pytest.mark.parametrize(
        ("value", "due_on", "comment", "problem"),
        [
            (MarkValue.DEBT, None, None, "debt_day"),
            (MarkValue.FIVE, MONDAY, None, "debt_day"),
            (MarkValue.DEBT, MONDAY - timedelta(days=2), None, "debt_day"),
            (MarkValue.DEBT, MONDAY + timedelta(days=400), None, "debt_day"),
            (MarkValue.FIVE, None, "а" * 201, "mark_comment"),
        ],
    )
    async def test_what_cannot_be_a_mark_is_refused(
        self, desk: Desk, value: MarkValue, due_on: date | None, comment: str | None, problem: str
    ) -> None:
        mark = NewMark(desk.people.ivanov, desk.work, value, due_on, comment)
        with pytest.raises(InvalidInput, match=problem):
            await desk.marks.write(actor=desk.anna, lesson_id=desk.lesson, marks=[mark])

    async def test_two_marks_for_one_cell_are_refused(self, desk: Desk) -> None:
        mark = NewMark(desk.people.ivanov, desk.work, MarkValue.FIVE)
        with pytest.raises(InvalidInput, match="two_marks_in_a_cell"):
            await desk.marks.write(actor=desk.anna, lesson_id=desk.lesson, marks=[mark, mark])


async def _lesson_of_belova(desk: Desk) -> int:
    async with desk.db.transaction():
        return await desk.people.world.add(
            Lesson,
            school_id=desk.people.world.school_id,
            course_id=desk.people.russian,
            teacher_id=desk.people.belova,
            date=MONDAY,
            number=4,
            rooms=[],
            starts_at=moment("11:10"),
            ends_at=moment("11:50"),
        )
