"""One change in words: what it was about, from what to what, why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.texts.homework_words import until_words
from handlers.texts.i18n import label
from handlers.texts.mark_words import attendance_symbol, mark_symbol
from handlers.texts.operations import operation_words
from handlers.texts.plan_words import kind_name
from handlers.texts.words import Naming, cut, day_and_month, distinct_names
from services.history import Entry
from services.vocabulary import AttendanceStatus, LessonKind, MarkValue

WORDS_LIMIT, REASON_LIMIT, NAME_LIMIT = 80, 200, 60


def names_of(entries: tuple[Entry, ...]) -> dict[int, str]:
    """«Иванов П.» by pupil."""
    return distinct_names({
        one.pupil_id: Naming(one.pupil.last_name, one.pupil.first_name, one.pupil.middle_name, None)
        for one in entries
        if one.pupil_id is not None and one.pupil is not None
    })  # fmt: skip


def change_words(entry: Entry, names: Mapping[int, str], zone: ZoneInfo) -> str:
    """«работа на уроке: Иванов П. 4 → 5, причина: ошибка в столбце»."""
    after = entry.after or {}
    reason = str(after.get("reason") or "")
    said = [what_changed(entry, names, zone)]
    if after.get("voids"):
        said.append(label("отменено как сделанное чужими"))
    if reason:
        said.append(label("причина: {reason}", reason=cut(reason, REASON_LIMIT)))
    return ", ".join(said)


def what_changed(entry: Entry, names: Mapping[int, str], zone: ZoneInfo) -> str:
    """«перекличка: Иванов П. Н → на месте»."""
    after = entry.after or {}
    if entry.action == "journal.unlocked":
        until = datetime.fromisoformat(after["until"])
        words = until_words(until, zone, entry.at.astimezone(zone).date())
        return label("открыто для исправлений {until}", until=words)
    what = subject_words(entry)
    whom = names.get(entry.pupil_id or 0, "")
    said = f"{what}: {cut(whom, NAME_LIMIT)}" if whom else what
    before, now = state_words(entry, entry.before), state_words(entry, entry.after)
    if not (before or now):
        return said
    became = f"{before} → {now or label('нет')}" if before else now
    return f"{said} {became}" if whom else f"{said}: {became}"


def subject_words(entry: Entry) -> str:
    """What changed: «перекличка», «контрольная работа № 2», «домашнее задание»."""
    match entry.action:
        case "attendance.set":
            return label("перекличка")
        case "mark.set":
            return _work(entry)
        case "topic.set":
            return label("тема")
        case "homework.set":
            return label("домашнее задание")
        case "homework.withdrawn":
            return label("домашнее задание снято")
        case "final_mark.set":
            return label("итог: {term}", term=cut(entry.term or label("год или экзамен"), NAME_LIMIT))
    words = operation_words(entry.action)
    return f"{words}: {_work(entry)}" if entry.action.startswith("work.") and entry.work else words


def _work(entry: Entry) -> str:
    """«контрольная работа № 2»."""
    return cut(f"{entry.work or label('отметка')} {entry.work_title or ''}".strip(), NAME_LIMIT)


def state_words(entry: Entry, state: Mapping[str, Any] | None) -> str:
    """What stood: «5», «Н», ««Линейные уравнения»»; empty: nothing."""
    if not state:
        return ""
    match entry.action:
        case "attendance.set":
            return _attendance(state)
        case "mark.set" | "final_mark.set":
            return _mark(state)
        case "topic.set":
            return _topic(state)
        case "homework.set" | "homework.withdrawn":
            return _homework(state)
    return ""


def _attendance(state: Mapping[str, Any]) -> str:
    if state.get("status") is None:
        return ""
    status = AttendanceStatus(state["status"])
    if status is AttendanceStatus.PRESENT:
        return label("на месте")
    return attendance_symbol(status, state.get("late_minutes")).upper()


def _mark(state: Mapping[str, Any]) -> str:
    if state.get("value") is None:
        return ""
    said = mark_symbol(MarkValue(state["value"]))
    if state.get("due_on"):
        said = label("{mark} до {day}", mark=said, day=day_and_month(date.fromisoformat(state["due_on"])))
    comment = cut(str(state.get("comment") or ""), WORDS_LIMIT)
    return f"{said} («{comment}»)" if comment else said


def _topic(state: Mapping[str, Any]) -> str:
    if not state.get("topic"):
        return ""
    kind = LessonKind(state["kind"])
    named = [] if kind is LessonKind.LESSON else [kind_name(kind)]
    return " · ".join([f"«{cut(str(state['topic']), WORDS_LIMIT)}»", *named])


def _homework(state: Mapping[str, Any]) -> str:
    if not state.get("due_on"):
        return ""
    words = " ".join(str(state.get("text") or "").split())
    task = f"«{cut(words, WORDS_LIMIT)}»" if words else label("файлы")
    day = day_and_month(date.fromisoformat(state["due_on"]))
    if state.get("for_everyone", True):
        return label("{task} к {day}", task=task, day=day)
    return label("{task} к {day}, не всем", task=task, day=day)
