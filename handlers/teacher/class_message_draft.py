"""The draft of a class message: its lesson, its preview, «Записать» (J4)."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.class_message import (
    ChooseMessageLesson,
    DropClassMessage,
    SaveClassMessage,
    ShowClassMessage,
)
from handlers.class_message_drafts import forget, keep, show_draft, unsaved
from handlers.screens import Screens
from handlers.texts.class_message import changed_notice, draft_screen, dropped_screen, saved_screen
from handlers.texts.i18n import label
from services.actor import Account, Actor
from services.errors import NotFound
from services.marks.class_message import ClassMessageService, DraftChanged

router = Router(name="teacher.class_message_draft")


@router.callback_query(ChooseMessageLesson.filter())
async def choose_lesson(
    callback: CallbackQuery,
    callback_data: ChooseMessageLesson,
    actor: Actor,
    account: Account,
    screens: Screens,
    class_messages: ClassMessageService,
    state: FSMContext,
) -> None:
    draft = await unsaved(callback, callback_data.draft_id, state)
    if draft is not None:
        chosen = draft.model_copy(update={"lesson_id": draft.lesson_id or callback_data.lesson_id})
        await show_draft(callback, chosen, actor, account, screens, class_messages, state)


@router.callback_query(ShowClassMessage.filter())
async def show(
    callback: CallbackQuery,
    callback_data: ShowClassMessage,
    actor: Actor,
    account: Account,
    screens: Screens,
    class_messages: ClassMessageService,
    state: FSMContext,
) -> None:
    draft = await unsaved(callback, callback_data.draft_id, state)
    if draft is not None:
        await state.clear()
        await show_draft(callback, draft, actor, account, screens, class_messages, state)


@router.callback_query(SaveClassMessage.filter())
async def save(
    callback: CallbackQuery,
    callback_data: SaveClassMessage,
    actor: Actor,
    account: Account,
    screens: Screens,
    class_messages: ClassMessageService,
    state: FSMContext,
) -> None:
    draft = await unsaved(callback, callback_data.draft_id, state)
    if draft is None:
        return
    if draft.lesson_id is None:
        raise NotFound
    try:
        written = await class_messages.write(
            actor=actor,
            account=account,
            lesson_id=draft.lesson_id,
            text=draft.text,
            answers=draft.answers,
            version=callback_data.version,
        )
    except DraftChanged as changed:
        await callback.answer()
        await screens.show(callback, draft_screen(changed.draft, draft.draft_id, changed_notice()))
        return
    await keep(state, draft.model_copy(update={"text": "", "is_saved": True}))
    await callback.answer(label("Записано"))
    await screens.show(callback, saved_screen(written))


@router.callback_query(DropClassMessage.filter())
async def drop(
    callback: CallbackQuery, callback_data: DropClassMessage, screens: Screens, state: FSMContext
) -> None:
    draft = await unsaved(callback, callback_data.draft_id, state)
    if draft is None:
        return
    await forget(state, draft.draft_id)
    await callback.answer()
    await screens.show(callback, dropped_screen(draft.lesson_id))
