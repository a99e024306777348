"""The closed lists that handlers and texts speak in; they are defined where the database checks them."""

from db.enums import (
    Answer,
    AttendanceSource,
    AttendanceStatus,
    BindingState,
    CardChangeState,
    CardField,
    ConsentWay,
    DisputeResolution,
    FinalKind,
    LessonKind,
    MarkValue,
    MissingRecord,
    RequestState,
    Sex,
    StaffRole,
)

__all__ = [
    "Answer",
    "AttendanceSource",
    "AttendanceStatus",
    "BindingState",
    "CardChangeState",
    "CardField",
    "ConsentWay",
    "DisputeResolution",
    "FinalKind",
    "LessonKind",
    "MarkValue",
    "MissingRecord",
    "RequestState",
    "Sex",
    "StaffRole",
]
