"""Whom a teacher means by a name, in one class. Never a guess: one pupil, several to ask about, or nobody."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import chain

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract, extractOne

from services.marks.message import ListedPupil
from services.marks.names import (
    NamePart,
    PupilNames,
    known_first_names,
    known_surnames,
    names_of,
)
from services.marks.words import ordinary_words

_SHORTEST_BEGINNING = 3
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class NameWord:
    key: str
    has_stop: bool = False
    """With a full stop it is a beginning: «Сидор.», «П.»."""


class Nearness(IntEnum):
    EXACT = 0
    FORM = 1
    SHORT = 2
    SHORT_FORM = 3
    BEGINNING = 4
    TYPO = 5


_STANDS_BESIDE = {Nearness.EXACT: Nearness.SHORT, Nearness.FORM: Nearness.SHORT_FORM}
"""What is still worth asking about beside a name of the list; the beginning of another name is not."""


@dataclass(frozen=True, slots=True, order=True)
class Fit:
    """How well a word, or several, name a pupil; the smaller, the better."""

    is_doubtful: bool
    """It resembles, but something speaks against it: counts for asking, never for writing."""
    nearness: Nearness
    typos: int = 0

    def __add__(self, other: Fit) -> Fit:
        return Fit(
            self.is_doubtful or other.is_doubtful,
            max(self.nearness, other.nearness),
            self.typos + other.typos,
        )


@dataclass(frozen=True, slots=True)
class Whom:
    """One candidate is meant; several are a question; none are somebody unknown."""

    candidates: tuple[ListedPupil, ...] = ()
    suspects: tuple[ListedPupil, ...] = ()
    """Whoever might be meant when nobody surely is: «остальные» leaves them out."""
    named: ListedPupil | None = None
    """The only candidate whose name stands in the list letter for letter."""


class ClassList:
    """The pupils of a class and their names in all forms."""

    def __init__(self, pupils: Sequence[ListedPupil]) -> None:
        self.pupils = tuple(pupils)
        self._names = [names_of(pupil.full_name, pupil.sex) for pupil in pupils]
        parts = [part for names in self._names for part in (names.surname, names.first)]
        self._forms = frozenset().union(*(part.forms for part in parts))
        self._likely = _Likely(self._names)
        self._known: dict[tuple[NameWord, ...], Whom] = {}
        self.wholes = frozenset(part.whole for part in parts)

    def numbered(self, first: int, last: int) -> list[ListedPupil]:
        return [pupil for pupil in self.pupils if pupil.number is not None and first <= pupil.number <= last]

    def may_begin_with(self, words: Sequence[NameWord], letter: str) -> bool:
        """Whether a letter behind `words` may be an initial of somebody they name."""
        meant = self.whom(words)
        possible = {id(pupil) for pupil in (*meant.candidates, *meant.suspects)}
        return any(
            part.whole.startswith(letter)
            for pupil, names in zip(self.pupils, self._names, strict=True)
            if id(pupil) in possible
            for part in (names.first, names.surname)
        )

    def whom(self, words: Sequence[NameWord]) -> Whom:
        """Who is meant by a surname, a first name, initials, in any order and any of them left out."""
        key = tuple(words)
        if key not in self._known:
            self._known[key] = self._whom(key)
        return self._known[key]

    def _whom(self, words: Sequence[NameWord]) -> Whom:
        if len(words) > _MOST_WORDS or all(len(word.key) == 1 for word in words):
            return Whom()
        fits = self._fits(words, misspelt=()) or self._misspelt(words)
        nearest = min((fit.nearness for _, fit in fits), default=Nearness.TYPO)
        farthest = _STANDS_BESIDE.get(nearest, Nearness.TYPO)
        fits = [(pupil, fit) for pupil, fit in fits if fit.nearness <= farthest]
        candidates = tuple(pupil for pupil, _ in fits)
        if len(fits) == 1 and fits[0][1].is_doubtful:
            return Whom(suspects=candidates)
        if not fits:
            return Whom(suspects=tuple(self._suspects(words)))
        exact = [pupil for pupil, fit in fits if fit.nearness is Nearness.EXACT]
        return Whom(candidates, named=exact[0] if len(exact) == 1 else None)

    def _fits(
        self, words: Sequence[NameWord], misspelt: Collection[NameWord]
    ) -> list[tuple[ListedPupil, Fit]]:
        found = []
        for index in self._likely.to_be_named(words, misspelt):
            fit = min(_readings(words, self._names[index], misspelt), default=None)
            if fit is not None:
                found.append((self.pupils[index], fit))
        return found

    def _misspelt(self, words: Sequence[NameWord]) -> list[tuple[ListedPupil, Fit]]:
        """The nearest, and with them whoever is almost as near."""
        odd = {word for word in words if self._may_be_misspelt(word)}
        fits = self._fits(words, odd) if odd else []
        sure = [fit.typos for _, fit in fits if fit.typos <= sum(_tolerance(word.key) for word in odd)]
        return [(pupil, fit) for pupil, fit in fits if fit.typos <= min(sure) + 1] if sure else []

    def _may_be_misspelt(self, word: NameWord) -> bool:
        return (
            not word.has_stop
            and _tolerance(word.key) > 0
            and word.key not in self._forms
            and word.key not in known_first_names()
            and word.key not in known_surnames()
            and word.key not in ordinary_words()
        )

    def _suspects(self, words: Iterable[NameWord]) -> Iterator[ListedPupil]:
        keys = [word.key for word in words if len(word.key) >= _SHORTEST_BEGINNING]
        likely = set().union(*(self._likely.to_resemble(key) for key in keys))
        for index in sorted(likely):
            names = self._names[index]
            if any(_resembles(word, part) for word in keys for part in (names.surname, names.first)):
                yield self.pupils[index]


class _Likely:
    """Which pupils are worth a closer look: everybody whom a word may mean, and some whom it does not."""

    def __init__(self, names: Sequence[PupilNames]) -> None:
        self._bearers: dict[str, list[int]] = {}
        for index, one in enumerate(names):
            for part in (one.surname, one.first, one.middle):
                for form in chain(part.forms, part.short_forms, part.foreign, *part.pieces):
                    self._bearers.setdefault(form, []).append(index)

    def to_be_named(self, words: Sequence[NameWord], misspelt: Collection[NameWord]) -> list[int]:
        """By every word of several letters, in the list's order."""
        spelt = [word for word in words if len(word.key) > 1]
        if not spelt:
            return []
        typos = {word: _tolerance(word.key) + 1 if word in misspelt else 0 for word in spelt}
        return sorted(set.intersection(*(self._near(word.key, typos[word]) for word in spelt)))

    def to_resemble(self, key: str) -> set[int]:
        return self._near(key, _resemblance(key))

    def _near(self, key: str, typos: int) -> set[int]:
        found = set(self._bearers.get(key, ()))
        for form in self._sorted[bisect_left(self._sorted, key) :]:
            if not form.startswith(key):
                break
            found.update(self._bearers[form])
        if typos:
            for form, _, _ in extract(key, self._sorted, scorer=OSA.distance, score_cutoff=typos, limit=None):
                found.update(self._bearers[form])
        return found

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._bearers)


def _readings(words: Sequence[NameWord], names: PupilNames, misspelt: Collection[NameWord]) -> Iterator[Fit]:
    """Every way to read each word as another part of the name."""
    spelt = [word for word in words if len(word.key) > 1]
    initials = "".join(word.key for word in words if len(word.key) == 1)

    def rest(index: int, used: frozenset[str], so_far: Fit) -> Iterator[Fit]:
        if index == len(spelt):
            if _initials_fit(initials, names, used):
                yield so_far
            return
        for slot, part, pieces in _slots(names):
            if slot in used:
                continue
            fit = _fit(spelt[index], part, pieces, slot, may_be_typo=spelt[index] in misspelt)
            if fit is not None:
                taken = {slot} if pieces is None else {slot, "surname"}
                if slot == "surname":
                    taken |= {f"surname {number}" for number in range(len(part.pieces))}
                yield from rest(index + 1, used | taken, so_far + fit)

    yield from rest(0, frozenset(), Fit(is_doubtful=False, nearness=Nearness.EXACT))


def _slots(names: PupilNames) -> Iterator[tuple[str, NamePart, frozenset[str] | None]]:
    yield "surname", names.surname, None
    yield "first", names.first, None
    if names.middle.whole:
        yield "middle", names.middle, None
    for number, piece in enumerate(names.surname.pieces):
        yield f"surname {number}", names.surname, piece


def _initials_fit(initials: str, names: PupilNames, used: frozenset[str]) -> bool:
    """«Иванов П. С.», «Саша К.»; a patronymic alone names nobody."""
    if "surname" in used:
        expected = [part.whole for slot, part in _givens(names) if slot not in used]
    elif "first" in used:
        expected = [names.surname.whole]
    else:
        return False
    return len(initials) <= len(expected) and all(
        whole.startswith(letter) for letter, whole in zip(initials, expected, strict=False)
    )


def _givens(names: PupilNames) -> tuple[tuple[str, NamePart], ...]:
    return ("first", names.first), ("middle", names.middle)


def _fit(
    word: NameWord, part: NamePart, piece: frozenset[str] | None, slot: str, *, may_be_typo: bool
) -> Fit | None:
    key = word.key
    if piece is not None:
        return Fit(is_doubtful=False, nearness=Nearness.BEGINNING) if key in piece else None
    if word.has_stop:
        is_one = part.whole.startswith(key) or key in part.forms or key in part.short_forms
        return Fit(is_doubtful=False, nearness=Nearness.BEGINNING) if is_one else None
    if key == part.whole:
        return Fit(is_doubtful=False, nearness=Nearness.EXACT)
    if key in part.forms:
        return Fit(is_doubtful=False, nearness=Nearness.FORM)
    if key in part.short_forms:
        return Fit(is_doubtful=False, nearness=Nearness.SHORT if key in part.shorts else Nearness.SHORT_FORM)
    if key in part.foreign:
        return Fit(is_doubtful=True, nearness=Nearness.BEGINNING)
    if len(key) >= _SHORTEST_BEGINNING and key not in ordinary_words() and _begins(key, part):
        is_doubtful = not part.whole.startswith(key) or _means_another(key, part, slot)
        return Fit(is_doubtful, Nearness.BEGINNING)
    return _misspelt_fit(key, part) if may_be_typo else None


def _begins(key: str, part: NamePart) -> bool:
    """«Толсто» is the beginning of Толстой and may be of Толстая too, in the dative."""
    return key[0] == part.whole[:1] and any(form.startswith(key) for form in part.forms)


def _means_another(key: str, part: NamePart, slot: str) -> bool:
    """«Иван» hardly means Иванов, nor «Али» Алина; but «Магомед» may well be Магомедрасул."""
    if slot == "first" and part.whole.removeprefix(key) in known_first_names():
        return False
    return key in known_first_names() or key in known_surnames()


def _misspelt_fit(key: str, part: NamePart) -> Fit | None:
    typos = _distance(key, part.forms, _tolerance(key) + 1)
    if typos is None:
        return None
    other = _distance(key, part.foreign, typos)
    is_doubtful = key[0] != part.whole[0] or (other is not None and other < typos)
    return Fit(is_doubtful, Nearness.TYPO, typos)


def _resemblance(key: str) -> int:
    """How many typing errors away a word still resembles a name."""
    return max(1, len(key) // 3)


def _tolerance(key: str) -> int:
    """How many typing errors a word of this length may hold."""
    return 0 if len(key) < 5 else 1 if len(key) < 10 else 2


def _distance(key: str, forms: Iterable[str], most: int) -> int | None:
    nearest = extractOne(key, forms, scorer=OSA.distance, score_cutoff=most)
    return int(nearest[1]) if nearest else None


def _resembles(key: str, part: NamePart) -> bool:
    return bool(part.whole) and (
        part.whole.startswith(key)
        or key in part.short_forms
        or key in part.foreign
        or any(key in piece for piece in part.pieces)
        or _distance(key, part.forms, _resemblance(key)) is not None
    )
