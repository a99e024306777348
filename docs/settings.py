"""Writes docs/settings.md from the settings' class and the presets: `.venv/bin/python docs/settings.py`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from enum import EnumType
from pathlib import Path

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from services.settings import (
    InstitutionSettings,
    Preset,
    preset_sources,
    preset_values,
    reason_templates,
    work_kind_templates,
)

FILE = Path(__file__).with_suffix(".md")
_LETTERS = {"makhachkala": "M", "klyuchi": "K", "bezhetsk": "B", "labinsk": "L", "kasli": "T"}
_INTRODUCTION = """# Settings of an institution

Made by `docs/settings.py`; a test fails when it is out of date.

A school chooses a preset, one for each of the five regulations that Zvonok follows, and overrides single
values: in the sheet «Настройки» of its import, or by `zvonok school set KEY VALUE`. Codes such as J5 number
the rules that the regulations state.

| preset | institution |
|---|---|
| `makhachkala` M | school no. 12, Makhachkala, 2019 |
| `klyuchi` K | school no. 1, Klyuchi, 2023 |
| `bezhetsk` B | school no. 5, Bezhetsk |
| `labinsk` L | school no. 30, Labinsk district, 2020 |
| `kasli` T | industrial and humanitarian college, Kasli, 2022 |
"""


def page() -> str:
    """The whole of settings.md."""
    header = ("setting", "unit, range", *(_LETTERS[preset] for preset in Preset), "meaning")
    rows = [
        (
            f"`{key}`",
            _range(key, field),
            *(str(preset_values(preset)[key]) for preset in Preset),
            field.description or "",
        )
        for key, field in InstitutionSettings.model_fields.items()
    ]
    sources = [
        (f"`{key}`", letters, source)
        for key in InstitutionSettings.model_fields
        for source, letters in _sources(key).items()
    ]
    reasons = [
        (
            one.name,
            *("yes" if fact else "no" for fact in (one.valid, one.counts_as_missed, one.needs_document)),
        )
        for one in reason_templates()
    ]
    kinds = [
        (one.name, one.short_name, str(one.weight), "yes" if one.is_control else "no")
        for one in work_kind_templates()
    ]
    return "\n".join(
        (
            _INTRODUCTION,
            "## Values",
            "",
            *_table(header, rows),
            "",
            "## Where each value comes from",
            "",
            *_table(("setting", "presets", "source"), sources),
            "",
            "## Kinds of work",
            "",
            "The dictionary (J4) that a new institution starts with. Control works have their own deadline.",
            "",
            *_table(("kind", "in front of marks", "weight", "control"), kinds),
            "",
            "## Reasons of absence",
            "",
            "The dictionary (J7) that a new institution starts with.",
            "",
            *_table(("reason", "valid", "counts as missed", "needs a document"), reasons),
            "",
        )
    )


def _range(key: str, field: FieldInfo) -> str:
    if field.annotation is time:
        return "local time"
    if isinstance(field.annotation, EnumType):
        return ", ".join(f"`{one}`" for one in field.annotation)
    if field.annotation is str:
        return "three averages"
    low = next(one.ge for one in field.metadata if isinstance(one, Ge))
    high = next(one.le for one in field.metadata if isinstance(one, Le))
    unit = "messages" if "messages" in key else key.rpartition("_")[2]
    return f"{unit}, {low}–{high}"


def _sources(key: str) -> dict[str, str]:
    """The presets of each source: {"J5: …": "L"}."""
    found: dict[str, list[str]] = {}
    for preset in Preset:
        found.setdefault(preset_sources(preset)[key], []).append(_LETTERS[preset])
    return {source: " ".join(letters) for source, letters in found.items()}


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    columns = list(header)
    return [f"| {' | '.join(row)} |" for row in (columns, ["---"] * len(columns), *rows)]


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
