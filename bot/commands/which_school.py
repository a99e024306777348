"""Which school a command is about: the only one, or the one that --school names."""

from __future__ import annotations

import click
from sqlalchemy.ext.asyncio import AsyncSession

from bot.refusal import Refusal
from db.queries.schools import SchoolRow, schools

NO_SCHOOL = "Школы в базе ещё нет: загрузите её командой zvonok school import."

school_option = click.option(
    "--school",
    "wanted",
    metavar="НОМЕР|НАЗВАНИЕ",
    help="Какая школа; не нужно, когда она одна.",
)


async def the_school(session: AsyncSession, wanted: str | None) -> SchoolRow:
    """`wanted`: what followed --school, if anything. Raises Refusal, which names the schools."""
    there = await schools(session)
    if not there:
        raise Refusal(NO_SCHOOL)
    if wanted is None:
        if len(there) == 1:
            return there[0]
        raise Refusal(f"В базе несколько школ, выберите одну ключом --school: {_listed(there)}.")
    fitting = [school for school in there if _same(wanted, school)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise Refusal(f"Так называются несколько школ, укажите номер: --school: {_listed(fitting)}.")
    raise Refusal(f"Такой школы в базе нет. Есть: {_listed(there)}.")


def _same(wanted: str, school: SchoolRow) -> bool:
    return wanted.strip().casefold() in (str(school.id), school.short_name.casefold(), school.name.casefold())


def _listed(there: list[SchoolRow]) -> str:
    return "; ".join(f"{school.id} — {school.short_name or school.name}" for school in there)
