"""The grammar: tokens read as statements «who — which marks». Whom the names mean is not decided here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.marks.cursor import MARK_ROLES, Cursor, is_loose
from services.marks.matching import NameWord
from services.marks.statement import Named, Numbered, Statement
from services.marks.subjects import MayBegin, SubjectReader
from services.marks.tokens import DASH, DEBT, DOUBT, LINE, STOP, Token
from services.marks.values import MARK_DIGITS, read_values
from services.marks.words import Role


def statements_of(tokens: Sequence[Token], may_begin: MayBegin) -> list[Statement]:
    """The statements of a message in its order."""
    lines = [_Segment(segment, may_begin).read() for segment in _segments(tokens)]
    _join_marks_below_names(lines)
    return [statement for line in lines for statement in line]


def _segments(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Lines and sentences."""
    segment: list[Token] = []
    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        behind_first_number = len(segment) == 1 and segment[0].role is Role.NUMBER
        ends_sentence = (
            token.is_sign(STOP)
            and not behind_first_number
            and not (token.glued_right and after is not None and after.role is Role.NUMBER)
        )
        if token.is_sign(LINE, ";", "!") or ends_sentence:
            yield segment
            segment = []
        elif not token.is_sign("(") and not (token.is_sign(")") and not behind_first_number):
            segment.append(token)
    yield segment


def _join_marks_below_names(lines: list[list[Statement]]) -> None:
    """«Иванов» and «5» on the next line; not when names and marks stand in columns."""

    def is_name(index: int) -> bool:
        line = lines[index] if 0 <= index < len(lines) else []
        return len(line) == 1 and bool(line[0].subjects) and not line[0].values and line[0].is_sound

    def is_marks(index: int) -> bool:
        line = lines[index] if 0 <= index < len(lines) else []
        return len(line) == 1 and not line[0].subjects and bool(line[0].values)

    pairs = [
        index
        for index in range(len(lines) - 1)
        if is_name(index) and is_marks(index + 1) and not is_name(index - 1) and not is_marks(index + 2)
    ]
    for index in pairs:
        (name,), (marks,) = lines[index], lines[index + 1]
        name.values, name.values_start, name.end = marks.values, marks.start, marks.end
        lines[index + 1] = []


class _Segment:
    """Reads one line."""

    def __init__(self, tokens: list[Token], may_begin: MayBegin) -> None:
        self._cursor = Cursor(tokens)
        self._reader = SubjectReader(self._cursor, may_begin)

    def read(self) -> list[Statement]:
        found: list[Statement] = []
        is_after_comma = True
        while (token := self._cursor.peek()) is not None:
            if token.is_sign(","):
                is_after_comma = True
                self._cursor.at += 1
                continue
            if self._cursor.rest_is_decoration():
                break
            before = self._cursor.at
            statement = self._heading() or self._statement(found[-1] if found else None)
            statement.follows_directly = not is_after_comma
            statement.end = self._cursor.tokens[self._cursor.at - 1].end
            _note_what_was_not_understood(statement, self._cursor.tokens[before : self._cursor.at])
            found.append(statement)
            is_after_comma = False
        _distrust_pairs_beside_ranges(found)
        return [part for statement in found for part in _apart(statement, found)]

    def _statement(self, previous: Statement | None) -> Statement:
        statement = Statement(start=self._cursor.tokens[self._cursor.at].start)
        first = self._cursor.at
        self._skip_to_subject(statement, previous)
        if (
            self._cursor.has(0, Role.EXCEPT)
            and previous is not None
            and previous.has_others
            and previous.values
        ):
            self._cursor.at += 1
            self._except_list(statement, stops_at_marks=True)  # «остальные 4, кроме …»
            return statement
        if not self._reader.read_list(statement):
            self._subjects(statement)
        if (
            statement.has_except
            and statement.subjects
            and not (statement.has_others and len(statement.subjects) == 1)
        ):
            statement.is_sound = False  # except from what?
        read_values(self._cursor, statement)
        if self._cursor.at == first:
            statement.is_sound = self._cursor.has(0, Role.SIGN)
            self._cursor.at += 1
        return statement

    def _skip_to_subject(self, statement: Statement, previous: Statement | None) -> None:
        while (token := self._cursor.peek()) is not None:
            is_bullet = (
                self._cursor.at == 0 and token.value == DEBT and self._cursor.has(1, Role.NAME, Role.OTHERS)
            )
            if token.role in (Role.DOUBT, Role.SAID) or token.is_sign(DOUBT):
                statement.is_sound = False
                if previous is not None:
                    previous.is_sound = False
            elif not (token.role in (Role.FILLER, Role.AND) or token.is_sign(DASH) or is_bullet):
                return
            self._cursor.at += 1

    def _subjects(self, statement: Statement) -> None:
        has_and = False
        while True:
            token, before = self._cursor.peek(), self._cursor.at
            if token is not None and token.role is Role.EXCEPT:
                self._cursor.at += 1
                self._except_list(statement)
            else:
                subject = self._reader.read(statement)
                if token is None or subject is None:
                    self._cursor.at = before
                    break
                start = token.start if statement.subjects else statement.start
                statement.subjects.append((subject, start, self._cursor.tokens[self._cursor.at - 1].end))
            step = 0
            while self._cursor.has_sign(step, ",") or self._cursor.has(step, Role.AND):
                step += 1
            goes_on = (
                self._cursor.has(step, Role.EXCEPT)
                or (self._cursor.has(step, Role.OTHERS) and (step > 0 or not statement.subjects))
                or (self._cursor.has(step, Role.NAME) and step > 0 and bool(statement.subjects))
            )
            if not goes_on:
                break
            has_and = has_and or any(
                t.role is Role.AND for t in self._cursor.tokens[self._cursor.at : self._cursor.at + step]
            )
            self._cursor.at += step
        statement.is_comma_list = len(statement.subjects) > 1 and not has_and

    def _except_list(self, statement: Statement, *, stops_at_marks: bool = False) -> None:
        statement.has_except = True
        while True:
            before = self._cursor.at
            while self._cursor.has_sign(0, ",") or self._cursor.has(0, Role.AND, Role.FILLER):
                self._cursor.at += 1
            subject = None if self._cursor.has(0, Role.OTHERS) else self._reader.read(statement)
            has_marks = stops_at_marks and self._cursor.marks_come(0)
            if subject is None or has_marks:
                self._cursor.at = before
                if (
                    subject is not None and not statement.excepted
                ):  # «кроме Иванова 3»: both excepted and marked
                    statement.excepted.append(subject)
                return
            statement.excepted.append(subject)

    def _heading(self) -> Statement | None:
        """«5: Иванов, Петрова», «Нет Иванова»: a mark and then nothing but names."""
        mark = self._cursor.tokens[self._cursor.at]
        rest = self._cursor.tokens[1:]
        if (
            self._cursor.at > 0
            or mark.role not in MARK_ROLES
            or (mark.role is Role.NUMBER and mark.text not in MARK_DIGITS)
        ):
            return None
        has_link = self._cursor.has_sign(1, ":", "=") or (
            self._cursor.has_sign(1, DASH) and is_loose(rest[0])
        )
        names = rest[1:] if has_link else rest
        if not (has_link or mark.role is Role.SAID) or not any(token.role is Role.NAME for token in names):
            return None
        if not all(token.role in (Role.NAME, Role.AND) or token.is_sign(",") for token in names):
            return None
        statement = Statement(start=mark.start, values=[mark.value or mark.text], values_start=mark.start)
        self._cursor.at = len(self._cursor.tokens) - len(names)
        self._subjects(statement)
        statement.is_comma_list = False
        statement.is_sound = self._cursor.at == len(self._cursor.tokens)
        return statement


def _note_what_was_not_understood(statement: Statement, tokens: Sequence[Token]) -> None:
    statement.says_something = any(
        token.role not in (Role.SIGN, Role.FILLER, Role.AND) or token.is_sign(DOUBT) for token in tokens
    )
    statement.loose_words = [NameWord(token.text) for token in tokens if token.role is Role.NAME]
    if not any(isinstance(subject, Named) for subject, _, _ in statement.subjects):
        statement.loose_numbers = [int(token.text[:4]) for token in tokens if token.role is Role.NUMBER]


def _distrust_pairs_beside_ranges(found: list[Statement]) -> None:
    numbered = [subject for one in found for subject, _, _ in one.subjects if isinstance(subject, Numbered)]
    if any(subject.first < subject.last for subject in numbered):
        for statement in found:
            if any(isinstance(s, Numbered) and s.may_reach for s, _, _ in statement.subjects):
                statement.is_sound = False


def _apart(statement: Statement, line: list[Statement]) -> Iterator[Statement]:
    """Names joined by commas share their marks only where commas part nothing else on the line."""
    has_company = sum(bool(other.values) for other in line) > 1
    if not (statement.is_sound and statement.is_comma_list and has_company and statement.values):
        yield statement
        return
    *before, last = statement.subjects
    for place, (subject, start, end) in enumerate(before):
        yield Statement(
            start, end, [(subject, start, end)], follows_directly=statement.follows_directly and not place
        )
    yield replace(statement, start=last[1], subjects=[last], is_comma_list=False, follows_directly=False)
