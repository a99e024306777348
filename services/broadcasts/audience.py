"""Whom a broadcast is for: classes, parallels, the whole school, or chosen families of a class."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import AudienceKind
from db.queries import broadcast_audience as audience_queries
from db.queries import broadcasts as queries
from db.queries.broadcast_audience import OfferedGroup, OfferedPupil
from db.queries.broadcasts import Composed
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import SchoolSubject, load_group, load_pupil
from services.actor import Actor
from services.broadcasts.access import may_write_to_all, own, own_draft
from services.clock import Clock
from services.errors import NotFound

__all__ = ["AudienceForm", "AudienceService", "FamilyForm", "OfferedGroup", "OfferedPupil"]


@dataclass(frozen=True, slots=True)
class AudienceForm:
    draft: Composed
    groups: tuple[OfferedGroup, ...]
    """To which the actor may write."""
    chosen: frozenset[int]
    """Ids of classes."""
    families: int
    """How many single families are chosen."""
    may_write_to_all: bool


@dataclass(frozen=True, slots=True)
class FamilyForm:
    draft: Composed
    group: OfferedGroup
    pupils: tuple[OfferedPupil, ...]
    chosen: frozenset[int]
    """Ids of pupils."""


class AudienceService:
    """Each choice sets a state of the actor's own draft. All raise NotFound for whom the actor may not write
    to, and InvalidInput once the draft was sent."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def form(self, *, actor: Actor, broadcast_id: int) -> AudienceForm:
        async with self._db.transaction() as session:
            return await self._form(session, actor, broadcast_id)

    async def set_group(
        self, *, actor: Actor, broadcast_id: int, group_id: int, chosen: bool
    ) -> AudienceForm:
        async with self._db.transaction() as session:
            await own_draft(session, actor, broadcast_id)
            check(actor, Permission.BROADCAST, await load_group(session, actor, group_id))
            await self._set(session, broadcast_id, AudienceKind.GROUPS)
            if chosen:
                await queries.add_targets(session, broadcast_id, group_ids=[group_id])
            else:
                await queries.remove_targets(session, broadcast_id, group_ids=[group_id])
            return await self._form(session, actor, broadcast_id)

    async def set_grade(self, *, actor: Actor, broadcast_id: int, grade: int) -> AudienceForm:
        """All classes of a parallel that the actor may write to, and no others."""
        async with self._db.transaction() as session:
            await own_draft(session, actor, broadcast_id)
            form = await self._form(session, actor, broadcast_id)
            parallel = [one.group_id for one in form.groups if one.grade == grade]
            if not parallel:
                raise NotFound
            await self._set(session, broadcast_id, AudienceKind.GROUPS)
            await queries.clear_targets(session, broadcast_id)
            await queries.add_targets(session, broadcast_id, group_ids=parallel)
            return await self._form(session, actor, broadcast_id)

    async def set_school(self, *, actor: Actor, broadcast_id: int) -> AudienceForm:
        async with self._db.transaction() as session:
            await own_draft(session, actor, broadcast_id)
            check(actor, Permission.BROADCAST, SchoolSubject(actor.school_id))
            await self._set(session, broadcast_id, AudienceKind.SCHOOL)
            return await self._form(session, actor, broadcast_id)

    async def set_pupils_too(self, *, actor: Actor, broadcast_id: int, chosen: bool) -> AudienceForm:
        """Whether the pupils themselves are told as well."""
        async with self._db.transaction() as session:
            await own_draft(session, actor, broadcast_id)
            await queries.change(session, broadcast_id, pupils_too=chosen)
            return await self._form(session, actor, broadcast_id)

    async def families(self, *, actor: Actor, broadcast_id: int, group_id: int) -> FamilyForm:
        async with self._db.transaction() as session:
            return await self._families(session, actor, broadcast_id, {group_id})

    async def set_family(self, *, actor: Actor, broadcast_id: int, pupil_id: int, chosen: bool) -> FamilyForm:
        """The first family that is chosen takes the place of whole classes."""
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            await own_draft(session, actor, broadcast_id)
            pupil = await load_pupil(session, actor, pupil_id, today)
            check(actor, Permission.BROADCAST, pupil)
            if pupil is None or not pupil.group_ids:
                raise NotFound
            await self._set(session, broadcast_id, AudienceKind.FAMILIES)
            if chosen:
                await queries.add_targets(session, broadcast_id, pupil_ids=[pupil_id])
            else:
                await queries.remove_targets(session, broadcast_id, pupil_ids=[pupil_id])
            return await self._families(session, actor, broadcast_id, pupil.group_ids)

    async def _set(self, session: AsyncSession, broadcast_id: int, kind: AudienceKind) -> None:
        await queries.clear_targets(session, broadcast_id, but=kind)
        await queries.change(session, broadcast_id, audience=kind)

    async def _form(self, session: AsyncSession, actor: Actor, broadcast_id: int) -> AudienceForm:
        draft = await own(session, actor, broadcast_id)
        today = actor.day_of(self._clock.now())
        everywhere = may_write_to_all(actor)
        groups = await audience_queries.groups(
            session, actor.school_id, None if everywhere else actor.class_teacher_of, today
        )
        targets = await queries.targets(session, broadcast_id, today)
        return AudienceForm(
            draft=draft,
            groups=tuple(groups),
            chosen=frozenset(one.group_id for one in targets if one.group_id is not None),
            families=sum(one.pupil_id is not None for one in targets),
            may_write_to_all=everywhere,
        )

    async def _families(
        self, session: AsyncSession, actor: Actor, broadcast_id: int, group_ids: Collection[int]
    ) -> FamilyForm:
        draft = await own(session, actor, broadcast_id)
        today = actor.day_of(self._clock.now())
        allowed = None if may_write_to_all(actor) else actor.class_teacher_of
        mine = group_ids if allowed is None else allowed.intersection(group_ids)
        groups = await audience_queries.groups(session, actor.school_id, mine, today)
        if not groups:
            raise NotFound
        targets = await queries.targets(session, broadcast_id, today)
        return FamilyForm(
            draft=draft,
            group=groups[0],
            pupils=tuple(await audience_queries.pupils_of_group(session, groups[0].group_id, today)),
            chosen=frozenset(one.pupil_id for one in targets if one.pupil_id is not None),
        )
