"""The other families of the demo's class: most are in the bot, and nobody plays them."""

from __future__ import annotations

from sqlalchemy import select

from bot.cast import PARTS
from bot.days import GROUP
from db.engine import Database
from db.enums import BindingState, Channel
from db.models import Binding, Enrolment, Group, Guardianship, Person
from handlers.texts.words import full_name
from services.clock import Clock

CONNECTED = 17
"""So many of the class's other families; the rest has not come to the bot yet."""
FIRST_ID = 1001


async def bring_in_families(db: Database, clock: Clock) -> list[int]:
    """One guardian of each of them is in the bot; their accounts."""
    played = {part.name for part in PARTS}
    async with db.transaction() as session:
        rows = await session.execute(
            select(Enrolment.pupil_id, Person)
            .join(Group, Group.id == Enrolment.group_id)
            .join(Guardianship, Guardianship.pupil_id == Enrolment.pupil_id)
            .join(Person, Person.id == Guardianship.guardian_id)
            .where(Group.name == GROUP)
            .order_by(Enrolment.number, Guardianship.id)
        )
        families: dict[int, list[Person]] = {}
        for pupil_id, guardian in rows:
            families.setdefault(pupil_id, []).append(guardian)
        others = [people[0] for people in families.values() if played.isdisjoint(map(full_name, people))]
        bindings = [
            Binding(
                school_id=guardian.school_id,
                person_id=guardian.id,
                channel=Channel.TELEGRAM,
                external_user_id=user_id,
                chat_id=user_id,
                state=BindingState.ACTIVE,
                bound_at=clock.now(),
            )
            for user_id, guardian in enumerate(others[:CONNECTED], FIRST_ID)
        ]
        session.add_all(bindings)
    return [binding.chat_id for binding in bindings]
