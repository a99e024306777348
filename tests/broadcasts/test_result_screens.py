"""The author's numbers, lists and paper in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from handlers.screen import Screen
from handlers.texts.broadcast_notice import broadcast_screen as family_screen
from handlers.texts.broadcast_notice import change_answer_screen
from handlers.texts.broadcast_progress import broadcast_screen, progress_screen
from handlers.texts.broadcast_recipients import recipients_screen
from handlers.texts.broadcast_report import printed_broadcast
from services.broadcasts.progress import (
    Numbers,
    Progress,
    Reach,
    RecipientPage,
    Shown,
    Tally,
    Told,
    ToldFamily,
)
from services.documents.broadcast import broadcast_pdf, broadcast_xlsx
from services.notifications.ports import SkipReason
from services.vocabulary import BroadcastReply
from tests.broadcasts.conftest import Newsroom
from tests.broadcasts.test_replies import TUESDAY, asked
from tests.golden import Golden, check_limits
from tests.world import MOSCOW, moment

STORY = Numbers(
    Tally(
        Counter({Reach.DELIVERED: 24, Reach.BLOCKED: 2, Reach.NOT_IN_BOT: 1}),
        Counter(),
        Counter({0: 17, 1: 2}),
        Counter({Shown.ANSWERED: 19, Shown.SILENT: 5, Shown.UNREACHABLE: 3}),
    ),
    Tally(
        Counter({Reach.DELIVERED: 38, Reach.BLOCKED: 3, Reach.NOT_IN_BOT: 4}),
        Counter(),
        Counter({0: 18, 1: 2}),
        Counter({Shown.ANSWERED: 20, Shown.SILENT: 18, Shown.UNREACHABLE: 7}),
    ),
    None,
)


async def story(newsroom: Newsroom, numbers: Numbers = STORY) -> Progress:
    """As the sketch has it."""
    broadcast_id = await asked(newsroom)
    view = await newsroom.progress(broadcast_id)
    return replace(view, numbers=numbers, broadcast=replace(view.broadcast, broadcast_id=12))


async def test_nobody_is_reminded_when_nobody_is_silent(newsroom: Newsroom) -> None:
    answered = Tally(
        Counter({Reach.DELIVERED: 2, Reach.NOT_IN_BOT: 25}),
        Counter(),
        Counter({0: 2}),
        Counter({Shown.ANSWERED: 2, Shown.UNREACHABLE: 25}),
    )
    view = await story(newsroom, replace(STORY, families=answered))
    assert "Напомнить им" not in str(progress_screen(view).rows)
    on_the_way = replace(answered, shown=Counter({Shown.ANSWERED: 2, Shown.WAITING: 1}))
    assert "Напомнить им" in str(
        progress_screen(replace(view, numbers=replace(STORY, families=on_the_way))).rows
    )
    scheduled = replace(view, broadcast=replace(view.broadcast, remind_at=moment("09:00", TUESDAY)))
    assert "Напомнить им" in str(progress_screen(scheduled).rows)


async def test_the_life_of_a_broadcast(newsroom: Newsroom, golden: Golden) -> None:
    view = await story(newsroom)
    golden("broadcasts/progress", progress_screen(view))
    golden("broadcasts/progress_on_request", broadcast_screen(view))
    late = replace(view, now=moment("21:00", TUESDAY))
    assert "Не ответили 5 семей, срок прошёл" in progress_screen(late).text
    assert "Напомнить им" not in str(progress_screen(late).rows)
    withdrawn = replace(view, broadcast=replace(view.broadcast, withdrawn_at=moment("11:00")))
    assert "🚫 Отозвано 14 сентября в 11:00." in progress_screen(withdrawn).text
    going = replace(
        view,
        broadcast=replace(view.broadcast, reply=BroadcastReply.NONE, options=(), text=""),
        numbers=Numbers(
            Tally(
                Counter({Reach.DELIVERED: 5, Reach.WAITING: 20, Reach.UNKNOWN: 1, Reach.SKIPPED: 2}),
                Counter({SkipReason.SWITCHED_OFF: 1, SkipReason.EXPIRED: 1}),
                Counter(),
                Counter({Shown.SILENT: 6, Shown.WAITING: 20, Shown.UNREACHABLE: 2}),
            ),
            STORY.people,
            None,
        ),
    )
    golden("broadcasts/progress_on_the_way", progress_screen(going))


def named(number: int) -> ToldFamily:
    """A family of the longest names and the most people."""
    person = Told(
        recipient_id=number,
        person_id=number,
        last_name="Рим<ский>-Корсаков&" * 10,
        first_name="🎻" * 100,
        middle_name="Николаевич" * 20,
        relation="двоюродная бабушка опекуна" * 3,
        phone="+79000000001",
        reach=Reach.BLOCKED,
        reason=None,
        option=None,
        replied_at=None,
        reminded_at=None,
    )
    return ToldFamily(
        number, "Рим<ский>-Корсаков&" * 10, "🎻" * 100, "", "11Ы" * 60, Shown.SILENT, None, (person,) * 9
    )


async def test_a_full_page_of_long_names_fits(newsroom: Newsroom) -> None:
    view = await story(newsroom)
    longest = replace(view.broadcast, options=tuple(f"{n}" * 30 for n in range(6)), text="<&>" * 900)
    page = RecipientPage(longest, STORY, Shown.SILENT, None, tuple(named(n) for n in range(7)), 0, 3, MOSCOW)
    check_limits(recipients_screen(page))
    check_limits(broadcast_screen(replace(view, broadcast=longest)))


async def test_an_answer_stands_in_its_place_and_can_be_changed(newsroom: Newsroom) -> None:
    broadcast_id = await asked(newsroom)
    notice = await newsroom.reply(broadcast_id, newsroom.people.mother, 1)
    assert buttons(family_screen(notice)) == ["Изменить ответ"]
    assert buttons(change_answer_screen(notice)) == ["Согласны", "✅ Не согласны"]


def buttons(screen: Screen) -> list[str]:
    return [button.text for row in screen.rows for button in row]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0 <b>", "В среду экскурсия."])
async def test_the_workbook_and_the_sheet_hold_every_family(newsroom: Newsroom, text: str) -> None:
    broadcast_id = await asked(newsroom, text=text)
    await newsroom.reply(broadcast_id, newsroom.people.mother, 0)
    report = await newsroom.reports.report(actor=await newsroom.actor(), broadcast_id=broadcast_id)
    printed = printed_broadcast(report)
    sheet = load_workbook(BytesIO(broadcast_xlsx(printed))).active
    assert sheet is not None
    rows = [[cell or "" for cell in row] for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert rows[0] == list(printed.people_headings)
    assert rows[1:] == [list(row) for row in printed.people]
    assert rows[2][:3] + rows[2][7:] == ["7Б", "Иванов Пётр", "Ответили", "«Согласны»", "14.09.2026 10:30"]
    assert broadcast_pdf(printed).startswith(b"%PDF")
