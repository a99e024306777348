"""Printed documents are whole PDFs whatever people are called (U2, U5)."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

import pytest

from services.access.compromise import CompromiseView, Operation, ReportedCompromise
from services.access.roster import RosterInvitation
from services.documents.compromise import compromise_pdf
from services.documents.notices import notice_sheets_pdf, notices_pdf
from services.documents.qr import qr_png

WEIRD = [
    "Соколова Анна Петровна",
    "<b>Иванов</b> *Пётр* _Ильич_ #panic() $x$ \\ `raw` @ref",
    "Ф" * 200,
    "О'Коннор 🎓 Zoë",
    "\u202eовонавИ",
]


def invitation(
    person_id: int, name: str, role: str = "guardian", pupil: str = "Иванов Пётр"
) -> RosterInvitation:
    return RosterInvitation(
        school="Школа № 1",
        role=role,
        person_id=person_id,
        full_name=name,
        group="7Б",
        pupil=pupil,
        code="ABCE-HK24-MX",
        payload="ABCEHK24MX",
        expires_at=datetime(2026, 10, 14, tzinfo=UTC),
    )


def pages(document: bytes) -> int:
    assert document.startswith(b"%PDF-")
    streams = [part.split(b"endstream")[0].strip(b"\r\n") for part in document.split(b"stream\r\n")[1:]]
    streams += [part.split(b"\nendstream")[0] for part in document.split(b"stream\n")[1:]]
    text = document
    for stream in streams:
        try:
            text += zlib.decompress(stream)
        except zlib.error:
            continue
    return text.count(b"/Type/Page") - text.count(b"/Type/Pages")


@pytest.mark.parametrize("name", WEIRD)
def test_a_notice_is_a_page_for_any_name(name: str) -> None:
    assert pages(notices_pdf([invitation(1, name)], "zvonok_bot")) == 1


def test_every_person_has_one_page_with_all_their_roles() -> None:
    rows = [
        invitation(1, "Соколова Анна", role="teacher", pupil=""),
        invitation(2, "Иванова Мария"),
        invitation(1, "Соколова Анна", pupil="Соколов Лев"),
    ]
    assert pages(notices_pdf(rows, "zvonok_bot")) == 2


def test_without_a_bot_name_the_page_has_a_code_and_no_picture() -> None:
    assert pages(notices_pdf([invitation(1, "Иванова Мария")], None)) == 1


@pytest.mark.parametrize(("people", "sheets"), [(1, 1), (4, 1), (5, 2), (60, 15)])
def test_a_sheet_to_cut_holds_four_whatever_they_are_called(people: int, sheets: int) -> None:
    rows = [invitation(number, WEIRD[number % len(WEIRD)]) for number in range(people)]
    assert pages(notice_sheets_pdf(rows, "zvonok_bot")) == sheets


@pytest.mark.parametrize("operations", [0, 1, 300])
def test_appendix_1_holds_any_number_of_operations(operations: int) -> None:
    at = datetime(2026, 9, 14, 7, tzinfo=UTC)
    report = ReportedCompromise(1, 1, WEIRD[1], "Пётр", "", at, at, None, "Europe/Moscow", "Школа № 1")
    rows = [Operation(at, "attendance.set", WEIRD[1])] * operations
    document = compromise_pdf(CompromiseView(report, rows, operations + 5, True), lambda action: action)
    assert pages(document) >= 1 + operations // 60


def test_the_picture_is_a_png() -> None:
    assert qr_png("https://t.me/zvonok_bot?start=ABCEHK24MX").startswith(b"\x89PNG")
