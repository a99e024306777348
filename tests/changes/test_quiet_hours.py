"""Nobody is woken because something is locked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.models import OutboxMessage
from services.notifications.ports import DueMessage, Later, Ready
from services.notifications.unlocking import REQUEST_KIND, UnlockRequestKind
from tests.changes.conftest import Office
from tests.world import MONDAY


@pytest.mark.parametrize(
    ("at", "external_ref", "answer"), [("23:30", None, Later), ("23:30", 7, Ready), ("12:00", None, Ready)]
)
async def test_a_request_waits_for_the_morning_unless_it_stands_in_the_chat(
    office: Office, at: str, external_ref: int | None, answer: type
) -> None:
    await office.account(office.deputy_id)
    office.clock.set(at, MONDAY + timedelta(days=60))
    await office.unlocking.ask(actor=await office.anna(), target=office.target, reason="забыла")
    found = await office.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == REQUEST_KIND))
    message = found.one()
    due = DueMessage(
        message.id,
        message.school_id,
        message.binding_id,
        office.deputy_id,
        message.pupil_id,
        message.kind,
        message.payload,
        external_ref=external_ref,
    )
    prepared = await UnlockRequestKind().prepare(office.session, due, office.clock.now())
    assert isinstance(prepared, answer)
