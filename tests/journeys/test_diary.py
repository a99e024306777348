"""The family looks around in the diary: weeks, other days, marks and their arithmetic, absences (U6, J12)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from db.models import Term
from handlers.callbacks.diary import (
    OpenWhy,
    ShowAttendance,
    ShowClassForecast,
    ShowDiaryMonth,
    ShowDiaryWeek,
    ShowTermMarks,
    ShowWhy,
    WhatIf,
)
from tests.final_marks.journal import Journal, first_quarter
from tests.journeys.bad_days import forge, nothing_breaks
from tests.journeys.conftest import Town
from tests.world import MONDAY

MID_OCTOBER = date(2026, 10, 15)


@pytest.fixture
async def quarter(town: Town) -> int:
    """Ivanov has 4,20 in algebra, a week before the first quarter ends; the id of the quarter."""
    async with town.db.transaction() as session:
        town.people.world.session = session
        await first_quarter(Journal(town.people))
        term_id = await session.scalar(select(Term.id).order_by(Term.starts_on).limit(1))
        assert term_id is not None
    await town.at("15:00", MID_OCTOBER)
    return term_id


@pytest.mark.usefixtures("quarter")
async def test_a_mother_asks_why_and_what_if(town: Town) -> None:
    mother = town.phone(town.people.mother)
    await mother.say("/diary")
    await mother.sees("Четверг, 15 октября")
    await mother.press("Неделя")
    await mother.sees_on_screen("12–18 октября")
    await mother.press("‹ с 5 октября")
    await mother.sees_on_screen("3. Алгебра 5")
    await mother.press("пн 05.10")
    await mother.sees_on_screen("5 (работа на уроке)")
    await mother.press("Другой день")
    month = await mother.sees_on_screen("Октябрь")
    assert "вс " not in str(month.buttons)
    await mother.press("Ноябрь ›")
    await mother.sees_on_screen("Осенние: 25 октября – 1 ноября")
    await mother.press("пн 02.11")
    await mother.sees_on_screen("Понедельник, 2 ноября")

    await mother.press("Отметки")
    await mother.sees_on_screen("Алгебра 4,20 · прогноз 4")
    await mother.press("Алгебра 4,20")
    await mother.sees_on_screen("(4×2 + 4×2 + 5×1) / 5 = 4,20")
    await mother.press("+ 5")
    await mother.sees_on_screen("Средний 4,20 → 4,33")
    await mother.press("+ к/р 5")
    await mother.sees_on_screen("Средний 4,20 → 4,50")
    await mother.press("Убрать последнюю")
    await mother.sees_on_screen("Средний 4,20 → 4,33")
    await mother.press("Сначала")
    await mother.sees_on_screen("Почему 4,20?")
    await mother.press("‹ Отметки")
    await mother.press("‹ Дневник")
    await mother.press("Пропуски")
    await mother.sees_on_screen("Пропусков и опозданий нет.")


@pytest.mark.usefixtures("quarter")
async def test_a_class_teacher_sees_where_the_class_is_heading(town: Town) -> None:
    irina = town.phone(town.people.irina)
    await irina.say("/class")
    await irina.press("Дневники")
    await irina.press("Прогноз класса")
    await irina.sees_on_screen("5: 1 · 4: 1 · рано судить о 2 учениках")
    await irina.press("‹ Дневники")
    await irina.press("Иванов П.")
    await irina.press("Отметки")
    await irina.sees_on_screen("Алгебра 4,20")


async def test_forged_buttons_open_no_other_childs_diary(town: Town, quarter: int) -> None:
    people = town.people
    ivanov, algebra, today = people.ivanov, people.algebra, MONDAY.toordinal()
    father, mother, anna = (town.phone(one) for one in (people.father, people.mother, people.anna))
    foreign = (
        ShowDiaryWeek(pupil_id=ivanov, monday=today),
        ShowDiaryMonth(pupil_id=ivanov, day=today),
        ShowTermMarks(pupil_id=ivanov, term_id=quarter),
        ShowWhy(pupil_id=ivanov, course_id=algebra, term_id=quarter),
        OpenWhy(pupil_id=ivanov, course_id=algebra, term_id=quarter),
        WhatIf(pupil_id=ivanov, course_id=algebra, marks="5"),
        ShowAttendance(pupil_id=ivanov),
        ShowClassForecast(group_id=people.group, page=0),
    )
    nonsense = (
        ShowDiaryWeek(pupil_id=ivanov, monday=-1),
        ShowDiaryMonth(pupil_id=ivanov, day=10**9),
        ShowTermMarks(pupil_id=ivanov, term_id=2**63 - 1),
        ShowTermMarks(pupil_id=ivanov, term_id=-7),
        ShowTermMarks(pupil_id=ivanov, term_id=10**20),
        ShowWhy(pupil_id=ivanov, course_id=2**62, term_id=0),
        WhatIf(pupil_id=ivanov, course_id=algebra, marks="<b>"),
        ShowAttendance(pupil_id=people.mother),
        ShowClassForecast(group_id=2**62, page=-5),
    )
    async with nothing_breaks(town):
        for phone in (father, anna):
            for action in foreign:
                assert "Не найдено" in await forge(town, phone, action.pack())
        for action in nonsense:
            assert "Не найдено" in await forge(town, mother, action.pack())
