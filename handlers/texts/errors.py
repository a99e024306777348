"""What went wrong and what to do about it: one sentence each, and a button that does it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.screen import Screen
from handlers.texts.buttons import menu_button
from handlers.texts.i18n import lines, text
from handlers.texts.locked import finals_locked_words, locked_words
from handlers.texts.thread_addressees import muted_screen
from handlers.texts.thread_writing import addressee_left_screen
from services.errors import DomainError, FinalMarksLocked, Forbidden, InvalidInput, Locked, NotFound
from services.threads.access import AddresseeLeft
from services.threads.writing import Muted

PROBLEMS: dict[str, str] = {
    "alert_too_old": "Отвечать на это сообщение уже поздно. Напишите классному руководителю.",
    "nothing_to_answer": "Пропуск уже исправлен, отвечать не нужно.",
    "reason_confirmed": "Классный руководитель уже записал причину: {reason}. Если она другая, напишите ему.",
    "late_minutes": "Опоздание бывает от 1 до 120 минут. Выберите минуты кнопкой.",
    "lesson_not_begun": "Урок ещё не начался. Перекличку можно провести, когда он начнётся.",
    "substitute_busy": (
        "Ничего не записано: {last_name} {first_name} не может вести {number}-й урок {day:%d.%m}, "
        "это время занято. Выберите другого."
    ),
    "substitution_too_long": "Замещения записывают не больше чем на {days} дней сразу. Разделите на части.",
    "substitution_in_the_past": "Прошло больше {days} дней: такие замещения уже не записать.",
    "subgroup_already": "Ученик уже в этой подгруппе.",
    "subgroup_day": "Перевести можно с сегодняшнего дня и до конца учебного года. Выберите день кнопкой.",
    "subgroup_change_open": "Перевод этого ученика уже предложен или назначен. Новый — после него.",
    "nobody_chosen": "Ещё никто не выбран. Нажмите на урок и выберите, кто его проведёт.",
    "not_missing": "Пропуска больше нет, причина не нужна. Откройте список ещё раз.",
    "reminder_too_late": "Напомнить можно о пропусках последних семи дней. Запишите причину вручную.",
    "planned_already": "На эти уроки отсутствие уже записано. Сначала отмените его.",
    "planned_too_long": "Можно записать не больше {days} дней. Разделите на части.",
    "planned_in_the_past": "Начало слишком давно: можно не раньше чем {days} дней назад.",
    "absence_too_long": "Сами вы можете сообщить не больше чем на {days} дней. Позвоните в школу.",
    "absence_known": "Об отсутствии на этих уроках школа уже знает. Выберите другие дни.",
    "announced_in_the_past": "Эти дни уже прошли. О прошлом напишите классному руководителю.",
    "no_school_then": "В эти дни уроков нет: сообщать не нужно.",
    "document_day": "Этот день не подходит. Выберите день кнопкой.",
    "week_not_over": "Неделя ещё идёт. Сверить её можно с пятницы.",
    "reasons_open": "Сверить можно, когда у каждого пропуска есть причина. Дней без причины: {n}.",
    "exempt_already": "На эти дни освобождение от предмета уже записано. Сначала отмените его.",
    "nothing_missing": "Всё уже записано, сообщать не о чем.",
    "outside_school_year": "Эти дни не входят в учебный год. Проверьте даты.",
    "lesson_number": "Такого урока нет. Выберите урок кнопкой.",
    "topic_too_early": "Урок ещё не начался. Тему можно записать за 15 минут до начала.",
    "plan_file_awaited": "Жду файл с планом: книгу .xlsx или таблицу .csv. Прикрепите его скрепкой.",
    "plan_file_gone": "Этот файл уже не под рукой. Откройте план и пришлите его ещё раз.",
    "plan_too_long": "В плане может быть не больше {limit} тем.",
    "plan_row_taught": "Эта тема уже пройдена, поэтому её нельзя убрать. Можно изменить её слова.",
    "quiet_hours_typed": "Не понял часы. Напишите так: 21:30–07:00.",
    "quiet_too_long": "Тихие часы бывают не длиннее {hours} часов. Выберите короче.",
    "nothing_typed": "Здесь нужны слова: напишите их одним сообщением.",
    "line_too_long": "Слишком длинно: можно до {limit} знаков. Напишите короче.",
    "file_empty": "Этот файл пуст. Проверьте его и пришлите снова.",
    "no_space": "Файл не сохранён: на сервере школы кончилось место. Пришлите его ещё раз позже.",
    "file_too_big": "Файл больше {megabytes} МБ: я не могу его принять. Уменьшите его или пришлите ссылку.",
    "file_not_given": "Telegram не отдал этот файл. Пришлите его ещё раз.",
    "too_many_files": "К заданию можно приложить не больше {n} файлов.",
    "too_many_tasks": "В одном уроке может быть не больше {n} заданий. Измените одно из тех, что есть.",
    "homework_too_long": "Задание длиннее {n} знаков. Сократите его или пришлите файлом.",
    "homework_empty": "Задание пустое. Напишите его, пришлите фото или файл.",
    "homework_doubtful": "Сначала ответьте, кому отдельное задание.",
    "homework_for_nobody": "Не выбрано, кому это задание. Выберите учеников или «Всем».",
    "homework_due": "Срок должен быть позже урока и не дальше года. Выберите другой день.",
    "homework_is_set": "В этом уроке задание уже есть. Сначала снимите его.",
    "final_mark": "Такой итоговой отметки не бывает. Выберите её кнопкой.",
    "final_marks_early": "Ещё рано: итоги выставляют в последние две недели периода.",
    "end_before_start": "Конец раньше начала. Проверьте даты.",
    "marks_not_begun": "Урок ещё не начался. Отметки можно ставить, когда он начнётся.",
    "no_marks_in_form_one": "В первом классе отметок не ставят.",
    "too_many_works": "В одном уроке может быть не больше десяти работ.",
    "work_weight": "Вес работы — число от 0 до 10, например 1,5.",
    "work_title": "Название длиннее 60 знаков. Напишите короче.",
    "work_has_marks": "В этой работе есть или были отметки, поэтому её нельзя убрать. Можно изменить её вид.",
    "two_marks_in_a_cell": "В одной клетке может стоять одна отметка. Добавьте вторую работу.",
    "no_marks_understood": "Не понял ни одной отметки. Напишите, например: Иванов 5, Ким 4, остальные 3.",
    "draft_is_gone": "Этого сообщения я уже не помню. Пришлите отметки ещё раз.",
    "debt_day": "Долгу нужен срок: выберите день кнопкой.",
    "mark_comment": "Комментарий длиннее 200 знаков. Напишите короче.",
    "event_typed": "Не понял. Начните с дня и названия, например: 25.09 10:00 Экскурсия в музей.",
    "event_day": "Событие может быть с сегодняшнего дня и не дальше чем через год.",
    "event_cancelled": "Это событие уже отменено. Добавьте новое.",
    "document_gone": "Этот файл уже не под рукой. Пришлите его ещё раз.",
    "letter_days": "Письмо может быть о днях до сегодняшнего, не больше чем за год. Проверьте даты.",
    "letter_typed": "Не понял даты. Напишите их через тире, например: 01.09–14.09.",
    "card_same": "В карточке уже так и написано. Проверьте, что вы хотели изменить.",
    "card_decided": "Эту просьбу уже решили.",
    "card_asked_anew": "Пока вы смотрели, просьбу изменили. Откройте её снова и проверьте, о чём просят.",
    "card_asker_gone": "У того, кто просил, больше нет доступа. Такую просьбу можно только отклонить.",
    "card_last_name": "Не похоже на фамилию. Напишите её буквами, не длиннее 200 знаков.",
    "card_first_name": "Не похоже на имя. Напишите его буквами, не длиннее 200 знаков.",
    "card_middle_name": "Не похоже на отчество. Напишите его буквами, не длиннее 200 знаков.",
    "card_birth_date": "Не понял дату рождения. Напишите её так: 12.03.2013.",
    "card_phone": "Не похоже на номер телефона. Напишите его так: 8 900 123-45-67.",
    "card_email": "Не похоже на адрес почты. Напишите его так: mama@example.ru.",
    "broadcast_too_long": "Текст длиннее {n} знаков. Сократите его или пришлите файлом.",
    "broadcast_place": (
        "Не знаю, что подставить вместо {place}. Можно {{имя}}, {{имя:кого}}, {{имя:кому}}, "
        "{{имя:вижу кого}}, {{имя:кем}}, {{имя:о ком}}, так же {{фамилия имя:кому}}, и {{класс}}."
    ),
    "broadcast_names_late": (
        "Имена в текст уже не подставить: объявление ушло одним сообщением на семью. Напишите без {{имя}}."
    ),
    "broadcast_empty": "Объявление пустое. Напишите текст, пришлите фото или файл.",
    "broadcast_too_many_files": "К объявлению можно приложить не больше {n} файлов.",
    "broadcast_for_nobody": "Получать объявление некому. Нажмите «Кому» и выберите классы или семьи.",
    "broadcast_options": "Нужно от {least} до {most} разных вариантов, каждый с новой строки.",
    "broadcast_option_too_long": "Вариант ответа длиннее {limit} знаков. Напишите короче.",
    "broadcast_time_is_over": "Это время уже прошло. Выберите другое.",
    "broadcast_too_far": "Можно не больше чем на {days} дней вперёд. Выберите другое время.",
    "broadcast_no_time_to_answer": "Срок ответа раньше отправки. Измените срок или время отправки.",
    "broadcast_changed": "Объявление с тех пор изменилось. Проверьте его ещё раз.",
    "broadcast_was_sent": "Это объявление уже отправлено. Откройте его в списке «Объявления».",
    "broadcast_is_draft": "Это объявление ещё не отправлено.",
    "broadcast_is_leaving": "Объявление уже уходит: отменить нельзя, но можно отозвать.",
    "broadcast_was_cancelled": "Это объявление отменено, изменить его нельзя.",
    "broadcast_was_withdrawn": "Это объявление отозвано, отвечать на него не нужно.",
    "broadcast_answers_closed": (
        "Срок ответа уже прошёл. Если ответ изменился, напишите школе: в меню есть «Переписка»."
    ),
    "broadcast_asks_nothing": "На это объявление ответ не нужен, напоминать не о чем.",
    "broadcast_nobody_silent": "Напоминать некому: все, кто получил объявление, уже ответили.",
    "broadcast_reminded_lately": "Недавно уже напоминали. Снова можно после {at}.",
    "broadcast_reminder_late": "Напоминать можно только до срока ответа.",
    "broadcast_too_many_templates": "Сохранить можно не больше {n} текстов. Сначала удалите лишний.",
    "not_locked": "Это и так открыто: исправить могут сами учителя. Открывать не нужно.",
    "office_hours": "Не понял часы. Напишите, например: пн-пт 9-16, сб 10-12.",
    "mute_days": "Выберите число дней кнопкой.",
    "thread_files": "К сообщению можно приложить не больше {n} файлов. Остальные пришлите следующим.",
    "thread_too_long": "Сообщение длиннее {n} знаков. Разделите его на два.",
    "absences_a_day": "За день можно сообщить о пропусках {limit} раз, больше нельзя. Позвоните, пожалуйста.",
    "files_an_hour": "За час можно прислать {limit} файлов, и это уже столько. Подождите немного.",
    "too_many_messages": (
        "За час можно написать {limit} раз, и это уже столько. Подождите немного; если срочно, позвоните."
    ),
    "too_often": "За час это можно сделать {limit} раз, и это уже столько. Подождите немного.",
    "mark_reason": "Причина длиннее 200 знаков. Напишите короче.",
}
"""The sentence for each `problem` of InvalidInput; its parameters stand in braces."""


def error_screen(error: DomainError) -> Screen:
    """The answer to a person who asked for what cannot be done."""
    if isinstance(error, Muted):
        return muted_screen(error.pupil_id, error.until)
    if isinstance(error, AddresseeLeft):
        return addressee_left_screen(error.pupil_id)
    return Screen(_sentence(error), ((menu_button(),),))


def _sentence(error: DomainError) -> Markup:
    params: dict[str, Any] = error.params
    match error:
        case NotFound():
            return text("Не найдено: возможно, это уже изменилось. Начните сначала.")
        case Forbidden():
            return text("Смотреть это вам можно, а менять — нет. Если так не должно быть, напишите завучу.")
        case FinalMarksLocked():
            return finals_locked_words(params["date"])
        case Locked():
            return locked_words(params["date"])
        case InvalidInput() if params["problem"] in PROBLEMS:
            return text(PROBLEMS[params["problem"]], **params)
    return text("Так сделать не получится. Начните сначала.")


def stale_button_screen() -> Screen:
    return Screen(
        text("Эта кнопка устарела: с тех пор всё изменилось. Начните сначала."), ((menu_button(),),)
    )


def unexpected_message_screen() -> Screen:
    """Text, a photo or a file came when nothing of the kind was asked for."""
    return Screen(text("Сейчас я этого не жду. Выберите, что сделать."), ((menu_button(),),))


def apology_screen(number: str) -> Screen:
    """Something broke; the number finds it in the log."""
    return Screen(
        lines(
            text("Простите, у меня что-то сломалось. Попробуйте ещё раз."),
            text("Если не поможет, сообщите администратору номер {number}.", number=number),
        ),
        ((menu_button(),),),
    )
