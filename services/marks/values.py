"""Which marks: digits, letters, words, several of them."""

from __future__ import annotations

from services.marks.cursor import MARK_ROLES, Cursor, is_minus
from services.marks.statement import Numbered, Statement
from services.marks.tokens import DASH, LINKS, STOP, Token
from services.marks.words import Role

MARK_DIGITS = frozenset("2345")


def read_values(cursor: Cursor, statement: Statement) -> None:
    has_numbers = any(isinstance(subject, Numbered) for subject, _, _ in statement.subjects)
    _skip_to_marks(cursor, statement)
    token = cursor.peek()
    if token is None:
        return
    statement.values_start = token.start
    count = 0
    while (token := cursor.peek()) is not None:
        if token.role in (Role.NUMBER, Role.MARK, Role.SAID):
            if cursor.pair_comes(0):
                if has_numbers and count:
                    return
                statement.is_sound = False
            if token.role is Role.SAID and (count or cursor.marks_go_on(1)):
                statement.is_sound = False
            if token.role is Role.MARK and token.is_capital and token.has_stop and cursor.has(1, Role.NAME):
                statement.is_sound = False  # «Иванов 5 Н. Петров 4»
            _take_mark(token, statement)
            count += 1
        elif not count:
            return
        elif cursor.marks_go_on(0) or (
            token.role is Role.SHADE or token.is_sign("+") or (token.is_sign(DASH) and is_minus(token))
        ):
            pass
        elif token.is_sign("/", DASH, STOP) and cursor.has(1, *MARK_ROLES):
            statement.is_sound = False  # «5-4», «4.5»
        else:
            return
        cursor.at += 1


def _skip_to_marks(cursor: Cursor, statement: Statement) -> None:
    """Past «:», «-», «по» and, when one name has nothing else, past a comma."""
    names_somebody = bool(statement.subjects) and not any(
        isinstance(subject, Numbered) for subject, _, _ in statement.subjects
    )
    step = 0
    while cursor.has(step, Role.FILLER):
        step += 1
    if cursor.has_sign(step, *LINKS, ")", STOP) or (
        cursor.has_sign(step, ",") and names_somebody and not cursor.pair_comes(step + 1)
    ):
        step += 1
    while cursor.has(step, Role.FILLER):
        step += 1
    if cursor.has(step, *MARK_ROLES):
        cursor.at += step


def _take_mark(token: Token, statement: Statement) -> None:
    if token.role is not Role.NUMBER:
        statement.values.append(token.value)
    elif MARK_DIGITS.issuperset(token.text):
        statement.values += token.text
    else:
        statement.is_sound = False
