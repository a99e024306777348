"""The absence that a deputy is working on: who was chosen for its lessons is kept with the conversation."""

from __future__ import annotations

from aiogram.fsm.context import FSMContext

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
from handlers.texts.entering_substitutions import AbsenceDraft
from services.actor import Actor
from services.substitutions import Choices, SubstitutionService

OfAbsence = (
    OpenAbsence
    | ShowAbsence
    | ChooseSubstitute
    | SetSubstitute
    | ChooseForAll
    | SetForAll
    | SaveSubstitutions
)


async def absence_draft(
    of: OfAbsence,
    actor: Actor,
    substitutions: SubstitutionService,
    state: FSMContext,
    chosen: Choices | None = None,
) -> AbsenceDraft:
    """The absence of a button with what was chosen before, and now `chosen` too."""
    choices = await chosen_so_far(of, state) | dict(chosen or {})
    absence = await substitutions.absence(
        actor=actor,
        teacher_id=of.teacher_id,
        first=day_of(of.starts_on),
        last=day_of(of.ends_on),
        asked=[person_id for person_id in choices.values() if person_id is not None],
    )
    if chosen:
        await state.set_data({"absence": _name(of), "choices": list(choices.items())})
    return AbsenceDraft(absence, choices)


async def chosen_so_far(of: OfAbsence, state: FSMContext) -> dict[int, int | None]:
    data = await state.get_data()
    return dict(data["choices"]) if data.get("absence") == _name(of) else {}


def _name(of: OfAbsence) -> list[int]:
    return [of.teacher_id, of.starts_on, of.ends_on]
