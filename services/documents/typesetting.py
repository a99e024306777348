"""From a template and data to a PDF or a picture."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import typst

LANGUAGE = "ru"


PIXELS_PER_INCH = 150
"""Of a picture: sharp on a phone, and small enough to leave at once."""


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """Typeset services/documents/<template>.<language>.typ. Takes long: call it in a thread.

    `data` is JSON for the template. Fonts come with Typst, so a page looks the same on every machine. It is
    for print: tags for reading aloud would make a table of marks ten times as large.
    """
    document = typst.compile(_source(template), format="pdf", pdf_tags=False, **_inputs(data))
    assert isinstance(document, bytes)
    return document


def png(template: str, data: dict[str, Any]) -> bytes:
    """As `pdf`, of a template with one page."""
    picture = typst.compile(_source(template), format="png", ppi=PIXELS_PER_INCH, **_inputs(data))
    assert isinstance(picture, bytes)
    return picture


def _source(template: str) -> bytes:
    return files("services.documents").joinpath(f"{template}.{LANGUAGE}.typ").read_bytes()


def _inputs(data: dict[str, Any]) -> dict[str, Any]:
    return {"sys_inputs": {"data": json.dumps(data)}, "ignore_system_fonts": True}
