"""zvonok invites: one code a person, stable until it is used, as CSV, text and printed notices (U2)."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from bot.cli import main
from bot.commands.invites import COLUMNS
from db.engine import Database
from db.models import AuditEntry, Guardianship, Person
from tests.world import YEAR_START, Story, story

Zvonok = Callable[..., Awaitable[Result]]


@pytest.fixture
async def people(committed_db: Database) -> Story:
    """Nobody is connected; Belova teaches and has a child in 7Б."""
    async with committed_db.transaction() as session:
        people = await story(session)
        for pupil in (people.ivanov, people.petrova):
            await people.world.add(
                Guardianship,
                school_id=people.world.school_id,
                guardian_id=people.belova,
                pupil_id=pupil,
                relation="мать",
                starts_on=YEAR_START,
            )
    return people


@pytest.fixture
def zvonok(committed_db: Database, people: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Zvonok:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZVONOK_DATABASE_URL", committed_db.url)
    monkeypatch.setenv("ZVONOK_CLOCK", "2026-09-14T10:17+03:00")

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, main, ["invites", *arguments])

    return run


async def rows(zvonok: Zvonok, *arguments: str) -> list[dict[str, str]]:
    result = await zvonok("--format", "csv", *arguments)
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


async def test_the_table_has_a_row_for_every_role_and_one_code_a_person(zvonok: Zvonok) -> None:
    table = await rows(zvonok)
    assert tuple(table[0]) == COLUMNS
    assert [(row["role"], row["group"], row["pupil"]) for row in table if "Белова" in row["full_name"]] == [
        ("teacher", "", ""),
        ("guardian", "7Б", "Иванов Пётр"),
        ("guardian", "7Б", "Петрова Ксения"),
    ]
    codes = {row["full_name"]: row["code"] for row in table}
    assert all(codes[row["full_name"]] == row["code"] for row in table)
    assert len(set(codes.values())) == len(codes)
    assert {row["expires_at"] for row in table} == {"2026-10-14T10:17+03:00"}


async def test_a_name_that_is_a_formula_stays_a_name_in_a_spreadsheet(
    zvonok: Zvonok, people: Story, committed_db: Database
) -> None:
    async with committed_db.transaction() as session:
        renamed = update(Person).where(Person.id == people.mother).values(last_name='=HYPERLINK("//x")')
        await session.execute(renamed)
    table = await rows(zvonok, "--role", "guardian")
    assert '\'=HYPERLINK("//x") Мария Сергеевна' in [row["full_name"] for row in table]


async def test_the_list_names_roles_in_russian(zvonok: Zvonok) -> None:
    listed = (await zvonok("--person", "Белова")).stdout
    assert "(учитель)" in listed
    assert "(родитель, 7Б, Иванов Пётр)" in listed


async def test_codes_stay_until_they_are_reissued(zvonok: Zvonok) -> None:
    first = await rows(zvonok)
    assert await rows(zvonok) == first
    [new] = await rows(zvonok, "--person", "иванова мария", "--reissue")
    [old] = [row for row in first if row["full_name"] == "Иванова Мария Сергеевна"]
    assert new["code"] != old["code"]
    kept = [row["code"] for row in first if row != old]
    assert [row["code"] for row in await rows(zvonok) if row["code"] != new["code"]] == kept


async def test_every_code_that_is_shown_leaves_a_line_of_history(
    zvonok: Zvonok, committed_db: Database
) -> None:
    for arguments in ((), (), ("--reissue",)):
        await rows(zvonok, "--person", "иванова мария", *arguments)
    async with committed_db.transaction() as session:
        lines = await session.execute(select(AuditEntry.action, AuditEntry.person_id).order_by(AuditEntry.id))
    actions = ("invitation.issued", "invitation.viewed", "invitation.revoked", "invitation.issued")
    assert lines.all() == [(action, None) for action in actions]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("--role", "class_teacher"), {"Кузнецова"}),
        (("--role", "guardian", "--group", "7-б"), {"Иванова", "Сидоренко", "Агаева", "Белова"}),
        (("--role", "pupil", "--group", "7 Б"), {"Агаев", "Иванов", "Петрова", "Сидоренко"}),
        (("--role", "pupil", "--group", "7В"), set()),
        (("--person", "Сидоренко О.В."), {"Сидоренко"}),
        (("--person", "Никто"), set()),
    ],
)
async def test_filters(zvonok: Zvonok, arguments: tuple[str, ...], names: set[str]) -> None:
    assert {row["full_name"].split()[0] for row in await rows(zvonok, *arguments)} == names


async def test_who_is_connected_is_passed_over_unless_named(
    zvonok: Zvonok, people: Story, committed_db: Database
) -> None:
    async with committed_db.transaction() as session:
        people.world.session = session
        await people.world.account_of(people.mother)
    assert not [row for row in await rows(zvonok, "--reissue") if row["full_name"].startswith("Иванова")]
    assert len(await rows(zvonok, "--person", "Иванова Мария", "--reissue")) == 1


async def test_notices_go_to_a_file_a_page_for_every_person(zvonok: Zvonok, tmp_path: Path) -> None:
    path = tmp_path / "приглашения.pdf"
    result = await zvonok("--format", "pdf", "--group", "7Б", "--output", str(path))
    assert result.exit_code == 0
    assert path.read_bytes().startswith(b"%PDF-")
    assert "людей: 9" in result.stderr
    assert path.stat().st_mode & 0o077 == 0  # codes are not for other accounts of the computer


async def test_without_a_token_the_codes_come_without_links(zvonok: Zvonok) -> None:
    result = await zvonok("--role", "teacher")
    assert result.exit_code == 0
    assert "Соколова Анна Петровна" in result.stdout
    assert "t.me" not in result.stdout
    assert "ZVONOK_BOT_TOKEN" in result.stderr


async def test_nobody_to_print_is_said(zvonok: Zvonok, tmp_path: Path) -> None:
    result = await zvonok("--format", "pdf", "--person", "Никто", "--output", str(tmp_path / "x.pdf"))
    assert result.exit_code == 1
    assert "Никого не нашлось" in result.stderr
