"""«Почему 4,20?»: an average as a sum that can be checked."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from handlers.texts.i18n import text
from handlers.texts.words import average_words, number_words
from services.marks.averages import Average

LONGEST_SUM = 40
"""Marks; of more only the sum itself is said."""


def arithmetic(average: Average) -> Markup:
    """«(4×2 + 4×2 + 5×1) / 5 = 4,20»; without weights «(5 + 4 + 4) / 3 = 4,33»."""
    marks = [(mark, share.weight) for share in average.shares for mark in share.marks]
    if len(marks) > LONGEST_SUM:
        above = number_words(average.total)
    else:
        weighs = any(weight != 1 for _, weight in marks)
        above = " + ".join(_product(mark, weight) if weighs else str(mark) for mark, weight in marks)
        above = f"({above})" if len(marks) > 1 else above
    return text(
        "{sum} / {weights} = {average}",
        sum=above,
        weights=number_words(average.weights),
        average=average_words(average.value),
    )


def _product(mark: int, weight: Decimal) -> str:
    return f"{mark}×{number_words(weight)}"
