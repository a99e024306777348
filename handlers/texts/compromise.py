"""«Доступ мог попасть к чужим» (U5): for the person, the director and the administrator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.changes import ShowVoiding
from handlers.callbacks.compromise import (
    CloseAccess,
    NoteDetection,
    PrintReport,
    ReceiveReport,
    ShowReport,
    ShowReports,
)
from handlers.callbacks.menu import Home
from handlers.screen import Attachment, Button, Screen
from handlers.texts.buttons import Row, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.operations import operation_words
from handlers.texts.words import cut, day_and_month, full_name, hint, short_name
from services.access.compromise import CompromiseView, Noticed, Operation, ReportedCompromise
from services.notifications.access_notices import AccessClosed


def ask_close_screen() -> Screen:
    """The first tap."""
    body = lines(
        text("<b>Доступ мог попасть к чужим?</b>"),
        "",
        text(
            "Мы сразу отключим все ваши аккаунты от «Звонка», отменим неиспользованные приглашения и "
            "сообщим директору. Войти снова можно будет по новому приглашению."
        ),
    )
    return Screen(
        body,
        (
            (Button(label("Да, закрыть доступ"), CloseAccess()),),
            (Button(label("Нет, всё в порядке"), Home()),),
        ),
    )


def closed_screen() -> Screen:
    """The second tap: closed already; now one question."""
    body = lines(
        text("🔒 Доступ закрыт, директор и администратор узнают об этом сейчас."),
        text("Когда вы это заметили? Действия с этого времени школа проверит."),
    )
    when = [
        (Button(words, NoteDetection(noticed=noticed)),)
        for noticed, words in (
            (Noticed.NOW, label("Только что")),
            (Noticed.TODAY, label("Сегодня")),
            (Noticed.YESTERDAY, label("Вчера")),
            (Noticed.EARLIER, label("Раньше")),
        )
    ]
    return Screen(body, tuple(when))


def noted_screen() -> Screen:
    body = lines(
        text("Записано, спасибо. 🔒 Доступ закрыт."),
        text(
            "За новым приглашением обратитесь: родители и ученики — к классному руководителю, "
            "сотрудники — к администратору."
        ),
    )
    return Screen(body)


def reports_screen(reports: Sequence[ReportedCompromise]) -> Screen:
    body = lines(
        text("<b>Сообщения о закрытом доступе</b>"),
        None if reports else text("Пока ни одного."),
    )
    rows = tuple(
        (
            Button(
                cut(_mark(report) + short_name(report.last_name, report.first_name), 40)
                + f" · {_local(report, report.reported_at):%d.%m %H:%M}",
                ShowReport(report_id=report.report_id),
            ),
        )
        for report in reports
    )
    return Screen(body, (*rows, (menu_button(),)))


def report_screen(view: CompromiseView) -> Screen:
    """The three times, and what was done in the person's name since detection."""
    report = view.report
    body = [*_times(report, full_name(report)), "", _counted(view.operations_in_all)]
    body += [_operation(operation, ZoneInfo(report.timezone)) for operation in view.operations]
    if view.operations_in_all > len(view.operations):
        body.append(text("… остальные — в документе"))
    return Screen(lines(*body), _report_rows(view))


def access_closed_screen(notice: AccessClosed) -> Screen:
    """The message to director and administrators; «Что сделано за это время» says whose access it is."""
    receive = notice.may_receive and notice.report.received_at is None
    return Screen(
        lines(*_times(notice.report, hint(notice.report, notice.personal_data))),
        (
            *_receive_row(notice.report, may_receive=receive),
            (Button(label("Что сделано за это время"), ShowReport(report_id=notice.report.report_id)),),
        ),
    )


def report_document(report: ReportedCompromise, content: bytes) -> Screen:
    """Appendix 1 as a file."""
    name = f"uvedomlenie-{report.report_id}.pdf"
    return Screen(
        (text("Уведомление о компрометации учётных данных, приложение 1.")),
        document=Attachment(name, content),
    )


def received_toast() -> str:
    return label("Записано: получено")


def _times(report: ReportedCompromise, name: str | None) -> list[Markup]:
    received = report.received_at
    return [
        text("🔒 <b>{name}</b>: доступ мог попасть к чужим и закрыт.", name=name)
        if name
        else text("🔒 Доступ одного из людей школы мог попасть к чужим и закрыт."),
        text("Обнаружено: {at}", at=_moment(report, report.detected_at)),
        text("Сообщено: {at}", at=_moment(report, report.reported_at)),
        text("Получено директором: {at}", at=_moment(report, received))
        if received
        else text("⏳ Директор ещё не отметил получение"),
    ]


def _counted(operations: int) -> Markup:
    if not operations:
        return text("С момента обнаружения изменений не было.")
    return count("С момента обнаружения {n} действие:", "С момента обнаружения {n} действий:", operations)


def _operation(operation: Operation, zone: ZoneInfo) -> Markup:
    at = f"{operation.at.astimezone(zone):%d.%m %H:%M}"
    words = operation_words(operation.action)
    if operation.pupil:
        return text("{at} {what}, {pupil}", at=at, what=words, pupil=cut(operation.pupil, 40))
    return text("{at} {what}", at=at, what=words)


def _report_rows(view: CompromiseView) -> tuple[Row, ...]:
    report = view.report
    void = (
        label("Отменить операции с {at}…", at=f"{_local(report, report.detected_at):%d.%m %H:%M}")
        if report.voided_at is None
        else label("Операции отменены: что и когда")
    )
    return (
        *_receive_row(report, may_receive=view.may_receive),
        *(((Button(void, ShowVoiding(report_id=report.report_id, page=0)),),) if view.may_void else ()),
        (Button(label("Приложение 1 (PDF)"), PrintReport(report_id=report.report_id)),),
        (Button(label("‹ Все сообщения"), ShowReports()),),
    )


def _receive_row(report: ReportedCompromise, *, may_receive: bool) -> tuple[Row, ...]:
    receive = ReceiveReport(report_id=report.report_id)
    return ((Button(label("Получил(а)"), receive),),) if may_receive else ()


def _mark(report: ReportedCompromise) -> str:
    return "" if report.received_at else "⏳ "


def _local(report: ReportedCompromise, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(report.timezone))


def _moment(report: ReportedCompromise, moment: datetime) -> str:
    local = _local(report, moment)
    return f"{day_and_month(local.date())}, {local:%H:%M}"
