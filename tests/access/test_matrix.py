"""Every role, every permission, own and foreign and former and another school's subjects: in the pure policy
and through the real look-ups, and the same answer from the SQL that scopes lists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import StaffRole
from db.models import ClassTeacher, Enrolment, StaffAppointment, Substitution
from db.queries import scope, timetable
from services.access.courses import access_course
from services.access.lessons import access_lesson
from services.access.permissions import WHO_MAY, Permission
from services.access.policy import may
from services.access.subjects import (
    CourseSubject,
    GroupSubject,
    LessonSubject,
    PersonSubject,
    PupilSubject,
    SchoolSubject,
    Subject,
    load_group,
    load_person,
    load_pupil,
)
from services.actor import Actor
from services.errors import Forbidden, NotFound
from services.lessons import LessonService
from tests.access.matrix import KIND_OF, MAY, ROLES
from tests.access.people import School, staffed_school
from tests.world import MONDAY, MOSCOW, FakeClock, World, moment, new_school

STAFF = {
    "administrator": StaffRole.ADMINISTRATOR,
    "director": StaffRole.DIRECTOR,
    "deputy": StaffRole.DEPUTY,
    "head": StaffRole.HEAD,
    "secretary": StaffRole.SECRETARY,
    "hr": StaffRole.HR,
}
TABLE = [(permission, role) for permission in Permission for role in ROLES]


def test_every_permission_has_clauses_and_a_line_in_the_table() -> None:
    assert set(WHO_MAY) == set(Permission) == set(MAY) == set(KIND_OF)


# --- The policy alone: people and subjects as numbers ---------------------------------------------------

SCHOOL, OTHER_SCHOOL = 1, 2
OWN, FOREIGN = 10, 20
"""Classes."""
IVANOV, STRANGER, LEFT, THEIRS = 101, 102, 103, 104
"""Pupils: own, foreign, former, another school's."""
MOTHER, FOREIGN_MOTHER, FORMER_MOTHER, COLLEAGUE, OUTSIDER = 201, 202, 203, 204, 205
ME = 300


def actor(role: str) -> Actor:
    nobody = Actor(person_id=ME, school_id=SCHOOL, binding_id=1, zone=MOSCOW)
    match role:
        case "teacher" | "substitute":
            return replace(nobody, staff_roles=frozenset({StaffRole.TEACHER}))
        case "class teacher":
            return replace(nobody, class_teacher_of=frozenset({OWN}))
        case "guardian":
            return replace(nobody, guardian_of=frozenset({IVANOV}))
        case "guardian without consent":
            return replace(nobody, awaiting_consent_for=frozenset({IVANOV}))
        case "pupil":
            return replace(nobody, person_id=IVANOV, is_pupil=True)
        case "pupil without consent":
            return replace(nobody, person_id=IVANOV, awaiting_consent_for=frozenset({IVANOV}))
        case "director of another school":
            return replace(nobody, school_id=OTHER_SCHOOL, staff_roles=frozenset({StaffRole.DIRECTOR}))
        case _ if role in STAFF:
            return replace(nobody, staff_roles=frozenset({STAFF[role]}))
    return nobody


def subjects(kind: str, role: str) -> dict[str, Subject]:
    me = actor(role).person_id
    teacher_id = ME if role == "teacher" else COLLEAGUE
    substitute_id = ME if role == "substitute" else None
    home = OTHER_SCHOOL if role == "director of another school" else SCHOOL
    own, foreign = frozenset({OWN}), frozenset({FOREIGN})
    nowhere: frozenset[int] = frozenset()
    if kind == "lesson":
        return {
            "own": LessonSubject(SCHOOL, 1, MONDAY, teacher_id, substitute_id, own),
            "foreign": LessonSubject(SCHOOL, 2, MONDAY, COLLEAGUE, None, foreign),
            "other school": LessonSubject(3 - home, 3, MONDAY, ME, ME, own | foreign),
        }
    if kind == "course":
        teachers = frozenset({teacher_id})
        return {
            "own": CourseSubject(SCHOOL, 1, teachers, own),
            "foreign": CourseSubject(SCHOOL, 2, frozenset({COLLEAGUE}), foreign),
            "other school": CourseSubject(3 - home, 3, frozenset({ME}), own | foreign),
        }
    if kind == "group":
        return {
            "own": GroupSubject(SCHOOL, OWN),
            "foreign": GroupSubject(SCHOOL, FOREIGN),
            "other school": GroupSubject(3 - home, OWN),
        }
    if kind == "pupil":
        return {
            "own": PupilSubject(SCHOOL, IVANOV, own),
            "foreign": PupilSubject(SCHOOL, STRANGER, foreign),
            "former": PupilSubject(SCHOOL, LEFT, nowhere),
            "other school": PupilSubject(3 - home, IVANOV, own),
        }
    if kind == "person":
        return {
            "own": PersonSubject(SCHOOL, MOTHER, False, own),
            "foreign": PersonSubject(SCHOOL, FOREIGN_MOTHER, False, foreign),
            "former": PersonSubject(SCHOOL, FORMER_MOTHER, False, nowhere),
            "staff": PersonSubject(SCHOOL, COLLEAGUE, True, own),
            "self": PersonSubject(home, me, True, own),
            "other school": PersonSubject(3 - home, me, False, own),
        }
    return {"own": SchoolSubject(SCHOOL), "other school": SchoolSubject(3 - home)}


@pytest.mark.parametrize(("permission", "role"), TABLE)
def test_the_policy_is_the_table(permission: Permission, role: str) -> None:
    who = actor(role)
    allowed = {
        name for name, subject in subjects(KIND_OF[permission], role).items() if may(who, permission, subject)
    }
    assert allowed == set(MAY[permission].get(role, "").split())


# --- The same table through identity, loaders and scope, with everybody in one database -----------------


@dataclass(slots=True)
class Real:
    """Two schools full of people; `ids[kind][name]` are the subjects."""

    session: AsyncSession
    world: World
    actors: dict[str, Actor]
    ids: dict[str, dict[str, int]]

    async def allowed(self, permission: Permission, role: str) -> set[str]:
        kind = KIND_OF[permission]
        names = dict(self.ids[kind])
        if kind == "person":
            names["self"] = self.actors[role].person_id
        return {name for name, id_ in names.items() if await self._may(permission, role, kind, id_)}

    async def _may(self, permission: Permission, role: str, kind: str, id_: int) -> bool:
        who = self.actors[role]
        if kind == "lesson":
            try:
                await access_lesson(self.session, who, id_, permission)
            except (NotFound, Forbidden):
                return False
            return True
        if kind == "course":
            try:
                await access_course(self.session, who, id_, permission, MONDAY)
            except (NotFound, Forbidden):
                return False
            return True
        subject: Subject | None
        if kind == "group":
            subject = await load_group(self.session, who, id_)
        elif kind == "pupil":
            subject = await load_pupil(self.session, who, id_, MONDAY)
        elif kind == "person":
            subject = await load_person(self.session, who, id_, MONDAY)
        else:
            subject = SchoolSubject(id_)
        return subject is not None and may(who, permission, subject)


@pytest.fixture
async def real(session: AsyncSession) -> Real:
    other = await new_school(session, name="Другая школа")
    other_teacher = await other.teacher("Чужой Учитель")
    other_group = await other.group("7Б", 7, class_teacher=other_teacher)
    other_pupil = await other.pupil("Иванов Пётр", other_group)
    other_mother = await other.guardian("Иванова Мария Сергеевна", other_pupil)
    other_director = await other.employ(await other.person("Чужой Директор"), StaffRole.DIRECTOR)
    other_course = await other.course("Алгебра", other_teacher, other_group)
    await other.slot(other_course, other_teacher, 3)

    school = await staffed_school(session)
    world, people = school.world, school.story
    petrov = await world.teacher("Петров Илья")
    foreign_group = await world.group("7В", 7, class_teacher=petrov)
    foreign_pupil = await world.pupil("Чужая Анна", foreign_group)
    foreign_mother = await world.guardian("Чужая Елена", foreign_pupil)
    foreign_course = await world.course("Физика", petrov, foreign_group)
    await world.slot(foreign_course, petrov, 1)
    left = await world.pupil("Выбывший Иван", people.group)
    await session.execute(
        update(Enrolment).where(Enrolment.pupil_id == left).values(ends_on=MONDAY - timedelta(days=1))
    )
    left_mother = await world.guardian("Выбывшая Ольга", left)
    cast = await _cast(school, left_mother)
    await world.consent(people.ivanov, people.ivanov)

    substitute = cast["substitute"]
    await world.add(
        Substitution,
        school_id=world.school_id,
        course_id=people.algebra,
        date=MONDAY,
        number=3,
        absent_teacher_id=people.anna,
        substitute_id=substitute,
        entered_by=school.director,
        entered_at=moment("08:00"),
    )
    lessons = {
        name: (await timetable.lessons(session, school_id, MONDAY, MONDAY, teacher_id=teacher))[0].lesson_id
        for name, school_id, teacher in (
            ("own", world.school_id, people.anna),
            ("foreign", world.school_id, petrov),
            ("other school", other.school_id, other_teacher),
        )
    }
    actors = {role: await world.actor(person_id) for role, person_id in cast.items()}
    actors["director of another school"] = await other.actor(other_director)
    ids = {
        "lesson": lessons,
        "course": {"own": people.algebra, "foreign": foreign_course, "other school": other_course},
        "group": {"own": people.group, "foreign": foreign_group, "other school": other_group},
        "pupil": {
            "own": people.ivanov,
            "foreign": foreign_pupil,
            "former": left,
            "other school": other_pupil,
        },
        "person": {
            "own": people.mother,
            "foreign": foreign_mother,
            "former": left_mother,
            "staff": people.belova,
            "other school": other_mother,
        },
        "school": {"own": world.school_id, "other school": other.school_id},
    }
    return Real(session, world, actors, ids)


async def _cast(school: School, left_mother: int) -> dict[str, int]:
    world, people = school.world, school.story
    former_class_teacher = await world.person("Бывшая Классная")
    await world.add(
        ClassTeacher,
        school_id=world.school_id,
        group_id=people.group,
        person_id=former_class_teacher,
        starts_on=MONDAY - timedelta(days=9),
        ends_on=MONDAY - timedelta(days=1),
    )
    yesterday = MONDAY - timedelta(days=1)
    dismissed = await world.employ(await world.person("Уволенная Вера"), StaffRole.TEACHER, ends_on=yesterday)
    await world.add(
        ClassTeacher,
        school_id=world.school_id,
        group_id=people.group,
        person_id=dismissed,
        starts_on=MONDAY - timedelta(days=9),
    )
    cast = {
        "teacher": people.anna,
        "substitute": await world.teacher("Заменов Олег"),
        "class teacher": people.irina,
        "former class teacher": former_class_teacher,
        "dismissed class teacher": dismissed,
        "guardian": await world.guardian("Иванов Сергей", people.ivanov, relation="отец"),
        "guardian without consent": await world.guardian("Иванова Вера", people.ivanov, consent=False),
        "former guardian": await world.guardian("Иванова Зоя", people.ivanov, ends_on=yesterday),
        "pupil": people.ivanov,
        "former director": await world.employ(
            await world.person("Бывший Директор"), StaffRole.DIRECTOR, ends_on=yesterday
        ),
        "administrator": school.administrator,
        "director": school.director,
        "secretary": school.secretary,
    }
    for role in ("deputy", "head", "hr"):
        cast[role] = await world.employ(await world.person(f"Сотрудник {role}"), STAFF[role])
    return cast


# A pupil without consent is their own «own» subject, so the shared table cannot ask about them in one cast.
REAL_ROLES = [role for role in ROLES if role != "pupil without consent"]


async def test_the_database_says_the_same(real: Real) -> None:
    for permission in Permission:
        said = {role: await real.allowed(permission, role) for role in REAL_ROLES}
        expected = {role: set(MAY[permission].get(role, "").split()) for role in REAL_ROLES}
        expected["director of another school"] = _at_home(permission)
        assert said == expected, permission


def _at_home(permission: Permission) -> set[str]:
    """In the real cast the other school is home to its director, and «own» is the other school's."""
    allowed = set(MAY[permission].get("director", "").split())
    home = {"other school"} if "own" in allowed else set()
    return home | ({"self"} if permission is Permission.FREEZE_ACCESS else set())


@pytest.mark.parametrize("role", ["director of another school", "administrator", "class teacher"])
async def test_with_the_first_wall_taken_away_the_second_hides_another_school(
    real: Real, db: Database, role: str
) -> None:
    """Somebody whom the code takes for one of the other school, on a connection of this one."""
    fooled = replace(real.actors[role], school_id=real.ids["school"]["other school"])
    async with db.of(real.world.school_id).transaction() as session:
        behind = replace(real, session=session, actors={role: fooled})
        for permission in Permission:
            if KIND_OF[permission] != "school":  # asked of no row
                assert "other school" not in await behind.allowed(permission, role), permission


async def test_a_dismissed_teacher_has_no_lessons_though_the_timetable_names_them(
    real: Real, db: Database, clock: FakeClock
) -> None:
    lessons, own = LessonService(db, clock), real.ids["lesson"]["own"]
    assert (await lessons.day(actor=real.actors["teacher"])).lessons
    anna = StaffAppointment.person_id == real.actors["teacher"].person_id
    await real.session.execute(
        update(StaffAppointment).where(anna).values(ends_on=MONDAY - timedelta(days=1))
    )
    who = await real.world.actor(real.actors["teacher"].person_id)
    assert not (await lessons.day(actor=who)).lessons
    assert not list(await real.session.scalars(scope.lessons(who)))
    with pytest.raises(NotFound):
        await access_lesson(real.session, who, own, Permission.TAKE_REGISTER)


async def test_a_pupil_without_consent_may_only_consent(real: Real) -> None:
    pupil_id = await real.world.pupil("Новенький Олег", real.ids["group"]["own"])
    who = await real.world.actor(pupil_id)
    subject = await load_pupil(real.session, who, pupil_id, MONDAY)
    assert subject is not None
    allowed = {permission for permission in Permission if may(who, permission, subject)}
    assert allowed == {Permission.GIVE_CONSENT}


async def test_lists_are_scoped_as_the_policy_says(real: Real) -> None:
    for role in REAL_ROLES:
        who = real.actors[role]
        for permission, kind, query in (
            (Permission.SEE_PUPIL, "pupil", scope.pupils(who, MONDAY)),
            (Permission.SEE_CLASS_DAY, "group", scope.groups(who)),
            (Permission.SEE_LESSON, "lesson", scope.lessons(who)),
        ):
            seen = set(await real.session.scalars(query))
            listed = {name for name, id_ in real.ids[kind].items() if id_ in seen}
            assert listed == await real.allowed(permission, role), (role, permission)


async def test_a_scope_stands_inside_a_larger_query(real: Real) -> None:
    guardian = real.actors["guardian"]
    inside = select(Enrolment.pupil_id).where(Enrolment.pupil_id.in_(scope.pupils(guardian, MONDAY)))
    assert set(await real.session.scalars(inside)) == {real.ids["pupil"]["own"]}
