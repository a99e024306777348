"""Whatever is pressed or written, by whomever, wherever they are: an answer, and nothing that they may not.

`Handling.handle` answers what a person did wrong and raises everything else, which is what people would get
an apology for: so an exception here is a finding.
"""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.conftest import EVERYTHING, MOTHER, STRANGER, Crowd
from tests.fuzz.profile import examples
from tests.fuzz.strategies import ACTIONS, any_text, applied, content, forged

MAY_WRITE = {
    STRANGER: {"invitation_attempt"},
    MOTHER: {
        *("audit", "outbox", "binding", "invitation", "consent", "compromise_report", "conversation"),
        *("absence_day", "absence_request", "planned_absence", "broadcast_recipient", "digest"),
        *("card_change", "card_confirmation", "letter_receipt", "notice_choice", "notice_preferences"),
        *("thread", "thread_message"),
    },
}
"""Tables in which a button may change anything; no journal is among them."""
BY_NAME = {action.__name__: action for action in ACTIONS}
BEFORE_WORDS = {
    *("AddEvent", "AddFirstPlanRow", "AddPlanRow", "AnswerThread", "AskHelp", "WriteToFamily", "EnterCode"),
    *("ChangeEvent", "ChooseAbsent", "CommentAbsence", "CommentOmission", "ComposeBroadcast", "EditHomework"),
    *("DeclineCardChange", "ExemptionDraft", "MuteFor", "PublishDocument", "RejectAbsence", "RemoveMark"),
    *("SetDebt", "RewordTopic", "SearchThreads", "SendPlanFile", "TypeAbsenceDate", "TypeClassMessage"),
    *(
        "TypeComment",
        "TypeExemptionDate",
        "TypeLetterDays",
        "TypeLockedDay",
        "TypeOfficeHours",
        "TypePlanDate",
    ),
    *("TypePlanHomework", "TypePlanTopic", "TypeQuietHours", "TypeRemark", "TypeTitle", "TypeTopic"),
}
"""Buttons after which something is to be typed or sent."""

Forged = tuple[type[CallbackData], list[tuple[int, str]], int]


everybody = pytest.mark.parametrize("who", [STRANGER, MOTHER, EVERYTHING])


@everybody
@examples(70)
@given(button=forged())
async def test_a_forged_button_is_answered(crowd: Crowd, who: str, button: Forged) -> None:
    action, changes, more = button
    data = applied(crowd.street.victims.packed(action), changes, more)
    before = await crowd.street.written()
    async with crowd.undone():
        assert await crowd.press(who, data)
    if who in MAY_WRITE:
        assert {table for table, _ in await crowd.street.written() - before} <= MAY_WRITE[who]


@everybody
@examples(20)
@given(data=any_text)
async def test_noise_in_a_button_is_answered(crowd: Crowd, who: str, data: str) -> None:
    async with crowd.undone():
        assert await crowd.press(who, data)


@everybody
@examples(25)
@given(said=content)
async def test_whatever_is_written_is_answered(crowd: Crowd, who: str, said: dict[str, Any]) -> None:
    async with crowd.undone():
        assert await crowd.write(who, "message", said)
        await crowd.write(who, "edited_message", said)  # silence is an answer to an edit


@examples(80)
@given(button=st.sampled_from(sorted(BEFORE_WORDS)), said=st.lists(content, min_size=1, max_size=2))
async def test_whatever_is_written_where_words_are_awaited_is_answered(
    crowd: Crowd, button: str, said: list[dict[str, Any]]
) -> None:
    async with crowd.undone():
        await crowd.press(EVERYTHING, crowd.street.victims.packed(BY_NAME[button]))
        assert await crowd.awaited(), "the button leads nowhere"
        for one in said:
            assert await crowd.write(EVERYTHING, "message", one)


walk = st.lists(st.one_of(forged(), content), min_size=2, max_size=8)


@pytest.mark.parametrize("who", [MOTHER, EVERYTHING])
@examples(20)
@given(way=walk)
async def test_buttons_and_words_in_any_order_are_answered(
    crowd: Crowd, who: str, way: list[Forged | dict[str, Any]]
) -> None:
    async with crowd.undone():
        for step in way:
            if isinstance(step, dict):
                assert await crowd.write(who, "message", step)
            else:
                action, changes, more = step
                data = applied(crowd.street.victims.packed(action), changes, more)
                assert await crowd.press(who, data)
