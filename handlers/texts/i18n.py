"""gettext with the Russian sentence as the message id; everything put into a sentence is escaped here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

LANGUAGE = "ru"
"""Of the message ids, and of whoever has chosen no other."""
CATALOGUES: list[Traversable] = [files("handlers.texts.locales")]
"""Folders with <language>.po; another language is another file."""
_spoken: ContextVar[str] = ContextVar("language", default=LANGUAGE)


def languages() -> tuple[str, ...]:
    """The codes of all languages that there are texts in, the message ids' first."""
    return _codes(tuple(CATALOGUES))


@cache
def _codes(folders: tuple[Traversable, ...]) -> tuple[str, ...]:
    names = [Path(one.name) for folder in folders for one in folder.iterdir()]
    return (LANGUAGE, *sorted({name.stem for name in names if name.suffix == ".po"} - {LANGUAGE}))


def language_name(code: str) -> str:
    """As its speakers call it: «русский»."""
    return Locale.parse(code).get_language_name() or code


def speak(language: str | None) -> Token[str]:
    """Everything that this task renders from now on is in this language; in Russian if there are no texts
    in it."""
    return _spoken.set(language if language is not None and language in languages() else LANGUAGE)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """`speak`, inside this block only."""
    token = speak(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def catalogue() -> GNUTranslations:
    """Of the language that is spoken here."""
    return _compiled(_spoken.get())


@cache
def _compiled(language: str) -> GNUTranslations:
    source = next(one for folder in CATALOGUES if (one := folder / f"{language}.po").is_file())
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source.read_bytes()), locale=language))
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    if language != LANGUAGE:
        translations.add_fallback(_compiled(LANGUAGE))
    return translations


def text(message: str, /, **params: object) -> Markup:
    """A sentence as HTML. Parameters are escaped unless they are Markup."""
    return Markup(catalogue().gettext(message)).format(**params)  # noqa: S704 - message ids are ours


def count(singular: str, plural: str, n: int, /, **params: object) -> Markup:
    """A sentence with a number {n}: «{n} урок», «{n} уроков»; the catalogue holds every plural form."""
    return Markup(catalogue().ngettext(singular, plural, n)).format(n=n, **params)  # noqa: S704 - as above


def label(message: str, /, **params: object) -> str:
    """Words for a button or a toast, which are plain text."""
    return catalogue().gettext(message).format(**params)


def label_count(singular: str, plural: str, n: int, /, **params: object) -> str:
    """`count` for a button or a toast."""
    return catalogue().ngettext(singular, plural, n).format(n=n, **params)


def lines(*parts: Markup | str | None) -> Markup:
    """Lines of a screen; None is left out, "" is an empty line."""
    return Markup("\n").join(part for part in parts if part is not None)
