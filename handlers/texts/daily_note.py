"""The daily note to administrators: what is wrong, and where to look."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from handlers.callbacks.backups import ShowBackups
from handlers.callbacks.families import ShowClasses
from handlers.callbacks.unsent import ShowUnsent
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row
from handlers.texts.i18n import label, lines, text
from services.notifications.daily_note import Concern, DailyNote, Finding

_SAID: dict[Concern, Callable[[Finding], Markup]] = {
    Concern.FAILED_MESSAGES: lambda found: text(
        "Сообщений не удалось отправить за сутки: {n}. Кому — покажет кнопка.", n=found.number
    ),
    Concern.FAILED_UPDATES: lambda found: text(
        "Нажатий и сообщений, на которых бот ошибся за сутки: {n}. Ищите update.failed в журнале бота.",
        n=found.number,
    ),
    Concern.FAILED_JOBS: lambda found: text(
        "Заданий по расписанию не выполнено: {n}. Какие — zvonok jobs list.", n=found.number
    ),
    Concern.LATE_JOBS: lambda found: text(
        "Заданий выполнено с опозданием: {n}. Бот был выключен? Какие — zvonok jobs list.", n=found.number
    ),
    Concern.BLOCKED: lambda found: text(
        "Заблокировали бота: {n} из {all} подключённых. До них ничего не доходит; в списках семей это 🔴.",
        n=found.number,
        all=found.out_of,
    ),
    Concern.GIVEN_UP: lambda found: text(
        "Сообщений, на которых бот падал при каждом запуске: {n}. Покажите разработчикам строки "
        "intake.given_up из журнала.",
        n=found.number,
    ),
    Concern.OLD_MESSAGES: lambda found: text(
        "Исходящие не уходили {n} мин. Есть ли на сервере связь с Telegram?", n=found.number
    ),
    Concern.OLD_UPDATES: lambda found: text(
        "Нажатия и сообщения ждут ответа уже {n} мин. Почему — zvonok doctor.", n=found.number
    ),
    Concern.BACKUPS: lambda _: text("Резервные копии требуют внимания. Что с ними — покажет кнопка."),
    Concern.DISK: lambda found: text(
        "На диске с данными осталось {n} МБ. Освободите место, иначе бот остановится.", n=found.number
    ),
    Concern.WALL: lambda _: text(
        "База данных не отделяет школы друг от друга. Что выполнить на её сервере, скажет zvonok doctor."
    ),
}


def daily_note_screen(note: DailyNote) -> Screen:
    concerns = {finding.concern for finding in note.findings}
    body = lines(
        text("<b>🛠 «Звонку» нужна ваша помощь</b>"),
        "",
        *(_SAID[finding.concern](finding) for finding in note.findings),
        "",
        text("Проверить всё сразу: zvonok doctor."),
    )
    rows: list[Row] = []
    if Concern.FAILED_MESSAGES in concerns:
        rows.append((Button(label("Кому не ушло"), ShowUnsent(page=0)),))
    if Concern.BLOCKED in concerns:
        rows.append((Button(label("Приглашения и согласия семей"), ShowClasses()),))
    if Concern.BACKUPS in concerns:
        rows.append((Button(label("Резервные копии"), ShowBackups()),))
    return Screen(body, tuple(rows))
