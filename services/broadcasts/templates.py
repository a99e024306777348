"""Canned texts: those that every school starts with, the school's, and one's own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from db.engine import Database
from db.queries import broadcast_templates as queries
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.broadcasts.access import check_writes, own, own_draft
from services.broadcasts.composing import BroadcastForm, ComposeService
from services.clock import Clock
from services.errors import InvalidInput, NotFound

TITLE_LIMIT = 40
MOST = 30
"""Of one's own, and of the school's."""


@dataclass(frozen=True, slots=True)
class CannedText:
    template_id: int
    """Negative: one that every school starts with."""
    title: str
    text: str
    removable: bool


@cache
def starters() -> tuple[CannedText, ...]:
    written = files("services.presets").joinpath("broadcast_templates.toml").read_text("utf-8")
    rows = tomllib.loads(written)["template"]
    return tuple(
        CannedText(-number, row["title"], row["text"].strip(), removable=False)
        for number, row in enumerate(rows, 1)
    )


class TemplateService:
    """The deputies keep the school's, everybody who writes broadcasts their own."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._composing = ComposeService(db, clock)
        self._clock = clock

    async def list(self, *, actor: Actor) -> tuple[CannedText, ...]:
        """One's own first. Raises NotFound for who writes no broadcasts."""
        check_writes(actor)
        async with self._db.transaction() as session:
            rows = await queries.kept(session, actor.school_id, actor.person_id)
        keeps = may_keep_for_school(actor)
        found = (
            CannedText(row.template_id, row.title, row.text, removable=row.is_own or keeps) for row in rows
        )
        return (*found, *starters())

    async def use(self, *, actor: Actor, broadcast_id: int, template_id: int) -> BroadcastForm:
        """As the text of a draft, in place of what was typed. Raises NotFound."""
        for canned in await self.list(actor=actor):
            if canned.template_id == template_id:
                return await self._composing.type_text(
                    actor=actor, broadcast_id=broadcast_id, text=canned.text
                )
        raise NotFound

    async def save(self, *, actor: Actor, broadcast_id: int, shared: bool) -> CannedText:
        """The text of one's broadcast as one's own canned text, or (`shared`) as the school's; the first line
        is its title. Raises NotFound, and InvalidInput when it is empty or there are too many."""
        async with self._db.transaction() as session:
            broadcast = await own(session, actor, broadcast_id)
            if shared:
                check(actor, Permission.SEE_EVERY_BROADCAST, SchoolSubject(actor.school_id))
            if not broadcast.text:
                raise InvalidInput(problem="broadcast_empty")
            owner_id = None if shared else actor.person_id
            if await queries.count(session, actor.school_id, owner_id) >= MOST:
                raise InvalidInput(problem="broadcast_too_many_templates", n=MOST)
            title = broadcast.text.splitlines()[0][:TITLE_LIMIT].strip()
            template_id = await queries.keep(session, actor.school_id, owner_id, title, broadcast.text)
            return CannedText(template_id, title, broadcast.text, removable=True)

    async def remove(self, *, actor: Actor, broadcast_id: int, template_id: int) -> None:
        """Raises NotFound for one that is not the actor's to remove."""
        async with self._db.transaction() as session:
            await own_draft(session, actor, broadcast_id)
            rows = await queries.kept(session, actor.school_id, actor.person_id)
            keeps = may_keep_for_school(actor)
            if not any(row.template_id == template_id and (row.is_own or keeps) for row in rows):
                raise NotFound
            await queries.remove(session, template_id, self._clock.now())


def may_keep_for_school(actor: Actor) -> bool:
    return may(actor, Permission.SEE_EVERY_BROADCAST, SchoolSubject(actor.school_id))
