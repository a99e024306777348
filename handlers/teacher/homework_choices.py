"""The choices about a draft: when it is due, for whom it is, which files hang on it (J3)."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.homework import (
    AllForAll,
    ChooseDue,
    ChooseFiles,
    ChooseWhom,
    RemoveFile,
    SetDue,
    SetEveryone,
    SetForPupil,
    SettleDoubt,
    TypeDue,
)
from handlers.days import day_of
from handlers.screen import Screen
from handlers.screens import Screens
from handlers.teacher.homework_draft import show_instead_of_draft
from handlers.teacher.homework_steps import Setting, await_task, draft_in
from handlers.texts.homework_choices import (
    draft_files_screen,
    due_screen,
    not_after_the_lesson,
    type_due_screen,
    whom_screen,
)
from handlers.texts.homework_draft import draft_screen, not_a_task_screen
from handlers.texts.planning import not_a_date
from services.actor import Actor
from services.errors import NotFound
from services.homework import HomeworkService
from services.homework_draft import Draft
from services.homework_drafting import HomeworkDraftService, HomeworkForm
from services.typed_times import typed_day

router = Router(name="teacher.homework_choices")

Choice = (
    ChooseDue
    | SetDue
    | ChooseWhom
    | SetEveryone
    | SetForPupil
    | ChooseFiles
    | RemoveFile
    | SettleDoubt
    | AllForAll
)


@router.callback_query(ChooseDue.filter())
@router.callback_query(SetDue.filter())
@router.callback_query(ChooseWhom.filter())
@router.callback_query(SetEveryone.filter())
@router.callback_query(SetForPupil.filter())
@router.callback_query(ChooseFiles.filter())
@router.callback_query(RemoveFile.filter())
@router.callback_query(SettleDoubt.filter())
@router.callback_query(AllForAll.filter())
async def choose(
    callback: CallbackQuery,
    callback_data: Choice,
    actor: Actor,
    screens: Screens,
    homework: HomeworkService,
    homework_drafts: HomeworkDraftService,
    state: FSMContext,
) -> None:
    """Each sets one thing of the draft and shows the next choice or the draft."""
    draft = await draft_in(state, callback_data.lesson_id)
    if draft is None:
        await show_instead_of_draft(callback, callback_data.lesson_id, actor, screens, homework)
        return
    await callback.answer()
    form = await homework_drafts.form(actor=actor, draft=draft)
    changed = _changed(form, callback_data)
    if changed != draft:
        form = await homework_drafts.form(actor=actor, draft=changed)
    await await_task(state, changed)
    await screens.show(callback, _screen(form, callback_data))


def _changed(form: HomeworkForm, choice: Choice) -> Draft:
    """Raises NotFound for what is not of this lesson."""
    draft = form.draft
    match choice:
        case SetDue(day=day, number=number):
            return draft.due(day_of(day), number or None)
        case SetEveryone(course_id=0):
            return draft.for_pupils(None)
        case SetEveryone(course_id=course_id):
            found = [one.pupil_ids for one in form.subgroups if one.course_id == course_id]
            if not found:
                raise NotFound
            return draft.for_pupils(sorted(found[0]))
        case SetForPupil(pupil_id=pupil_id, chosen=chosen):
            if all(one.pupil_id != pupil_id for one in form.pupils):
                raise NotFound
            others = [one for one in draft.pupil_ids or () if one != pupil_id]
            return draft.for_pupils([*others, pupil_id] if chosen else others)
        case RemoveFile(file_id=file_id):
            return draft.without_file(file_id)
        case SettleDoubt(version=draft.version, index=index, pupil_id=pupil_id):
            return draft.settled(index, pupil_id or None)
        case AllForAll():
            return draft.for_all_as_typed()
    return draft


def _screen(form: HomeworkForm, choice: Choice) -> Screen:
    match choice:
        case ChooseDue():
            return due_screen(form)
        case ChooseWhom(page=page) | SetForPupil(page=page):
            return whom_screen(form, page)
        case ChooseFiles() | RemoveFile():
            return draft_files_screen(form)
    return draft_screen(form)


@router.callback_query(TypeDue.filter())
async def ask_for_date(
    callback: CallbackQuery,
    callback_data: TypeDue,
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
    form = await homework_drafts.form(actor=actor, draft=draft)
    await state.set_state(Setting.due)
    await screens.show(callback, type_due_screen(form))


@router.message(StateFilter(Setting.due))
async def date_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    homework_drafts: HomeworkDraftService,
    state: FSMContext,
) -> None:
    draft = await draft_in(state)
    if draft is None:
        await screens.show(message, not_a_task_screen(None))
        return
    form = await homework_drafts.form(actor=actor, draft=draft)
    typed = typed_day(message.text or "", form.today)
    if typed is None or typed <= form.lesson.date:
        problem = not_a_date() if typed is None else not_after_the_lesson(form.lesson.date)
        await screens.show(message, type_due_screen(form, problem))
        return
    changed = draft.due(typed, None)
    await await_task(state, changed)
    await screens.show(message, draft_screen(await homework_drafts.form(actor=actor, draft=changed)))
