"""What is said about files."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.screen import Screen
from handlers.texts.buttons import menu_button
from handlers.texts.i18n import count, label_count, text
from handlers.texts.words import cut

NAME_SHOWN = 60


def attached(n: int) -> str:
    """«📎 2 файла»."""
    return label_count("📎 {n} файл", "📎 {n} файлов", n)


def missing_files_screen(names: Sequence[str]) -> Screen:
    """Of these files only the names are left."""
    if len(names) == 1 and names[0]:
        said = text(
            "Файл «{name}» не сохранился. Попросите учителя прислать его ещё раз.",
            name=cut(names[0], NAME_SHOWN),
        )
    else:
        said = count(
            "Не сохранился {n} файл. Попросите учителя прислать его ещё раз.",
            "Не сохранилось {n} файлов. Попросите учителя прислать их ещё раз.",
            len(names),
        )
    return Screen(said, ((menu_button(),),))
