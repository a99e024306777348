"""One human being behind the rows of several sheets, and behind a row of the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date

from db.enums import Sex
from services.importing.context import Context
from services.importing.names import Name, name_fits, split_name
from services.importing.problems import nearest
from services.importing.school_file import Person
from services.importing.tables import Row
from services.importing.text import fold, plain_dashes
from services.importing.values import parse_date, parse_email, parse_phone, parse_sex


@dataclass(slots=True, eq=False)
class Someone:
    """A person as the file describes them so far. `key` is known once the database was asked."""

    name: Name
    external_id: str | None = None
    phone: str | None = None
    email: str | None = None
    sex: Sex | None = None
    birth_date: date | None = None
    rows: list[Row] = field(default_factory=list)
    key: int = 0

    def add(self, other: Someone) -> None:
        self.external_id = self.external_id or other.external_id
        self.phone = self.phone or other.phone
        self.email = self.email or other.email
        self.sex = self.sex or other.sex
        self.birth_date = self.birth_date or other.birth_date
        self.rows += other.rows

    def as_person(self) -> Person:
        return Person(
            self.key, self.name, self.external_id, self.phone, self.email, self.sex, self.birth_date
        )


def someone_known(person: Person) -> Someone:
    """A person of the database, for references from a file that has no sheet about them."""
    return Someone(
        person.name,
        person.external_id,
        person.phone,
        person.email,
        person.sex,
        person.birth_date,
        key=person.key,
    )


def read_people(context: Context) -> tuple[dict[Row, Someone], frozenset[str]]:
    """Who stands in each row of the sheets of people, and which ids different people share.

    A row without a name is left out, and reported.
    """
    read = [
        (row, someone)
        for sheet in ("staff", "pupils", "guardians")
        for row in context.rows(sheet)
        if (someone := _read_someone(context, row))
    ]
    of_row: dict[Row, Someone] = {}
    by_id: dict[str, Someone] = {}
    by_phone: dict[tuple[str, str], Someone] = {}
    disputed: set[str] = set()
    for row, someone in sorted(read, key=lambda pair: pair[1].external_id is None):  # ids decide first
        same = by_id.get(fold(someone.external_id)) if someone.external_id else None
        if same and same.name.key != someone.name.key:
            context.problems.error(
                "id_of_another", row, "id", name=same.name.full, row=_place(same), sheet=_sheet(same)
            )
            disputed.add(fold(someone.external_id or ""))
            same, someone.external_id = None, None
        elif same is None and someone.phone and someone.external_id is None:
            same = by_phone.get((someone.name.key, someone.phone))
        if same:
            if same.phone and someone.phone and same.phone != someone.phone:
                context.problems.note("phone_differs", row, "phone", row=_place(same), sheet=_sheet(same))
            same.add(someone)
        else:
            same = someone
        of_row[row] = same
        if same.external_id:
            by_id.setdefault(fold(same.external_id), same)
        if someone.phone:
            by_phone.setdefault((same.name.key, someone.phone), same)
    return of_row, frozenset(disputed)


def _place(someone: Someone) -> int:
    return someone.rows[0].number


def _sheet(someone: Someone) -> str:
    return someone.rows[0].header.sheet


def _read_someone(context: Context, row: Row) -> Someone | None:
    name = _read_name(context, row)
    phone = context.value_or_note(row, "phone", parse_phone)
    email = context.value_or_note(row, "email", parse_email)
    sex = context.value(row, "sex", parse_sex)
    birth_date = context.value(row, "birth_date", parse_date)
    if birth_date and birth_date > context.today:
        context.problems.error("date_in_future", row, "birth_date")
    if name is None:
        return None
    return Someone(name, row["id"] or None, phone, email, sex, birth_date, [row])


def _read_name(context: Context, row: Row) -> Name | None:
    if row.unusable & {"full_name", "last_name", "first_name", "middle_name"}:
        return None
    full = row["full_name"]
    if not full and (row["last_name"] or row["first_name"] or "full_name" not in row.header.titles):
        last = context.text(row, "last_name")
        first = context.text(row, "first_name")
        return Name(plain_dashes(last), plain_dashes(first), row["middle_name"]) if last and first else None
    if not context.text(row, "full_name"):
        return None
    split = split_name(full)
    if split is None:
        context.problems.error("name_incomplete", row, "full_name")
        return None
    if split.is_guess:
        name = split.name
        context.problems.note(
            "name_of_many_words", row, "full_name", last=name.last, first=name.first, middle=name.middle
        )
    return split.name


class Directory:
    """People whom a reference may mean: all staff, or the pupils of a class."""

    def __init__(self, people: Iterable[Someone]) -> None:
        self.people = list(dict.fromkeys(people))
        self._by_id: dict[str, list[Someone]] = defaultdict(list)
        self._by_name: dict[str, list[Someone]] = defaultdict(list)
        self._by_surname: dict[str, list[Someone]] = defaultdict(list)
        for someone in self.people:
            if someone.external_id:
                self._by_id[fold(someone.external_id)].append(someone)
            self._by_name[someone.name.key].append(someone)
            self._by_surname[fold(someone.name.last)].append(someone)

    def find(self, reference: str) -> list[Someone]:
        """By id, by full name, by initials: the first way that finds anybody."""
        key = fold(plain_dashes(reference))
        if found := self._by_id.get(fold(reference)) or self._by_name.get(key):
            return found
        words = key.split(" ")
        surnames = (" ".join(words[:length]) for length in range(1, len(words)))
        likely = (someone for surname in surnames for someone in self._by_surname.get(surname, ()))
        return [someone for someone in likely if name_fits(reference, someone.name)]

    def nearest(self, reference: str) -> str | None:
        short = "." in reference
        return nearest(reference, [p.name.short if short else p.name.full for p in self.people])

    def one(self, context: Context, row: Row, column: str, code: str, **params: object) -> Someone | None:
        """Whom the cell means; None after reporting that it means nobody, or several."""
        reference = row[column]
        found = self.find(reference)
        if len(found) == 1:
            return found[0]
        if found:
            candidates = "; ".join(
                f"{p.name.full} ({p.external_id})" if p.external_id else p.name.full for p in found
            )
            context.problems.error(
                "reference_fits_several",
                row,
                column,
                suggestion=next((p.external_id for p in found if p.external_id), found[0].name.full),
                candidates=candidates,
            )
        else:
            context.problems.error(code, row, column, suggestion=self.nearest(reference), **params)
        return None


Traits = Callable[[Someone], Iterable[Hashable]]
KnownTraits = Callable[[Person], Iterable[Hashable]]


class Matching:
    """Finds for people of the file their rows in the database; whoever has none is a newcomer."""

    def __init__(self, known: dict[int, Person]) -> None:
        self._free = dict(known)
        self._newcomers = 0

    def by_trait(self, people: Iterable[Someone], traits: Traits, known_traits: KnownTraits) -> None:
        """Join whom a trait describes alone on both sides."""
        waiting = [someone for someone in people if not someone.key]
        told = Counter(trait for someone in waiting for trait in set(traits(someone)))
        known: dict[Hashable, list[Person]] = {}
        for person in self._free.values():
            for trait in set(known_traits(person)):
                known.setdefault(trait, []).append(person)
        for someone in waiting:
            for trait in traits(someone):
                candidates = known.get(trait, [])
                if told[trait] == 1 and len(candidates) == 1 and self._may_be(someone, candidates[0]):
                    someone.key = candidates[0].key
                    del self._free[someone.key]
                    break

    def _may_be(self, someone: Someone, person: Person) -> bool:
        if person.key not in self._free:
            return False
        if someone.external_id and person.external_id:
            return fold(someone.external_id) == fold(person.external_id)
        return not (someone.birth_date and person.birth_date and someone.birth_date != person.birth_date)

    def settle(self, people: Iterable[Someone]) -> None:
        """Everybody who is still unknown is new."""
        for someone in people:
            if not someone.key:
                self._newcomers -= 1
                someone.key = self._newcomers
