"""The diary in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html import unescape

from sqlalchemy import update

from db.enums import AttendanceStatus, MarkValue
from db.models import Mark
from handlers.texts.diary import diaries_screen, diary_screen
from services.diary_day import DiaryDay, GroupRow, Named, PupilRow
from services.diary_head import DiaryHead
from tests.diary.conftest import TUESDAY, Read
from tests.golden import Golden, check_limits
from tests.journal_page.test_screens import HOSTILE
from tests.world import MONDAY


def fixed_head(head: DiaryHead) -> DiaryHead:
    children = tuple(Named(number, child.name) for number, child in enumerate(head.children, 102))
    return replace(head, pupil=replace(head.pupil, pupil_id=102), children=children)


def fixed(day: DiaryDay) -> DiaryDay:
    """Ids of the database differ from run to run, and buttons carry them."""
    return replace(
        day,
        head=fixed_head(day.head),
        due=tuple(replace(task, homework_id=number) for number, task in enumerate(day.due, 1)),
        ahead=tuple(replace(task, homework_id=number) for number, task in enumerate(day.ahead, 11)),
    )


async def full(read: Read) -> None:
    """Monday with marks, a late coming, homework for Monday and for Tuesday, and last week's control work."""
    people, kept = read.people, read.kept
    older = await kept.lesson(MONDAY - timedelta(days=7))
    await kept.work(older, "к/р", {people.ivanov: MarkValue.FOUR}, title="№ 1")
    await kept.session.execute(update(Mark).values(given_on=MONDAY))
    lesson = await kept.lesson(MONDAY, topic="Линейные уравнения")
    await kept.work(lesson, "с/р", {people.ivanov: MarkValue.FIVE})
    await kept.work(lesson, "ур", {people.ivanov: MarkValue.DEBT})
    await kept.missed(lesson, people.ivanov, AttendanceStatus.LATE, 12)
    await read.task(older, "§11, повторить", MONDAY)
    await read.task(lesson, "§12 № 345–350", TUESDAY, files=2)
    await read.task(lesson, "№ 351", TUESDAY, own=people.ivanov)


async def test_the_day_in_words(read: Read, golden: Golden) -> None:
    await full(read)
    read.clock.set("11:30")
    day = fixed(await read.day())
    golden("diary/day", diary_screen(day))
    led = replace(day.head, class_id=7, writes_to_family=True, children=())
    golden("diary/day_of_class_teacher", diary_screen(replace(day, head=led)))
    golden("diary/day_of_head", diary_screen(replace(day, head=replace(led, writes_to_family=False))))


async def test_the_evening_in_words(read: Read, golden: Golden) -> None:
    await full(read)
    read.clock.set("18:00")
    golden("diary/evening", diary_screen(fixed(await read.day())))


async def test_a_day_ahead_in_words(read: Read, golden: Golden) -> None:
    await full(read)
    day = fixed(await read.day(TUESDAY))
    head = replace(day.head, children=(*day.head.children, Named(103, "Анна")))
    golden("diary/ahead", diary_screen(replace(day, head=head)))


async def test_a_missed_day_in_words(read: Read, golden: Golden) -> None:
    lesson = await read.kept.lesson(MONDAY - timedelta(days=7))
    await read.kept.missed(lesson, read.people.ivanov)
    golden("diary/missed", diary_screen(fixed(await read.day(MONDAY - timedelta(days=7)))))


async def test_the_class_teacher_is_offered_no_files(read: Read) -> None:
    await full(read)
    for reader, offered in ((read.people.mother, 1), (read.people.irina, 0)):
        screen = diary_screen(await read.day(TUESDAY, reader=reader))
        buttons = [button.text for row in screen.rows for button in row]
        assert sum("файлы" in text for text in buttons) == offered


async def test_a_classs_diaries_in_words(read: Read, golden: Golden) -> None:
    diaries = await read.of_class(read.people.irina)
    pupils = tuple(replace(pupil, pupil_id=number) for number, pupil in enumerate(diaries.pupils, 101))
    fixed_ids = replace(diaries, group=GroupRow(7, diaries.group.name), pupils=pupils)
    golden("diary/class", diaries_screen(fixed_ids, 0))


async def test_a_class_of_seventy_with_the_worst_names_fits_on_pages(read: Read) -> None:
    diaries = await read.of_class(read.people.irina)
    pupils = tuple(PupilRow(number, HOSTILE[number % 3], HOSTILE[0]) for number in range(101, 171))
    worst = replace(diaries, group=GroupRow(7, HOSTILE[1]), pupils=pupils)
    shown = [button.text for page in (0, 9) for row in diaries_screen(worst, page).rows for button in row]
    assert {"Страница 2 ›", "‹ Страница 1"} <= set(shown)
    for page in (0, 1):
        check_limits(diaries_screen(worst, page))


async def test_who_leads_the_class_comes_back_to_its_diaries_and_a_mother_does_not(read: Read) -> None:
    for reader, led in ((read.people.irina, True), (read.people.mother, False)):
        screen = diary_screen(await read.day(reader=reader))
        assert ("‹ Дневники" in [button.text for row in screen.rows for button in row]) is led


async def test_markup_and_endless_words_are_shown_as_they_are_and_fit(read: Read) -> None:
    await full(read)
    day = await read.day()
    lesson = replace(day.lessons[0], subject=HOSTILE[0], topic=HOSTILE[0])
    mark = replace(lesson.marks[0], title=HOSTILE[1], comment=HOSTILE[0])
    task = replace(day.due[0], subject=HOSTILE[0], text=HOSTILE[0] * 9, files=3)
    worst = replace(
        day,
        head=replace(
            day.head,
            pupil=replace(day.pupil, last_name=HOSTILE[0], group=HOSTILE[1]),
            children=tuple(Named(number, HOSTILE[number % 3]) for number in range(1, 9)),
        ),
        lessons=(replace(lesson, marks=(mark,) * 6),) * 12,
        due=(task,) * 12,
        ahead=(task,) * 12,
        told=day.told * 12,
    )
    screen = diary_screen(worst)
    check_limits(screen)
    assert "<b>&'" in unescape(screen.text.replace("<b>", "").replace("</b>", ""))
