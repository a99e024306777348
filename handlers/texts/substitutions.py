"""The register of substitutions, and one of them (S5)."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.substitutions import (
    ChooseAbsent,
    OpenAbsence,
    RevokeSubstitution,
    ShowSpan,
    ShowSubstitution,
    ShowSubstitutions,
    SubstitutionsWorkbook,
)
from handlers.screen import Attachment, Button, Screen
from handlers.texts.absence_words import period
from handlers.texts.buttons import Row, menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import (
    FullyNamed,
    cut,
    full_day,
    full_name,
    short_day,
    when,
    with_initials,
)
from services.documents.tables import table_xlsx
from services.substitution_register import Span, SubstitutionCard, SubstitutionRegister
from services.substitutions import SubstitutionRow

ROWS_A_PAGE, NAMES_A_PAGE = 8, 20
NAME_LIMIT, PLACE_LIMIT = 40, 80


def register_screen(register: SubstitutionRegister, page: int) -> Screen:
    """Who gave whose lessons; each one opens."""
    shown, page, pages = items_of(register.rows, page, ROWS_A_PAGE)
    body = lines(
        text("<b>Журнал замещений</b>"),
        period(register.first, register.last),
        "",
        *(_line(row) for row in shown),
        text("✓ — принято, ⏳ — ещё не ответили.") if shown else text("Замещений нет."),
    )
    return Screen(
        body,
        (
            *(
                (Button(_place(row, 30), ShowSubstitution(substitution_id=row.substitution_id)),)
                for row in shown
            ),
            *turning(page, pages, lambda to: _show(register, to)),
            _spans(register),
            _neighbours(register),
            *_actions(register),
            (menu_button(),),
        ),
    )


def card_screen(card: SubstitutionCard, zone: ZoneInfo) -> Screen:
    """One substitution and what can be done with it."""
    row = card.row
    body = lines(
        text("<b>{day}, {n} урок</b>", day=full_day(row.date), n=row.number),
        class_and_subject(row),
        "",
        text("Отсутствует: {name}", name=cut(full_name(row.absent), NAME_LIMIT)),
        text("Замещает: {name}", name=cut(full_name(row.substitute), NAME_LIMIT)),
        _standing(row, zone),
    )
    back: Row = (to_register(),)
    if not card.may_enter or row.revoked_at is not None:
        return Screen(body, (back,))
    day = row.date.toordinal()
    change = OpenAbsence(teacher_id=row.absent.person_id, starts_on=day, ends_on=day)
    return Screen(
        body,
        (
            (
                Button(label("Отменить"), RevokeSubstitution(substitution_id=row.substitution_id)),
                Button(label("Изменить"), change),
            ),
            back,
        ),
    )


def register_document(register: SubstitutionRegister) -> Screen:
    """«Журнал замещений» as a workbook."""
    columns = (
        (label("Дата"), 12),
        (label("Урок"), 6),
        (label("Класс"), 12),
        (label("Предмет"), 24),
        (label("Отсутствует"), 32),
        (label("Замещает"), 32),
        (label("Принято"), 10),
    )
    rows = (
        (
            f"{row.date:%d.%m.%Y}",
            str(row.number),
            row.groups,
            _subject(row),
            full_name(row.absent),
            full_name(row.substitute),
            label("да") if row.accepted_at else label("нет"),
        )
        for row in register.rows
    )
    title, days = label("Журнал замещений"), f"{register.first:%d.%m.%Y} – {register.last:%d.%m.%Y}"
    name = f"{title} {register.first:%Y-%m-%d} {register.last:%Y-%m-%d}.xlsx"
    content = table_xlsx(title, days, columns, rows)
    return Screen(text("{title}, {days}", title=title, days=days), document=Attachment(name, content))


def revoked_toast() -> str:
    return label("Замещение отменено")


def _line(row: SubstitutionRow) -> Markup:
    return text(
        "<b>{day} · {n} урок</b> · {what}\n    {absent} → {substitute} {sign}\n",
        day=short_day(row.date),
        n=row.number,
        what=class_and_subject(row),
        absent=colleague_name(row.absent),
        substitute=colleague_name(row.substitute),
        sign="✓" if row.accepted_at else "⏳",
    )


def _standing(row: SubstitutionRow, zone: ZoneInfo) -> Markup:
    if row.revoked_at is not None:
        return text("Отменено: {when}.", when=when(row.revoked_at, zone, row.date))
    if row.accepted_at is not None:
        return text("✓ Принято: {when}.", when=when(row.accepted_at, zone, row.date))
    return text("⏳ Ещё не ответили.")


def _spans(register: SubstitutionRegister) -> Row:
    names = {Span.WEEK: label("Неделя"), Span.MONTH: label("Месяц"), Span.TERM: label("Учебный период")}
    return tuple(
        Button(
            ("✓ " if span is register.span else "") + name,
            ShowSpan(span=span, day=register.today.toordinal(), page=0),
        )
        for span, name in names.items()
    )


def _neighbours(register: SubstitutionRegister) -> Row:
    earlier = (register.first - timedelta(days=1)).toordinal()
    return (
        Button(label("‹ Раньше"), ShowSpan(span=register.span, day=earlier, page=0)),
        Button(label("Позже ›"), ShowSpan(span=register.span, day=register.later.toordinal(), page=0)),
    )


def _actions(register: SubstitutionRegister) -> list[Row]:
    rows: list[Row] = []
    if register.may_enter:
        rows.append((Button(label("Записать замещение"), ChooseAbsent(page=0)),))
    if register.rows:
        workbook = SubstitutionsWorkbook(span=register.span, day=register.first.toordinal())
        rows.append((Button(label("Файл Excel"), workbook),))
    return rows


def _show(register: SubstitutionRegister, page: int) -> ShowSpan:
    return ShowSpan(span=register.span, day=register.first.toordinal(), page=page)


def _place(row: SubstitutionRow, limit: int) -> str:
    place = label("{day} · {n} урок", day=short_day(row.date), n=row.number)
    return f"{place} · {cut(row.groups, limit)}"


def class_and_subject(row: SubstitutionRow) -> str:
    return cut(f"{row.groups} · {_subject(row)}", PLACE_LIMIT)


def _subject(row: SubstitutionRow) -> str:
    if row.subgroup is None:
        return row.subject
    return label("{subject}, подгруппа {name}", subject=row.subject, name=row.subgroup)


def colleague_name(person: FullyNamed) -> str:
    """«Петрова А. П.», for a button."""
    return cut(with_initials(person), NAME_LIMIT)


def to_register() -> Button:
    return Button(label("‹ Журнал замещений"), ShowSubstitutions())
