"""Documents and instructions on the journal, published for families and staff (U13)."""

from __future__ import annotations

from dataclasses import dataclass

from db.engine import Database
from db.queries import published as queries
from db.queries.files import StoredFileRow
from db.queries.published import DocumentRow
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import NotFound
from services.files import own_files
from services.typed import typed_line

__all__ = ["DocumentRow", "Documents", "PublishedDocumentService"]


@dataclass(frozen=True, slots=True)
class Documents:
    """What the actor may open, the newest first."""

    rows: tuple[DocumentRow, ...]
    may_publish: bool


class PublishedDocumentService:
    """Everybody who is let in reads what is for families; staff read everything."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def all(self, *, actor: Actor) -> Documents:
        async with self._db.transaction() as session:
            rows = await queries.standing(session, actor.school_id, families_only=not actor.staff_roles)
        return Documents(tuple(rows), _may_publish(actor))

    async def open(self, *, actor: Actor, document_id: int) -> tuple[DocumentRow, StoredFileRow]:
        """Raises NotFound for what is withdrawn or not for the actor."""
        async with self._db.transaction() as session:
            found = await queries.standing(
                session,
                actor.school_id,
                families_only=not actor.staff_roles,
                document_id=document_id,
            )
            if not found:
                raise NotFound
            (file,) = await own_files(session, actor, [found[0].file_id])
        return found[0], file

    async def publish(self, *, actor: Actor, file_id: int, title: str, for_families: bool) -> Documents:
        """Raises NotFound for who may not publish, and for a file of another school; InvalidInput for a title
        that is empty or too long."""
        check(actor, Permission.PUBLISH_DOCUMENTS, SchoolSubject(actor.school_id))
        now = self._clock.now()
        line = typed_line(title)
        async with self._db.transaction() as session:
            if not await own_files(session, actor, [file_id]):
                raise NotFound
            document_id = await queries.publish(
                session,
                school_id=actor.school_id,
                title=line,
                file_id=file_id,
                for_families=for_families,
                published_by=actor.person_id,
                published_at=now,
            )
            await record(
                session,
                actor,
                "document.published",
                subject=("published_document", document_id),
                at=now,
                after={"title": line, "for_families": for_families},
            )
        return await self.all(actor=actor)

    async def withdraw(self, *, actor: Actor, document_id: int) -> Documents:
        """Nobody can open it any more. Raises NotFound."""
        check(actor, Permission.PUBLISH_DOCUMENTS, SchoolSubject(actor.school_id))
        now = self._clock.now()
        document, _ = await self.open(actor=actor, document_id=document_id)
        async with self._db.transaction() as session:
            await queries.withdraw(session, document_id, now)
            await record(
                session,
                actor,
                "document.withdrawn",
                subject=("published_document", document_id),
                at=now,
                before={"title": document.title},
            )
        return await self.all(actor=actor)


def _may_publish(actor: Actor) -> bool:
    return may(actor, Permission.PUBLISH_DOCUMENTS, SchoolSubject(actor.school_id))
