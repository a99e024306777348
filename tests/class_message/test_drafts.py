"""A message that waits for «Записать» outlives a restart, and nobody else finds it."""

from __future__ import annotations

from datetime import date

import pytest
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey

from bot.fsm import PostgresStorage
from db.engine import Database
from handlers.class_message_drafts import ClassDraft, forget, keep, kept
from services.errors import InvalidInput
from services.marks.class_message import Answers, Topic
from tests.class_message.conftest import Classroom
from tests.statements import Statements
from tests.world import FakeClock

DRAFT = ClassDraft(
    draft_id=7,
    lesson_id=9,
    text="Ковалев 5, Ким •",
    answers=Answers(
        who=((3,), (), None),
        due_on=date(2026, 9, 21),
        despite_absence=True,
        reason="Описка",
        left_out=frozenset({Topic.MINUTES}),
    ),
)


def chat(db: Database, clock: FakeClock, user: int = 1) -> FSMContext:
    return FSMContext(PostgresStorage(db, clock), StorageKey(40, user, user))


async def test_a_draft_is_the_same_after_a_restart(db: Database, clock: FakeClock) -> None:
    await keep(chat(db, clock), DRAFT)
    assert await kept(chat(db, clock), 7) == DRAFT


async def test_every_message_and_every_chat_has_drafts_of_its_own(db: Database, clock: FakeClock) -> None:
    here = chat(db, clock)
    await keep(here, DRAFT)
    await keep(here, DRAFT.model_copy(update={"draft_id": 8, "text": "Цой 4"}))
    await here.clear()
    assert (await kept(here, 7)).text == DRAFT.text
    for place, draft_id in ((here, 9), (chat(db, clock, user=2), 7)):
        with pytest.raises(InvalidInput):
            await kept(place, draft_id)
    await forget(here, 7)
    with pytest.raises(InvalidInput):
        await kept(here, 7)
    assert (await kept(here, 8)).text == "Цой 4"


async def test_a_preview_takes_as_many_statements_for_one_mark_as_for_thirty(
    room: Classroom, statements: Statements
) -> None:
    statements.taken()
    await room.read("Волков 5")
    one = statements.taken()
    await room.read("Волков 5, остальные 4")
    assert statements.taken() == one > 0
