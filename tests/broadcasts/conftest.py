"""The story's 7Б: its class teacher writes to the families; Агаева is not in the bot, Петрова has nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import OutboxState
from db.models import Binding, BroadcastRecipient, OutboxMessage, SchoolSetting
from services.broadcasts.audience import AudienceService
from services.broadcasts.changing import ChangeService
from services.broadcasts.composing import ComposeService
from services.broadcasts.previewing import PreviewService
from services.broadcasts.progress import Numbers, Progress, ProgressService
from services.broadcasts.releasing import Released, ReleaseService
from services.broadcasts.reminding import ReminderService
from services.broadcasts.replies import ReplyService
from services.broadcasts.report import ReportService
from services.files import FileService, FileStore
from services.notifications.broadcast import BroadcastKind, BroadcastNotice
from services.notifications.ports import DueMessage, Later, Ready, Skip
from tests.world import FakeClock, Story, story


@dataclass(slots=True)
class Newsroom:
    """Broadcasts, and what stands in the chats of families because of them."""

    people: Story
    db: Database
    clock: FakeClock
    session: AsyncSession
    files: FileService
    compose: ComposeService = field(init=False)
    audience: AudienceService = field(init=False)
    previews: PreviewService = field(init=False)
    releases: ReleaseService = field(init=False)
    changes: ChangeService = field(init=False)
    replies: ReplyService = field(init=False)
    results: ProgressService = field(init=False)
    reminders: ReminderService = field(init=False)
    reports: ReportService = field(init=False)

    def __post_init__(self) -> None:
        self.compose = ComposeService(self.db, self.clock)
        self.audience = AudienceService(self.db, self.clock)
        self.previews = PreviewService(self.db, self.clock)
        self.releases = ReleaseService(self.db, self.clock)
        self.changes = ChangeService(self.db, self.clock)
        self.replies = ReplyService(self.db, self.clock)
        self.results = ProgressService(self.db, self.clock)
        self.reminders = ReminderService(self.db, self.clock)
        self.reports = ReportService(self.db, self.clock)

    async def actor(self, person_id: int | None = None) -> Any:
        """The class teacher, unless somebody else is asked for."""
        return await self.people.world.actor(person_id or self.people.irina, self.clock.now())

    async def draft(self, text: str = "В среду экскурсия.", **changes: Any) -> int:
        """A draft to the class teacher's class."""
        actor = await self.actor()
        form = await self.compose.start(actor=actor, group_id=self.people.group)
        broadcast_id = form.draft.broadcast_id
        await self.compose.type_text(actor=actor, broadcast_id=broadcast_id, text=text)
        if changes:
            await self.compose.change(actor=actor, broadcast_id=broadcast_id, **changes)
        return broadcast_id

    async def release(self, broadcast_id: int, *, author: int | None = None) -> Released:
        actor = await self.actor(author)
        form = await self.compose.form(actor=actor, broadcast_id=broadcast_id)
        return await self.releases.release(actor=actor, broadcast_id=broadcast_id, version=form.draft.version)

    async def send(self, text: str = "В среду экскурсия.", **changes: Any) -> int:
        broadcast_id = await self.draft(text, **changes)
        await self.release(broadcast_id)
        return broadcast_id

    async def file(self, content: bytes = b"board", name: str = "photo.jpg", ref: str = "photo:1") -> int:
        kept = await self.files.keep(
            actor=await self.actor(), content=content, name=name, media_type="image/jpeg", external_ref=ref
        )
        return kept.file_id

    async def recipients(self, broadcast_id: int) -> list[tuple[int | None, int]]:
        """(person, pupil) of every row; no person: the pupil has nobody."""
        rows = await self.session.execute(
            select(BroadcastRecipient.person_id, BroadcastRecipient.pupil_id)
            .where(BroadcastRecipient.broadcast_id == broadcast_id)
            .order_by(BroadcastRecipient.id)
        )
        return [(row[0], row[1]) for row in rows]

    async def messages(self) -> list[OutboxMessage]:
        rows = await self.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == BroadcastKind.name)
            .order_by(OutboxMessage.id)
            .execution_options(populate_existing=True)
        )
        return list(rows)

    async def person(self, message: OutboxMessage) -> int:
        person = await self.session.scalar(select(Binding.person_id).where(Binding.id == message.binding_id))
        assert person is not None
        return person

    async def message_of(self, person_id: int) -> OutboxMessage:
        (message,) = [one for one in await self.messages() if await self.person(one) == person_id]
        return message

    async def prepared(self, message: OutboxMessage) -> Ready | Later | Skip:
        due = DueMessage(
            id=message.id,
            school_id=message.school_id,
            binding_id=message.binding_id,
            person_id=await self.person(message),
            pupil_id=message.pupil_id,
            kind=message.kind,
            payload=message.payload,
            external_ref=message.external_ref,
        )
        return await BroadcastKind().prepare(self.session, due, self.clock.now())

    async def reads(self, person_id: int) -> BroadcastNotice:
        """What the person's only message says now."""
        ready = await self.prepared(await self.message_of(person_id))
        assert isinstance(ready, Ready)
        assert isinstance(ready.view, BroadcastNotice)
        return ready.view

    async def sent(self) -> None:
        """What is queued leaves, as the sender would record it."""
        await self.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.state == OutboxState.QUEUED)
            .values(
                state=OutboxState.SENT,
                external_ref=OutboxMessage.id,
                sent_revision=OutboxMessage.revision,
                sent_at=self.clock.now(),
            )
        )

    async def recipient(self, broadcast_id: int, person_id: int) -> int:
        """The id of the person's only row."""
        found = await self.session.scalars(
            select(BroadcastRecipient.id).where(
                BroadcastRecipient.broadcast_id == broadcast_id, BroadcastRecipient.person_id == person_id
            )
        )
        return found.one()

    async def reply(self, broadcast_id: int, person_id: int, option: int | None) -> BroadcastNotice:
        recipient_id = await self.recipient(broadcast_id, person_id)
        return await self.replies.reply(
            actor=await self.actor(person_id), recipient_id=recipient_id, option=option
        )

    async def progress(self, broadcast_id: int, reader: int | None = None) -> Progress:
        return await self.results.progress(actor=await self.actor(reader), broadcast_id=broadcast_id)

    async def numbers(self, broadcast_id: int) -> Numbers:
        return (await self.progress(broadcast_id)).numbers

    async def of_kind(self, kind: str) -> list[OutboxMessage]:
        rows = await self.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == kind)
            .order_by(OutboxMessage.id)
            .execution_options(populate_existing=True)
        )
        return list(rows)

    async def setting(self, key: str, value: str) -> None:
        school_id = self.people.world.school_id
        await self.session.execute(insert(SchoolSetting).values(school_id=school_id, key=key, value=value))


@pytest.fixture
async def people(session: AsyncSession) -> Story:
    people = await story(session)
    for person in (people.mother, people.father, people.irina):
        await people.world.account_of(person)
    return people


@pytest.fixture
def newsroom(
    people: Story, db: Database, clock: FakeClock, session: AsyncSession, tmp_path: Path
) -> Newsroom:
    return Newsroom(people, db, clock, session, FileService(db, clock, FileStore(tmp_path)))
