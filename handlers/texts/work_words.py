"""A work in words."""

from __future__ import annotations

from handlers.texts.words import capital


def work_words(kind: str, title: str) -> str:
    """«контрольная работа № 2»."""
    return f"{kind} {title}".rstrip()


def work_name(kind: str, title: str) -> str:
    """«Контрольная работа № 2»."""
    return capital(work_words(kind, title))
