"""What a teacher is asked about a message, one question at a time, each answered by a button."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from datetime import date, timedelta

from markupsafe import Markup

from handlers.callbacks.class_message import (
    AllowAbsent,
    ChooseKind,
    GiveReason,
    LeaveOut,
    MeanAll,
    MeanNobody,
    MeanPupil,
    SetMessageDueDay,
    SetMessageMinutes,
    ShowClassMessage,
    TypeReason,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.class_message_words import change, names_in, quoted
from handlers.texts.i18n import count, label, text
from handlers.texts.register import MINUTES
from handlers.texts.words import cut, short_day
from services.marks.class_message import Draft, Fate, Topic

PIECE_LIMIT = 60
LABEL_LIMIT = 40
DEBT_WEEKS = (1, 2, 3, 4)
_REASONS = ("Описка", "Пересдача", "Работа проверена заново")


def usual_reasons() -> tuple[str, ...]:
    """Why marks are corrected, for the history."""
    return tuple(label(reason) for reason in _REASONS)


def question_lines(draft: Draft) -> list[Markup]:
    """The question, and how many come after it."""
    if not draft.topics:
        return []
    left = len(draft.topics) - 1 + max(len(draft.who) - 1, 0)
    more = count("Потом ещё {n} вопрос.", "Потом ещё {n} вопросов.", left) if left else None
    return [Markup(), _question(draft), *([more] if more else [])]


def question_rows(draft: Draft, draft_id: int) -> tuple[Row, ...]:
    if not draft.topics:
        return ()
    topic = draft.topics[0]
    match topic:
        case Topic.KIND:
            return in_rows(
                (
                    Button(cut(kind.name, LABEL_LIMIT), ChooseKind(draft_id=draft_id, kind_id=kind.kind_id))
                    for kind in draft.kinds[:30]
                ),
                2,
            )
        case Topic.WHO:
            return _candidates(draft, draft_id)
        case Topic.MINUTES:
            minutes = [
                Button(label("{n} мин", n=n), SetMessageMinutes(draft_id=draft_id, minutes=n))
                for n in MINUTES
            ]
            return (*in_rows(minutes, 4), (_leave_out(draft_id, topic, label("Не отмечать")),))
        case Topic.DUE_DAY:
            return (*in_rows(_due_days(draft.today, draft_id), 2), (_not_to_give(draft_id, topic),))
        case Topic.ABSENCE:
            allow = Button(label("Всё равно поставить"), AllowAbsent(draft_id=draft_id))
            return ((allow, _not_to_give(draft_id, topic)),)
        case Topic.REASON:
            reasons = [
                Button(reason, GiveReason(draft_id=draft_id, reason=place))
                for place, reason in enumerate(usual_reasons())
            ]
            other = Button(label("Другая причина…"), TypeReason(draft_id=draft_id))
            return (*in_rows([*reasons, other], 2), (_leave_out(draft_id, topic, label("Не исправлять")),))


def type_reason_screen(draft_id: int) -> Screen:
    return Screen(
        text("Почему меняется отметка? Напишите в нескольких словах: это увидит тот, кто проверяет журнал."),
        ((Button(label("‹ Назад"), ShowClassMessage(draft_id=draft_id)),),),
    )


def _question(draft: Draft) -> Markup:
    names = names_in(draft)
    topic = draft.topics[0]
    asked = [item for item in draft.items if item.fate is Fate.ASKED and item.topic is topic]
    whom = ", ".join(dict.fromkeys(names[item.pupil_id] for item in asked))
    match topic:
        case Topic.KIND:
            return text("Что это за работа — {what}?", what=quoted(draft.said_kind, PIECE_LIMIT))
        case Topic.WHO:
            return text("Уточните: {what} — это", what=quoted(draft.who[0].text, PIECE_LIMIT))
        case Topic.MINUTES:
            return text("На сколько минут опоздание: {whom}?", whom=whom)
        case Topic.DUE_DAY:
            return text("До какого дня сдать долг: {whom}?", whom=whom)
        case Topic.ABSENCE:
            return _despite({item.pupil_id for item in asked}, draft, whom)
        case Topic.REASON:
            changes = ", ".join(change(item, names, draft.answers) for item in asked)
            return text("В журнале уже стоит другое: {changes}. Почему исправляете?", changes=changes)


def _despite(pupils: Set[int], draft: Draft, whom: str) -> Markup:
    exempt = {cell.pupil_id for cell in draft.pupils if cell.exempt}
    if pupils.isdisjoint(exempt):
        return text("Поставить отметку, хотя стоит «н»: {whom}?", whom=whom)
    if pupils <= exempt:
        return text("Поставить отметку, хотя есть освобождение: {whom}?", whom=whom)
    return text("Поставить отметку, хотя стоит «н» или есть освобождение: {whom}?", whom=whom)


def _candidates(draft: Draft, draft_id: int) -> tuple[Row, ...]:
    number = len(draft.answers.who)
    names = _full_names(draft)
    candidates = [who.pupil_id for who in draft.who[0].candidates if who.pupil_id is not None]
    everyone = label("Оба") if len(candidates) == 2 else label("Все")
    return (
        *in_rows(
            (
                Button(names[pupil_id], MeanPupil(draft_id=draft_id, question=number, pupil_id=pupil_id))
                for pupil_id in candidates[:40]
            ),
            2,
        ),
        (
            Button(everyone, MeanAll(draft_id=draft_id, question=number)),
            Button(label("Никто"), MeanNobody(draft_id=draft_id, question=number)),
        ),
    )


def _full_names(draft: Draft) -> dict[int, str]:
    """«Ковалёв Егор»; of full namesakes what tells them apart."""
    apart = names_in(draft)
    full = {cell.pupil_id: f"{cell.last_name} {cell.first_name}" for cell in draft.pupils}
    shared = Counter(full.values())
    return {who: cut(name, LABEL_LIMIT) if shared[name] == 1 else apart[who] for who, name in full.items()}


def _due_days(today: date, draft_id: int) -> list[Button]:
    days = [today + timedelta(weeks=weeks) for weeks in DEBT_WEEKS]
    return [
        Button(
            label("До {day}", day=short_day(day)), SetMessageDueDay(draft_id=draft_id, day=day.toordinal())
        )
        for day in days
    ]


def _not_to_give(draft_id: int, topic: Topic) -> Button:
    return _leave_out(draft_id, topic, label("Не ставить"))


def _leave_out(draft_id: int, topic: Topic, words: str) -> Button:
    return Button(words, LeaveOut(draft_id=draft_id, topic=topic))
