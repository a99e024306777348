"""A school year of made-up records, for demos and load."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy import BindParameter, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import timetable

HOMEWORK_AHEAD = timedelta(days=14)
"""Homework is due at a later lesson, so the lessons of these days must be there too."""


async def fill(session: AsyncSession, school_id: int, first: date, last: date, *, until: datetime) -> None:
    """Fill the lessons of the days from `first` to `last`, both counted, that end before `until` (aware):
    register, topic, homework, works and their marks, and final marks of the terms that are over by then.

    The same school gets the same records every time. Like an import, it tells nobody and writes no history.
    A thousand pupils and 400,000 marks take some twenty seconds.
    """
    await timetable.bring_up(session, school_id, first, last + HOMEWORK_AHEAD)
    values = {"school_id": school_id, "first": first, "last": last, "until": until}
    script = files("db.queries").joinpath("sample_year.sql").read_text("utf-8")
    for statement in script.split("\n\n")[1:]:
        asked: list[BindParameter[Any]] = [
            bindparam(name, value) for name, value in values.items() if f":{name}" in statement
        ]
        await session.execute(text(statement).bindparams(*asked))
