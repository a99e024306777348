"""A work in words."""

from __future__ import annotations

from decimal import Decimal

from handlers.texts.words import capital


def work_words(kind: str, title: str) -> str:
    """«контрольная работа № 2»."""
    return f"{kind} {title}".rstrip()


def work_name(kind: str, title: str) -> str:
    """«Контрольная работа № 2»."""
    return capital(work_words(kind, title))


def weight_words(weight: Decimal) -> str:
    """«1», «1,5»."""
    return f"{weight.normalize():f}".replace(".", ",")
