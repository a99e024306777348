"""What came in, what goes out, and half-typed conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.enums import Channel, InboxState, OutboxState
from db.models.base import Base, Id, SchoolId, Small, checked, reference


class InboxUpdate(Base):
    """An update as it came; it is committed here before the messenger hears that we have it."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot_id", "external_id"),
        Index("ix_inbox_waiting", "bot_id", "chat_id", "id", postgresql_where="state = 'new'"),
        Index(
            *("ix_inbox_ended", "school_id", text("coalesce(done_at, received_at)")),
            postgresql_where="state <> 'new'",
        ),
    )

    id: Mapped[Id]
    channel: Mapped[Channel] = mapped_column(checked(Channel))
    school_id: Mapped[int | None] = reference("school.id", index=False)
    """Whose bot it came to; None: there was no school yet."""
    bot_id: Mapped[int]
    """To whom it came, in the messenger's numbers; 0: to the only one that there was then."""
    external_id: Mapped[int]
    chat_id: Mapped[int]
    """0: of an update that belongs to no chat."""
    payload: Mapped[dict[str, Any]]
    state: Mapped[InboxState] = mapped_column(checked(InboxState))
    attempts: Mapped[Small]
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class OutboxMessage(Base):
    """A message that should stand in a person's chat. It lives: it is sent or, once it has an `external_ref`,
    edited whenever somebody posts its `dedup_key` again (docs/decisions/0003-living-messages.md)."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            *("ix_outbox_due", "school_id", "priority", "not_before", "id"),
            postgresql_where="state = 'queued'",
        ),
        Index("ix_outbox_claimed", "lease_until", postgresql_where="state = 'claimed'"),
        Index("ix_outbox_binding_id", "binding_id"),
        Index("ix_outbox_kind_state", "kind", "state"),
        Index("ix_outbox_failed", "school_id", postgresql_where="state = 'failed'"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    binding_id: Mapped[int] = reference("binding.id", index=False)
    pupil_id: Mapped[int | None] = reference("person.id", index=False)
    """Whom the message is about, for the check of access at sending."""
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    """Ids, never text."""
    priority: Mapped[Small]
    dedup_key: Mapped[str] = mapped_column(unique=True)
    """From stable ids; asking again for the same key asks for a new revision of the same message."""
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    state: Mapped[OutboxState] = mapped_column(checked(OutboxState))
    reason: Mapped[str | None]
    revision: Mapped[int]
    """How often the message was posted."""
    sent_revision: Mapped[int]
    """The revision that was last handed to the messenger."""
    attempts: Mapped[Small]
    unanswered: Mapped[Small] = mapped_column(server_default=text("0"))
    """How many requests to put it into the chat stayed without an answer: so often it may stand there, and
    nobody knows where."""
    claim_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    external_ref: Mapped[int | None]
    """The message's id in the messenger."""
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Conversation(Base):
    """State of a free-text step in a chat, kept here so that a restart does not forget it."""

    __tablename__ = "conversation"

    key: Mapped[str] = mapped_column(primary_key=True)
    """Names the bot too, and so its school."""
    school_id: Mapped[int | None] = mapped_column(
        ForeignKey("school.id"), server_default=text("zvonok_school()")
    )
    """None: begun before there was a school."""
    state: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
