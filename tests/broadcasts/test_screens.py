"""What a family reads, and what the author sees on the way there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from db.enums import BroadcastReply, Sex, StaffRole
from db.queries.names import Colleague
from handlers.callbacks.broadcast_drafts import InPreview
from handlers.screen import Screen
from handlers.texts.broadcast_audience import audience_screen, families_screen
from handlers.texts.broadcast_choices import leaving_screen, reply_by_screen, reply_screen
from handlers.texts.broadcast_draft import draft_screen
from handlers.texts.broadcast_list import broadcasts_screen
from handlers.texts.broadcast_notice import broadcast_screen
from handlers.texts.broadcast_preview import preview_screen, sample_screen
from handlers.texts.broadcast_sent import released_screen, sent_screen
from handlers.texts.broadcast_templates import templates_screen
from services.broadcasts.limits import CAPTION_LIMIT, TEXT_LIMIT, is_captioned, length
from services.broadcasts.listing import ListService
from services.broadcasts.placeholders import Named
from services.broadcasts.templates import TemplateService
from services.files import StoredFileRow
from services.notifications.broadcast import BroadcastNotice
from services.settings import PersonalData
from tests.broadcasts.conftest import Newsroom
from tests.golden import Golden, check_limits
from tests.world import MOSCOW, moment

PHOTO = StoredFileRow(1, "0" * 64, 5, "image/jpeg", "photo.jpg", "photo:1")
SHEET = StoredFileRow(2, "1" * 64, 5, "application/pdf", "согласие.pdf", "document:1")
PETER = Named("Иванов", "Пётр", Sex.MALE, "7Б")
NOTICE = BroadcastNotice(
    recipient_id=12,
    text="В среду экскурсия в <музей> & парк.\n\nСбор в 9:00.",
    pupil=None,
    to_chosen=False,
    group="7Б",
    author=Colleague(3, "Кузнецова", "Ирина", "Викторовна"),
    author_role=None,
    files=(),
    captioned=False,
    reply=BroadcastReply.NONE,
    options=(),
    reply_by=None,
    urgent=False,
    option=None,
    replied_at=None,
    edited_at=None,
    withdrawn=False,
    zone=MOSCOW,
    personal_data=PersonalData.FULL,
)
ASKED = {
    "pupil": PETER,
    "reply": BroadcastReply.CHOICE,
    "options": ("Согласны", "Не согласны"),
    "reply_by": moment("20:00"),
}
MESSAGES: dict[str, dict[str, Any]] = {
    "information": {},
    "of_the_school": {"group": None, "author_role": StaffRole.DIRECTOR},
    "acknowledge": {"pupil": PETER, "reply": BroadcastReply.ACKNOWLEDGE, "reply_by": moment("20:00")},
    "acknowledged": {"pupil": PETER, "reply": BroadcastReply.ACKNOWLEDGE, "replied_at": moment("10:30")},
    "choice": ASKED,
    "chosen": ASKED | {"option": 1, "replied_at": moment("10:30"), "edited_at": moment("10:25")},
    "long_choices": ASKED | {"options": ("Поедем на автобусе", "Довезём сами", "Не поедем")},
    "urgent": {"urgent": True},
    "files": {"files": (PHOTO, SHEET), "edited_at": moment("11:00")},
    "photo": {"files": (PHOTO,), "captioned": True},
    "initials": ASKED | {"personal_data": PersonalData.INITIALS},
    "hidden": ASKED | {"personal_data": PersonalData.NONE},
    "hidden_urgent": ASKED | {"personal_data": PersonalData.NONE, "urgent": True},
    "nobodys_own_is_not_hidden": {"personal_data": PersonalData.NONE},
    "withdrawn": ASKED | {"withdrawn": True},
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_family_reads_it(golden: Golden, name: str) -> None:
    golden(f"broadcasts/{name}", broadcast_screen(replace(NOTICE, **MESSAGES[name])))


def test_a_photo_stands_over_the_text_and_stays_when_it_is_withdrawn() -> None:
    with_photo = replace(NOTICE, files=(PHOTO,), captioned=True)
    assert broadcast_screen(with_photo).photo == PHOTO
    assert broadcast_screen(replace(with_photo, withdrawn=True)).photo == PHOTO
    assert not is_captioned("Текст", [PHOTO, SHEET])
    assert not is_captioned("Текст", [SHEET])
    assert not is_captioned("я" * (CAPTION_LIMIT + 1), [PHOTO])


def units(screen: Screen) -> int:
    return len(screen.text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("letter", ["я", "🤡"])
def test_the_longest_message_fits(letter: str) -> None:
    """Markup in a text is longer before Telegram has read it, and is not counted there."""
    longest = replace(
        NOTICE,
        pupil=Named("Я" * 200, "Ю" * 200, None, "7" * 200),
        author=Colleague(1, "А" * 200, "Б" * 200, "В" * 200),
        author_role=StaffRole.HEAD,
        reply=BroadcastReply.CHOICE,
        options=("щ" * 30,) * 6,
        option=0,
        replied_at=moment("10:00"),
        edited_at=moment("10:00"),
        urgent=True,
        files=(PHOTO,) * 10,
    )
    whole = letter * (TEXT_LIMIT // length(letter))
    check_limits(broadcast_screen(replace(longest, text=whole)))
    caption = letter * (CAPTION_LIMIT // length(letter))
    under_photo = replace(longest, text=caption, files=(PHOTO,), captioned=True)
    assert units(broadcast_screen(under_photo)) <= 1024


def without_ids(screen: Screen) -> Screen:
    """What the buttons carry is another number in every run."""
    rows = tuple(tuple(replace(button, action=InPreview()) for button in row) for row in screen.rows)
    return replace(screen, rows=rows)


async def test_the_author_on_the_way(newsroom: Newsroom, golden: Golden) -> None:
    actor = await newsroom.actor()
    empty = await newsroom.compose.start(actor=actor, group_id=None)
    golden("broadcasts/author_empty", without_ids(draft_screen(empty, MOSCOW)))
    broadcast_id = empty.draft.broadcast_id
    this: dict[str, Any] = {"actor": actor, "broadcast_id": broadcast_id}
    await newsroom.compose.type_text(**this, text="Отпустите {имя:вижу кого} <в музей>?")
    await newsroom.compose.add_file(**this, file_id=await newsroom.file())
    await newsroom.compose.set_reply(**this, reply=BroadcastReply.CHOICE, options=["Согласны", "Не согласны"])
    await newsroom.compose.set_reply_by(**this, moment=moment("20:00"))
    form = await newsroom.compose.set_urgent(**this, urgent=True)
    golden("broadcasts/author_draft", without_ids(draft_screen(form, MOSCOW)))
    golden("broadcasts/author_reply", without_ids(reply_screen(form, MOSCOW)))
    golden("broadcasts/author_reply_by", without_ids(reply_by_screen(form, MOSCOW)))
    golden("broadcasts/author_leaving", without_ids(leaving_screen(form, MOSCOW)))
    golden(
        "broadcasts/author_audience", without_ids(audience_screen(await newsroom.audience.form(**this), 0))
    )
    families = await newsroom.audience.families(**this, group_id=newsroom.people.group)
    golden("broadcasts/author_families", without_ids(families_screen(families, 9)))
    texts = await TemplateService(newsroom.db, newsroom.clock).list(actor=actor)
    golden("broadcasts/author_templates", without_ids(templates_screen(form, texts, 0, shares=True)))

    preview = await newsroom.previews.preview(**this)
    golden("broadcasts/author_preview", without_ids(preview_screen(preview, MOSCOW)))
    sample = sample_screen(preview)
    assert sample.photo is not None
    assert all(button.action == InPreview() for row in sample.rows for button in row)
    released = await newsroom.release(broadcast_id)
    golden("broadcasts/author_released", without_ids(released_screen(released, MOSCOW)))
    newsroom.clock.forward(minutes=6)
    sent = (await newsroom.compose.form(**this)).draft
    golden("broadcasts/author_sent", without_ids(sent_screen(sent, newsroom.clock.now(), MOSCOW)))
    await newsroom.draft("Черновик")
    listed = await ListService(newsroom.db, newsroom.clock).page(actor=actor, page=0)
    golden("broadcasts/author_list", without_ids(broadcasts_screen(listed, MOSCOW)))


async def test_a_large_schools_audience_fits(newsroom: Newsroom) -> None:
    world = newsroom.people.world
    boss = await world.employ(await world.person("Завучева Ольга"), StaffRole.DEPUTY)
    for number in range(60):
        group = await world.group(f"{number % 11 + 1}{'Щ' * 10}{number}", number % 11 + 1)
        await world.pupil("Учеников Ученик", group)
    actor = await newsroom.actor(boss)
    form = await newsroom.compose.start(actor=actor, group_id=None)
    chosen = await newsroom.audience.form(actor=actor, broadcast_id=form.draft.broadcast_id)
    for grade in range(1, 12):
        chosen = await newsroom.audience.set_grade(
            actor=actor, broadcast_id=form.draft.broadcast_id, grade=grade
        )
        check_limits(audience_screen(chosen, 0))
    assert len(chosen.groups) == 61
