"""«Документы»: what is published for families and staff (U13)."""

from __future__ import annotations

from handlers.callbacks.events import (
    ChooseWithdrawal,
    OpenDocument,
    PublishDocument,
    PublishFor,
    ShowDocuments,
    WithdrawDocument,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut
from services.published import Documents

PAGE, TITLE_LIMIT = 20, 60


def documents_screen(documents: Documents, page: int) -> Screen:
    """A tap sends the file."""
    shown, page, pages = items_of(documents.rows, page, PAGE)
    said = lines(
        text("<b>Документы</b>"),
        text("Нажмите на название, и файл придёт сюда.")
        if documents.rows
        else text("Пока ничего не опубликовано."),
        text("🔒 только для сотрудников") if any(not row.for_families for row in shown) else None,
    )
    rows: list[Row] = [
        (
            Button(
                cut(row.title if row.for_families else f"🔒 {row.title}", TITLE_LIMIT),
                OpenDocument(document_id=row.document_id),
            ),
        )
        for row in shown
    ]
    rows += turning(page, pages, lambda to: ShowDocuments(page=to))
    if documents.may_publish:
        keep = [Button(label("Добавить документ"), PublishDocument())]
        if documents.rows:
            keep.append(Button(label("Убрать документ"), ChooseWithdrawal()))
        rows.append(tuple(keep))
    return Screen(said, (*rows, (menu_button(),)))


def send_document_screen() -> Screen:
    said = lines(
        text("Пришлите файл: документ или фото."),
        text("В подписи к нему напишите название; без подписи возьмём имя файла."),
    )
    return Screen(said, (_back(),))


def no_file_screen() -> Screen:
    return Screen(text("Жду файл: прикрепите документ или фото скрепкой."), (_back(),))


def whom_for_screen(title: str, file_id: int) -> Screen:
    said = lines(text("<b>{title}</b>", title=cut(title, 500)), text("Кому показать?"))
    rows = (
        (Button(label("Семьям и сотрудникам"), PublishFor(file_id=file_id, for_families=True)),),
        (Button(label("Только сотрудникам"), PublishFor(file_id=file_id, for_families=False)),),
        _back(),
    )
    return Screen(said, rows)


def withdrawals_screen(documents: Documents) -> Screen:
    """Which one goes? The file can be published again."""
    rows = tuple(
        (Button(cut(row.title, TITLE_LIMIT), WithdrawDocument(document_id=row.document_id)),)
        for row in documents.rows[:90]
    )
    return Screen(text("Какой документ убрать? Больше его никто не откроет."), (*rows, _back()))


def published_toast() -> str:
    return label("Опубликовано")


def withdrawn_toast() -> str:
    return label("Документ убран")


def _back() -> Row:
    return (Button(label("‹ Документы"), ShowDocuments(page=0)),)
