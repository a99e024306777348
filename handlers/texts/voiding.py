"""Void operations of a compromised account: what will be reversed, what was, and the act (U5)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.changes import PrintVoidAct, ShowVoiding, VoidOperations
from handlers.callbacks.compromise import ShowReport
from handlers.screen import Attachment, Button, Screen
from handlers.texts.buttons import Row
from handlers.texts.changes import names_of, state_words, subject_words, what_changed
from handlers.texts.history import moment_words
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.operations import operation_words
from handlers.texts.paging import page_of, turning
from handlers.texts.words import cut, day_and_month, full_name, with_initials
from services.access.voiding import Entry, LeftAlone, Voiding
from services.documents.voiding import ActLine

LINE_LIMIT, NAME_LIMIT, OTHERS_SHOWN = 300, 120, 12
RESERVED = 1400


def voiding_screen(view: Voiding, page: int) -> Screen:
    """What will be reversed, or what was, by pages; at its end what is left alone."""
    zone = ZoneInfo(view.report.timezone)
    names = names_of((*view.reversals, *(left.entry for left in view.left_alone)))
    said = [_line(one, names, zone) for one in view.reversals]
    if view.left_alone:
        said.append(text("<b>Останется как есть, это изменили позже:</b>"))
        said += [_left(left, names, zone) for left in view.left_alone]
    shown, page, pages = page_of(said, page, RESERVED)
    report_id = view.report.report_id
    turned = turning(page, pages, lambda to: ShowVoiding(report_id=report_id, page=to))
    body = lines(*_title(view, zone), "", *shown, *_others(view))
    return Screen(body, (*turned, *_rows(view)))


def already_toast() -> str:
    return label("Эти операции уже отменены.")


def voided_toast(view: Voiding) -> str:
    return label("Отменено: {n}", n=len(view.reversals))


def act_document(view: Voiding, content: bytes) -> Screen:
    """The act as a file."""
    return Screen(
        text("Акт об отмене операций."),
        document=Attachment(f"akt-{view.report.report_id}.pdf", content),
    )


def act_line(entry: Entry, zone: ZoneInfo) -> ActLine:
    """A line of the act: the record, what stood under the compromised account, what stands again."""
    pupil = full_name(entry.pupil) if entry.pupil else ""
    before, after = state_words(entry, entry.before), state_words(entry, entry.after)
    nothing = "" if before or after else "—"
    return ActLine(
        at=moment_words(entry.at, zone),
        what=" · ".join(filter(None, (_where(entry), subject_words(entry), pupil))),
        before=before or nothing,
        after=after or nothing,
    )


def _title(view: Voiding, zone: ZoneInfo) -> list[Markup]:
    report = view.report
    name = cut(full_name(report), NAME_LIMIT)
    since, until = _moment(report.detected_at, zone), _moment(report.reported_at, zone)
    said = [
        text("<b>{name}: операции с чужого доступа</b>", name=name),
        text("С {since} до {until}.", since=since, until=until),
    ]
    if view.voided_at is not None and view.voided_by is not None:
        who, at = with_initials(view.voided_by), _moment(view.voided_at, zone)
        said.append(text("Отменено {at}, {who}.", at=at, who=who))
        said.append(count("Отменена {n} запись:", "Отменено {n} записей:", len(view.reversals)))
    elif view.reversals:
        said.append(count("Будет отменена {n} запись:", "Будет отменено {n} записей:", len(view.reversals)))
        said.append(text("Вернётся то, что стояло раньше; семьи увидят исправление. История сохранится."))
    else:
        said.append(text("Отменять нечего."))
    return said


def _line(entry: Entry, names: dict[int, str], zone: ZoneInfo) -> Markup:
    """«14 сент. 10:18 · 7Б Алгебра 14 сентября · перекличка: Иванов П. Н → на месте»."""
    said = (moment_words(entry.at, zone), _where(entry), what_changed(entry, names, zone))
    words = " · ".join(filter(None, said))
    return text("{line}", line=cut(words, LINE_LIMIT))


def _left(left: LeftAlone, names: dict[int, str], zone: ZoneInfo) -> Markup:
    line = _line(left.entry, names, zone)
    if left.changed_by is None:
        return line
    return text("{line} ({who})", line=line, who=with_initials(left.changed_by))


def _where(entry: Entry) -> str:
    course = cut(" ".join(filter(None, (entry.groups, entry.subject))), NAME_LIMIT)
    if entry.date is None:
        return course
    return label("{course} {day}", course=course, day=day_and_month(entry.date))


def _others(view: Voiding) -> list[Markup | str]:
    if not view.others:
        return []
    said = [
        text("{what}: {n}", what=operation_words(action), n=n) for action, n in view.others[:OTHERS_SHOWN]
    ]
    return ["", text("<b>Проверьте вручную, этого журнал сам не отменит:</b>"), *said]


def _rows(view: Voiding) -> tuple[Row, ...]:
    report_id = view.report.report_id
    back = (Button(label("‹ К сообщению"), ShowReport(report_id=report_id)),)
    if view.voided_at is not None:
        return (Button(label("Акт (PDF)"), PrintVoidAct(report_id=report_id)),), back
    if not view.reversals:
        return (back,)
    return (Button(label("Отменить: {n}", n=len(view.reversals)), VoidOperations(report_id=report_id)),), back


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{day_and_month(local.date())} {local:%H:%M}"
