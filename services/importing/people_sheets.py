"""The sheets «Сотрудники», «Классы», «Ученики» and «Родители» (U1, U3, S1, S7)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date

from services.importing.context import Context
from services.importing.people import Directory, Matching, Someone, read_people, someone_known
from services.importing.references import References
from services.importing.school_file import (
    Consent,
    Employee,
    Group,
    Guardian,
    Person,
    Pupil,
    SchoolContent,
)
from services.importing.tables import Row
from services.importing.text import fold, fold_class
from services.importing.values import (
    GRADES,
    NotAValue,
    parse_date,
    parse_grade,
    parse_position,
    parse_roles,
    parse_withdrawn,
)

_CLASS_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class PeopleSheets:
    """What the sheets of people say; people get their keys in `settle`."""

    context: Context
    references: References
    of_row: dict[Row, Someone]
    pupils: list[tuple[Row, Someone, str]] = field(default_factory=list)
    guardians: list[tuple[Row, Someone, Someone]] = field(default_factory=list)
    class_teachers: dict[str, Someone] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    """Without their class teachers, who have no keys yet."""


def read_people_sheets(context: Context, references: References) -> PeopleSheets:
    of_row, references.disputed_ids = read_people(context)
    sheets = PeopleSheets(context, references, of_row)
    for sheet in ("staff", "pupils"):
        half_read = [row for row in context.rows(sheet) if row not in sheets.of_row]
        surnames = {fold(row["full_name"] or row["last_name"]).split(" ")[0] for row in half_read}
        references.half_read[sheet] = surnames - {""}
    _read_staff(sheets)
    _read_groups(sheets)
    _read_pupils(sheets)
    _read_guardians(sheets)
    return sheets


def _of_sheet(sheets: PeopleSheets, sheet: str) -> Iterator[tuple[Row, Someone]]:
    for row in sheets.context.rows(sheet):
        if row in sheets.of_row:
            yield row, sheets.of_row[row]


def _read_staff(sheets: PeopleSheets) -> None:
    context = sheets.context
    if "staff" not in context.tables:
        known = context.known
        people = {e.person: someone_known(known.people[e.person]) for e in known.staff} if known else {}
        sheets.references.staff = Directory(people.values())
        return
    for row in context.rows("staff"):
        context.required(row, "roles", parse_roles)
    distinct = []
    first: dict[str, tuple[Row, Someone]] = {}
    for row, someone in _of_sheet(sheets, "staff"):
        first_row, namesake = first.setdefault(someone.name.key, (row, someone))
        if namesake is someone:
            distinct.append(someone)
            if first_row is not row:
                context.problems.note("person_again", row, _name_column(row), first_row=first_row.number)
        elif (someone.external_id and namesake.external_id) or (someone.phone and namesake.phone):
            distinct.append(someone)
        else:
            context.problems.error("same_name_staff", row, _name_column(row), first_row=first_row.number)
    sheets.references.staff = Directory(distinct)


def _name_column(row: Row) -> str:
    return "full_name" if row["full_name"] else "last_name"


def _read_groups(sheets: PeopleSheets) -> None:
    context, references = sheets.context, sheets.references
    if "groups" not in context.tables:
        if context.known:
            sheets.groups = dict(context.known.groups)
            references.group_names = {key: group.name for key, group in context.known.groups.items()}
        return
    rows: dict[str, Row] = {}
    for row in context.rows("groups"):
        name = context.text(row, "name")
        grade = context.required(row, "grade", parse_grade)
        class_teacher = references.employee(row, "class_teacher")
        key = fold_class(name)
        if not key:
            if name:
                context.problems.error("value_missing", row, "name")
            continue
        if key in rows:
            context.problems.error("repeated", row, "name", first_row=rows[key].number)
            continue
        rows[key] = row
        references.group_names[key] = name
        digits = _CLASS_DIGITS.match(key)
        if grade and digits and int(digits[0]) in GRADES and int(digits[0]) != grade:
            context.problems.error("grade_disagrees", row, "grade", suggestion=digits[0], name=name)
        if grade:
            sheets.groups[key] = Group(key, name, grade, None, row["campus"] or None, row)
        if class_teacher:
            sheets.class_teachers[key] = class_teacher


def _read_pupils(sheets: PeopleSheets) -> None:
    context, references = sheets.context, sheets.references
    if "pupils" not in context.tables:
        of_group: dict[str, list[Someone]] = defaultdict(list)
        if known := context.known:
            for pupil in known.pupils:
                of_group[pupil.group].append(someone_known(known.people[pupil.person]))
        references.pupils = {group: Directory(people) for group, people in of_group.items()}
        return
    unplaced = []
    for row in context.rows("pupils"):
        group = references.group(row)
        context.value(row, "number", parse_position)
        if row in sheets.of_row:
            if group:
                sheets.pupils.append((row, sheets.of_row[row], group))
            else:
                unplaced.append(sheets.of_row[row])
    references.pupils_of_unknown_class = Directory(unplaced)
    _report_pupils_twice(sheets)
    in_class: dict[str, list[Someone]] = defaultdict(list)
    for _, someone, group in sheets.pupils:
        in_class[group].append(someone)
    references.pupils = {group: Directory(people) for group, people in in_class.items()}


def _report_pupils_twice(sheets: PeopleSheets) -> None:
    """A pupil in two rows, and namesakes of a class whom nothing tells apart."""
    problems = sheets.context.problems
    seen: dict[Someone, tuple[Row, str]] = {}
    namesakes: dict[tuple[str, str], list[tuple[Row, Someone]]] = defaultdict(list)
    kept = []
    for row, someone, group in sheets.pupils:
        if someone in seen:
            first_row, first_group = seen[someone]
            if first_group == group:
                problems.note("person_again", row, _name_column(row), first_row=first_row.number)
            else:
                other = sheets.references.group_names[first_group]
                problems.error("pupil_in_two_groups", row, "group", first_row=first_row.number, group=other)
            continue
        seen[someone] = row, group
        alike = namesakes[group, someone.name.key]
        same = next((first for first, other in alike if not _are_told_apart(someone, other)), None)
        if same:
            problems.error("same_name", row, _name_column(row), first_row=same.number)
            continue
        kept.append((row, someone, group))
        alike.append((row, someone))
    sheets.pupils = kept


def _are_told_apart(one: Someone, other: Someone) -> bool:
    if one.external_id and other.external_id:
        return True
    return bool(one.birth_date and other.birth_date and one.birth_date != other.birth_date)


def _read_guardians(sheets: PeopleSheets) -> None:
    context, references = sheets.context, sheets.references
    seen: dict[tuple[Someone, Someone], Row] = {}
    for row in context.rows("guardians"):
        group = references.group(row)
        pupil = references.pupil(row, frozenset({group})) if group else None
        if group is None:
            context.text(row, "pupil")
        guardian = sheets.of_row.get(row)
        if not pupil or not guardian:
            continue
        if pupil is guardian:
            context.problems.error("guardian_is_pupil", row, "pupil")
        elif (guardian, pupil) in seen:
            first_row = seen[guardian, pupil].number
            context.problems.note("person_again", row, _name_column(row), first_row=first_row)
        else:
            seen[guardian, pupil] = row
            sheets.guardians.append((row, guardian, pupil))
    _note_namesakes(sheets)


def _note_namesakes(sheets: PeopleSheets) -> None:
    """Guardians of one name who were not taken for one person: there was no id and no common phone."""
    first: dict[str, tuple[Row, Someone]] = {}
    for sheet in ("staff", "guardians"):
        for row, someone in _of_sheet(sheets, sheet):
            first_row, namesake = first.setdefault(someone.name.key, (row, someone))
            if namesake is not someone and sheet == "guardians":
                sheets.context.problems.note(
                    "not_one_person",
                    row,
                    _name_column(row),
                    first_row=first_row.number,
                    sheet=first_row.header.sheet,
                )


def settle(sheets: PeopleSheets) -> None:
    """Give everybody a key: of the database for whoever is there already."""
    known = sheets.context.known
    everybody = list(dict.fromkeys(sheets.of_row.values()))
    matching = Matching(known.people if known else {})
    matching.by_trait(everybody, lambda s: _some(s.external_id and fold(s.external_id)), _known_id)
    matching.by_trait(everybody, lambda s: _some(s.phone and (s.name.key, s.phone)), _known_phone)
    if known:
        _match_staff(sheets, matching, known)
        _match_pupils(sheets, matching, known)
        _match_guardians(sheets, matching, known)
    matching.settle(everybody)


def _some(trait: Hashable) -> list[Hashable]:
    return [trait] if trait else []


def _known_id(person: Person) -> list[Hashable]:
    return _some(person.external_id and fold(person.external_id))


def _known_phone(person: Person) -> list[Hashable]:
    return _some(person.phone and (person.name.key, person.phone))


def _match_staff(sheets: PeopleSheets, matching: Matching, known: SchoolContent) -> None:
    employed = {employee.person for employee in known.staff}
    staff = [someone for _, someone in _of_sheet(sheets, "staff")]
    matching.by_trait(
        dict.fromkeys(staff),
        lambda s: [s.name.key],
        lambda p: [p.name.key] if p.key in employed else [],
    )


def _match_pupils(sheets: PeopleSheets, matching: Matching, known: SchoolContent) -> None:
    class_of = {pupil.person: pupil.group for pupil in known.pupils}
    now_in = {someone: group for _, someone, group in sheets.pupils}
    pupils = list(now_in)
    matching.by_trait(
        pupils,
        lambda s: _some(s.birth_date and (s.name.key, s.birth_date)),
        lambda p: _some(p.birth_date and p.key in class_of and (p.name.key, p.birth_date)),
    )
    matching.by_trait(
        pupils,
        lambda s: [(s.name.key, now_in[s])],
        lambda p: _some(p.key in class_of and (p.name.key, class_of[p.key])),
    )
    matching.by_trait(pupils, lambda s: [s.name.key], lambda p: _some(p.key in class_of and p.name.key))


def _match_guardians(sheets: PeopleSheets, matching: Matching, known: SchoolContent) -> None:
    known_children: dict[int, list[int]] = defaultdict(list)
    for guardian in known.guardians:
        known_children[guardian.person].append(guardian.pupil)
    children: dict[Someone, list[int]] = defaultdict(list)
    for _, someone, pupil in sheets.guardians:
        if pupil.key:
            children[someone].append(pupil.key)
    matching.by_trait(
        list(children),
        lambda s: [(s.name.key, child) for child in children[s]],
        lambda p: [(p.name.key, child) for child in known_children[p.key]],
    )


def fill_people(sheets: PeopleSheets, content: SchoolContent) -> None:
    """The sections of people, after `settle`."""
    context = sheets.context
    for someone in sheets.of_row.values():
        content.people[someone.key] = someone.as_person()
    if "staff" in context.tables:
        content.staff = list(_employees(sheets))
    for key, group in sheets.groups.items():
        teacher = sheets.class_teachers.get(key)
        class_teacher = teacher.key if teacher else group.class_teacher
        content.groups[key] = Group(key, group.name, group.grade, class_teacher, group.campus, group.row)
    if "pupils" in context.tables:
        content.pupils = [
            Pupil(
                someone.key,
                group,
                _quietly_number(row),
                _consent(context, row, someone.key, someone.key),
                row,
            )
            for row, someone, group in sheets.pupils
        ]
    if "guardians" in context.tables:
        content.guardians = [
            Guardian(
                someone.key,
                pupil.key,
                row["relation"],
                _consent(context, row, someone.key, pupil.key),
                row,
            )
            for row, someone, pupil in sheets.guardians
        ]


def _employees(sheets: PeopleSheets) -> Iterator[Employee]:
    by_person: dict[int, Employee] = {}
    for row, someone in _of_sheet(sheets, "staff"):
        try:
            roles = parse_roles(row["roles"])
        except NotAValue:
            continue
        before = by_person.get(someone.key)
        by_person[someone.key] = Employee(
            someone.key,
            roles | before.roles if before else roles,
            (before and before.campus) or row["campus"] or None,
            row,
        )
    yield from by_person.values()


def _quietly_number(row: Row) -> int | None:
    try:
        return parse_position(row["number"]) if row["number"] else None
    except NotAValue:
        return None


def _consent(context: Context, row: Row, person: int, pupil: int) -> Consent:
    given_on = _past_day(context, row, "consent_date", context.value(row, "consent_date", parse_date))
    withdrawn = context.value(row, "consent_withdrawn", parse_withdrawn)
    if isinstance(withdrawn, date):
        _past_day(context, row, "consent_withdrawn", withdrawn)
        if given_on and withdrawn < given_on:
            context.problems.error("end_before_start", row, "consent_withdrawn", start=row["consent_date"])
    if withdrawn:
        context.problems.note("consent_withdrawn", row, "consent_withdrawn")
    elif not row["consent_date"] and not (context.known and (person, pupil) in context.known.consents):
        if "consent_date" in row.header.titles:
            context.problems.note("consent_missing", row, "consent_date")
        else:
            context.problems.note("consents_missing", row.of_sheet())
    return Consent(given_on, withdrawn or None)


def _past_day(context: Context, row: Row, column: str, day: date | None) -> date | None:
    if day and day > context.today:
        context.problems.error(
            "date_in_future", row, column, suggestion=f"{context.today:%d.%m.%Y}", today=context.today
        )
        return None
    return day
