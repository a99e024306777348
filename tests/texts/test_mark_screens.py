"""The screens of marks, as golden files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from db.queries.homework_days import NamedPupil
from handlers.texts.debts import debt_reminder_screen, teacher_debts_screen
from handlers.texts.mark_questions import (
    absent_screen,
    comment_screen,
    debt_screen,
    exempt_screen,
    reason_screen,
)
from handlers.texts.mark_works import (
    kinds_screen,
    other_kind_screen,
    type_title_screen,
    work_screen,
    works_screen,
)
from handlers.texts.marks import mark_toast, next_screen, sheet_screen, taken_toast
from handlers.texts.marks_day import marks_day_screen
from services.lessons import LessonRow
from services.marks.giving import SheetCell, SheetRow
from services.marks.works import KindRow, LessonWorks, WorkRow
from services.notifications.debt_reminder import DebtReminder, DebtRow, TeacherDebts
from services.notifications.marks_day import GivenFinal, GivenMark, MarksDay, Stood, Told
from services.settings import PersonalData
from services.vocabulary import FinalKind, MarkValue
from tests.golden import Golden
from tests.world import MONDAY, moment

NAMES = ("Агаев Ислам", "Алиева Саида", "Иванов Пётр", "Ковалёв Егор", "Петрова Ксения", "Роман Захар")
WORK = WorkRow(
    work_id=5,
    lesson_id=3,
    kind_id=11,
    kind="контрольная работа",
    short_name="к/р",
    weight=Decimal("2.0"),
    title="№ 2",
    marks=3,
    due_on=date(2026, 9, 15),
    fillable=True,
)
KINDS = (
    KindRow(1, "работа на уроке", "ур", Decimal(1)),
    KindRow(11, "контрольная работа", "к/р", Decimal(2)),
)


def cell(number: int, name: str, **values: object) -> SheetCell:
    last, first = name.split()
    plain = SheetCell(
        pupil_id=number,
        last_name=last,
        first_name=first,
        middle_name="",
        number=number,
        absent=False,
        value=None,
        due_on=None,
        comment="",
        locked=False,
        form_one=False,
    )
    return replace(plain, **values)  # type: ignore[arg-type] # fields by name


def sheet(*cells: SheetCell, **values: object) -> SheetRow:
    plain = SheetRow(
        lesson_id=3,
        work_id=5,
        number=3,
        subject="Алгебра",
        groups="7Б",
        zone="Europe/Moscow",
        today=MONDAY,
        begun=True,
        kind="контрольная работа",
        short_name="к/р",
        title="№ 2",
        weight=Decimal("2.0"),
        works=1,
        due_on=date(2026, 9, 15),
        date=MONDAY,
        cells=cells,
    )
    return replace(plain, **values)  # type: ignore[arg-type] # fields by name


def a_class(**first: object) -> SheetRow:
    return sheet(cell(1, NAMES[0], **first), *(cell(n, name) for n, name in enumerate(NAMES[1:], 2)))


def test_the_list_of_a_work(golden: Golden) -> None:
    golden("marks/list", sheet_screen(a_class()))
    golden("marks/list_next", next_screen(a_class(value=MarkValue.FIVE), 1))
    debt = a_class(value=MarkValue.DEBT, due_on=date(2026, 9, 25), comment="№ 3 <b>", absent=True)
    golden("marks/list_at_a_debt", sheet_screen(debt, 1))
    golden("marks/list_locked", sheet_screen(a_class(value=MarkValue.PASSED, locked=True), 1))
    golden("marks/list_form_one", sheet_screen(a_class(form_one=True), 1))
    late = replace(a_class(), today=date(2026, 9, 16), works=2, title="")
    golden("marks/list_late", sheet_screen(late))
    golden("marks/list_nobody", sheet_screen(sheet()))


def test_forty_pupils_fit_a_small_phone(golden: Golden) -> None:
    forty = sheet(*(cell(n, f"Константинопольский{n} Александр") for n in range(1, 41)))
    golden("marks/list_of_forty", sheet_screen(forty, 20))
    assert len(sheet_screen(forty, 20).rows) <= 12


def test_after_the_last_pupil_the_list_stays(golden: Golden) -> None:
    end = replace(a_class(), cells=(*a_class().cells[:-1], cell(6, NAMES[-1], value=MarkValue.FOUR)))
    assert next_screen(end, 6) == sheet_screen(end, 6)


def test_the_next_pupil_is_one_who_may_have_a_mark() -> None:
    one, two, three, four = (cell(n, NAMES[n]) for n in range(1, 5))
    page = sheet(one, replace(two, absent=True), replace(three, value=MarkValue.FIVE), four)
    assert next_screen(page, 1) == sheet_screen(page, 4)


def test_the_toasts() -> None:
    assert mark_toast(a_class(value=MarkValue.FIVE), 1) == "Агаев И.: 5"
    assert mark_toast(a_class(), 1) == "Агаев И.: отметки нет"
    assert taken_toast(a_class(value=MarkValue.FIVE), 1) == "Агаев И.: 5. Стоит уже, не изменено."


def test_the_questions(golden: Golden) -> None:
    page = a_class(value=MarkValue.FOUR, comment="у доски", absent=True)
    golden("marks/absent", absent_screen(page, 1, MarkValue.FIVE))
    golden("marks/exempt", exempt_screen(page, 1, MarkValue.FIVE))
    golden("marks/reason", reason_screen(page, 1, MarkValue.FIVE, None))
    golden("marks/reason_to_remove", reason_screen(page, 1, None, None))
    days = [MONDAY + timedelta(days=7 * week) for week in range(1, 5)]
    golden("marks/debt_day", debt_screen(page, 1, days))
    golden("marks/debt_no_day", debt_screen(page, 1, []))
    golden("marks/comment", comment_screen(page, 1))


def lesson_works(*works: WorkRow, begun: bool = True, has_marks: bool = True) -> LessonWorks:
    lesson = LessonRow(
        lesson_id=3,
        course_id=2,
        date=MONDAY,
        number=3,
        starts_at=moment("10:15"),
        ends_at=moment("10:55"),
        subject="Алгебра",
        groups="7Б",
        subgroup=None,
        rooms=["12"],
        teacher_id=1,
        substitute_id=None,
        taken_at=None,
        marked=0,
        topic=None,
        topic_kind=None,
        tasks=0,
        no_homework=False,
        marks=0,
        has_marks=has_marks,
    )
    return LessonWorks(lesson, MONDAY, begun, works, KINDS)


def test_the_works_of_a_lesson(golden: Golden) -> None:
    second = replace(WORK, work_id=6, kind="тест", title="", weight=Decimal("1.5"), marks=21)
    golden("marks/works", works_screen(lesson_works(WORK, second)))
    golden("marks/works_none", works_screen(lesson_works()))
    golden("marks/works_early", works_screen(lesson_works(begun=False)))
    golden("marks/works_form_one", works_screen(lesson_works(has_marks=False)))
    golden("marks/kinds", kinds_screen(lesson_works(WORK)))
    golden("marks/work", work_screen(WORK))
    golden("marks/work_empty", work_screen(replace(WORK, marks=0, weight=Decimal("7.5"))))
    golden("marks/work_other_kind", other_kind_screen(WORK, KINDS))
    golden("marks/work_title", type_title_screen(WORK))


IVANOV = NamedPupil(1, 1, "Иванов", "Пётр", "7Б", "Europe/Moscow")


def stood(value: MarkValue | None, *, due_on: date | None = None, comment: str = "") -> Stood:
    return Stood(moment("10:17"), value, due_on, comment)


def marks_day(personal_data: PersonalData) -> MarksDay:
    answer = GivenMark("Алгебра", "работа на уроке", "", MONDAY, ())
    control = GivenMark("Русский язык", "контрольная работа", "№ 2", date(2026, 9, 11), ())
    told = (
        Told(GivenFinal("История", FinalKind.TERM, "1 четверть", ()), stood(MarkValue.FIVE), None),
        Told(GivenFinal("История", FinalKind.YEAR, None, ()), stood(MarkValue.NOT_ASSESSED), None),
        Told(answer, stood(MarkValue.FIVE, comment="у доски <3"), stood(MarkValue.FOUR)),
        Told(control, stood(MarkValue.DEBT, due_on=date(2026, 9, 25)), None),
        Told(control, stood(None), stood(MarkValue.TWO)),
    )
    return MarksDay(IVANOV, MONDAY, told, personal_data)


@pytest.mark.parametrize("personal_data", PersonalData)
def test_the_marks_of_a_day(golden: Golden, personal_data: PersonalData) -> None:
    golden(f"marks/day_{personal_data}", marks_day_screen(marks_day(personal_data)))


def test_a_day_without_marks_any_more(golden: Golden) -> None:
    golden("marks/day_empty", marks_day_screen(MarksDay(IVANOV, MONDAY, (), PersonalData.FULL)))


def test_a_day_of_very_many_marks_fits(golden: Golden) -> None:
    mark = GivenMark("П" * 200, "работа на уроке", "т" * 60, date(2026, 9, 1), ())
    told = Told(mark, stood(MarkValue.FIVE, comment="ы" * 200), stood(MarkValue.FOUR))
    golden("marks/day_of_many", marks_day_screen(MarksDay(IVANOV, MONDAY, (told,) * 60, PersonalData.FULL)))


@pytest.mark.parametrize("personal_data", PersonalData)
def test_debts(golden: Golden, personal_data: PersonalData) -> None:
    soon = DebtRow(1, "Иванов", "Пётр", 5, 2, "7Б", "Алгебра", "контрольная работа", "№ 2", date(2026, 9, 15))
    debts = (replace(soon, due_on=date(2026, 9, 13)), soon)
    golden(
        f"marks/debts_{personal_data}",
        debt_reminder_screen(DebtReminder(IVANOV, MONDAY, debts, personal_data)),
    )
    golden(
        f"marks/debts_of_teacher_{personal_data}",
        teacher_debts_screen(TeacherDebts(MONDAY, debts, personal_data)),
    )
