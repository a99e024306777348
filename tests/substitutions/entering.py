"""Substitutions as a deputy enters them."""

from __future__ import annotations

from datetime import date

from services.actor import Actor
from services.substitutions import Absence, Saved, SubstitutionService
from tests.world import MONDAY


async def absence(
    service: SubstitutionService, actor: Actor, absent: int, first: date = MONDAY, last: date | None = None
) -> Absence:
    return await service.absence(actor=actor, teacher_id=absent, first=first, last=last or first)


async def substitute(
    service: SubstitutionService,
    actor: Actor,
    absent: int,
    choices: dict[int, int | None],
    *,
    day: date = MONDAY,
) -> Saved:
    """Let others give lessons of a day; `choices`: by the lesson's number. None: nobody."""
    found = await absence(service, actor, absent, day)
    by_number = {lesson.number: lesson.lesson_id for lesson in found.lessons}
    return await service.save(
        actor=actor,
        teacher_id=absent,
        first=day,
        last=day,
        choices={by_number.get(number, -number): who for number, who in choices.items()},
    )
