"""A lesson's desk, a family that chooses how to be told, and chats that keep what the sender leaves there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from bot.messages import KINDS, SCREENS_OF
from db.engine import Database
from db.enums import MarkValue, OutboxState
from db.models import OutboxMessage
from db.queries import sending
from handlers.screen import Screen
from services.actor import Actor
from services.homework import HomeworkService
from services.homework_drafting import HomeworkDraftService
from services.marks.giving import NewMark
from services.notice_settings import NoticeSettingsService
from services.notifications.departures import LEASE
from services.notifications.outbox import Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip
from tests.marks_entry.conftest import Desk, open_desk
from tests.world import MONDAY, FakeClock

_KINDS = {kind.name: kind for kind in KINDS}


@dataclass(slots=True)
class Family:
    """Иванов's mother and her chat."""

    desk: Desk
    settings: NoticeSettingsService
    mother: Actor
    chats: dict[tuple[int, int], Screen] = field(default_factory=dict)
    """(person, message): what stands there."""

    @property
    def clock(self) -> FakeClock:
        return self.desk.clock

    async def mark(self, value: MarkValue, at: str, day: date = MONDAY, *, reason: str = "") -> None:
        """Anna Petrovna gives Иванов a mark in the desk's work."""
        self.clock.set(at, day)
        mark = NewMark(self.desk.people.ivanov, self.desk.work, value, None)
        written = await self.desk.marks.write(
            actor=self.desk.anna, lesson_id=self.desk.lesson, marks=[mark], reason=reason
        )
        assert not written.refused

    async def homework(self, typed: str, at: str, day: date = MONDAY) -> None:
        self.clock.set(at, day)
        drafts = HomeworkDraftService(self.desk.db, self.clock)
        draft = await drafts.new(actor=self.desk.anna, lesson_id=self.desk.lesson)
        homework = HomeworkService(self.desk.db, self.clock)
        await homework.save(actor=self.desk.anna, draft=draft.typed_anew(typed, ()))

    async def send(self, at: str, day: date = MONDAY) -> list[str]:
        """All that is due leaves, as the sender does it; what the mother reads of it."""
        self.clock.set(at, day)
        said = []
        while (screen := await self._send_next()) is not None:
            said += [screen.text] if screen.text else []
        return said

    async def _send_next(self) -> Screen | None:
        """What the mother reads; an empty screen when the message is not hers, or is not sent."""
        now, token = self.clock.now(), uuid4()
        async with self.desk.db.transaction() as session:
            message = await sending.claim(
                session,
                self.desk.people.world.school_id,
                now=now,
                lease_until=now + LEASE,
                token=token,
                priorities=list(Priority),
                busy_chats=(),
            )
            if message is None:
                return None
            due = DueMessage(
                message.id,
                message.school_id,
                message.binding_id,
                message.person_id,
                message.pupil_id,
                message.kind,
                message.payload,
                message.external_ref,
            )
            match await _KINDS[message.kind].prepare(session, due, now):
                case Later(at=moment):
                    await sending.wait_until(session, message.id, token, moment)
                case Skip(reason=reason):
                    state = OutboxState.SKIPPED
                    await sending.record_rest(session, message.id, token, state=state, reason=reason)
                case Ready(view=view, again_at=again_at):
                    ref = message.external_ref or message.id
                    await sending.record_delivered(
                        session, message.id, token, external_ref=ref, now=now, again_at=again_at
                    )
                    screen = SCREENS_OF[message.kind](view)
                    self.chats[message.person_id, ref] = screen
                    if message.person_id == self.mother.person_id:
                        return screen
            return Screen("")

    def chat(self) -> list[str]:
        """Everything that stands in the mother's chat."""
        return [screen.text for (person, _), screen in self.chats.items() if person == self.mother.person_id]

    async def skipped(self) -> list[tuple[str, str | None]]:
        """(kind, reason) of her messages that are not to be sent."""
        async with self.desk.db.transaction() as session:
            rows = await session.execute(
                select(OutboxMessage.kind, OutboxMessage.reason)
                .where(
                    OutboxMessage.state == OutboxState.SKIPPED,
                    OutboxMessage.binding_id == self.mother.binding_id,
                )
                .order_by(OutboxMessage.kind)
            )
            return [(kind, reason) for kind, reason in rows]


@pytest.fixture
async def family(db: Database, clock: FakeClock) -> Family:
    desk = await open_desk(db, clock)
    async with db.transaction() as session:
        await session.execute(update(OutboxMessage).values(state=OutboxState.SENT))
        desk.people.world.session = session
        mother = await desk.people.world.actor(desk.people.mother)
    return Family(desk, NoticeSettingsService(db, clock), mother)
