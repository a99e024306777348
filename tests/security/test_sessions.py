"""A binding is the session: when it ends, everything ends, also what was begun (ASVS 7.4.1, 7.4.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db.enums import BindingState
from db.models import Binding, ClassTeacher, CourseTeacher, Guardianship, StaffAppointment
from tests.fuzz.conftest import EVERYTHING, MOTHER, STRANGER, Crowd
from tests.fuzz.test_buttons_and_words import BEFORE_WORDS, BY_NAME
from tests.world import MONDAY, moment

SECRETS = ("тайнов", "скрытн")
YESTERDAY = MONDAY - timedelta(days=1)
STARTS_ANYWHERE = {"EnterCode"}
FOR_EVERYBODY = {"AskHelp"}
"""Whoever has an account may ask for help (U9)."""


@pytest.mark.parametrize("state", [BindingState.FROZEN, BindingState.REVOKED])
async def test_a_step_that_was_begun_ends_with_the_binding(crowd: Crowd, state: BindingState) -> None:
    session, user_id = crowd.street.world.session, crowd.users[EVERYTHING]
    for button in sorted(BEFORE_WORDS - STARTS_ANYWHERE):
        async with crowd.undone():
            await crowd.press(EVERYTHING, crowd.street.victims.packed(BY_NAME[button]))
            assert await crowd.awaited(), button
            closing = update(Binding).where(Binding.external_user_id == user_id)
            await session.execute(closing.values(state=state, ended_at=moment("10:00")))
            before = await crowd.street.written()
            said = " ".join(await crowd.write(EVERYTHING, "message", {"text": "25.09 10:00 Слово"})).lower()
            assert said, button
            assert not any(secret in said for secret in SECRETS), button
            written = {table for table, _ in await crowd.street.written() - before}
            assert written <= {"invitation_attempt"}, button


async def test_a_step_that_was_begun_ends_with_the_job(crowd: Crowd) -> None:
    """The account stays, of somebody who no longer works here and is nobody's guardian."""
    session, person = crowd.street.world.session, crowd.street.victims.ids["teacher"]
    for button in sorted(BEFORE_WORDS - STARTS_ANYWHERE - FOR_EVERYBODY):
        async with crowd.undone():
            await crowd.press(EVERYTHING, crowd.street.victims.packed(BY_NAME[button]))
            for model, who in (
                (StaffAppointment, StaffAppointment.person_id),
                (ClassTeacher, ClassTeacher.person_id),
                (CourseTeacher, CourseTeacher.teacher_id),
                (Guardianship, Guardianship.guardian_id),
            ):
                await session.execute(update(model).where(who == person).values(ends_on=YESTERDAY))
            before = await crowd.street.written()
            said = " ".join(await crowd.write(EVERYTHING, "message", {"text": "25.09 10:00 Слово"})).lower()
            assert said, button
            written = {table for table, _ in await crowd.street.written() - before}
            assert written <= {"notice_preferences", "audit"}, button


ELSEWHERE: list[dict[str, Any]] = [
    {"channel_post": {"chat": {"id": -1, "type": "channel"}, "text": "/now"}},
    {"edited_channel_post": {"chat": {"id": -1, "type": "channel"}, "text": "/now"}},
    {"message": {"chat": {"id": -1, "type": "group"}, "text": "/now"}},
    {"message": {"chat": {"id": -1, "type": "supergroup"}, "text": "/now", "is_topic_message": True}},
]


@pytest.mark.parametrize("update_", ELSEWHERE, ids=lambda one: next(iter(one)))
@pytest.mark.parametrize("who", [STRANGER, MOTHER, EVERYTHING])
async def test_nothing_is_said_but_to_one_person_alone(
    crowd: Crowd, who: str, update_: dict[str, Any]
) -> None:
    ((event, content),) = update_.items()
    before = await crowd.street.written()
    assert await crowd.write(who, event, content) == ()
    assert await crowd.street.written() == before


async def test_inline_questions_are_not_answered(crowd: Crowd) -> None:
    user = {"id": crowd.users[EVERYTHING], "is_bot": False, "first_name": "Кто-то"}
    query = {"update_id": 1, "inline_query": {"id": "1", "from": user, "query": "7Б", "offset": ""}}
    assert await crowd.street.post(query) == ()
