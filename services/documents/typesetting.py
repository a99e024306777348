"""From a template and data to a PDF."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import typst

LANGUAGE = "ru"


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """Typeset services/documents/<template>.<language>.typ. Takes long: call it in a thread.

    `data` is JSON for the template. Fonts come with Typst, so a page looks the same on every machine.
    """
    source = files("services.documents").joinpath(f"{template}.{LANGUAGE}.typ").read_bytes()
    document = typst.compile(
        source, format="pdf", sys_inputs={"data": json.dumps(data)}, ignore_system_fonts=True
    )
    assert isinstance(document, bytes)
    return document
