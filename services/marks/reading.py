"""A teacher's one message about a class, read against its list (J4)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby, pairwise

from services.marks.matching import ClassList, NameWord, Whom
from services.marks.message import Entry, ListedPupil, Question, ReadMarks
from services.marks.statement import Named, Numbered, Others, Statement, Subject
from services.marks.statements import statements_of
from services.marks.tokens import LINE, LINKS, Token, plain, tokens_of
from services.marks.words import Role

Answer = Collection[ListedPupil] | None
"""Whom a question was about: some of its candidates, nobody, or (None) all of them."""


def read_marks(message: str, pupils: Sequence[ListedPupil], answers: Sequence[Answer] = ()) -> ReadMarks:
    """What the message says of these pupils. Never guesses: what is not sure is asked or left.

    `answers`: to the first of the questions that the same reading without them asks, in their order.
    docs/marks-in-one-message.md is the grammar.
    """
    text = plain(message)
    names = ClassList(pupils)
    tokens = tokens_of(text, names.wholes)
    in_front = _length_of_work(tokens)
    end = next((i for i in range(in_front, len(tokens)) if tokens[i].role is Role.WORK), len(tokens))
    reading = _Reading(text, names)
    for statement in _trusted(statements_of(tokens[in_front:end], names.may_begin_with), names):
        reading.take(statement)
    reading.leave(tokens[end:])  # marks of another work: one message is about one
    reading.settle_by_elimination()
    reading.settle_by_answers(answers)
    entries = reading.entries()
    work = next((token.value for token in tokens[:in_front] if token.role is Role.WORK), None)
    return ReadMarks(
        entries,
        tuple(question for question, _ in reading.questions),
        tuple(reading.unmatched),
        work,
        text[tokens[0].start : tokens[in_front - 1].end] if in_front else "",
        reading.answered,
    )


def _length_of_work(tokens: Sequence[Token]) -> int:
    """How many tokens say the kind of work in front: «За к/р № 2:»."""
    at = 0
    while at < len(tokens) and (tokens[at].role is Role.FILLER or tokens[at].is_sign(LINE)):
        at += 1
    if at == len(tokens) or tokens[at].role is not Role.WORK:
        return 0
    at += 1
    number = [*tokens[at : at + 3]]
    if len(number) > 1 and number[0].is_sign("№") and number[1].role is Role.NUMBER:
        at += 2
    elif len(number) > 1 and number[0].role is Role.NUMBER and number[1].is_sign(":", LINE):
        at += 1
    return at + 1 if at < len(tokens) and tokens[at].is_sign(*LINKS) else at


def _trusted(statements: list[Statement], names: ClassList) -> list[Statement]:
    """A remark about nobody right behind a mark may take the mark back: «Иванов 5 зачеркнуть»."""
    for before, after in pairwise(statements):
        is_remark = after.follows_directly and bool(after.subjects) and not after.values
        if is_remark and not any(_whom(subject, names).candidates for subject, _, _ in after.subjects):
            before.is_sound = False
    return statements


def _whom(subject: Subject, names: ClassList) -> Whom:
    match subject:
        case Named(words, None):
            return names.whom(words)
        case Named(words, int(number)):
            meant = names.whom(words)
            fitting = tuple(pupil for pupil in meant.candidates if pupil.number == number)
            return Whom(fitting, (*meant.candidates, *meant.suspects, *names.numbered(number, number)))
        case Numbered(first, last) if first == last:
            return Whom(tuple(names.numbered(first, last)))
        case _:
            return Whom()


class _Reading:
    def __init__(self, text: str, names: ClassList) -> None:
        self._text = text
        self._names = names
        self._sure: dict[ListedPupil, tuple[list[str], list[str]]] = {}
        self._kept_apart: set[ListedPupil] = set()
        """Mentioned without certainty, or excepted: nothing said of «остальные» is theirs."""
        self._others: list[tuple[str, tuple[str, ...]]] = []
        self._excepted_text: list[str] = []
        self._is_exception_unknown = False
        self.questions: list[tuple[Question, Whom]] = []
        self.answered = 0
        self.unmatched: list[str] = []

    def take(self, statement: Statement) -> None:
        for subject in statement.excepted:
            meant = _whom(subject, self._names)
            self._kept_apart.update(meant.candidates, meant.suspects)
            self._is_exception_unknown |= not meant.candidates
        if statement.has_except and not (statement.excepted and statement.is_sound):
            self._is_exception_unknown = True
        text = self._text[statement.start : statement.end]
        if not (statement.is_sound and statement.subjects and statement.values):
            if (
                statement.has_except
                and statement.is_sound
                and not statement.subjects
                and not statement.values
            ):
                self._excepted_text.append(text)
            elif statement.says_something:
                self._leave(
                    text,
                    statement.loose_words,
                    statement.loose_numbers,
                    [subject for subject, _, _ in statement.subjects],
                )
            return
        marks = self._text[statement.values_start : statement.end]
        for subject, start, end in statement.subjects:
            is_whole = len(statement.subjects) == 1 or isinstance(subject, Others)
            said = text if is_whole else f"{self._text[start:end]} {marks}"
            self._take(subject, said, tuple(statement.values))

    def _take(self, subject: Subject, said: str, values: tuple[str, ...]) -> None:
        if isinstance(subject, Others):
            self._others.append((said, values))
            return
        if isinstance(subject, Numbered) and subject.first < subject.last:
            pupils = self._names.numbered(subject.first, subject.last)
            if {subject.first, subject.last} <= {pupil.number for pupil in pupils}:
                for pupil in pupils:
                    self._write(pupil, said, values)
            else:
                self._kept_apart.update(pupils)
                self.unmatched.append(said)
            return
        meant = _whom(subject, self._names)
        match meant.candidates:
            case ():
                self._kept_apart.update(meant.suspects)
                self.unmatched.append(said)
            case (pupil,):
                self._write(pupil, said, values)
            case _:
                self.questions.append((Question(said, values, meant.candidates), meant))

    def _write(self, pupil: ListedPupil, said: str, values: tuple[str, ...]) -> None:
        before, pieces = self._sure.setdefault(pupil, ([], []))
        before.extend(values)
        pieces.append(said)

    def leave(self, tokens: Sequence[Token]) -> None:
        """Lines that are not read at all."""
        for is_end, line in groupby(tokens, key=lambda token: token.is_sign(LINE)):
            if not is_end:
                said = list(line)
                words = [NameWord(token.text) for token in said if token.role is Role.NAME]
                numbers = [int(token.text[:4]) for token in said if token.role is Role.NUMBER]
                self._leave(self._text[said[0].start : said[-1].end], words, numbers, ())

    def _leave(
        self, text: str, words: Sequence[NameWord], numbers: Sequence[int], subjects: Sequence[Subject]
    ) -> None:
        self.unmatched.append(text)
        self._kept_apart.update(self._resembling(words))
        for number in numbers:
            self._kept_apart.update(self._names.numbered(number, number))
        for subject in subjects:
            if isinstance(subject, Numbered):
                self._kept_apart.update(
                    self._names.numbered(subject.first, max(subject.last, subject.may_reach))
                )

    def _resembling(self, words: Sequence[NameWord]) -> Iterator[ListedPupil]:
        for word in words:
            meant = self._names.whom([word])
            yield from (*meant.candidates, *meant.suspects)

    def settle_by_elimination(self) -> None:
        """«Иванов 5, Иванова 4»: the second is not Иванов once more, in another case."""
        open_still = []
        for question, meant in self.questions:
            others = [pupil for pupil in meant.candidates if pupil != meant.named]
            if meant.named is not None and meant.named not in self._sure and self._sure.keys() >= set(others):
                self._write(meant.named, question.text, question.values)
            else:
                open_still.append((question, meant))
        self.questions = open_still

    def settle_by_answers(self, answers: Sequence[Answer]) -> None:
        """Whom an answer leaves out is among «остальные» again; after «nobody» none of them is.

        An answer that is not about the candidates is none, and what follows it is asked again too.
        """
        for answer, (question, _) in zip(answers, self.questions, strict=False):
            meant = question.candidates if answer is None else answer
            if not set(meant) <= set(question.candidates):
                break
            self.answered += 1
            for pupil in meant:
                self._write(pupil, question.text, question.values)
            if not meant:
                self._kept_apart.update(question.candidates)
        self.questions = self.questions[self.answered :]

    def entries(self) -> tuple[Entry, ...]:
        """What is sure, in the message's order, then «остальные» in the list's."""
        for question, _ in self.questions:
            self._kept_apart.update(question.candidates)
        named = [Entry(pupil, tuple(values), tuple(said)) for pupil, (values, said) in self._sure.items()]
        if len(self._others) != 1 or self._is_exception_unknown:
            self.unmatched += [said for said, _ in self._others] + self._excepted_text
            return tuple(named)
        (said, values), excepted = self._others[0], self._excepted_text
        rest = [pupil for pupil in self._names.pupils if pupil not in self._sure.keys() | self._kept_apart]
        if not rest:
            self.unmatched += [said, *excepted]
        return (
            *named,
            *(Entry(pupil, values, (said, *excepted), is_rest=True) for pupil in dict.fromkeys(rest)),
        )
