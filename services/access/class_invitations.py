"""Invitations for a whole class at once, to be printed and handed out (U2)."""

from __future__ import annotations

from db.engine import Database
from db.queries import consents
from db.queries import families as queries
from db.queries import invitations as people
from db.queries.families import MemberRow
from services.access.codes import readable
from services.access.families import WayIn, way_in
from services.access.invitations import open_for_all
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.roster import RosterInvitation
from services.access.subjects import PersonSubject, load_group
from services.actor import Actor
from services.clock import Clock


class ClassInvitationService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def sheets(self, *, actor: Actor, group_id: int) -> list[RosterInvitation]:
        """The invitations of everybody in the families of a class who is not in the bot yet, by the class
        list. A code that was given out before is the same; who has none gets one now.

        Whose access is closed or waits for a confirmation is left out: that needs a look at the person.
        Raises NotFound for a class that is not the actor's.
        """
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            check(actor, Permission.SEE_FAMILIES, await load_group(session, actor, group_id))
            members = await queries.of_group(session, group_id, today, now)
            locked = await people.lock_people(session, {row.person.person_id for row in members})
            # Somebody may have got in while we waited for the locks.
            members = await queries.of_group(session, group_id, today, now)
            invited = [row for row in members if _is_outside(row) and _may_invite(actor, row)]
            ids = {row.person.person_id for row in invited}
            found = await open_for_all(session, actor, [one for one in locked if one.id in ids], now=now)
            group = await queries.group_name(session, group_id)
            school = await consents.school_name(session, actor.school_id)
        pupils = {row.pupil_id: row for row in members if row.person.person_id == row.pupil_id}
        return [
            RosterInvitation(
                school=school,
                role="pupil" if row.person.person_id == row.pupil_id else "guardian",
                person_id=row.person.person_id,
                full_name=_full_name(row),
                group=group,
                pupil="" if row.person.person_id == row.pupil_id else _full_name(pupils[row.pupil_id]),
                code=readable(found[row.person.person_id].code),
                payload=found[row.person.person_id].code,
                expires_at=found[row.person.person_id].expires_at.astimezone(actor.zone),
            )
            for row in invited
            if row.person.person_id in found
        ]


def _is_outside(row: MemberRow) -> bool:
    return way_in(row.person) in (WayIn.OUTSIDE, WayIn.INVITED)


def _may_invite(actor: Actor, row: MemberRow) -> bool:
    subject = PersonSubject(actor.school_id, row.person.person_id, row.is_staff, frozenset({row.group_id}))
    return may(actor, Permission.INVITE_PERSON, subject)


def _full_name(row: MemberRow) -> str:
    person = row.person
    return " ".join(filter(None, (person.last_name, person.first_name, person.middle_name)))
