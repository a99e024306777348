"""Statements that are executed again and again with other parameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import lambda_stmt
from sqlalchemy.sql.lambdas import StatementLambdaElement


@cache
def made_once(make: Callable[[], Any]) -> StatementLambdaElement:
    """The statement that `make`, a function without parameters, gives.

    SQLAlchemy looks for what it compiled of a statement by a walk through all its parts, and fits the result
    to its columns anew; of this one it finds that by the function, and the columns are the same.
    """
    return lambda_stmt(make, enable_tracking=False)
