"""Settings of an institution: what regulations leave to it, with five named presets (requirements.md)."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
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


class AverageKind(StrEnum):
    """How a final mark's proposal counts the marks of a term."""

    WEIGHTED = "weighted"
    PLAIN = "plain"


def _thresholds(text: str) -> str:
    """«2,5; 3,5; 4,5» as «2.5 3.5 4.5». Raises ValueError."""
    words = text.replace(",", ".").replace(";", " ").split()
    if not all(re.fullmatch(r"\d\.\d{1,2}", word) for word in words):
        raise ValueError(text)
    numbers = [Decimal(word) for word in words]
    if len(numbers) != 3 or sorted(set(numbers)) != numbers or not 2 < numbers[0] < numbers[2] <= 5:
        raise ValueError(text)
    return " ".join(words)


class InstitutionSettings(BaseModel):
    """Every key that a preset sets and an institution may override; times are local to the school."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    undo_minutes: Annotated[int, Field(ge=0, le=60)]
    """Minutes between «Готово» and the first message to guardians."""
    edit_lock_days: Annotated[int, Field(ge=0, le=366)]
    """Days after a lesson during which its records may be changed; 0: only on its day (J5)."""
    homework_hours: Annotated[int, Field(ge=0, le=168)]
    """Hours after the class's last lesson to enter homework; 0: until the day ends (J3)."""
    mark_days: Annotated[int, Field(ge=0, le=366)]
    """Days after a lesson in which its marks are to be entered, and an empty cell may be filled (J4)."""
    mark_days_primary: Annotated[int, Field(ge=0, le=366)]
    """The same in forms 1 to 4 (J4)."""
    control_mark_days: Annotated[int, Field(ge=0, le=366)]
    """Days after a control work in which its marks are to be entered (J4)."""
    notice_days: Annotated[int, Field(ge=0, le=366)]
    """Marks and homework of lessons older than these days are written without telling families."""
    final_mark_days: Annotated[int, Field(ge=0, le=366)]
    """Days after the end of a term to give its final marks; afterwards they are locked (J8)."""
    final_average: AverageKind
    """Whether works count by their weight in the proposal of a final mark (J8)."""
    final_thresholds: Annotated[str, AfterValidator(_thresholds)]
    """The least averages for «3», «4» and «5» in the proposal of a final mark (J8)."""
    final_min_marks: Annotated[int, Field(ge=1, le=50)]
    """With fewer marks than these the proposal is «н/а» (J8)."""
    plan_days: Annotated[int, Field(ge=0, le=60)]
    """Days before the year begins by which the plans are to be complete (J1)."""
    digest_weekday: Annotated[int, Field(ge=1, le=7)]
    """ISO day of the weekly digest (C2)."""
    digest_time: time
    """When the weekly digest leaves (C2)."""
    evening_time: time
    """When what a family has put off to the evening leaves (C7)."""
    failing_average: Annotated[Decimal, Field(ge=2, le=5)]
    """A pupil whose average of the term is below this fails in the subject (C4)."""
    failing_min_marks: Annotated[int, Field(ge=1, le=50)]
    """With fewer marks than these nobody is said to fail (C4)."""
    absence_request_days: Annotated[int, Field(ge=1, le=60)]
    """The longest absence that guardians may announce by themselves; for more they are asked to call."""
    office_from: time
    """From here to office_to messages of families reach teachers on school days (C1)."""
    office_to: time
    """End of the office hours."""
    thread_messages_per_hour: Annotated[int, Field(ge=1, le=200)]
    """How many messages a guardian may write to the school in an hour (C1)."""
    help_from: time
    """When the help point opens on working days (U9)."""
    help_to: time
    """When the help point closes (U9)."""
    quiet_from: time
    """From here to quiet_to only today's alerts, urgent broadcasts and messages about access leave."""
    quiet_to: time
    """End of the quiet hours; the same as quiet_from: there are none."""
    personal_data: PersonalData
    """How much a message that nobody asked for says about a pupil."""
    invitation_days: Annotated[int, Field(ge=1, le=365)]
    """Days until an unused invitation expires (U2)."""
    backup_days: Annotated[int, Field(ge=1, le=31)]
    """Days from one back-up to the next; the strictest school of an installation decides (O1)."""

    @property
    def thresholds(self) -> list[Decimal]:
        """`final_thresholds` as numbers."""
        return [Decimal(least) for least in self.final_thresholds.split()]


class ReasonTemplate(BaseModel):
    """A row of the dictionary of absence reasons that a new institution starts with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    valid: bool
    counts_as_missed: bool
    needs_document: bool
    answer: Answer | None = None


class WorkKindTemplate(BaseModel):
    """A row of the dictionary of kinds of work that a new institution starts with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    short_name: str
    weight: Decimal
    is_control: bool = False


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files("services.presets").joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def preset_values(preset: Preset) -> dict[str, Any]:
    """The preset's value of every setting, as written in its file."""
    return {key: entry["value"] for key, entry in _toml(preset.value).items()}


@cache
def values_by_preset(key: str) -> dict[str, Any]:
    """One setting's value in every preset, for statements that look the institution's own up themselves."""
    return {preset.value: preset_values(preset)[key] for preset in Preset}


@cache
def preset_sources(preset: Preset) -> dict[str, str]:
    """The rule that states each value of the preset, or that none does."""
    return {key: entry["source"] for key, entry in _toml(preset.value).items()}


@cache
def reason_templates() -> tuple[ReasonTemplate, ...]:
    return tuple(ReasonTemplate.model_validate(row) for row in _toml("absence_reasons")["reason"])


@cache
def work_kind_templates() -> tuple[WorkKindTemplate, ...]:
    return tuple(WorkKindTemplate.model_validate(row) for row in _toml("work_kinds")["kind"])


def resolve(preset: Preset, overrides: dict[str, str]) -> InstitutionSettings:
    """The preset with the institution's own values over it.

    Raises pydantic.ValidationError for an unknown key or a value out of its range.
    """
    return InstitutionSettings.model_validate(preset_values(preset) | overrides)


async def institution_settings(session: AsyncSession, school_id: int) -> InstitutionSettings:
    """The settings in force, read in one statement."""
    preset, overrides = await queries.settings_of(session, school_id)
    return resolve(Preset(preset), overrides)


def is_quiet(settings: InstitutionSettings, moment: time) -> bool:
    """Whether the quiet hours hold at a local time of day."""
    start, end = settings.quiet_from, settings.quiet_to
    if start <= end:
        return start <= moment < end
    return moment >= start or moment < end


def quiet_until(settings: InstitutionSettings, local_now: datetime) -> datetime | None:
    """When the quiet hours that hold at `local_now` (aware, school's zone) end; None outside them."""
    if not is_quiet(settings, local_now.time()):
        return None
    ends = datetime.combine(local_now.date(), settings.quiet_to, local_now.tzinfo)
    if ends <= local_now:
        ends += timedelta(days=1)
    return ends
