"""Putting a broadcast together: its text, files, answers and audience, each within its limits."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from db.enums import AudienceKind, BroadcastReply, OutboxState, StaffRole
from db.models import BroadcastTarget, OutboxMessage
from services.broadcasts.limits import CAPTION_LIMIT, MAX_FILES, TEXT_LIMIT
from services.broadcasts.listing import ROWS_A_PAGE, ListService
from services.broadcasts.reading import ReadService
from services.broadcasts.templates import TemplateService, starters
from services.errors import InvalidInput, NotFound
from services.notifications.ports import Skip, SkipReason
from services.settings import PersonalData
from tests.broadcasts.conftest import Newsroom


async def deputy(newsroom: Newsroom) -> int:
    world = newsroom.people.world
    return await world.employ(await world.person("Завучева Ольга Ивановна"), StaffRole.DEPUTY)


async def test_text_captions_and_files_come_together(newsroom: Newsroom) -> None:
    broadcast_id, actor = await newsroom.draft("Едем.\u202e"), await newsroom.actor()
    file_id = await newsroom.file()
    for _ in range(2):
        form = await newsroom.compose.add_file(actor=actor, broadcast_id=broadcast_id, file_id=file_id)
    form = await newsroom.compose.add_caption(actor=actor, broadcast_id=broadcast_id, caption="Карта")
    assert (form.draft.text, len(form.files), form.families) == ("Едем.\nКарта", 1, 4)
    for number in range(MAX_FILES - 1):
        more = await newsroom.file(bytes([number]), ref=f"document:{number}")
        await newsroom.compose.add_file(actor=actor, broadcast_id=broadcast_id, file_id=more)
    one_more = await newsroom.file(b"one more")
    with pytest.raises(InvalidInput, match="broadcast_too_many_files"):
        await newsroom.compose.add_file(actor=actor, broadcast_id=broadcast_id, file_id=one_more)
    with pytest.raises(InvalidInput, match="broadcast_too_long"):
        await newsroom.compose.type_text(actor=actor, broadcast_id=broadcast_id, text="я" * (TEXT_LIMIT + 1))
    with pytest.raises(NotFound):
        await newsroom.compose.add_file(actor=actor, broadcast_id=broadcast_id, file_id=999)
    form = await newsroom.compose.remove_file(actor=actor, broadcast_id=broadcast_id, file_id=file_id)
    assert len(form.files) == MAX_FILES - 1


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["Да"], "broadcast_options"),
        (["Да", "Да"], "broadcast_options"),
        (["1", "2", "3", "4", "5", "6", "7"], "broadcast_options"),
        (["Да", "я" * 31], "broadcast_option_too_long"),
        (["", "\u202e", "Да"], "broadcast_options"),
    ],
)
async def test_answers_to_choose_from_are_few_short_and_different(
    newsroom: Newsroom, options: list[str], problem: str
) -> None:
    actor = await newsroom.actor()
    with pytest.raises(InvalidInput, match=problem):
        await newsroom.compose.set_reply(
            actor=actor,
            broadcast_id=await newsroom.draft(),
            reply=BroadcastReply.CHOICE,
            options=options,
        )


async def test_the_audience_is_chosen_by_right(newsroom: Newsroom) -> None:
    people, audience = newsroom.people, newsroom.audience
    world = people.world
    other = await world.group("7В", 7)
    stranger = await world.pupil("Чужов Семён", other)
    broadcast_id, irina = await newsroom.draft(), await newsroom.actor()
    for forged in (
        audience.set_group(actor=irina, broadcast_id=broadcast_id, group_id=other, chosen=True),
        audience.set_school(actor=irina, broadcast_id=broadcast_id),
        audience.set_grade(actor=irina, broadcast_id=broadcast_id, grade=5),
        audience.families(actor=irina, broadcast_id=broadcast_id, group_id=other),
        audience.set_family(actor=irina, broadcast_id=broadcast_id, pupil_id=stranger, chosen=True),
        audience.form(actor=await newsroom.actor(people.anna), broadcast_id=broadcast_id),
        newsroom.compose.start(actor=irina, group_id=other),
        newsroom.compose.start(actor=await newsroom.actor(people.mother), group_id=people.group),
    ):
        with pytest.raises(NotFound):
            await forged
    # A parallel is what of it is one's own.
    form = await audience.set_grade(actor=irina, broadcast_id=broadcast_id, grade=7)
    assert (form.chosen, form.may_write_to_all) == (frozenset({people.group}), False)

    boss = await newsroom.actor(await deputy(newsroom))
    draft = (await newsroom.compose.start(actor=boss, group_id=None)).draft
    whole = {"actor": boss, "broadcast_id": draft.broadcast_id}
    assert (await audience.set_grade(**whole, grade=7)).chosen == {people.group, other}
    form = await audience.set_school(**whole)
    assert (form.draft.audience, form.chosen) == (AudienceKind.SCHOOL, frozenset())
    assert (await newsroom.compose.form(**whole)).families == 5
    form = await audience.set_group(**whole, group_id=other, chosen=True)
    assert (form.draft.audience, form.chosen) == (AudienceKind.GROUPS, frozenset({other}))


async def test_single_families_take_the_place_of_the_class(newsroom: Newsroom) -> None:
    people, actor = newsroom.people, await newsroom.actor()
    broadcast_id = await newsroom.draft()
    chosen = {"actor": actor, "broadcast_id": broadcast_id}
    for _ in range(2):
        form = await newsroom.audience.set_family(**chosen, pupil_id=people.ivanov, chosen=True)
    assert form.chosen == {people.ivanov}
    await newsroom.audience.set_family(**chosen, pupil_id=people.agaev, chosen=True)
    await newsroom.audience.set_family(**chosen, pupil_id=people.agaev, chosen=False)
    await newsroom.release(broadcast_id)
    assert await newsroom.recipients(broadcast_id) == [(people.mother, people.ivanov)]
    targets = await newsroom.session.scalar(select(func.count()).select_from(BroadcastTarget))
    assert targets == 1


async def test_another_text_stands_in_every_chat_where_the_first_one_did(newsroom: Newsroom) -> None:
    people, actor = newsroom.people, await newsroom.actor()
    broadcast_id = await newsroom.send()
    before = await newsroom.changes.edit_text(actor=actor, broadcast_id=broadcast_id, text="В четверг.")
    assert before.edited_at is None  # nobody had read it
    newsroom.clock.forward(minutes=6)
    assert (await newsroom.reads(people.mother)).text == "В четверг."
    await newsroom.sent()
    for _ in range(2):
        await newsroom.changes.edit_text(actor=actor, broadcast_id=broadcast_id, text="В пятницу.")
    assert {one.revision for one in await newsroom.messages()} == {2}
    notice = await newsroom.reads(people.mother)
    assert (notice.text, notice.edited_at) == ("В пятницу.", newsroom.clock.now())
    with pytest.raises(InvalidInput, match="broadcast_names_late"):
        await newsroom.changes.edit_text(actor=actor, broadcast_id=broadcast_id, text="{имя}")
    with pytest.raises(InvalidInput, match="broadcast_empty"):
        await newsroom.changes.edit_text(actor=actor, broadcast_id=broadcast_id, text=" \n")


async def test_what_stands_under_a_photo_stays_short_enough(newsroom: Newsroom) -> None:
    actor, broadcast_id = await newsroom.actor(), await newsroom.draft("Вот.")
    await newsroom.compose.add_file(actor=actor, broadcast_id=broadcast_id, file_id=await newsroom.file())
    await newsroom.release(broadcast_id)
    assert (await newsroom.reads(newsroom.people.mother)).captioned
    with pytest.raises(InvalidInput, match="broadcast_too_long"):
        await newsroom.changes.edit_text(
            actor=actor, broadcast_id=broadcast_id, text="я" * (CAPTION_LIMIT + 1)
        )


async def test_what_is_withdrawn_says_so_where_it_stands_and_leaves_nowhere_else(newsroom: Newsroom) -> None:
    people = newsroom.people
    broadcast_id = await newsroom.send()
    newsroom.clock.forward(minutes=6)
    await newsroom.sent()
    fathers = await newsroom.message_of(people.father)
    await newsroom.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == fathers.id)
        .values(state=OutboxState.QUEUED, external_ref=None)
    )
    withdrawn = await newsroom.changes.withdraw(
        actor=await newsroom.actor(await deputy(newsroom)), broadcast_id=broadcast_id
    )
    assert withdrawn.withdrawn_at == newsroom.clock.now()
    assert (await newsroom.reads(people.mother)).withdrawn
    assert (await newsroom.message_of(people.mother)).revision == 2
    assert (await newsroom.message_of(people.father)).reason == SkipReason.CANCELLED
    assert await newsroom.prepared(await newsroom.message_of(people.father)) == Skip(SkipReason.CANCELLED)
    for change in (
        newsroom.changes.edit_text(actor=await newsroom.actor(), broadcast_id=broadcast_id, text="Нет"),
        newsroom.compose.type_text(actor=await newsroom.actor(), broadcast_id=broadcast_id, text="Нет"),
    ):
        with pytest.raises(InvalidInput):
            await change
    with pytest.raises(NotFound):
        await newsroom.changes.withdraw(actor=await newsroom.actor(people.anna), broadcast_id=broadcast_id)
    draft = await newsroom.draft()
    with pytest.raises(NotFound):  # Of what others have not sent yet not even the deputies know.
        await newsroom.changes.withdraw(
            actor=await newsroom.actor(await deputy(newsroom)), broadcast_id=draft
        )
    with pytest.raises(InvalidInput, match="broadcast_is_draft"):
        await newsroom.changes.withdraw(actor=await newsroom.actor(), broadcast_id=draft)


async def test_a_recipient_reads_on_request_and_nobody_else(newsroom: Newsroom) -> None:
    people = newsroom.people
    reader = ReadService(newsroom.db, newsroom.clock)
    await newsroom.setting("personal_data", PersonalData.NONE)
    broadcast_id = await newsroom.draft("Отпустите {имя:вижу кого}?")
    actor = await newsroom.actor()
    file_id = await newsroom.file()
    await newsroom.compose.add_file(actor=actor, broadcast_id=broadcast_id, file_id=file_id)
    await newsroom.release(broadcast_id)
    recipient_id = (await newsroom.message_of(people.mother)).payload["recipient_id"]
    mother = await newsroom.actor(people.mother)
    with pytest.raises(NotFound):  # it has not left yet
        await reader.notice(actor=mother, recipient_id=recipient_id)
    newsroom.clock.forward(minutes=6)
    assert (await newsroom.reads(people.mother)).hidden
    notice = await reader.notice(actor=mother, recipient_id=recipient_id)
    assert (notice.text, notice.hidden, notice.captioned) == ("Отпустите Петра?", False, False)
    files = await reader.files(actor=mother, recipient_id=recipient_id)
    assert [one.file_id for one in files] == [file_id]
    for other in (people.father, people.irina, people.anna):
        with pytest.raises(NotFound):
            await reader.files(actor=await newsroom.actor(other), recipient_id=recipient_id)


async def test_canned_texts_are_the_schools_and_ones_own(newsroom: Newsroom) -> None:
    templates = TemplateService(newsroom.db, newsroom.clock)
    irina, boss = await newsroom.actor(), await newsroom.actor(await deputy(newsroom))
    broadcast_id = await newsroom.draft("Собрание\nв шесть")
    own = await templates.save(actor=irina, broadcast_id=broadcast_id, shared=False)
    with pytest.raises(NotFound):
        await templates.save(actor=irina, broadcast_id=broadcast_id, shared=True)
    draft = (await newsroom.compose.start(actor=boss, group_id=newsroom.people.group)).draft
    await newsroom.compose.type_text(actor=boss, broadcast_id=draft.broadcast_id, text="Общее")
    shared = await templates.save(actor=boss, broadcast_id=draft.broadcast_id, shared=True)
    assert [(one.title, one.removable) for one in (await templates.list(actor=irina))[:2]] == [
        ("Собрание", True),
        ("Общее", False),
    ]
    assert own.template_id not in {one.template_id for one in await templates.list(actor=boss)}
    form = await templates.use(actor=irina, broadcast_id=broadcast_id, template_id=-1)
    assert form.draft.text == starters()[0].text
    for template_id in (shared.template_id, 999):
        with pytest.raises(NotFound):
            await templates.remove(actor=irina, broadcast_id=broadcast_id, template_id=template_id)
    await templates.remove(actor=irina, broadcast_id=broadcast_id, template_id=own.template_id)
    assert next(one.title for one in await templates.list(actor=irina)) == "Общее"
    with pytest.raises(NotFound):
        await templates.use(actor=irina, broadcast_id=broadcast_id, template_id=own.template_id)


async def test_the_list_holds_ones_own_and_for_a_deputy_what_others_sent(newsroom: Newsroom) -> None:
    listing = ListService(newsroom.db, newsroom.clock)
    for _ in range(ROWS_A_PAGE):
        await newsroom.send()
    draft = await newsroom.draft("Черновик")
    await newsroom.draft("")  # nothing was said in it
    mine = await listing.page(actor=await newsroom.actor(), page=0)
    assert (len(mine.rows), mine.has_more) == (ROWS_A_PAGE, True)
    assert mine.rows[0].composed.broadcast_id == draft
    assert mine.rows[0].groups == "7Б"
    boss = await newsroom.actor(await deputy(newsroom))
    every = await listing.page(actor=boss, page=0)
    assert (len(every.rows), every.has_more) == (ROWS_A_PAGE, False)
    with pytest.raises(NotFound):
        await listing.page(actor=await newsroom.actor(newsroom.people.anna), page=0)
