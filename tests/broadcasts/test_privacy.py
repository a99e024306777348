"""What a broadcast to chosen families says about the others."""

from __future__ import annotations

from dataclasses import replace

from db.enums import StaffRole
from handlers.texts.broadcast_notice import broadcast_screen
from services.settings import PersonalData
from tests.broadcasts.conftest import Newsroom


async def test_a_class_teacher_reads_no_names_of_other_classes(newsroom: Newsroom) -> None:
    people, world = newsroom.people, newsroom.people.world
    deputy = await world.employ(await world.person("Завуч Ольга"), StaffRole.DEPUTY)
    stranger = await world.pupil("Чужой Олег", await world.group("7А", 7))
    author = await newsroom.actor(deputy)
    broadcast_id = (await newsroom.compose.start(actor=author, group_id=None)).draft.broadcast_id
    this = {"actor": author, "broadcast_id": broadcast_id}
    await newsroom.compose.type_text(**this, text="Жду вас")
    for pupil_id in (people.ivanov, stranger):
        await newsroom.audience.set_family(**this, pupil_id=pupil_id, chosen=True)
    await newsroom.release(broadcast_id, author=deputy)
    newsroom.clock.forward(minutes=6)
    assert len((await newsroom.progress(broadcast_id, deputy)).targets) == 2
    assert [one.pupil_id for one in (await newsroom.progress(broadcast_id)).targets] == [people.ivanov]


async def test_words_to_one_chosen_family_stay_behind_the_button_where_no_message_may_say_them(
    newsroom: Newsroom,
) -> None:
    people = newsroom.people
    await newsroom.setting("personal_data", PersonalData.NONE)
    broadcast_id = await newsroom.draft("Ваш сын разбил окно, зайдите ко мне.")
    this = {"actor": await newsroom.actor(), "broadcast_id": broadcast_id}
    await newsroom.audience.set_family(**this, pupil_id=people.ivanov, chosen=True)
    await newsroom.compose.add_file(**this, file_id=await newsroom.file())
    await newsroom.release(broadcast_id)
    notice = await newsroom.reads(people.mother)
    screen = broadcast_screen(notice)
    assert "окно" not in screen.text
    assert screen.photo is None
    assert "окно" in broadcast_screen(replace(notice, personal_data=PersonalData.INITIALS)).text
