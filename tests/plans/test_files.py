"""A plan sent as a file: read by the import's rules, shown first, saved as a whole or not at all."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.import_texts import line
from db.engine import Database
from db.enums import LessonKind
from db.models import AuditEntry, LessonTopic, PlanTopic
from services.errors import InvalidInput, NotFound
from services.plan_files import PlanFileService
from services.topics import TopicService
from tests.plans.making import lesson_at, make_plan
from tests.world import FakeClock, Story, story

HEADER = ["Предмет", "Параллель", "№", "Тема", "Вариант", "Вид", "Домашнее задание"]
Rows = list[list[Any]]
PLAN: Rows = [
    ["Алгебра", 7, 1, "Степень числа", "", "", "§ 1"],
    ["Алгебра", 7, 2, "Практикум", "", "практическая", ""],
    ["Алгебра", 7, 3, "<b>Уравнения</b> & 🦊", "", "контрольная", ""],
]


def workbook(rows: Rows, *, sheet: str = "КТП", header: list[str] | None = None) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate([header or HEADER, *rows]):
            page.write_row(number, 0, row)
    return content.getvalue()


@pytest.fixture
async def people(session: AsyncSession) -> Story:
    return await story(session)


@pytest.fixture
def files(db: Database, clock: FakeClock) -> PlanFileService:
    return PlanFileService(db, clock)


async def sent(people: Story, content: bytes, name: str = "план.xlsx") -> dict[str, Any]:
    anna = await people.world.actor(people.anna)
    return {"actor": anna, "course_id": people.algebra, "name": name, "content": content}


async def stored(session: AsyncSession) -> list[tuple[Any, ...]]:
    columns = PlanTopic.variant, PlanTopic.number, PlanTopic.topic, PlanTopic.kind, PlanTopic.homework
    rows = await session.execute(select(*columns).order_by(PlanTopic.variant, PlanTopic.number))
    return [tuple(row) for row in rows]


async def test_reading_shows_what_saving_would_do_and_changes_nothing(
    people: Story, files: PlanFileService, session: AsyncSession
) -> None:
    file = await files.check(**await sent(people, workbook(PLAN)))
    assert (file.errors, file.variants, file.passed_over) == ((), (("1", 3),), 0)
    assert file.changes is not None
    assert file.changes.created == 3
    assert await stored(session) == []
    assert list(await session.scalars(select(AuditEntry.action))) == ["plan.file_read"]


async def test_saving_replaces_the_plan_and_leaves_its_history(
    people: Story, files: PlanFileService, session: AsyncSession
) -> None:
    await make_plan(people.world, people.algebra)
    untouched = await make_plan(people.world, people.russian)
    file = await files.replace(**await sent(people, workbook(PLAN)))
    changes = file.changes
    assert changes is not None
    assert (changes.created, changes.changed, changes.unchanged, changes.ended) == (0, 3, 0, 3)
    kept = [row for row in await stored(session) if row[4] or row[1] > 1]
    assert ("1", 3, "<b>Уравнения</b> & 🦊", LessonKind.CONTROL, "") in kept
    assert await session.scalar(select(func.count()).where(PlanTopic.id.in_(untouched))) == len(untouched)
    history = (
        await session.execute(select(AuditEntry.action, AuditEntry.subject_id, AuditEntry.after))
    ).one()
    assert tuple(history) == (
        "plan.changed",
        people.algebra,
        {"variants": {"1": 3}, "created": 0, "changed": 3, "removed": 3},
    )
    again = await files.replace(**await sent(people, workbook(PLAN)))
    assert again.changes is not None
    assert not again.changes.differs


async def test_what_was_taught_stays_linked_by_its_number(
    people: Story, files: PlanFileService, session: AsyncSession, db: Database, clock: FakeClock
) -> None:
    plan = await make_plan(people.world, people.algebra)
    await people.world.slot(people.algebra, people.anna, 2)
    topics, anna = TopicService(db, clock), await people.world.actor(people.anna)
    third, second = await lesson_at(people, session), await lesson_at(people, session, 2)
    await topics.take_from_plan(actor=anna, lesson_id=second, topic_id=plan[0])
    await topics.take_from_plan(actor=anna, lesson_id=third, topic_id=plan[5])
    file = await files.replace(**await sent(people, workbook(PLAN)))
    assert file.taught_and_gone == 1
    links = await session.execute(
        select(LessonTopic.lesson_id, LessonTopic.plan_topic_id, LessonTopic.topic).order_by(
            LessonTopic.lesson_id
        )
    )
    assert sorted(tuple(row) for row in links) == sorted(
        [(second, plan[0], "Степень числа"), (third, None, "Функции")]
    )


async def test_every_problem_is_named_by_sheet_row_and_column_and_nothing_is_saved(
    people: Story, files: PlanFileService, session: AsyncSession
) -> None:
    wrong: Rows = [
        ["Алгебра", 7, 1, "Степень числа", "", "", ""],
        ["Алгебра", 7, 1, "Повтор номера", "", "", ""],
        ["Алгебра", 7, "три", "Не число", "", "", ""],
        ["Алгебра", 7, 4, "", "", "", ""],
        ["Алгебра", 7, 5, "Вид", "", "лекция", ""],
        ["Алгебрa и начала", 7, 6, "Предмет", "", "", ""],
        ["Алгебра", 7, 7, "я" * 2001, "", "", ""],
    ]
    file = await files.replace(**await sent(people, workbook(wrong)))
    said = [line(problem) for problem in file.errors]
    assert len(said) == 6
    for row, words in zip(
        (3, 4, 5, 6, 7, 8),
        ("столбец «№»", "«три» — не число", "столбец «Тема»", "«Вид»", "нет предмета", "слишком длинно"),
        strict=True,
    ):
        assert any(f"Лист «КТП», строка {row}, " in one and words in one for one in said), (row, said)
    assert file.changes is None
    assert await stored(session) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("план.xlsx", b"not a workbook", "это не книга Excel"),
        ("план.xlsx", b"", "ни одной заполненной строки"),
        ("план.pdf", b"%PDF-1.7", "не читаются"),
        ("план.xlsx.exe", b"MZ", "не читаются"),
        ("", b"text", "не читаются"),
        ("план.csv", b"PK\x03\x04", "это не текст CSV"),
        ("план.csv", "Тема\nСтепень\n".encode(), "нет обязательного столбца «Предмет"),
        ("план.xlsx", workbook(PLAN, header=[*HEADER[:3], "Тмеа"]), "Может быть, «Тмеа»?"),
    ],
)
async def test_a_file_that_is_no_plan_is_refused_with_a_reason(
    name: str, content: bytes, words: str, people: Story, files: PlanFileService, session: AsyncSession
) -> None:
    file = await files.check(**await sent(people, content, name))
    assert any(words in line(problem) for problem in file.errors), [line(one) for one in file.errors]
    assert file.changes is None


async def test_a_csv_file_and_a_sheet_of_any_name_will_do(
    people: Story, files: PlanFileService, session: AsyncSession
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([HEADER, *PLAN])
    for name, content in (
        ("мой план.csv", text.getvalue().encode("cp1251", "ignore")),
        ("план.xlsx", workbook(PLAN, sheet="Лист1")),
    ):
        file = await files.check(**await sent(people, content, name))
        assert (file.errors, file.variants, file.notes) == ((), (("1", 3),), ())


async def test_other_subjects_grades_and_variants_of_the_file_stay_apart(
    people: Story, files: PlanFileService, session: AsyncSession
) -> None:
    await make_plan(people.world, people.algebra)
    rows: Rows = [
        ["АЛГЕБРА", "7", 1, "Множества", "Проф", "", ""],
        ["Алгебра", 8, 1, "Восьмой класс", "", "", ""],
        ["Русский язык", 7, 1, "Наречие", "", "", ""],
    ]
    file = await files.replace(**await sent(people, workbook(rows)))
    assert (file.variants, file.passed_over) == ((("Проф", 1),), 2)
    plans = await stored(session)
    assert [row[2] for row in plans if row[0] == "Проф"] == ["Множества"]
    assert len(plans) == 6 + 1
    nothing = await files.replace(**await sent(people, workbook(rows[1:])))
    assert (nothing.changes, nothing.passed_over) == (None, 2)


async def test_a_plan_longer_than_any_year_is_refused(people: Story, files: PlanFileService) -> None:
    rows: Rows = [["Алгебра", 7, n, f"Тема {n}", "", "", ""] for n in range(1, 1002)]
    with pytest.raises(InvalidInput):
        await files.check(**await sent(people, workbook(rows)))


@pytest.mark.parametrize("who", ["irina", "belova", "mother"])
async def test_nobody_else_replaces_the_plan(
    who: str, people: Story, files: PlanFileService, session: AsyncSession
) -> None:
    await make_plan(people.world, people.algebra)
    before = await stored(session)
    foreign = await sent(people, workbook(PLAN)) | {"actor": await people.world.actor(getattr(people, who))}
    for attempt in (files.check, files.replace):
        with pytest.raises(NotFound):
            await attempt(**foreign)
    assert await stored(session) == before
