"""What a kind of message must say about itself, and what a messenger must be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Channel
from db.queries import outbox


class SkipReason(StrEnum):
    """Why a message was not sent, counted by `zvonok outbox status`."""

    EXPIRED = "expired"
    CORRECTED = "corrected"
    """What it was about is no longer so, and nobody was told yet."""
    CANCELLED = "cancelled"
    """Its author took it back before it left."""
    NO_ACCESS = "no_access"
    """The recipient may not see this (any more)."""
    BINDING_ENDED = "binding_ended"
    """The account is frozen or revoked."""
    COMPROMISED = "compromised"
    SWITCHED_OFF = "switched_off"
    """The recipient does not want messages of this topic."""
    IN_EVENING = "in_evening"
    """It stands in the evening's message instead, as the recipient wants it."""
    RESTORED = outbox.RESTORED
    """It waited when a back-up was made that was restored: it may have been sent since."""


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message whose time has come."""

    id: int
    school_id: int
    binding_id: int
    person_id: int
    """The recipient."""
    pupil_id: int | None
    kind: str
    payload: dict[str, Any]
    external_ref: int | None
    """Set: it stands in the chat already and will be edited."""


@dataclass(frozen=True, slots=True)
class Skip:
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Ready:
    """What the message says now."""

    view: object
    """A frozen dataclass; the messenger's side makes text of it."""
    again_at: datetime | None = None
    """When it will say something else without anybody posting it again; it is edited then."""


@dataclass(frozen=True, slots=True)
class Later:
    """There is nothing to say yet; ask again `at` this moment. Not counted as an attempt."""

    at: datetime


class Kind(Protocol):
    """A kind of message: one small object beside the others in this folder, listed in bot/messages.py."""

    @property
    def name(self) -> str:
        """As it stands in the outbox; never changes."""

    @property
    def repeat_when_unknown(self) -> bool:
        """Whether a message whose outcome nobody knows is sent once more, marked «(повтор)»."""

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """What the message says now, or why it must not be sent (now: aware, UTC).

        Called in the moment of sending. Asks anew whether the recipient may still see it: at sending, not
        at posting, is the decision made. Only reads, but for a message posted in the place of this one, which
        is then skipped.
        """


@dataclass(frozen=True, slots=True)
class Address:
    channel: Channel
    chat_id: int
    language: str | None = None
    """What the person has chosen to read; None: the institution's."""


@dataclass(frozen=True, slots=True)
class Delivered:
    external_ref: int
    """The id of the message in the chat, which an edit needs."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person does not want messages of this bot, or the account is gone."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The messenger will never take this message."""

    reason: str


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Too many messages, to this chat or from the `whole_token`."""

    seconds: float
    whole_token: bool


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The request never left: the network or the messenger is down for everybody."""


@dataclass(frozen=True, slots=True)
class TryLater:
    """The messenger answered that it could not do this one now."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request left, and no answer came: sent or not, nobody knows."""


Outcome = Delivered | Blocked | Refused | RetryAfter | Unreachable | TryLater | Unknown


class Messenger(Protocol):
    async def deliver(
        self, address: Address, kind: str, view: object, *, external_ref: int | None, repeat: bool
    ) -> Outcome:
        """Make the message stand in the chat: a new one, or an edit of `external_ref`.

        `repeat`: the same message may be there already, so say so. Raises nothing of the messenger's own.
        """
