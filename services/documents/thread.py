"""A whole conversation on paper, for either side."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from services.documents.typesetting import pdf


@dataclass(frozen=True, slots=True)
class PrintedMessage:
    who: str
    when: str
    about: str
    text: str
    files: str
    """«2 файла», or nothing."""
    earlier: tuple[str, ...]
    """What its edits have replaced, each with its moment."""


@dataclass(frozen=True, slots=True)
class PrintedThread:
    """In words already; whoever draws it adds none of their own."""

    title: str
    about: tuple[str, ...]
    messages: tuple[PrintedMessage, ...]
    footer: str


def thread_pdf(thread: PrintedThread) -> bytes:
    """A4, as many pages as it takes. Takes long: call it in a thread."""
    return pdf("thread", asdict(thread))
