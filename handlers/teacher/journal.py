"""«Мои журналы»: courses, a course's card, its page as text, picture, workbook and document."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.journal import (
    PrintJournal,
    SendJournalPicture,
    SendJournalWorkbook,
    ShowCourse,
    ShowCourses,
    ShowGroupCourses,
    ShowJournal,
    ShowJournalGroups,
    ShowOwnCourses,
)
from handlers.screens import Screens
from handlers.texts.journal import (
    card_screen,
    courses_screen,
    group_courses_screen,
    groups_screen,
    own_courses_screen,
)
from handlers.texts.journal_sheet import journal_sheet
from handlers.texts.journal_table import (
    journal_screen,
    picture_lessons,
    picture_screen,
    print_screen,
    workbook_screen,
)
from services.actor import Actor
from services.documents.journal import JournalSheet, journal_pdf, journal_png, journal_xlsx
from services.documents.papers import PaperService
from services.journal_page import JournalPage, JournalService, PageLesson

router = Router(name="teacher.journal")


@router.message(Command("journal"))
async def journal_command(message: Message, actor: Actor, screens: Screens, journal: JournalService) -> None:
    await screens.show(message, courses_screen(await journal.courses(actor=actor)))


@router.callback_query(ShowCourses.filter())
async def show_courses(
    callback: CallbackQuery, actor: Actor, screens: Screens, journal: JournalService
) -> None:
    await callback.answer()
    await screens.show(callback, courses_screen(await journal.courses(actor=actor)))


@router.callback_query(ShowOwnCourses.filter())
async def show_own_courses(
    callback: CallbackQuery,
    callback_data: ShowOwnCourses,
    actor: Actor,
    screens: Screens,
    journal: JournalService,
) -> None:
    await callback.answer()
    courses = await journal.courses(actor=actor)
    await screens.show(callback, own_courses_screen(courses, callback_data.page))


@router.callback_query(ShowJournalGroups.filter())
async def show_groups(
    callback: CallbackQuery,
    callback_data: ShowJournalGroups,
    actor: Actor,
    screens: Screens,
    journal: JournalService,
) -> None:
    await callback.answer()
    courses = await journal.courses(actor=actor)
    await screens.show(callback, groups_screen(courses, callback_data.page))


@router.callback_query(ShowGroupCourses.filter())
async def show_group_courses(
    callback: CallbackQuery,
    callback_data: ShowGroupCourses,
    actor: Actor,
    screens: Screens,
    journal: JournalService,
) -> None:
    await callback.answer()
    group = await journal.group_courses(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, group_courses_screen(group, callback_data.page))


@router.callback_query(ShowCourse.filter())
async def show_course(
    callback: CallbackQuery,
    callback_data: ShowCourse,
    actor: Actor,
    screens: Screens,
    journal: JournalService,
) -> None:
    await callback.answer()
    card = await journal.card(actor=actor, course_id=callback_data.course_id)
    await screens.show(callback, card_screen(card))


@router.callback_query(ShowJournal.filter())
async def show_journal(
    callback: CallbackQuery,
    callback_data: ShowJournal,
    actor: Actor,
    screens: Screens,
    journal: JournalService,
) -> None:
    await callback.answer()
    page = await _page(callback_data, actor, journal)
    await screens.show(callback, journal_screen(page, callback_data.back, callback_data.pupils))


@router.callback_query(SendJournalPicture.filter())
async def send_picture(
    callback: CallbackQuery,
    callback_data: SendJournalPicture,
    actor: Actor,
    screens: Screens,
    journal: JournalService,
    papers: PaperService,
) -> None:
    await callback.answer()
    page = await _page(callback_data, actor, journal)
    lessons, back, count = picture_lessons(page, callback_data.back)
    picture = await papers.make(
        actor, ("course", callback_data.course_id), _drawn, journal_png, page, lessons
    )
    await screens.show(callback, picture_screen(page, back, picture, count))


@router.callback_query(SendJournalWorkbook.filter())
async def send_workbook(
    callback: CallbackQuery,
    callback_data: SendJournalWorkbook,
    actor: Actor,
    screens: Screens,
    journal: JournalService,
    papers: PaperService,
) -> None:
    await callback.answer()
    page = await _page(callback_data, actor, journal)
    content = await papers.make(
        actor, ("course", callback_data.course_id), _drawn, journal_xlsx, page, page.lessons
    )
    await screens.show(callback, workbook_screen(page, content))


@router.callback_query(PrintJournal.filter())
async def print_journal(
    callback: CallbackQuery,
    callback_data: PrintJournal,
    actor: Actor,
    screens: Screens,
    journal: JournalService,
    papers: PaperService,
) -> None:
    await callback.answer()
    page = await _page(callback_data, actor, journal)
    content = await papers.make(
        actor, ("course", callback_data.course_id), _drawn, journal_pdf, page, page.lessons
    )
    await screens.show(callback, print_screen(page, content))


async def _page(
    action: ShowJournal | SendJournalPicture | SendJournalWorkbook | PrintJournal,
    actor: Actor,
    journal: JournalService,
) -> JournalPage:
    return await journal.page(actor=actor, course_id=action.course_id, term_id=action.term_id or None)


def _drawn(draw: Callable[[JournalSheet], bytes], page: JournalPage, lessons: Sequence[PageLesson]) -> bytes:
    return draw(journal_sheet(page, lessons))
