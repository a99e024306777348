"""Whose marks: names with initials, list numbers, ranges, «остальные»."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.marks.cursor import MARK_ROLES, Cursor, is_minus
from services.marks.matching import NameWord
from services.marks.statement import Named, Numbered, Others, Statement, Subject
from services.marks.tokens import DASH, DEBT, LINKS, STOP, Token
from services.marks.values import MARK_DIGITS
from services.marks.words import Role, range_ends

MayBegin = Callable[[Sequence[NameWord], str], bool]
"""Whether a letter behind a name may be an initial of somebody so named."""


class SubjectReader:
    """Reads subjects at a cursor. What cannot be sure makes the statement unsound."""

    def __init__(self, cursor: Cursor, may_begin: MayBegin) -> None:
        self._cursor = cursor
        self._may_begin = may_begin

    def read(self, statement: Statement) -> Subject | None:
        token = self._cursor.peek()
        if token is None:
            return None
        if token.role is Role.OTHERS:
            self._cursor.at += 1
            return Others()
        if token.role is Role.NUMBER_WORD or token.is_sign("№"):
            while self._cursor.has(0, Role.NUMBER_WORD) or self._cursor.has_sign(0, "№"):
                self._cursor.at += 1
            return self._number(statement, is_announced=True)
        if token.role is Role.FROM:
            return self._range_in_words(statement)
        if token.role is Role.NUMBER:
            return self._number(statement, is_announced=False)
        words = self._name(statement)
        return Named(words) if words else None

    def read_list(self, statement: Statement) -> bool:
        """«1, 3 и 7: 5» at the beginning of a line."""
        numbers: list[Token] = []
        ahead = 0
        while (token := self._cursor.peek(ahead)) is not None:
            if token.role is Role.NUMBER:
                numbers.append(token)
            elif not (token.role in (Role.AND, Role.NUMBER_WORD) or token.is_sign(",", "№")):
                break
            if token.role is Role.NUMBER and self._cursor.has(ahead + 1, Role.NUMBER):
                return False
            ahead += 1
        is_list = self._cursor.at == 0 and len(numbers) > 1 and self._cursor.has(ahead - 1, Role.NUMBER)
        if not is_list or not self._cursor.links_marks(ahead):
            return False
        for token in numbers:
            number = int(token.text[:4])
            statement.subjects.append((Numbered(number, number), token.start, token.end))
        self._cursor.at += ahead
        return True

    def _name(self, statement: Statement) -> tuple[NameWord, ...]:
        words: list[NameWord] = []
        while (token := self._cursor.peek()) is not None:
            if token.role is Role.NAME or self._is_initial(token, words, statement):
                words.append(NameWord(token.text, token.has_stop))
                self._cursor.at += 1
            elif token.is_sign(DASH) and words and self._cursor.has(1, Role.NAME):  # «Петрова - Водкина»
                self._cursor.at += 1
            else:
                break
        return tuple(words)

    def _is_initial(self, token: Token, words: list[NameWord], statement: Statement) -> bool:
        """Whether a letter with another meaning is an initial here: «Иванов Н. 5», «Н. Иванов», «Ким И 5»."""
        if len(token.text) != 1 or token.role not in (Role.MARK, Role.FILLER, Role.AND, Role.FROM):
            return False
        after = self._cursor.peek(1)
        if not words:
            return token.has_stop and token.is_capital and after is not None and after.role is Role.NAME
        if token.role is not Role.MARK:
            return after is None or after.role in MARK_ROLES or after.role is Role.SIGN
        if token.value == DEBT:
            return False
        if after is not None and after.role is Role.NAME and len(after.text) == 1 and after.has_stop:
            return True
        if self._cursor.has_sign(1, *LINKS) and self._cursor.has(2, *MARK_ROLES):
            return True
        has_marks_behind = after is not None and after.role in MARK_ROLES
        if has_marks_behind and token.has_stop:
            return True
        looks_like_one = token.is_capital if has_marks_behind else token.is_capital and token.has_stop
        if (looks_like_one and has_marks_behind) or (
            (looks_like_one or has_marks_behind) and self._may_begin(words, token.text)
        ):
            statement.is_sound = False
        return False

    def _number(self, statement: Statement, *, is_announced: bool) -> Subject | None:
        token = self._cursor.peek()
        if token is None or token.role is not Role.NUMBER:
            return None
        number = int(token.text[:4])
        if self._cursor.has(1, Role.NAME):
            self._cursor.at += 1
            return Named(self._name(statement), number)
        if (
            self._cursor.at == 0 and self._cursor.has_sign(1, STOP, ")") and self._cursor.has(2, Role.NAME)
        ):  # «1. Иванов 5»
            self._cursor.at += 2
            return Named(self._name(statement))
        if self._cursor.has_sign(1, DASH) and self._cursor.has(2, Role.NUMBER):
            return self._range_or_pair(number, statement)
        if is_announced or self._is_pair():
            self._cursor.at += 1
            return Numbered(number, number)
        return None

    def _is_pair(self) -> bool:
        """«3-н», «3: 5», «3) 5», and «3. 5» alone on a line."""
        link = self._cursor.peek(1)
        if link is None or not self._cursor.has(2, Role.NUMBER, Role.MARK):
            return False
        if link.is_sign(STOP):
            return (
                self._cursor.at == 0
                and not link.glued_right
                and all(token.role in (Role.NUMBER, Role.MARK) for token in self._cursor.tokens[2:])
            )
        return link.is_sign(*LINKS, ")") and not is_minus(link)

    def _range_or_pair(self, first: int, statement: Statement) -> Numbered | None:
        """«1-5» is number 1 and a five, «1-5: 4» numbers 1 to 5, «1-5 4» nobody knows."""
        link, end = self._cursor.tokens[self._cursor.at + 1], self._cursor.tokens[self._cursor.at + 2]
        last, are_marks = int(end.text[:4]), MARK_DIGITS.issuperset(end.text)
        self._cursor.at += 3
        if is_minus(link):
            self._cursor.at -= 3
            return None
        if self._cursor.links_marks(0) or (not are_marks and self._cursor.marks_come(0)):
            statement.is_sound = statement.is_sound and first < last
            return Numbered(min(first, last), last)
        if not are_marks or (first < last and self._cursor.marks_come(0) and not self._cursor.pair_comes(0)):
            statement.is_sound = False
            return Numbered(min(first, last), last) if are_marks else Numbered(first, first)
        self._cursor.at -= 2
        return Numbered(first, first, may_reach=last if first < last else 0)

    def _range_in_words(self, statement: Statement) -> Numbered | None:
        to = self._cursor.peek(2)
        if (
            to is None
            or to.text not in range_ends()
            or not (self._cursor.has(1, Role.NUMBER) and self._cursor.has(3, Role.NUMBER))
        ):
            return None
        first, last = (int(self._cursor.tokens[self._cursor.at + step].text[:4]) for step in (1, 3))
        self._cursor.at += 4
        statement.is_sound = statement.is_sound and first < last
        return Numbered(min(first, last), last)
