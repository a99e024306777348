"""What a class is heading for: of 7Б's algebra in October."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, update

from db.engine import Database
from db.enums import MarkValue, StaffRole
from db.models import Group, SchoolSetting
from handlers.texts.class_forecast import class_forecast_screen
from services.class_forecast import ClassForecast, ClassForecastService, Range
from services.errors import NotFound
from services.term_marks import TermMarksService
from tests.diary.conftest import Read
from tests.diary.test_term_marks import MID_OCTOBER, filled
from tests.golden import Golden, check_limits
from tests.journal_page.test_screens import HOSTILE
from tests.statements import Statements
from tests.world import YEAR_START, new_school

M = MarkValue


@pytest.fixture
def forecasts(db: Database, read: Read) -> ClassForecastService:
    return ClassForecastService(db, read.clock)


async def of(read: Read, forecasts: ClassForecastService, reader: int | None = None) -> ClassForecast:
    actor = await read.people.world.actor(reader or read.people.irina, read.clock.now())
    return await forecasts.of_class(actor=actor, group_id=read.people.group)


async def test_a_class_is_counted_by_subject_in_words(
    read: Read, forecasts: ClassForecastService, golden: Golden
) -> None:
    """Ivanov 4,20 and Petrova 4,50; of the others it is too early to say."""
    await filled(read)
    view = await of(read, forecasts)
    algebra, russian = view.subjects
    assert (dict(algebra.marks), algebra.too_early) == ({M.FOUR: 1, M.FIVE: 1}, 2)
    assert (algebra.quality, algebra.success) == (Range(100, 100), Range(100, 100))
    assert (dict(russian.marks), russian.too_early, russian.quality) == ({}, 4, None)
    golden("diary/class_forecast", class_forecast_screen(replace(view, group_id=7), 0))


@pytest.mark.parametrize("kind", ["weighted", "plain"])
async def test_it_agrees_with_the_pupils_own_forecast(
    db: Database, read: Read, forecasts: ClassForecastService, kind: str
) -> None:
    """The one sums up in the database, the other here."""
    journal = await filled(read)
    people = read.people
    await journal.marks(people.ivanov, M.TWO, M.THREE, M.DEBT, M.PASSED, kind="к/р", weight="1.5")
    await read.kept.session.execute(
        insert(SchoolSetting).values(school_id=people.world.school_id, key="final_average", value=kind)
    )
    subject = (await of(read, forecasts)).subjects[0]
    own = TermMarksService(db, read.clock)
    ends = []
    for pupil in (people.ivanov, people.petrova):
        irina = await people.world.actor(people.irina, read.clock.now())
        marks = (await own.marks(actor=irina, pupil_id=pupil)).subjects[0]
        assert marks.forecast is not None
        ends.append(marks.forecast.likely)
    low, high = (round(100 * sum(end[at].value > "3" for end in ends) / 2) for at in (0, 1))
    assert subject.quality == Range(low, high)


async def test_only_the_running_term_has_a_forecast_and_form_one_has_none(
    read: Read, forecasts: ClassForecastService
) -> None:
    await filled(read)
    for day in (date(2026, 10, 28), date(2027, 6, 10)):
        read.clock.set("12:00", day)
        view = await of(read, forecasts)
        assert (view.term, view.subjects, view.has_marks) == (None, (), True)
        assert "прогноз появится" in class_forecast_screen(view, 0).text
    read.clock.set("12:00", MID_OCTOBER)
    await read.kept.session.execute(update(Group).values(grade=1))
    assert "В первом классе" in class_forecast_screen(await of(read, forecasts), 0).text


async def test_it_is_for_the_class_teacher_and_the_management(
    read: Read, forecasts: ClassForecastService
) -> None:
    people, world = read.people, read.people.world
    await filled(read)
    deputy = await world.employ(await world.person("Орлова Нина"), StaffRole.DEPUTY)
    assert (await of(read, forecasts, deputy)).subjects
    for reader in (people.anna, people.mother, people.ivanov):
        with pytest.raises(NotFound):
            await of(read, forecasts, reader)
    other = await new_school(read.kept.session)
    director = await other.employ(await other.person("Дальний Иван"), StaffRole.DIRECTOR)
    with pytest.raises(NotFound):
        await forecasts.of_class(actor=await other.actor(director), group_id=people.group)


async def test_subgroups_count_their_own_lessons(read: Read, forecasts: ClassForecastService) -> None:
    people, world = read.people, read.people.world
    english = await world.course(
        "Английский", people.anna, people.group, subgroup="1", members=(people.ivanov,)
    )
    await world.slot(english, people.anna, 1, weekday=2, starts_on=YEAR_START)
    view = await of(read, forecasts)
    assert [(one.subject, one.too_early) for one in view.subjects] == [
        ("Алгебра", 4),
        ("Английский", 1),
        ("Русский язык", 4),
    ]


async def test_forty_subjects_with_the_worst_names_fit_on_pages(
    read: Read, forecasts: ClassForecastService
) -> None:
    await filled(read)
    view = await of(read, forecasts)
    worst = replace(
        view, group=HOSTILE[1], subjects=tuple(replace(one, subject=HOSTILE[0]) for one in view.subjects) * 20
    )
    for page in (-1, 0, 1, 99):
        check_limits(class_forecast_screen(worst, page))


async def test_more_marks_take_as_many_statements(
    read: Read, forecasts: ClassForecastService, statements: Statements
) -> None:
    async def taken() -> int:
        actor = await read.people.world.actor(read.people.irina, read.clock.now())
        statements.taken()
        await forecasts.of_class(actor=actor, group_id=read.people.group)
        return statements.taken()

    few = await taken()
    await filled(read)
    assert await taken() == few <= 5
