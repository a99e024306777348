"""What a class teacher sees of a day; pure values with the questions asked about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from db.enums import Answer, AttendanceStatus, OutboxState, RequestState
from db.queries.alerts import Recipient
from db.queries.class_day import AbsenceCell, GroupRow, GuardianAccount, PupilRow, Said
from db.queries.planned import PlannedRow

__all__ = [
    "AbsenceCell",
    "Alert",
    "AlertState",
    "ClassDay",
    "DayLesson",
    "GroupRow",
    "GuardianReach",
    "PlannedRow",
    "PupilDay",
    "PupilRow",
    "Reach",
    "RegisterState",
    "Said",
]


class Reach(StrEnum):
    """How far the day's alert came with a guardian."""

    DELIVERED = "delivered"
    WAITING = "waiting"
    """It leaves at `at`."""
    UNKNOWN = "unknown"
    """It left, and the messenger never said whether it arrived."""
    NOT_ASKED = "not_asked"
    """It could reach them, and there was none for them."""
    FAILED = "failed"
    """The messenger refused it."""
    BLOCKED = "blocked"
    FROZEN = "frozen"
    """Access is closed (U5)."""
    NO_CONSENT = "no_consent"
    NOT_IN_BOT = "not_in_bot"


_BY_MESSAGE = frozenset({Reach.DELIVERED, Reach.WAITING, Reach.UNKNOWN, Reach.NOT_ASKED})
_NEAREST_FIRST = list(Reach)


@dataclass(frozen=True, slots=True)
class GuardianReach:
    guardian_id: int
    relation: str
    """As the school wrote it; may be empty."""
    reach: Reach
    at: datetime | None
    """When the alert was delivered, or when it leaves."""
    phone: str | None
    """E.164; only of a guardian whom no message reaches, and only for the class teacher."""
    bindings: tuple[int, ...]
    """Accounts that a message can reach."""
    reminded_at: datetime | None

    @property
    def by_message(self) -> bool:
        return self.reach in _BY_MESSAGE


class AlertState(StrEnum):
    NOT_NEEDED = "not_needed"
    """Every missed lesson was planned."""
    REGISTER_OPEN = "register_open"
    """The register is still being taken; nobody is told before that."""
    LEAVES = "leaves"
    ASKED = "asked"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"
    NOBODY = "nobody"
    """No guardian can be reached by a message."""


@dataclass(frozen=True, slots=True)
class Alert:
    state: AlertState
    at: datetime | None = None
    """LEAVES: when; ASKED: since when."""
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PupilDay:
    """A pupil on a day on which something was the matter."""

    pupil_id: int
    last_name: str
    first_name: str
    day: date
    missed: tuple[AbsenceCell, ...]
    late: tuple[AbsenceCell, ...]
    planned: tuple[PlannedRow, ...]
    said: Said | None
    guardians: tuple[GuardianReach, ...] = ()
    """Filled for a day when a missed lesson was not planned; never in a week."""

    @property
    def unplanned(self) -> tuple[AbsenceCell, ...]:
        """Missed lessons that need a reason: a planned absence is the confirmed reason of its own."""
        return tuple(cell for cell in self.missed if cell.planned_reason is None)

    @property
    def answer(self) -> Answer | None:
        return self.said.answer if self.said else None

    @property
    def reason(self) -> str | None:
        """Confirmed for the unplanned lessons."""
        return self.said.reason if self.said else None

    @property
    def open(self) -> bool:
        """A missed lesson is neither planned nor explained by a confirmed reason."""
        return bool(self.unplanned) and self.reason is None

    @property
    def announced(self) -> bool:
        """A guardian has announced a missed lesson beforehand, and the class teacher has not answered."""
        return any(cell.announced is RequestState.SENT for cell in self.missed)

    @property
    def document_awaited(self) -> bool:
        """The class teacher has asked for a document about a missed lesson."""
        return any(cell.announced is RequestState.DOCUMENT_ASKED for cell in self.missed)

    @property
    def confirmable(self) -> bool:
        """A guardian announced it, or stated something that stands for a reason of the dictionary."""
        return self.announced or (self.open and self.said is not None and self.said.proposed is not None)

    @property
    def silent(self) -> bool:
        """Nobody has said anything."""
        return self.open and self.answer is None

    @property
    def alert(self) -> Alert:
        if not self.unplanned:
            return Alert(AlertState.NOT_NEEDED)
        if not any(guardian.by_message for guardian in self.guardians):
            return Alert(AlertState.NOBODY)
        by_reach = {reach: [g for g in self.guardians if g.reach is reach] for reach in Reach}
        reminded_at = max((g.reminded_at for g in self.guardians if g.reminded_at), default=None)
        if asked := by_reach[Reach.DELIVERED]:
            return Alert(AlertState.ASKED, _first(g.at for g in asked), reminded_at)
        if waiting := by_reach[Reach.WAITING]:
            return Alert(AlertState.LEAVES, _first(g.at for g in waiting))
        if by_reach[Reach.UNKNOWN]:
            return Alert(AlertState.UNKNOWN, reminded_at=reminded_at)
        if all(cell.alert_at is None for cell in self.unplanned):
            return Alert(AlertState.REGISTER_OPEN)
        return Alert(AlertState.NOT_ASKED, reminded_at=reminded_at)


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)


class RegisterState(StrEnum):
    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    """The lesson has begun; nobody may conclude that everyone is present."""
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class DayLesson:
    lesson_id: int
    number: int
    subject: str
    subgroup: str | None
    starts_at: datetime
    teacher: str
    """Full name of whoever gives the lesson, a substitute included."""
    state: RegisterState
    lacks: bool = False
    """It is over and something that should be in it is not: the deputies may be told (C5)."""


@dataclass(frozen=True, slots=True)
class ClassDay:
    group: GroupRow
    day: date
    today: date
    size: int
    """Pupils enrolled on the day."""
    pupils: tuple[PupilDay, ...]
    """Those of whom there is something to say, by name."""
    lessons: tuple[DayLesson, ...]
    may_confirm: bool
    """The reader leads the class; management only looks."""
    to_remind: tuple[Recipient, ...]
    """Accounts that «Напомнить молчащим» reaches at this moment; nobody's for a reader who only looks."""

    @property
    def missing(self) -> tuple[PupilDay, ...]:
        return tuple(pupil for pupil in self.pupils if pupil.missed)

    @property
    def late(self) -> tuple[PupilDay, ...]:
        return tuple(pupil for pupil in self.pupils if pupil.late)

    @property
    def expected_away(self) -> tuple[PupilDay, ...]:
        """An absence is planned for the day, and no register has met it yet."""
        return tuple(pupil for pupil in self.pupils if pupil.planned and not pupil.missed)

    @property
    def confirmable(self) -> tuple[PupilDay, ...]:
        return tuple(pupil for pupil in self.pupils if pupil.confirmable)

    @property
    def silent(self) -> tuple[PupilDay, ...]:
        return tuple(pupil for pupil in self.pupils if pupil.silent)

    def lessons_in(self, state: RegisterState) -> tuple[DayLesson, ...]:
        return tuple(lesson for lesson in self.lessons if lesson.state is state)


def pupil_days(
    cells: Sequence[AbsenceCell], said: Iterable[Said], planned: Sequence[PlannedRow] = (), *, day: date
) -> list[PupilDay]:
    """Put together what is known of each pupil and day, in the order of the cells; then those of whom it is
    only known that they will not come. `planned`: the planned absences of `day`."""
    rows: list[AbsenceCell | PlannedRow] = [*cells, *planned]
    names = {row.pupil_id: (row.last_name, row.first_name) for row in rows}
    known = {(row.pupil_id, row.date): row for row in said}
    keys = dict.fromkeys(
        [*((cell.pupil_id, cell.date) for cell in cells), *((row.pupil_id, day) for row in planned)]
    )

    def of(key: tuple[int, date], status: AttendanceStatus) -> tuple[AbsenceCell, ...]:
        return tuple(c for c in cells if (c.pupil_id, c.date) == key and c.status is status)

    return [
        PupilDay(
            pupil_id=pupil_id,
            last_name=names[pupil_id][0],
            first_name=names[pupil_id][1],
            day=when,
            missed=of((pupil_id, when), AttendanceStatus.ABSENT),
            late=of((pupil_id, when), AttendanceStatus.LATE),
            planned=tuple(row for row in planned if row.pupil_id == pupil_id),
            said=known.get((pupil_id, when)),
        )
        for pupil_id, when in keys
    ]


def guardian_reaches(
    accounts: Iterable[GuardianAccount], *, show_phones: bool
) -> dict[int, list[GuardianReach]]:
    """By pupil: each guardian once, with the nearest that any of their accounts came."""
    by_guardian: dict[tuple[int, int], list[GuardianAccount]] = {}
    for account in accounts:
        by_guardian.setdefault((account.pupil_id, account.guardian_id), []).append(account)
    reaches: dict[int, list[GuardianReach]] = {}
    for (pupil_id, guardian_id), own in by_guardian.items():
        best = min(own, key=lambda account: _NEAREST_FIRST.index(_reach(account)))
        reach = _reach(best)
        at = {Reach.DELIVERED: best.alert_sent_at, Reach.WAITING: best.alert_not_before}.get(reach)
        reaches.setdefault(pupil_id, []).append(
            GuardianReach(
                guardian_id=guardian_id,
                relation=best.relation,
                reach=reach,
                at=at,
                phone=best.phone if show_phones and reach not in _BY_MESSAGE else None,
                bindings=tuple(
                    account.binding_id
                    for account in own
                    if account.binding_id is not None
                    and account.consented
                    and not account.frozen
                    and not account.blocked
                ),
                reminded_at=max((a.reminded_at for a in own if a.reminded_at), default=None),
            )
        )
    return reaches


def _reach(account: GuardianAccount) -> Reach:
    if account.binding_id is None:
        return Reach.NOT_IN_BOT
    if account.alert_shown:
        return Reach.DELIVERED
    if account.frozen:
        return Reach.FROZEN
    if not account.consented:
        return Reach.NO_CONSENT
    if account.blocked or account.alert_state is OutboxState.BLOCKED:
        return Reach.BLOCKED
    match account.alert_state:
        case OutboxState.QUEUED | OutboxState.CLAIMED:
            return Reach.WAITING
        case OutboxState.UNKNOWN:
            return Reach.UNKNOWN
        case OutboxState.FAILED:
            return Reach.FAILED
    return Reach.NOT_ASKED
