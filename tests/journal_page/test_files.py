"""The journal as a workbook, a document and a picture: what stands in them, and what is grey (J5, J10)."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook
from sqlalchemy import update

from db.models import Term
from handlers.texts.journal_sheet import journal_sheet
from services.documents.journal import JournalSheet, journal_pdf, journal_png, journal_xlsx
from services.journal_page import JournalPage
from tests.documents.test_notices import WEIRD, pages
from tests.journal_page.conftest import Kept

GREY = "FFD0D0D0"
HEADER = 5
"""Rows above the days: the title, three about the page, an empty one."""


def sheet_of(page: JournalPage) -> JournalSheet:
    return journal_sheet(page, page.lessons)


def opened(sheet: JournalSheet) -> Workbook:
    return load_workbook(BytesIO(journal_xlsx(sheet)))


def is_grey(cell: Cell) -> bool:
    return bool(cell.fill.fgColor.rgb == GREY)


async def test_the_workbook_holds_the_page(kept: Kept) -> None:
    table = opened(sheet_of(await kept.page()))["Журнал"]
    rows = [[cell.value for cell in row] for row in table.iter_rows(min_row=HEADER + 1)]
    assert rows[:6] == [
        ["№", "Ученик", "02.09", "07.09", "07.09", "14.09", "Средний", "1 четверть"],
        [None, None, "ур", "к/р", "ур", None, None, None],
        [1, "Агаев Ислам", 4, 3, 5, None, 3.75, 4],
        [2, "Иванов Пётр", 5, "н", None, None, 5, None],
        [3, "Петрова Ксения", None, "•", "осв", None, None, None],
        [4, "Сидоренко Матвей", None, None, None, "о", None, None],
    ]
    assert table["A1"].value == "7Б · Алгебра"
    assert [table.cell(row, 1).value for row in (2, 3, 4)] == [
        "Школа № 1",
        "Соколова Анна Петровна",
        "1 четверть, 1 сентября – 24 октября",
    ]


async def test_locked_cells_are_grey_and_the_header_is_frozen(kept: Kept) -> None:
    table = opened(sheet_of(await kept.page()))["Журнал"]
    assert table.freeze_panes == f"C{HEADER + 3}"
    for row in range(HEADER + 1, HEADER + 7):
        assert [is_grey(table.cell(row, column)) for column in range(1, 9)] == [
            *(False, False, True),
            *[False] * 5,
        ]


async def test_the_topics_have_a_sheet_of_their_own(kept: Kept) -> None:
    table = opened(sheet_of(await kept.page()))["Темы"]
    rows = [[cell.value for cell in row] for row in table.iter_rows(min_row=HEADER + 1)]
    assert rows == [
        ["Дата", "Урок", "Тема", "Вид", "Работы", "Дома", "Замещение"],
        ["02.09.2026", "2", "Повторение", None, "ур", "§1 № 5", None],
        [
            *("07.09.2026", "3", "Линейные уравнения", "контрольная работа"),
            *("к/р № 1, вес 2; ур", "§2; № 12", None),
        ],
        ["14.09.2026", "3", "Функции", None, None, None, None],
    ]
    assert [is_grey(table.cell(row, 3)) for row in range(HEADER + 1, HEADER + 5)] == [
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("name", ["=1+1", '=HYPERLINK("http://x")', "+7", "@SUM(A1)", "-1", "{=1}"])
async def test_nothing_in_the_workbook_is_a_formula(kept: Kept, name: str) -> None:
    page = await kept.page()
    pupils = tuple(replace(one, last_name=name, first_name="", middle_name="") for one in page.pupils)
    lessons = tuple(replace(one, topic=name) for one in page.lessons)
    course = replace(page.course, subject=name, groups=name)
    book = opened(
        sheet_of(replace(page, course=course, rows=replace(page.rows, pupils=pupils, lessons=lessons)))
    )
    cells = [cell for table in book for row in table.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert book["Журнал"].cell(HEADER + 3, 2).value == name
    assert book["Темы"].cell(HEADER + 2, 3).value == name


@pytest.mark.parametrize("word", WEIRD)
async def test_any_names_and_topics_make_a_document_and_a_picture(kept: Kept, word: str) -> None:
    page = await kept.page()
    pupils = tuple(replace(one, last_name=word) for one in page.pupils)
    lessons = tuple(replace(one, topic=word * 9) for one in page.lessons)
    sheet = sheet_of(
        replace(
            page,
            course=replace(page.course, subject=word),
            rows=replace(page.rows, pupils=pupils, lessons=lessons, school=word),
        )
    )
    assert pages(journal_pdf(sheet)) >= 2
    assert journal_png(sheet).startswith(b"\x89PNG")


@pytest.mark.parametrize(("lessons", "expected"), [(0, 2), (3, 2), (26, 1 + 1), (27, 2 + 1), (78, 3 + 3)])
async def test_many_lessons_take_more_pages(kept: Kept, lessons: int, expected: int) -> None:
    """26 columns a page beside the totals, and the topics after them."""
    page = await kept.page()
    many = tuple(replace(page.lessons[2], number=number) for number in range(lessons))
    document = journal_pdf(sheet_of(replace(page, rows=replace(page.rows, lessons=many))))
    assert pages(document) == expected


async def test_a_terms_name_is_no_formula_either(kept: Kept) -> None:
    await kept.session.execute(update(Term).values(name='=HYPERLINK("https://example.org")'))
    page = await kept.page(term_id=None)
    book = load_workbook(BytesIO(journal_xlsx(journal_sheet(page, page.lessons))))
    assert not [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.data_type == "f"]
