"""What fields of buttons may hold."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""Of a row; what the database cannot hold is no button of ours."""
IdOrZero = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""Of a row; 0: of none."""
LessonNumber = Annotated[int, Field(ge=0, le=99)]
