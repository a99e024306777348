"""Files of people: kept by content, found again by the messenger's id or by ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import StoredFile
from services.errors import InvalidInput, LimitReached
from services.files import (
    FILES_AN_HOUR,
    MAX_BYTES,
    STAFF_FILES_AN_HOUR,
    FileService,
    FileStore,
    StoredFileRow,
    own_files,
)
from tests.world import FakeClock, Story, new_school, story


@pytest.fixture
async def people(session: AsyncSession) -> Story:
    return await story(session)


@pytest.fixture
def files(db: Database, clock: FakeClock, tmp_path: Path) -> FileService:
    return FileService(db, clock, FileStore(tmp_path))


async def keep(
    files: FileService, people: Story, content: bytes = b"board", ref: str = "photo:1"
) -> StoredFileRow:
    return await files.keep(
        actor=await people.world.actor(people.anna),
        content=content,
        name="../доска.jpg",
        media_type="image/jpeg",
        external_ref=ref,
    )


async def test_a_file_is_kept_with_its_name_type_and_size(files: FileService, people: Story) -> None:
    file = await keep(files, people)
    assert (file.name, file.media_type, file.size) == ("доска.jpg", "image/jpeg", 5)
    assert await files.content(file) == b"board"


async def test_the_same_content_is_one_file_with_the_newest_id(
    files: FileService, people: Story, session: AsyncSession
) -> None:
    first = await keep(files, people)
    again = await keep(files, people, ref="photo:2")
    assert again.file_id == first.file_id
    assert again.external_ref == "photo:2"
    assert await session.scalar(select(func.count()).select_from(StoredFile)) == 1


async def test_the_messengers_new_id_is_remembered(
    files: FileService, people: Story, session: AsyncSession
) -> None:
    file = await keep(files, people)
    await files.remember_ref(file_id=file.file_id, external_ref="photo:3")
    (row,) = await own_files(session, await people.world.actor(people.anna), [file.file_id])
    assert row.external_ref == "photo:3"


async def test_a_content_whose_row_was_never_written_is_kept_when_it_comes_again(
    files: FileService, people: Story, tmp_path: Path
) -> None:
    await FileStore(tmp_path).put(b"board")  # and the process died
    assert await files.content(await keep(files, people)) == b"board"


@pytest.mark.parametrize("size", [0, MAX_BYTES + 1])
async def test_an_empty_or_a_huge_file_is_refused(files: FileService, people: Story, size: int) -> None:
    with pytest.raises(InvalidInput):
        await keep(files, people, b"\0" * size)


async def test_a_file_of_another_school_does_not_exist(
    files: FileService, people: Story, session: AsyncSession
) -> None:
    file = await keep(files, people)
    other = await new_school(session, name="Школа № 2", short_name="Школа 2")
    stranger = await other.actor(await other.teacher("Чужая Зоя Ильинична"))
    assert await own_files(session, stranger, [file.file_id]) == []


async def test_each_sender_keeps_the_name_of_a_file_to_themselves(files: FileService, people: Story) -> None:
    sent: dict[str, StoredFileRow] = {}
    for person_id, name in ((people.mother, "Заявление Иванова.pdf"), (people.father, "Заявление.pdf")):
        sent[name] = await files.keep(
            actor=await people.world.actor(person_id),
            content=b"the same form",
            name=name,
            media_type="application/pdf",
            external_ref=f"document:{person_id}",
        )
    assert [row.name for row in sent.values()] == list(sent)
    assert len({row.sha256 for row in sent.values()}) == 1


def contents(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


@pytest.mark.parametrize("limit", [FILES_AN_HOUR, STAFF_FILES_AN_HOUR])
async def test_nobody_fills_the_disk(
    files: FileService, people: Story, clock: FakeClock, tmp_path: Path, session: AsyncSession, limit: int
) -> None:
    sender, other = people.mother, people.anna
    if limit == STAFF_FILES_AN_HOUR:
        sender, other = other, sender
    actors = {person: await people.world.actor(person) for person in (sender, other)}

    async def send(number: int, person: int = sender) -> None:
        await files.keep(
            actor=actors[person],
            content=b"%d" % number,
            name="",
            media_type="",
            external_ref=f"photo:{number}",
        )

    kept_before = [
        {
            "school_id": people.world.school_id,
            "sha256": f"{number:064x}",
            "size": 1,
            "media_type": "image/jpeg",
            "name": "",
            "uploaded_by": sender,
            "uploaded_at": clock.now(),
        }
        for number in range(limit - 1)
    ]
    await session.execute(insert(StoredFile), kept_before)
    await send(1)
    with pytest.raises(LimitReached):
        await send(2)
    assert contents(tmp_path) == 1
    await send(3, other)
    clock.forward(hours=1)
    await send(2)
