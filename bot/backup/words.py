"""What the administrator reads about back-ups in the command line."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.dates import format_timedelta

from services.backups import BackupProblem

PROBLEMS: dict[BackupProblem, str] = {
    BackupProblem.NEVER: "ещё ни одной нет: zvonok backup create",
    BackupProblem.OLD: "последняя слишком старая: запущен ли zvonok run, задан ли ZVONOK_BACKUP_KEY?",
    BackupProblem.FAILED: "последняя попытка не удалась: zvonok backup create скажет почему",
    BackupProblem.NOT_COPIED: "последней нет во второй папке (ZVONOK_BACKUP_COPY_DIR)",
    BackupProblem.LOST_FILES: "в папке files не хватает файлов, нет их и в копии: верните их из старой",
    BackupProblem.UNSOUND: "последняя проверенная не восстанавливается: сделайте новую и проверьте её",
    BackupProblem.UNTRIED: "больше месяца не проверялись: zvonok backup verify с закрытым ключом",
}


def size(number: int) -> str:
    """«1,4 ГБ»."""
    for unit, power in (("ГБ", 3), ("МБ", 2), ("КБ", 1)):
        if number >= 1000**power:
            return f"{number / 1000**power:.1f} {unit}".replace(".", ",")
    return f"{number} Б"


def age(since: datetime, now: datetime) -> str:
    """«2 дня назад»."""
    passed = now - since
    if passed < timedelta(minutes=1):
        return "только что"
    return format_timedelta(-passed, add_direction=True, locale="ru", granularity="minute")
