"""Settings of an institution: what regulations leave to it, with five named presets (requirements.md)."""

from __future__ import annotations

import tomllib
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Answer
from db.queries import institution as queries


class Preset(StrEnum):
    MAKHACHKALA = "makhachkala"
    KLYUCHI = "klyuchi"
    BEZHETSK = "bezhetsk"
    LABINSK = "labinsk"
    KASLI = "kasli"


class PersonalData(StrEnum):
    """How much a message that nobody asked for says about a pupil."""

    FULL = "full"
    INITIALS = "initials"
    NONE = "none"


class InstitutionSettings(BaseModel):
    """Every key that a preset sets and an institution may override; times are local to the school."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    undo_minutes: Annotated[int, Field(ge=0, le=60)]
    """Minutes between «Готово» and the first message to guardians."""
    edit_lock_days: Annotated[int, Field(ge=0, le=366)]
    """Days after a lesson during which its records may be changed; 0: only on its day (J5)."""
    homework_hours: Annotated[int, Field(ge=0, le=168)]
    """Hours after the class's last lesson to enter homework; 0: until the day ends (J3)."""
    digest_weekday: Annotated[int, Field(ge=1, le=7)]
    """ISO day of the weekly digest (C2)."""
    digest_time: time
    """When the weekly digest leaves (C2)."""
    quiet_from: time
    """From here to quiet_to only alerts about a lesson of today leave."""
    quiet_to: time
    """End of the quiet hours; the same as quiet_from: there are none."""
    personal_data: PersonalData
    """How much a message that nobody asked for says about a pupil."""
    invitation_days: Annotated[int, Field(ge=1, le=365)]
    """Days until an unused invitation expires (U2)."""


class ReasonTemplate(BaseModel):
    """A row of the dictionary of absence reasons that a new institution starts with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    valid: bool
    counts_as_missed: bool
    needs_document: bool
    answer: Answer | None = None


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files("services.presets").joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def preset_values(preset: Preset) -> dict[str, Any]:
    """The preset's value of every setting, as written in its file."""
    return {key: entry["value"] for key, entry in _toml(preset.value).items()}


@cache
def preset_sources(preset: Preset) -> dict[str, str]:
    """The rule that states each value of the preset, or that none does."""
    return {key: entry["source"] for key, entry in _toml(preset.value).items()}


@cache
def reason_templates() -> tuple[ReasonTemplate, ...]:
    return tuple(ReasonTemplate.model_validate(row) for row in _toml("absence_reasons")["reason"])


def resolve(preset: Preset, overrides: dict[str, str]) -> InstitutionSettings:
    """The preset with the institution's own values over it.

    Raises pydantic.ValidationError for an unknown key or a value out of its range.
    """
    return InstitutionSettings.model_validate(preset_values(preset) | overrides)


async def institution_settings(session: AsyncSession, school_id: int) -> InstitutionSettings:
    """The settings in force, read in one statement."""
    preset, overrides = await queries.settings_of(session, school_id)
    return resolve(Preset(preset), overrides)


def quiet_until(settings: InstitutionSettings, local_now: datetime) -> datetime | None:
    """When the quiet hours that hold at `local_now` (aware, school's zone) end; None outside them."""
    start, end, moment = settings.quiet_from, settings.quiet_to, local_now.time()
    if start == end:
        return None
    quiet = start <= moment < end if start < end else moment >= start or moment < end
    if not quiet:
        return None
    ends = datetime.combine(local_now.date(), end, local_now.tzinfo)
    if ends <= local_now:
        ends += timedelta(days=1)
    return ends
