"""The last day of the quarter: «Итоги» from the reminder to the family's notice (J8)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.enums import FinalKind
from db.models import FinalMark
from handlers.callbacks.final_marks import AcceptFinals, OpenFinalMarks, SetFinal, ShowFinal, ShowFinals
from services.notifications import final_marks_reminder
from tests.final_marks.journal import DEADLINE, LAST_DAY, Journal, M, first_quarter
from tests.journeys.bad_days import forge, kept, nothing_breaks
from tests.journeys.conftest import Town


@pytest.fixture(autouse=True)
async def quarter(town: Town) -> AsyncIterator[int]:
    """The id of the quarter whose last day it is."""
    async with town.db.transaction() as session:
        town.people.world.session = session
        journal = Journal(town.people)
        await first_quarter(journal)
        term = await journal.term()
    await town.at("14:00", LAST_DAY)
    async with nothing_breaks(town):
        yield term


async def remind(town: Town) -> None:
    """The day's job."""
    async with town.db.transaction() as session:
        await final_marks_reminder.remind(session, town.clock.now())


async def finals(town: Town) -> dict[int, tuple[M, str]]:
    async with town.db.transaction() as session:
        rows = await session.execute(select(FinalMark.pupil_id, FinalMark.value, FinalMark.comment))
        return {row[0]: (row[1], row[2]) for row in rows}


async def test_the_last_day_of_the_quarter(town: Town) -> None:
    people = town.people
    anna, mother = town.phone(people.anna), town.phone(people.mother)
    await remind(town)
    reminder = await anna.sees("Итоги нужно выставить до 26 октября включительно")

    await anna.press("7Б · Алгебра: 1 четверть, 0 из 4", on=reminder)
    await anna.sees("Иванов П. 4,20 (3) → 4")
    await anna.sees("Сидоренко М. 3,50 (2) → н/а")
    await anna.sees("Агаев И. (0) → н/а •")

    await anna.press("Иванов П.")
    await anna.sees("(4×2 + 4×2 + 5×1) / 5 = 4,20")
    await anna.press("‹ К списку")
    assert (await anna.press("Принять все предложенные (4)")).text == "Выставлено: 4"
    await anna.sees("Все итоги выставлены. Спасибо!")
    # The reminder does not come over the page.
    await anna.sees_on_screen("Иванов П. 4,20 (3) — 4")

    # One is changed, with a comment.
    await anna.start()
    await anna.press("Мои журналы")
    await anna.press("7Б · Алгебра")
    await anna.press("Итоги")
    await anna.press("1 четверть")
    await anna.press("Иванов П.")
    await anna.press("5")
    await anna.sees("Иванов Пётр: 5 вместо предложенной 4")
    await anna.send_document(b"a file where words are expected")
    await anna.sees("Здесь нужны слова")
    await anna.say("Победил на олимпиаде")
    await anna.sees("Комментарий: Победил на олимпиаде")
    assert await finals(town) == {
        people.agaev: (M.NOT_ASSESSED, ""),
        people.ivanov: (M.FIVE, "Победил на олимпиаде"),
        people.petrova: (M.FIVE, ""),
        people.sidorenko: (M.NOT_ASSESSED, ""),
    }

    await town.at("14:10", LAST_DAY)
    await mother.sees("1 четверть")

    # On the deadline's day nobody is reminded of what is done, and a day later it is locked.
    await town.at("14:00", DEADLINE)
    await remind(town)
    await anna.does_not_see("последний день")
    await town.at("09:00", DEADLINE + timedelta(days=1))
    await anna.start()
    await anna.press("Мои журналы")
    await anna.press("7Б · Алгебра")
    await anna.press("Итоги")
    await anna.press("🔒 1 четверть")
    await anna.sees("срок был до 26 октября")
    await anna.press("Иванов П.")
    locked = await anna.sees_on_screen("Выставлено: 5 — Соколова Анна Петровна")
    assert "осв" not in str(locked.buttons)


async def test_the_menu_leads_to_the_quarters_finals_while_they_may_be_given(town: Town) -> None:
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.press("Итоги за 1 четверть")
    await anna.sees("Готово 0 из 1")
    await anna.press("7Б · Алгебра: 1 четверть, 0 из 4")
    await anna.sees("Выставлено 0 из 4")
    await town.at("09:00", DEADLINE + timedelta(days=1))
    menu = await anna.start()
    assert "здравствуйте" in menu.text
    assert "Итоги" not in str(menu.buttons)


async def test_the_deadlines_day_reminds_of_what_is_left(town: Town) -> None:
    anna = town.phone(town.people.anna)
    await town.at("14:00", DEADLINE)
    await remind(town)
    await anna.sees("Сегодня последний день, чтобы выставить итоги")


async def test_forged_buttons_of_strangers_change_nothing(town: Town, quarter: int) -> None:
    people = town.people
    where: dict[str, Any] = {"course_id": people.algebra, "kind": FinalKind.TERM, "term_id": quarter}
    before = await kept(town)
    for person in (people.mother, people.belova, people.father):
        phone = town.phone(person)
        for action in (
            OpenFinalMarks(course_id=people.algebra),
            ShowFinals(**where, page=0),
            AcceptFinals(**where, seen=0),
            ShowFinal(**where, pupil_id=people.ivanov),
            SetFinal(**where, pupil_id=people.ivanov, value=M.FIVE),
        ):
            assert "Не найдено" in await forge(town, phone, action.pack())
    assert await kept(town) == before


async def test_forged_buttons_of_the_teacher_write_no_nonsense(town: Town, quarter: int) -> None:
    people, anna = town.people, town.phone(town.people.anna)
    where: dict[str, Any] = {"course_id": people.algebra, "kind": FinalKind.TERM, "term_id": quarter}
    before = await kept(town)
    for action, sentence in (
        (SetFinal(**where, pupil_id=people.mother, value=M.FIVE), "Не найдено"),
        (SetFinal(**where, pupil_id=people.ivanov, value=M.DEBT), "Такой итоговой отметки не бывает"),
        (SetFinal(**where | {"kind": FinalKind.YEAR}, pupil_id=people.ivanov, value=M.FIVE), "Не найдено"),
        (ShowFinals(**where | {"term_id": 2**63 - 1}, page=0), "Не найдено"),
        (ShowFinals(**where, page=-(10**18)), "Выставлено 0 из 4"),
        (AcceptFinals(**where, seen=-1), "Выставлено 0 из 4"),
    ):
        assert sentence in await forge(town, anna, action.pack())
    assert await kept(town) == before
