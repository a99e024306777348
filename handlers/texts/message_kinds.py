"""What each kind of message that nobody asked for is called."""

from __future__ import annotations

from types import MappingProxyType

from handlers.texts.i18n import label

TITLES = MappingProxyType({
    "absence_alert": "сообщение о пропуске",
    "absence_reminder": "напоминание о пропуске",
    "at_school": "вопрос учителю «он в школе!»",
    "homework_day": "домашнее задание дня",
    "evening_day": "отложенное на вечер",
    "failing_pupil": "низкий средний балл",
    "failing_class": "низкий средний балл в классе",
    "final_marks_reminder": "учителю: не выставлены итоги",
    "debt_reminder": "срок долга",
    "teacher_debts": "учителю: сроки долгов",
    "week_digest": "недельная сводка",
    "marks_day": "отметки дня",
    "plan_reminder": "учителю: нужен план (КТП)",
    "homework_reminder": "учителю: не задано",
    "substitution": "учителю: замещение",
    "subgroup_change": "учителю: перевод в другую подгруппу",
    "unlock_request": "завучу: просьба открыть для исправлений",
    "unlocked": "учителю: открыто для исправлений",
    "unlock_refused": "учителю: открывать не стали",
    "daily_note": "администратору: что требует внимания",
    "guardian_blocked": "родитель заблокировал бота",
    "absence_request": "родитель сообщил об отсутствии",
    "absence_answer": "ответ об отсутствии",
    "reconciliation_reminder": "напоминание о сверке пропусков",
    "omission": "замечание к журналу",
    "invitation_misused": "не получается войти по приглашению",
    "binding_pending": "вход ждёт подтверждения",
    "card_change": "просьба изменить карточку",
    "card_decided": "решение о карточке",
    "card_question": "семье: проверьте карточку",
    "letter": "информационное письмо",
    "event": "событие класса или школы",
    "cards_due": "классному руководителю: карточки не проверены",
    "access_granted": "вход подтверждён",
    "access_closed": "закрыт доступ",
    "broadcast": "объявление",
    "broadcast_progress": "автору: сколько получили объявление",
    "broadcast_reminder": "напоминание об объявлении",
    "thread_message": "переписка",
    "thread_undelivered": "сообщение переписки не доставлено",
    "thread_waiting": "учителю: вопрос ждёт ответа",
    "guardian_muted": "завучу: ограничена переписка",
})  # fmt: skip


def kind_name(kind: str) -> str:
    """«сообщение о пропуске»; «сообщение» of a kind that only another version knows."""
    return label(TITLES[kind]) if kind in TITLES else label("сообщение")
