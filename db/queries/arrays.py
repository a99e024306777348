"""A screen in one row: what it says once, and an array of the pupils on it.

What is said once would otherwise be repeated in the row of each pupil, and cost more to read than they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by


def array_of(kind: type[Any], columns: Mapping[str, Any], *, order_by: Sequence[Any]) -> ColumnElement[Any]:
    """The values of a dataclass for each row, in the order of its fields; None instead of no rows.

    They come as the driver reads them: one of an enumeration as its text (`by_text`).
    """
    row = func.row(*(columns[field.name] for field in fields(kind)))
    return func.array_agg(aggregate_order_by(row, *order_by))


def beside(head: CTE, aggregates: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The columns of the head, and those of a statement that gives one row."""
    aggregated = aggregates.cte("aggregated")
    return select(head, aggregated).join(aggregated, literal(True))


def by_text(members: type[StrEnum]) -> dict[str | None, Any]:
    """The members of an enumeration by their text, None by None."""
    return {None: None} | {member.value: member for member in members}
