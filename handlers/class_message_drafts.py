"""Messages about the whole class that wait for «Записать»: each its own draft, kept in the database."""

from __future__ import annotations

from dataclasses import replace

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery
from pydantic import BaseModel, ConfigDict

from handlers.screens import Screens
from handlers.texts.class_message import already_saved_toast, draft_screen
from services.actor import Account, Actor
from services.errors import InvalidInput, NotFound
from services.marks.class_message import Answers, ClassMessageService, Draft


class ClassDraft(BaseModel):
    """What was typed and answered. `draft_id` is the number of the message in its chat."""

    model_config = ConfigDict(frozen=True)

    draft_id: int
    lesson_id: int | None
    """None: to be chosen."""
    text: str
    answers: Answers = Answers()
    is_saved: bool = False


async def keep(state: FSMContext, draft: ClassDraft) -> None:
    await _place(state, draft.draft_id).set_data(draft.model_dump(mode="json"))


async def kept(state: FSMContext, draft_id: int) -> ClassDraft:
    """Raises InvalidInput when it was dropped or is long forgotten."""
    data = await _place(state, draft_id).get_data()
    if not data:
        raise InvalidInput(problem="draft_is_gone")
    return ClassDraft.model_validate(data)


async def forget(state: FSMContext, draft_id: int) -> None:
    await _place(state, draft_id).set_data({})


async def unsaved(callback: CallbackQuery, draft_id: int, state: FSMContext) -> ClassDraft | None:
    """The draft of a button; None when it is written already, which the teacher has been told then.

    Raises InvalidInput as `kept` does.
    """
    draft = await kept(state, draft_id)
    if draft.is_saved:
        await callback.answer(already_saved_toast())
        return None
    return draft


async def view_of(
    draft: ClassDraft, actor: Actor, account: Account, class_messages: ClassMessageService
) -> Draft:
    """What the draft would write now. Raises NotFound also while its lesson is to be chosen."""
    if draft.lesson_id is None:
        raise NotFound
    return await class_messages.read(
        actor=actor, account=account, lesson_id=draft.lesson_id, text=draft.text, answers=draft.answers
    )


async def show_draft(
    callback: CallbackQuery,
    draft: ClassDraft,
    actor: Actor,
    account: Account,
    screens: Screens,
    class_messages: ClassMessageService,
    state: FSMContext,
) -> None:
    """The preview; of the answers only those are kept that belong to a question."""
    view = await view_of(draft, actor, account, class_messages)
    await keep(state, draft.model_copy(update={"answers": view.answers}))
    await callback.answer()
    await screens.show(callback, draft_screen(view, draft.draft_id))


def _place(state: FSMContext, draft_id: int) -> FSMContext:
    """Beside the step that the chat is at, so that neither /start nor another message loses the draft."""
    return FSMContext(state.storage, replace(state.key, destiny=f"class_message:{draft_id}"))
