"""The information letter: results, attendance and behaviour of a pupil for a period (C2)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import MarkValue
from db.queries import class_day, consents, home
from db.queries import letters as queries
from db.queries.absence_totals import MissedDay, missed_days
from db.queries.class_day import PupilRow
from db.queries.letters import LetterMark, LetterRow
from services.absence_totals import Totals, total_of
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import load_group
from services.actor import Actor
from services.audit import record_each
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.marks.averages import average_of
from services.notifications import letters as notices
from services.rates import Rate, check_rate
from services.settings import InstitutionSettings, institution_settings
from services.typed import tidy_line

__all__ = ["LetterContent", "LetterDraft", "LetterService", "LetterSubject", "SentLetter", "Totals"]

REMARK_LIMIT = 600
LETTERS = Rate("letter.sent", an_hour=300)
"""To ten classes."""
LONGEST = timedelta(days=366)
SAME_TAP = timedelta(hours=1)
"""The same letter again within this time is sent once."""
SHOWN_FOR = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class LetterSubject:
    """`average` as it is said («4,33»); empty when no mark counts."""

    subject: str
    marks: tuple[MarkValue, ...]
    """By lesson; a debt point among them too."""
    average: str

    @property
    def count(self) -> int:
        """How many marks there are; a debt point is none."""
        return sum(mark is not MarkValue.DEBT for mark in self.marks)


@dataclass(frozen=True, slots=True)
class LetterContent:
    """What a letter says, as it was when it was sent."""

    school: str
    last_name: str
    first_name: str
    group: str
    author: str
    starts_on: date
    ends_on: date
    subjects: tuple[LetterSubject, ...]
    """By name; those in which there are marks."""
    attendance: Totals
    remark: str
    """Of the class teacher, perhaps empty."""
    reasons: tuple[tuple[str, int], ...] = ()
    """Lessons away from by the reason's name, the most first; reasons that do not count as missing too."""


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """For whom (None: the whole class) and of which days, both counted."""

    group_id: int
    pupil_id: int | None
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Addressees:
    """Whom a letter may be about, and the periods that are offered."""

    group_id: int
    group: str
    pupils: tuple[PupilRow, ...]
    term_start: date
    today: date


@dataclass(frozen=True, slots=True)
class SentLetter:
    letter: LetterRow
    read_by: tuple[tuple[str, datetime], ...]
    """Guardians by name, and when."""
    unread_by: tuple[str, ...]


class LetterService:
    """Every method raises NotFound for a class, a pupil or a letter that is not the actor's."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def addressees(self, *, actor: Actor, group_id: int) -> Addressees:
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            check(actor, Permission.SEND_LETTER, await load_group(session, actor, group_id))
            group = await class_day.group(session, actor.school_id, group_id)
            assert group is not None
            pupils = await class_day.pupils(session, group_id, today)
            start = await queries.term_start(session, group_id, today)
        return Addressees(group_id, group.name, tuple(pupils), start or today, today)

    async def preview(self, *, actor: Actor, draft: LetterDraft, remark: str) -> list[LetterContent]:
        """The letters as they would be sent now, by pupil's name. Raises InvalidInput."""
        async with self._db.transaction() as session:
            return list((await self._contents(session, actor, draft, remark)).values())

    async def send(self, *, actor: Actor, draft: LetterDraft, remark: str) -> int:
        """To the guardians who may read it. How many letters there are; a second tap sends nothing more.
        Raises InvalidInput."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            contents = await self._contents(session, actor, draft, remark)
            await queries.hold(session, draft.group_id)
            sent = await queries.lately(
                session, contents, draft.starts_on, draft.ends_on, tidy(remark), now - SAME_TAP
            )
            rows = [
                {
                    "school_id": actor.school_id,
                    "pupil_id": pupil_id,
                    "starts_on": draft.starts_on,
                    "ends_on": draft.ends_on,
                    "remark": content.remark,
                    "content": _adapter().dump_python(content, mode="json"),
                    "sent_by": actor.person_id,
                    "sent_at": now,
                }
                for pupil_id, content in contents.items()
                if pupil_id not in sent
            ]
            if rows:
                await check_rate(session, actor, LETTERS, now)
                letters = await queries.add(session, rows)
                ids = [letter_id for letter_id, _ in letters]
                await record_each(
                    session, actor, "letter.sent", subject_type="information_letter", ids=ids, at=now
                )
                await notices.post(session, actor, letters, now)
        return len(contents)

    async def sent(self, *, actor: Actor, group_id: int) -> list[SentLetter]:
        """Letters of the last months about the pupils of a class, and who has read them."""
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            check(actor, Permission.SEE_RECEIPTS, await load_group(session, actor, group_id))
            letters = await queries.of_group(session, group_id, today, now - SHOWN_FOR)
            receipts = await queries.receipts(session, [one.letter_id for one in letters], today)
        read: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
        unread: dict[int, list[str]] = defaultdict(list)
        for row in receipts:
            name = f"{row.last_name} {row.first_name[:1]}.".strip()
            if row.acknowledged_at is None:
                unread[row.letter_id].append(name)
            else:
                read[row.letter_id].append((name, row.acknowledged_at))
        return [SentLetter(one, tuple(read[one.letter_id]), tuple(unread[one.letter_id])) for one in letters]

    async def open(self, *, actor: Actor, letter_id: int) -> tuple[LetterContent, datetime | None]:
        """A letter about the actor's child, and when the actor has said that they read it."""
        async with self._db.transaction() as session:
            letter = await self._own(session, actor, letter_id)
            read_at = await queries.acknowledged_at(session, letter_id, actor.person_id)
        return content_of(letter.content), read_at

    async def acknowledge(self, *, actor: Actor, letter_id: int) -> tuple[LetterContent, datetime | None]:
        """«Ознакомлен(а)»; the first time counts."""
        async with self._db.transaction() as session:
            letter = await self._own(session, actor, letter_id)
            await queries.acknowledge(session, letter_id, actor.person_id, self._clock.now())
            read_at = await queries.acknowledged_at(session, letter_id, actor.person_id)
        return content_of(letter.content), read_at

    async def _own(self, session: AsyncSession, actor: Actor, letter_id: int) -> LetterRow:
        letter = await queries.one(session, actor.school_id, letter_id)
        if letter is None or letter.pupil_id not in actor.guardian_of:
            raise NotFound
        return letter

    async def _contents(
        self, session: AsyncSession, actor: Actor, draft: LetterDraft, remark: str
    ) -> dict[int, LetterContent]:
        now = self._clock.now()
        today = actor.day_of(now)
        if not draft.starts_on <= draft.ends_on <= today or draft.ends_on - draft.starts_on > LONGEST:
            raise InvalidInput(problem="letter_days")
        check(actor, Permission.SEND_LETTER, await load_group(session, actor, draft.group_id))
        group = await class_day.group(session, actor.school_id, draft.group_id)
        assert group is not None
        pupils = [
            pupil
            for pupil in await class_day.pupils(session, draft.group_id, today)
            if draft.pupil_id in (None, pupil.pupil_id)
        ]
        if not pupils:
            raise NotFound
        ids = [pupil.pupil_id for pupil in pupils]
        settings = await institution_settings(session, actor.school_id)
        set_until = now - timedelta(minutes=settings.undo_minutes)
        marks = await queries.marks(session, ids, draft.starts_on, draft.ends_on, set_until=set_until)
        missed: dict[int, list[MissedDay]] = {pupil_id: [] for pupil_id in ids}
        for day in await missed_days(session, actor.school_id, ids, draft.starts_on, draft.ends_on, now=now):
            missed[day.pupil_id].append(day)
        ((_, first, middle),) = await home.people_names(session, [actor.person_id])
        school = await consents.school_name(session, actor.school_id)
        return {
            pupil.pupil_id: LetterContent(
                school=school,
                last_name=pupil.last_name,
                first_name=pupil.first_name,
                group=group.name,
                author=f"{first} {middle}".strip(),
                starts_on=draft.starts_on,
                ends_on=draft.ends_on,
                subjects=_subjects([one for one in marks if one.pupil_id == pupil.pupil_id], settings),
                attendance=total_of(missed[pupil.pupil_id]),
                remark=tidy(remark),
                reasons=_reasons(missed[pupil.pupil_id]),
            )
            for pupil in pupils
        }


def tidy(remark: str) -> str:
    """Raises InvalidInput for more than REMARK_LIMIT characters; may be empty."""
    line = tidy_line(remark)
    if len(line) > REMARK_LIMIT:
        raise InvalidInput(problem="line_too_long", limit=REMARK_LIMIT)
    return line


def content_of(kept: dict[str, Any]) -> LetterContent:
    """As it was when it was sent."""
    return _adapter().validate_python(kept)


@cache
def _adapter() -> TypeAdapter[LetterContent]:
    return TypeAdapter(LetterContent)


def _reasons(days: Iterable[MissedDay]) -> tuple[tuple[str, int], ...]:
    named = Counter(reason for day in days for reason in day.reasons or ())
    return tuple(sorted(named.items(), key=lambda one: (-one[1], one[0])))


def _subjects(marks: list[LetterMark], settings: InstitutionSettings) -> tuple[LetterSubject, ...]:
    by_subject: dict[str, list[LetterMark]] = defaultdict(list)
    for mark in marks:
        by_subject[mark.subject].append(mark)
    found = []
    for subject, own in by_subject.items():
        average = average_of([(one.value, one.weight) for one in own], settings.final_average)
        said = "" if average is None else f"{average.value:.2f}".replace(".", ",")
        found.append(LetterSubject(subject, tuple(one.value for one in own), said))
    return tuple(found)
