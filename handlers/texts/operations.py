"""What was done under an account, by the names of its operations in the history."""

from __future__ import annotations

from handlers.texts.i18n import label


def operation_words(action: str) -> str:
    """What a line of the history says; actions without words of their own are shown by their name."""
    return label(_ACTIONS.get(action, action))


_ACTIONS = {
    "attendance.set": "отметка в перекличке",
    "register.taken": "перекличка проведена",
    "dispute.upheld": "Н подтверждено после «он(а) в школе»",
    "absence.answered": "ответ на сообщение о пропуске",
    "absence.reason_confirmed": "причина пропуска подтверждена",
    "absence.reminded": "напоминание родителям",
    "absence.planned": "записано запланированное отсутствие",
    "absence.plan_cancelled": "отменено запланированное отсутствие",
    "absence.plan_finished": "запланированное отсутствие закончено раньше",
    "substitution.entered": "назначена замена",
    "substitution.accepted": "замена принята",
    "subgroup.proposed": "предложен перевод в подгруппу",
    "subgroup.agreed": "согласие на перевод в подгруппу",
    "subgroup.declined": "перевод в подгруппу отклонён",
    "subgroup.changed": "ученик переведён в подгруппу",
    "substitution.revoked": "отменена замена",
    "invitation.issued": "выдано приглашение",
    "invitation.viewed": "просмотрено приглашение",
    "invitation.revoked": "отозвано приглашение",
    "binding.made": "вход по приглашению",
    "binding.asked": "вход ждёт подтверждения",
    "binding.confirmed": "подтверждён вход другого человека",
    "binding.declined": "отклонён вход другого человека",
    "binding.left": "аккаунт отключён",
    "consent.given": "записано согласие",
    "consent.withdrawn": "отозвано согласие",
    "event.added": "добавлено событие",
    "event.changed": "изменено событие",
    "event.cancelled": "отменено событие",
    "document.published": "опубликован документ",
    "document.withdrawn": "убран документ",
    "paper.made": "получен документ или картинка",
    "plan.file_read": "прислан файл плана",
    "letter.sent": "отправлено информационное письмо",
    "card.checked": "карточка проверена",
    "card.confirmed": "карточка подтверждена семьёй",
    "card.families_asked": "семьи попросили проверить карточки",
    "card.change_asked": "просьба изменить карточку",
    "card.change_declined": "просьба изменить карточку отклонена",
    "card.changed": "изменена карточка",
    "access.closed": "закрыт доступ",
    "compromise.received": "получено уведомление о компрометации",
    "compromise.voided": "операции отменены",
    "mark.set": "отметка",
    "topic.set": "тема урока",
    "homework.set": "домашнее задание",
    "homework.withdrawn": "домашнее задание снято",
    "homework.none": "записано, что дома ничего не задано",
    "homework.none_taken_back": "снята запись, что дома ничего не задано",
    "final_mark.set": "итоговая отметка",
    "work.added": "добавлена работа",
    "work.changed": "изменена работа",
    "work.removed": "убрана работа",
    "plan.changed": "изменён план курса",
    "register.reopened": "перекличка снова не проведена",
    "journal.unlocked": "открыто для исправлений",
    "journal.lock_restored": "снова закрыто",
    "journal.unlock_requested": "просьба открыть для исправлений",
    "journal.unlock_refused": "в просьбе открыть отказано",
}
