"""Who gives the lessons of an absent teacher: chosen lesson by lesson or for all at once, saved together."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.absence_drafts import absence_draft, chosen_so_far
from handlers.callbacks.substitutions import (
    ChooseForAll,
    ChooseSubstitute,
    OpenAbsence,
    SaveSubstitutions,
    SetForAll,
    SetSubstitute,
    ShowAbsence,
)
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.entering_substitutions import (
    AbsenceDraft,
    absence_screen,
    choose_for_all_screen,
    choose_substitute_screen,
    chosen_for_all_toast,
    chosen_toast,
    lessons_for_all,
    page_of,
    saved_screen,
)
from services.actor import Actor
from services.errors import InvalidInput, NotFound
from services.lessons import LessonRow
from services.substitutions import SubstitutionService

router = Router(name="deputy.entering_substitutions")


@router.callback_query(OpenAbsence.filter())
async def open_absence(
    callback: CallbackQuery,
    callback_data: OpenAbsence,
    actor: Actor,
    screens: Screens,
    substitutions: SubstitutionService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    draft = await absence_draft(callback_data, actor, substitutions, state)
    await screens.show(callback, absence_screen(draft, 0))


@router.callback_query(ShowAbsence.filter())
async def show_absence(
    callback: CallbackQuery,
    callback_data: ShowAbsence,
    actor: Actor,
    screens: Screens,
    substitutions: SubstitutionService,
    state: FSMContext,
) -> None:
    await callback.answer()
    draft = await absence_draft(callback_data, actor, substitutions, state)
    await screens.show(callback, absence_screen(draft, callback_data.page))


@router.callback_query(ChooseSubstitute.filter())
async def choose_substitute(
    callback: CallbackQuery,
    callback_data: ChooseSubstitute,
    actor: Actor,
    screens: Screens,
    substitutions: SubstitutionService,
    state: FSMContext,
) -> None:
    await callback.answer()
    draft = await absence_draft(callback_data, actor, substitutions, state)
    lesson = _lesson(draft, callback_data.lesson_id)
    candidates = await substitutions.candidates(
        actor=actor, absence=draft.absence, lesson_ids=[lesson.lesson_id]
    )
    await screens.show(callback, choose_substitute_screen(draft, lesson, candidates, callback_data.page))


@router.callback_query(SetSubstitute.filter())
async def set_substitute(
    callback: CallbackQuery,
    callback_data: SetSubstitute,
    actor: Actor,
    screens: Screens,
    substitutions: SubstitutionService,
    state: FSMContext,
) -> None:
    draft = await absence_draft(
        callback_data,
        actor,
        substitutions,
        state,
        {callback_data.lesson_id: callback_data.substitute_id or None},
    )
    lesson = _lesson(draft, callback_data.lesson_id)
    await callback.answer(chosen_toast(draft, lesson))
    await screens.show(callback, absence_screen(draft, page_of(draft, lesson)))


@router.callback_query(ChooseForAll.filter())
async def choose_for_all(
    callback: CallbackQuery,
    callback_data: ChooseForAll,
    actor: Actor,
    screens: Screens,
    substitutions: SubstitutionService,
    state: FSMContext,
) -> None:
    await callback.answer()
    draft = await absence_draft(callback_data, actor, substitutions, state)
    candidates = await substitutions.candidates(
        actor=actor,
        absence=draft.absence,
        lesson_ids=[lesson.lesson_id for lesson in lessons_for_all(draft)],
    )
    await screens.show(callback, choose_for_all_screen(draft, candidates, callback_data.page))


@router.callback_query(SetForAll.filter())
async def set_for_all(
    callback: CallbackQuery,
    callback_data: SetForAll,
    actor: Actor,
    screens: Screens,
    substitutions: SubstitutionService,
    state: FSMContext,
) -> None:
    draft = await absence_draft(callback_data, actor, substitutions, state)
    substitute_id = callback_data.substitute_id
    free = await substitutions.free_for(actor=actor, absence=draft.absence, substitute_id=substitute_id)
    chosen = {
        lesson.lesson_id: substitute_id for lesson in lessons_for_all(draft) if lesson.lesson_id in free
    }
    draft = await absence_draft(callback_data, actor, substitutions, state, chosen)
    await callback.answer(chosen_for_all_toast(len(chosen)))
    await screens.show(callback, absence_screen(draft, 0))


@router.callback_query(SaveSubstitutions.filter())
async def save(
    callback: CallbackQuery,
    callback_data: SaveSubstitutions,
    actor: Actor,
    screens: Screens,
    substitutions: SubstitutionService,
    state: FSMContext,
) -> None:
    """What was chosen stays chosen: the same tap twice saves the same."""
    choices = await chosen_so_far(callback_data, state)
    if not choices:
        raise InvalidInput(problem="nobody_chosen")
    saved = await substitutions.save(
        actor=actor,
        teacher_id=callback_data.teacher_id,
        first=day_of(callback_data.starts_on),
        last=day_of(callback_data.ends_on),
        choices=choices,
    )
    await callback.answer()
    await screens.show(callback, saved_screen(saved))


def _lesson(draft: AbsenceDraft, lesson_id: int) -> LessonRow:
    for lesson in draft.absence.lessons:
        if lesson.lesson_id == lesson_id:
            return lesson
    raise NotFound
