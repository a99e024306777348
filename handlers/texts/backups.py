"""«Резервные копии»: what the administrator sees in the chat (O1)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.screen import Screen
from handlers.texts.buttons import menu_button
from handlers.texts.i18n import count, lines, text
from handlers.texts.words import when
from services.backups import BackupProblem, BackupView


def backups_screen(view: BackupView, zone: ZoneInfo, today: date) -> Screen:
    good, trial = view.last_good, view.last_trial
    body = lines(
        text("<b>Резервные копии</b>"),
        "",
        None
        if good is None
        else text(
            "Последняя: {when}, {megabytes} МБ.",
            when=when(good.started_at, zone, today),
            megabytes=max(1, round((good.size or 0) / 1e6)),
        ),
        None
        if trial is None or trial.verified_at is None
        else text("Последняя проверка: {when}.", when=when(trial.verified_at, zone, today)),
        _how_often(view.every_days),
        *(["", *map(_problem, view.problems)] if view.problems else [text("Всё в порядке.")]),
    )
    return Screen(body, ((menu_button(),),))


def _how_often(days: int) -> Markup:
    if days == 1:
        return text("Копия делается каждую ночь.")
    return count("Копия делается раз в {n} день.", "Копия делается раз в {n} дней.", days)


def _problem(problem: BackupProblem) -> Markup:
    match problem:
        case BackupProblem.NEVER:
            return text("❗ Копий ещё нет. Нужны ключ и настройка на сервере: памятка администратору.")
        case BackupProblem.OLD:
            return text("❗ Последняя слишком старая: проверьте сервер командой zvonok doctor.")
        case BackupProblem.FAILED:
            return text("❗ Последняя попытка не удалась. Почему, скажет на сервере zvonok backup create.")
        case BackupProblem.NOT_COPIED:
            return text("❗ Во вторую папку копия не легла: подключён ли тот диск?")
        case BackupProblem.LOST_FILES:
            return text("❗ На сервере не хватает присланных файлов, в копии их тоже нет.")
        case BackupProblem.UNSOUND:
            return text("❗ Проверенная копия не восстанавливается: сделайте новую и проверьте её.")
        case BackupProblem.UNTRIED:
            return text("❗ Больше месяца никто не проверял, что копия годится: zvonok backup verify.")
