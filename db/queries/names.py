"""Names as a statement says them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func


def full_name(person: Any) -> ColumnElement[str]:
    """«Иванов Пётр Сергеевич»; `person`: Person or an alias of it. Any part may be empty."""
    return func.btrim(
        func.concat_ws(" ", person.last_name, person.first_name, func.nullif(person.middle_name, ""))
    )
