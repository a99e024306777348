"""gettext with the Russian sentence as the message id; everything put into a sentence is escaped here."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

LANGUAGE = "ru"


@cache
def catalogue(language: str = LANGUAGE) -> GNUTranslations:
    """handlers/texts/locales/<language>.po, compiled in memory; another language is another file."""
    source = files("handlers.texts.locales").joinpath(f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


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
