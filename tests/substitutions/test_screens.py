"""Substitutions in words (S5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

from python_calamine import CalamineWorkbook

from handlers.texts.absent_teachers import choose_absent_screen, choose_day_screen, choose_range_screen
from handlers.texts.entering_substitutions import (
    AbsenceDraft,
    absence_screen,
    choose_for_all_screen,
    choose_substitute_screen,
    saved_screen,
)
from handlers.texts.substituting import substitution_day_screen
from handlers.texts.substitutions import card_screen, register_document, register_screen
from services.lessons import LessonRow
from services.substitution_register import Span, SubstitutionCard, SubstitutionRegister
from services.substitutions import (
    MAX_DAYS,
    Absence,
    Candidate,
    Colleague,
    Saved,
    SubstitutionDay,
    SubstitutionRow,
)
from tests.golden import Golden, check_limits
from tests.world import MONDAY, MOSCOW, moment

ANNA = Colleague(11, "Соколова", "Анна", "Петровна")
BELOVA = Colleague(12, "Белова", "Мария", "Андреевна")
IRINA = Colleague(13, "Кузнецова", "Ирина", "")
ROW = SubstitutionRow(
    substitution_id=5,
    lesson_id=101,
    date=MONDAY,
    number=3,
    starts_at=moment("10:15"),
    subject="Алгебра",
    groups="7Б",
    subgroup=None,
    rooms=["12"],
    absent=ANNA,
    substitute=BELOVA,
    accepted_at=None,
    revoked_at=None,
)
ACCEPTED = replace(
    ROW,
    substitution_id=6,
    lesson_id=102,
    number=6,
    subject="=Английский <b>язык</b>",
    subgroup="1",
    accepted_at=moment("10:20"),
)
REGISTER = SubstitutionRegister(
    span=Span.WEEK,
    first=MONDAY,
    last=MONDAY + timedelta(days=6),
    today=MONDAY,
    later=MONDAY + timedelta(days=7),
    rows=(ROW, ACCEPTED),
    may_enter=True,
)


def lesson(number: int, *, day: date = MONDAY, substitute_id: int | None = None) -> LessonRow:
    return LessonRow(
        lesson_id=100 + number,
        course_id=1,
        date=day,
        number=number,
        starts_at=moment("10:15", day),
        ends_at=moment("10:55", day),
        subject="Алгебра",
        groups="7Б",
        subgroup=None,
        rooms=["12"],
        teacher_id=ANNA.person_id,
        substitute_id=substitute_id,
        taken_at=None,
        marked=0,
        topic=None,
        topic_kind=None,
        tasks=0,
        no_homework=False,
        marks=0,
        has_marks=True,
    )


def absence(*lessons: LessonRow) -> Absence:
    people = {person.person_id: person for person in (ANNA, BELOVA, IRINA)}
    return Absence(ANNA, MONDAY, MONDAY + timedelta(days=1), lessons, people)


DRAFT = AbsenceDraft(
    absence(lesson(2), lesson(3), lesson(4, substitute_id=IRINA.person_id), lesson(5)),
    {103: BELOVA.person_id, 105: None},
)


def test_the_register_of_substitutions(golden: Golden) -> None:
    golden("substitutions/register", register_screen(REGISTER, 0))
    golden("substitutions/register_empty", register_screen(replace(REGISTER, rows=(), may_enter=False), 3))


def test_one_of_them(golden: Golden) -> None:
    golden("substitutions/card", card_screen(SubstitutionCard(ROW, may_enter=True), MOSCOW))
    golden("substitutions/card_to_read", card_screen(SubstitutionCard(ACCEPTED, may_enter=False), MOSCOW))
    revoked = replace(ROW, revoked_at=moment("18:00", MONDAY - timedelta(days=1)))
    golden("substitutions/card_revoked", card_screen(SubstitutionCard(revoked, may_enter=True), MOSCOW))


def test_what_the_substitute_reads(golden: Golden) -> None:
    told = SubstitutionDay(MONDAY, MOSCOW, (ROW,), ())
    golden("substitutions/told", substitution_day_screen(told))
    accepted = replace(told, lessons=(ACCEPTED, replace(ACCEPTED, lesson_id=103, number=5)), cancelled=(ROW,))
    golden("substitutions/told_accepted", substitution_day_screen(accepted))
    nothing_left = replace(told, lessons=(), cancelled=(ROW,))
    golden("substitutions/told_cancelled", substitution_day_screen(nothing_left))


def test_who_is_away_and_when(golden: Golden) -> None:
    golden("substitutions/1_who", choose_absent_screen([ANNA, BELOVA], 0))
    golden("substitutions/1_who_unknown", choose_absent_screen([], 0, typed="<Пупкин>"))
    golden("substitutions/2_when", choose_day_screen(ANNA, MONDAY))
    golden("substitutions/2_from", choose_range_screen(ANNA, MONDAY, None))
    golden("substitutions/2_until", choose_range_screen(ANNA, MONDAY, MONDAY))


def test_who_gives_the_lessons(golden: Golden) -> None:
    candidates = (
        Candidate(BELOVA, same_subject=True, lessons=3),
        Candidate(IRINA, same_subject=False, lessons=1),
    )
    golden("substitutions/3_lessons", absence_screen(DRAFT, 0))
    golden("substitutions/3_no_lessons", absence_screen(AbsenceDraft(absence(), {}), 0))
    golden("substitutions/4_substitute", choose_substitute_screen(DRAFT, lesson(3), candidates, 0))
    golden("substitutions/4_nobody_free", choose_substitute_screen(DRAFT, lesson(3), (), 0))
    golden("substitutions/4_one_for_all", choose_for_all_screen(DRAFT, candidates, 0))
    golden("substitutions/5_saved", saved_screen(Saved(DRAFT.absence, 2, 1, (IRINA,))))
    golden("substitutions/5_as_before", saved_screen(Saved(DRAFT.absence, 0, 0, ())))


def test_two_weeks_of_lessons_with_names_without_end_fit_a_message() -> None:
    endless = Colleague(14, "Ю" * 200, "😀" * 200, "&" * 200)
    lessons = [
        replace(
            lesson(number, day=MONDAY + timedelta(days=day)),
            lesson_id=day * 10 + number,
            groups="+".join(["10А"] * 60),
            subject="<" * 200,
            substitute_id=14,
        )
        for day in range(MAX_DAYS)
        for number in range(1, 9)
    ]
    long = Absence(endless, MONDAY, MONDAY + timedelta(days=MAX_DAYS - 1), tuple(lessons), {14: endless})
    draft = AbsenceDraft(long, {})
    candidates = [Candidate(endless, same_subject=True, lessons=112)] * 200
    row = replace(ROW, absent=endless, substitute=endless, subject="<" * 200, groups="10А+" * 60)
    for screen in (
        absence_screen(draft, 99),
        choose_for_all_screen(draft, candidates, 3),
        choose_substitute_screen(draft, lessons[0], candidates, 0),
        choose_absent_screen([endless] * 200, 0),
        saved_screen(Saved(long, 112, 0, (endless,) * 5)),
        register_screen(replace(REGISTER, rows=(row,) * 500), 1),
        card_screen(SubstitutionCard(row, may_enter=True), MOSCOW),
        substitution_day_screen(SubstitutionDay(MONDAY, MOSCOW, (row,) * 8, (row,) * 8)),
    ):
        check_limits(screen)


def test_the_workbook_names_both_and_holds_no_formula() -> None:
    screen = register_document(REGISTER)
    assert screen.document is not None
    assert screen.document.name == "Журнал замещений 2026-09-14 2026-09-20.xlsx"
    book = CalamineWorkbook.from_filelike(BytesIO(screen.document.content))
    heading, first, second = book.get_sheet_by_index(0).to_python()[3:]
    assert heading == ["Дата", "Урок", "Класс", "Предмет", "Отсутствует", "Замещает", "Принято"]
    assert first[4:] == ["Соколова Анна Петровна", "Белова Мария Андреевна", "нет"]
    assert second[3] == "=Английский <b>язык</b>, подгруппа 1"
