"""Messages to many: broadcasts of class teachers and the management, and what came back (C6, C7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from db.enums import AudienceKind, BroadcastReply
from db.models.base import Base, Id, ParentsSchoolId, SchoolId, Small, checked, reference


class Broadcast(Base):
    """Something said to many. A draft until `released_at`; it leaves at `leaves_at`, and until then it can be
    taken back without anybody having seen it."""

    __tablename__ = "broadcast"
    __table_args__ = (
        CheckConstraint("(reply = 'choice') = (cardinality(options) > 0)", name="options"),
        Index("ix_broadcast_author_id", "author_id", "created_at"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    author_id: Mapped[int] = reference("person.id", index=False)
    text: Mapped[str]
    """With placeholders in braces; they are filled for each recipient at sending."""
    audience: Mapped[AudienceKind] = mapped_column(checked(AudienceKind))
    pupils_too: Mapped[bool]
    """To the pupils themselves as well, not only to their guardians."""
    reply: Mapped[BroadcastReply] = mapped_column(checked(BroadcastReply))
    options: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Answers to choose from, in their order; empty unless `reply` is a choice."""
    reply_by: Mapped[datetime | None]
    urgent: Mapped[bool]
    """Passes quiet hours."""
    per_pupil: Mapped[bool]
    """A message for each pupil of a recipient, not one for all of them; fixed at the release."""
    captioned: Mapped[bool]
    """The text stands under the only photo; fixed at the release, for no message can become the other."""
    version: Mapped[int]
    """Raised with every change, so that a button of an older preview is known."""
    remind_at: Mapped[datetime | None]
    """When the silent are reminded by themselves."""
    reminded_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    leaves_at: Mapped[datetime | None]
    """Of a draft: when it is to leave; None: as soon as it is released."""
    edited_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    """Taken back before it left."""
    withdrawn_at: Mapped[datetime | None]
    """Taken back afterwards: what stands in chats says so."""


class BroadcastTarget(Base):
    """What the author chose: a class, or a single pupil's family. The whole school has no rows."""

    __tablename__ = "broadcast_target"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "group_id", "pupil_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("num_nonnulls(group_id, pupil_id) = 1", name="one"),
    )

    id: Mapped[Id]
    school_id: Mapped[ParentsSchoolId]
    broadcast_id: Mapped[int] = reference("broadcast.id", index=False)
    group_id: Mapped[int | None] = reference("study_group.id", index=False)
    pupil_id: Mapped[int | None] = reference("person.id", index=False)


class BroadcastFile(Base):
    __tablename__ = "broadcast_file"

    broadcast_id: Mapped[int] = reference("broadcast.id", index=False, primary_key=True)
    file_id: Mapped[int] = reference("stored_file.id", primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    position: Mapped[Small]


class BroadcastRecipient(Base):
    """A person who is told about a pupil, fixed when the broadcast is released. Whether the message arrived
    is read from the outbox, never kept here a second time."""

    __tablename__ = "broadcast_recipient"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "person_id", "pupil_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Id]
    school_id: Mapped[ParentsSchoolId]
    broadcast_id: Mapped[int] = reference("broadcast.id", index=False)
    person_id: Mapped[int | None] = reference("person.id")
    """None: of this pupil there is nobody on record who could be told."""
    pupil_id: Mapped[int] = reference("person.id")
    """Whose family; for a pupil who is told themself, the same person."""
    option: Mapped[Small | None]
    """Index into the broadcast's `options`."""
    replied_at: Mapped[datetime | None]
    """Acknowledged, or chose an answer."""
    reminded_at: Mapped[datetime | None]


class BroadcastTemplate(Base):
    """A canned text: the school's own (without an owner) or one's own."""

    __tablename__ = "broadcast_template"

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    owner_id: Mapped[int | None] = reference("person.id")
    title: Mapped[str]
    text: Mapped[str]
    removed_at: Mapped[datetime | None]
