"""Putting a task together: what the teacher types and sends, and «Записать» (J3)."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.homework import (
    EditHomework,
    SaveHomework,
    ShowDraft,
    TakeHint,
)
from handlers.files import received_file
from handlers.screens import Screens
from handlers.teacher.homework_steps import Setting, await_task, draft_in
from handlers.texts.homework import homework_screen
from handlers.texts.homework_draft import (
    draft_screen,
    no_draft_toast,
    not_a_task_screen,
    old_preview_toast,
    replaced_screen,
    saved_toast,
)
from services.actor import Actor
from services.files import FileService
from services.homework import HomeworkService
from services.homework_draft import Draft
from services.homework_drafting import HomeworkDraftService

router = Router(name="teacher.homework_draft")


@router.message(StateFilter(Setting.task))
async def heard(
    message: Message,
    actor: Actor,
    bot: Bot,
    screens: Screens,
    homework_drafts: HomeworkDraftService,
    files: FileService,
    state: FSMContext,
) -> None:
    """A text is the task's new one, photos and files are added; an album's messages share one preview."""
    draft = await draft_in(state)
    if not (draft and (message.text or message.photo or message.document)):
        await screens.show(message, not_a_task_screen(draft))
        return
    same_album = draft.album is not None and draft.album == message.media_group_id
    if message.message_id not in draft.heard:
        draft = await _with_message(draft, message, actor, bot, homework_drafts, files)
    form = await homework_drafts.form(actor=actor, draft=draft)
    await await_task(state, draft)
    if same_album and draft.preview_id is not None:
        await screens.edit(message.chat.id, draft.preview_id, draft_screen(form))
        return
    if draft.preview_id is not None:
        await screens.edit(message.chat.id, draft.preview_id, replaced_screen())
    preview = await screens.send(message.chat.id, draft_screen(form))
    await await_task(state, draft.model_copy(update={"preview_id": preview.message_id}))


async def _with_message(
    draft: Draft, message: Message, actor: Actor, bot: Bot, drafts: HomeworkDraftService, files: FileService
) -> Draft:
    pupils = (await drafts.form(actor=actor, draft=draft)).pupils
    if message.text is not None:
        changed = draft.typed_anew(message.text, pupils)
    else:
        file = await received_file(message, bot, actor, files)
        assert file is not None, "only texts, photos and documents come here"
        changed = draft.with_file(file.file_id)
        if message.caption:
            changed = changed.with_caption(message.caption, pupils)
    heard = (*draft.heard, message.message_id)[-50:]
    return changed.model_copy(update={"heard": heard, "album": message.media_group_id})


@router.callback_query(TakeHint.filter())
async def take_hint(
    callback: CallbackQuery,
    callback_data: TakeHint,
    actor: Actor,
    screens: Screens,
    homework_drafts: HomeworkDraftService,
    state: FSMContext,
) -> None:
    await callback.answer()
    draft = await homework_drafts.hinted(actor=actor, lesson_id=callback_data.lesson_id)
    await _show(callback, draft, actor, screens, homework_drafts, state)


@router.callback_query(EditHomework.filter())
async def edit(
    callback: CallbackQuery,
    callback_data: EditHomework,
    actor: Actor,
    screens: Screens,
    homework_drafts: HomeworkDraftService,
    state: FSMContext,
) -> None:
    await callback.answer()
    draft = await homework_drafts.of_task(actor=actor, homework_id=callback_data.homework_id)
    await _show(callback, draft, actor, screens, homework_drafts, state)


@router.callback_query(ShowDraft.filter())
async def show_draft(
    callback: CallbackQuery,
    callback_data: ShowDraft,
    actor: Actor,
    screens: Screens,
    homework: HomeworkService,
    homework_drafts: HomeworkDraftService,
    state: FSMContext,
) -> None:
    draft = await draft_in(state, callback_data.lesson_id)
    if draft is None:
        await show_instead_of_draft(callback, callback_data.lesson_id, actor, screens, homework)
        return
    await callback.answer()
    await _show(callback, draft, actor, screens, homework_drafts, state)


@router.callback_query(SaveHomework.filter())
async def save(
    callback: CallbackQuery,
    callback_data: SaveHomework,
    actor: Actor,
    screens: Screens,
    homework: HomeworkService,
    homework_drafts: HomeworkDraftService,
    state: FSMContext,
) -> None:
    """Only what the tapped preview shows is written."""
    draft = await draft_in(state, callback_data.lesson_id)
    if draft is None:
        await show_instead_of_draft(callback, callback_data.lesson_id, actor, screens, homework)
        return
    if draft.version != callback_data.version:
        await callback.answer(old_preview_toast())
        await _show(callback, draft, actor, screens, homework_drafts, state)
        return
    view = await homework.save(actor=actor, draft=draft)
    await callback.answer(saved_toast())
    await state.clear()
    await screens.show(callback, homework_screen(view, actor.zone))


async def show_instead_of_draft(
    callback: CallbackQuery, lesson_id: int, actor: Actor, screens: Screens, homework: HomeworkService
) -> None:
    """The draft is gone, or another lesson's: what is really set in the button's lesson."""
    view = await homework.lesson(actor=actor, lesson_id=lesson_id)
    await callback.answer(no_draft_toast())
    await screens.show(callback, homework_screen(view, actor.zone))


async def _show(
    callback: CallbackQuery,
    draft: Draft,
    actor: Actor,
    screens: Screens,
    homework_drafts: HomeworkDraftService,
    state: FSMContext,
) -> None:
    form = await homework_drafts.form(actor=actor, draft=draft)
    shown_in = callback.message.message_id if callback.message else None
    await await_task(state, draft.model_copy(update={"preview_id": shown_in}))
    await screens.show(callback, draft_screen(form))
