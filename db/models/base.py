"""What every mapped class shares."""

from __future__ import annotations

from datetime import datetime, time
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Enum,
    FetchedValue,
    ForeignKey,
    Identity,
    MetaData,
    SmallInteger,
    Text,
    Time,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column


def checked(enum: type[StrEnum]) -> Enum:
    """Stored as text with a CHECK, so that a new value is a plain migration and a dump stays readable."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=enum.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute
        int: BigInteger,
        str: Text,
        datetime: DateTime(timezone=True),
        time: Time(),
        dict[str, Any]: JSONB(none_as_null=True),
        list[str]: ARRAY(Text),
        list[int]: ARRAY(SmallInteger),
    }


Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Small = Annotated[int, mapped_column(SmallInteger)]
SchoolId = Annotated[int, mapped_column(ForeignKey("school.id"), index=True)]
ParentsSchoolId = Annotated[int, mapped_column(BigInteger, server_default=FetchedValue())]
"""Of a row that belongs to another one: a trigger takes the school from there, whatever the statement says,
so that no row can hang on another school's. Its foreign key is the parent's."""


def reference(target: str, *, index: bool = True, primary_key: bool = False) -> Any:
    """A foreign key that is indexed unless another index already begins with it."""
    return mapped_column(ForeignKey(target), index=index, primary_key=primary_key)
