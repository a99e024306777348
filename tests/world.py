"""A small school for tests, in the words of the story: 7Б, algebra, Monday 14 September 2026, 10:17."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BindingState, Channel, ConsentWay, Sex, StaffRole, TermKind, WeekParity
from db.models import (
    AbsenceReason,
    Base,
    Bell,
    Binding,
    ClassTeacher,
    Consent,
    Course,
    CourseGroup,
    CourseTeacher,
    Enrolment,
    Exemption,
    Group,
    Guardianship,
    Holiday,
    Person,
    School,
    SchoolYear,
    Slot,
    StaffAppointment,
    SubgroupMember,
    Subject,
    Term,
    WorkKind,
)
from services.access.identity import actor_of
from services.actor import Account, Actor
from services.clock import Clock
from services.settings import reason_templates, work_kind_templates

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = date(2026, 9, 14)
YEAR_START, YEAR_END = date(2026, 9, 1), date(2027, 5, 31)
BELLS = {1: "08:30", 2: "09:20", 3: "10:15", 4: "11:10", 5: "12:05", 6: "12:55"}

_accounts = count(1_000_001)


def moment(text: str, day: date = MONDAY) -> datetime:
    """A local time of the story's Monday («10:17»), as an aware moment."""
    return datetime.combine(day, time.fromisoformat(text), MOSCOW)


class FakeClock(Clock):
    """Stands still until it is told otherwise."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self.at

    def set(self, text: str, day: date = MONDAY) -> None:
        self.at = moment(text, day).astimezone(UTC)

    def forward(self, **delta: float) -> None:
        self.at += timedelta(**delta)


@dataclass(slots=True)
class World:
    """A school being built. Methods return ids; `account_of` binds a person to a messenger account."""

    session: AsyncSession
    school_id: int = 0
    year_id: int = 0
    accounts: dict[int, Account] = field(default_factory=dict)
    reasons: list[int] = field(default_factory=list)
    """For absence, as the dictionary orders them."""

    async def add(self, model: type[Base], **values: Any) -> int:
        return (
            await self.session.execute(insert(model).values(**values).returning(model.__table__.c.id))
        ).scalar_one()

    async def person(self, name: str, **values: Any) -> int:
        last, first, middle = [*name.split(), "", ""][:3]
        return await self.add(
            Person,
            school_id=self.school_id,
            last_name=last,
            first_name=first,
            middle_name=middle,
            **values,
        )

    async def employ(
        self, person_id: int, *roles: StaffRole, starts_on: date = YEAR_START, ends_on: date | None = None
    ) -> int:
        for role in roles:
            await self.add(
                StaffAppointment,
                school_id=self.school_id,
                person_id=person_id,
                role=role,
                starts_on=starts_on,
                ends_on=ends_on,
            )
        return person_id

    async def teacher(self, name: str, **values: Any) -> int:
        return await self.employ(await self.person(name, **values), StaffRole.TEACHER)

    async def group(self, name: str, grade: int, class_teacher: int | None = None) -> int:
        group_id = await self.add(
            Group, school_id=self.school_id, year_id=self.year_id, name=name, grade=grade
        )
        if class_teacher is not None:
            await self.add(
                ClassTeacher,
                school_id=self.school_id,
                group_id=group_id,
                person_id=class_teacher,
                starts_on=YEAR_START,
            )
        return group_id

    async def pupil(self, name: str, group_id: int, **values: Any) -> int:
        pupil_id = await self.person(name, **values)
        await self.add(
            Enrolment, school_id=self.school_id, pupil_id=pupil_id, group_id=group_id, starts_on=YEAR_START
        )
        return pupil_id

    async def guardian(
        self,
        name: str,
        *pupils: int,
        relation: str = "мать",
        consent: bool = True,
        ends_on: date | None = None,
        **values: Any,
    ) -> int:
        person_id = await self.person(name, **values)
        for pupil_id in pupils:
            await self.add(
                Guardianship,
                school_id=self.school_id,
                guardian_id=person_id,
                pupil_id=pupil_id,
                relation=relation,
                starts_on=YEAR_START,
                ends_on=ends_on,
            )
            if consent:
                await self.consent(person_id, pupil_id)
        return person_id

    async def consent(self, person_id: int, pupil_id: int) -> int:
        return await self.add(
            Consent,
            school_id=self.school_id,
            person_id=person_id,
            pupil_id=pupil_id,
            version="1",
            way=ConsentWay.PAPER,
            given_at=moment("08:00", YEAR_START),
        )

    async def exempt(self, pupil_id: int, course_id: int, entered_by: int) -> int:
        """From the course's subject, on MONDAY."""
        subject_id = await self.session.scalar(select(Course.subject_id).where(Course.id == course_id))
        return await self.add(
            Exemption,
            school_id=self.school_id,
            pupil_id=pupil_id,
            subject_id=subject_id,
            starts_on=MONDAY,
            ends_on=MONDAY,
            attends=True,
            ground="справка",
            entered_by=entered_by,
            entered_at=moment("08:00"),
        )

    async def course(
        self,
        subject: str,
        teacher_id: int,
        *groups: int,
        subgroup: str | None = None,
        members: tuple[int, ...] = (),
    ) -> int:
        subject_id = await self.add(Subject, school_id=self.school_id, name=subject, short_names=[])
        course_id = await self.add(
            Course,
            school_id=self.school_id,
            year_id=self.year_id,
            subject_id=subject_id,
            subgroup=subgroup,
        )
        await self.add(
            CourseTeacher,
            school_id=self.school_id,
            course_id=course_id,
            teacher_id=teacher_id,
            starts_on=YEAR_START,
        )
        for group_id in groups:
            await self.session.execute(insert(CourseGroup).values(course_id=course_id, group_id=group_id))
        for pupil_id in members:
            await self.add(
                SubgroupMember,
                school_id=self.school_id,
                course_id=course_id,
                pupil_id=pupil_id,
                starts_on=YEAR_START,
            )
        return course_id

    async def slot(
        self,
        course_id: int,
        teacher_id: int,
        number: int,
        *,
        weekday: int = 1,
        room: str = "12",
        week: WeekParity | None = None,
        starts_on: date = YEAR_START,
        ends_on: date = YEAR_END,
    ) -> int:
        return await self.add(
            Slot,
            school_id=self.school_id,
            course_id=course_id,
            teacher_id=teacher_id,
            weekday=weekday,
            number=number,
            rooms=[room],
            week=week,
            starts_on=starts_on,
            ends_on=ends_on,
        )

    async def account_of(self, person_id: int) -> Account:
        """A bound account of the person; the same one when asked again."""
        if person_id not in self.accounts:
            user_id = next(_accounts)
            account = Account(Channel.TELEGRAM, user_id, user_id, self.school_id)
            await self.add(
                Binding,
                school_id=self.school_id,
                person_id=person_id,
                channel=account.channel,
                external_user_id=user_id,
                chat_id=user_id,
                state=BindingState.ACTIVE,
                bound_at=moment("08:00", YEAR_START),
            )
            self.accounts[person_id] = account
        return self.accounts[person_id]

    async def actor(self, person_id: int, now: datetime | None = None) -> Actor:
        actor = await actor_of(self.session, await self.account_of(person_id), now or moment("10:17"))
        assert actor is not None
        return actor


async def new_school(session: AsyncSession, **values: Any) -> World:
    """A school with a year, a first quarter, autumn holidays, bells and the dictionary of reasons."""
    world = World(session)
    defaults = {
        "name": "Школа № 1",
        "short_name": "Школа 1",
        "timezone": "Europe/Moscow",
        "preset": "klyuchi",
    }
    world.school_id = await world.add(School, **(defaults | values))
    school = {"school_id": world.school_id}
    world.year_id = await world.add(
        SchoolYear, **school, name="2026/2027", starts_on=YEAR_START, ends_on=YEAR_END
    )
    year = school | {"year_id": world.year_id}
    terms = [(YEAR_START, date(2026, 10, 24)), (date(2026, 11, 2), date(2026, 12, 30))]
    for number, (starts_on, ends_on) in enumerate(terms, 1):
        await world.add(
            Term,
            **year,
            name=f"{number} четверть",
            kind=TermKind.QUARTER,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    await world.add(Holiday, **year, name="Осенние", starts_on=date(2026, 10, 25), ends_on=date(2026, 11, 1))
    for number, start in BELLS.items():
        begins = time.fromisoformat(start)
        ends = (datetime.combine(MONDAY, begins) + timedelta(minutes=40)).time()
        await world.add(Bell, **school, number=number, starts_at=begins, ends_at=ends)
    for position, reason in enumerate(reason_templates()):
        reason_id = await world.add(AbsenceReason, **school, position=position, **reason.model_dump())
        world.reasons.append(reason_id)
    for position, kind in enumerate(work_kind_templates()):
        await world.add(WorkKind, **school, position=position, **kind.model_dump())
    return world


@dataclass(slots=True)
class Story:
    """The people of «The main job»."""

    world: World
    anna: int
    irina: int
    belova: int
    group: int
    ivanov: int
    sidorenko: int
    agaev: int
    petrova: int
    mother: int
    father: int
    algebra: int
    russian: int


async def story(session: AsyncSession) -> Story:
    """7Б on Monday: algebra (Соколова) is lesson 3, Russian (Белова) lesson 4; Кузнецова leads the class."""
    world = await new_school(session)
    anna = await world.teacher("Соколова Анна Петровна", sex=Sex.FEMALE)
    irina = await world.teacher("Кузнецова Ирина Викторовна", sex=Sex.FEMALE)
    belova = await world.teacher("Белова Мария Андреевна", sex=Sex.FEMALE)
    group = await world.group("7Б", 7, class_teacher=irina)
    agaev = await world.pupil("Агаев Ислам", group, sex=Sex.MALE)
    ivanov = await world.pupil("Иванов Пётр", group, sex=Sex.MALE)
    petrova = await world.pupil("Петрова Ксения", group, sex=Sex.FEMALE)
    sidorenko = await world.pupil("Сидоренко Матвей", group, sex=Sex.MALE)
    mother = await world.guardian("Иванова Мария Сергеевна", ivanov, sex=Sex.FEMALE, phone="+79000000001")
    father = await world.guardian(
        "Сидоренко Олег Викторович", sidorenko, relation="отец", sex=Sex.MALE, phone="+79000000002"
    )
    await world.guardian("Агаева Лейла", agaev, phone="+79000000003")
    algebra = await world.course("Алгебра", anna, group)
    russian = await world.course("Русский язык", belova, group)
    await world.slot(algebra, anna, 3)
    await world.slot(russian, belova, 4, room="7")
    return Story(
        world, anna, irina, belova, group, ivanov, sidorenko, agaev, petrova, mother, father, algebra, russian
    )


async def build_story(db: Database) -> Story:
    """The story's school, committed; its session is closed, so only ids are of use afterwards."""
    async with db.transaction() as session:
        people = await story(session)
        for person in (people.anna, people.irina, people.belova, people.mother, people.father):
            await people.world.account_of(person)
        return people
