"""Names as a statement says them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func


def full_name(person: Any) -> ColumnElement[str]:
    """«Иванов Пётр Сергеевич»; `person`: Person or an alias of it. Any part may be empty."""
    return func.btrim(
        func.concat_ws(" ", person.last_name, person.first_name, func.nullif(person.middle_name, ""))
    )


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the staff."""

    person_id: int
    last_name: str
    first_name: str
    middle_name: str


def colleague_columns(person: Any) -> tuple[Any, ...]:
    """The fields of Colleague, in their order; `person` as above."""
    return person.id, person.last_name, person.first_name, person.middle_name
