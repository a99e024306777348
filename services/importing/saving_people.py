"""Writes people, their roles, classes and families."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from db.enums import ConsentWay
from db.models import (
    ClassTeacher,
    Consent,
    Enrolment,
    Group,
    Guardianship,
    Person,
    StaffAppointment,
)
from db.queries import importing as queries
from db.queries.importing import AnyRow
from services.access.consents import CONSENT_VERSION
from services.importing.difference import Counts, Timeline, Wanted, differing, sync, sync_periods
from services.importing.saving import Saving
from services.importing.school_file import Consent as FileConsent
from services.importing.school_file import Employee, Guardian, Pupil
from services.importing.school_file import Person as FilePerson
from services.importing.text import fold_class


async def save_people(saving: Saving) -> None:
    """The cards. What the file leaves empty stays as it is."""
    stored = {row.id: row for row in saving.stored.rows.get("person", ())}
    new = [person for person in saving.content.people.values() if person.key not in stored]
    ids = await queries.add(
        saving.session, Person, [_columns(person) | {"school_id": saving.school_id} for person in new]
    )
    saving.people = {key: key for key in stored} | {
        person.key: row_id for person, row_id in zip(new, ids, strict=True)
    }
    changes = []
    for person in saving.content.people.values():
        if person.key in stored:
            said = {column: value for column, value in _columns(person).items() if value is not None}
            if difference := differing(stored[person.key], said):
                changes.append({"id": person.key} | difference)
    await queries.change(saving.session, Person, changes)
    if named := _named(saving):
        saving.count("people", Counts(len(new), len(changes), len(named) - len(new) - len(changes)))


def _named(saving: Saving) -> set[int]:
    """Keys of the people in the file."""
    content = saving.content
    of_sheets: dict[str, Sequence[Employee | Pupil | Guardian]] = {
        "staff": content.staff,
        "pupils": content.pupils,
        "guardians": content.guardians,
    }
    return {item.person for sheet, items in of_sheets.items() if sheet in saving.sheets for item in items}


def _columns(person: FilePerson) -> dict[str, Any]:
    return {
        "external_id": person.external_id,
        "last_name": person.name.last,
        "first_name": person.name.first,
        "middle_name": person.name.middle,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "phone": person.phone,
        "email": person.email,
    }


async def save_staff(saving: Saving) -> None:
    if "staff" not in saving.sheets:
        return
    named = {saving.people[employee.person] for employee in saving.content.staff}
    rows = saving.stored.rows.get("staff_appointment", ())
    saving.report_missing("staff", {row.person_id for row in rows if saving.is_open(row)} - named)
    counts = await sync_periods(
        saving.session,
        StaffAppointment,
        [
            Wanted(
                (saving.people[employee.person], role),
                {"campus_id": saving.campus(employee.campus)} if employee.campus else {},
                {"campus_id": None},
            )
            for employee in saving.content.staff
            for role in sorted(employee.roles)
        ],
        rows,
        lambda row: (row.person_id, row.role),
        lambda key: {"school_id": saving.school_id, "person_id": key[0], "role": key[1]},
        Timeline(saving.today, saving.today if rows else saving.first_day),
        may_end=lambda row: row.person_id in named,
    )
    saving.count("staff", counts)


async def save_groups(saving: Saving) -> None:
    """Classes and who leads them. A class that the file does not name stays."""
    content, stored = saving.content, saving.stored
    wanted = [
        Wanted(
            (group.key,),
            {"name": group.name, "grade": group.grade}
            | ({"campus_id": saving.campus(group.campus)} if group.campus else {}),
            {"campus_id": None},
        )
        for group in content.groups.values()
    ]
    counts, ids = await sync(
        saving.session,
        Group,
        wanted,
        stored.rows.get("study_group", ()),
        lambda row: (fold_class(row.name),),
        lambda _: {"school_id": saving.school_id, "year_id": saving.year_id},
        delete=_never,
    )
    stored.groups |= {str(key): row_id for (key, _), row_id in ids.items()}
    if "groups" in saving.sheets:
        saving.count("groups", counts)
        await _save_class_teachers(saving)


async def _save_class_teachers(saving: Saving) -> None:
    groups = saving.content.groups.values()
    led = {saving.stored.groups[group.key] for group in groups if group.class_teacher is not None}
    rows = saving.stored.rows.get("class_teacher", ())
    counts = await sync_periods(
        saving.session,
        ClassTeacher,
        [
            Wanted((saving.stored.groups[group.key], saving.people[group.class_teacher]))
            for group in groups
            if group.class_teacher is not None
        ],
        rows,
        lambda row: (row.group_id, row.person_id),
        lambda key: {"school_id": saving.school_id, "group_id": key[0], "person_id": key[1]},
        Timeline(saving.today, saving.today if rows else saving.first_day),
        may_end=lambda row: row.group_id in led,
    )
    saving.count("class_teachers", counts)


async def save_pupils(saving: Saving) -> None:
    """Places in classes. A pupil of another class moves today; one whom the file does not name stays."""
    if "pupils" not in saving.sheets:
        return
    pupils = saving.content.pupils
    named = {saving.people[pupil.person] for pupil in pupils}
    rows = saving.stored.rows.get("enrolment", ())
    saving.report_missing("pupils", {row.pupil_id for row in rows if saving.is_open(row)} - named)
    counts = await sync_periods(
        saving.session,
        Enrolment,
        [
            Wanted(
                (saving.people[pupil.person], saving.stored.groups[pupil.group]),
                {"number": pupil.number} if pupil.number else {},
                {"number": None},
            )
            for pupil in pupils
        ],
        rows,
        lambda row: (row.pupil_id, row.group_id),
        lambda key: {"school_id": saving.school_id, "pupil_id": key[0], "group_id": key[1]},
        Timeline(saving.today, saving.within_year if rows else saving.first_day),
        may_end=lambda row: row.pupil_id in named,
    )
    saving.count("pupils", counts)
    await _save_consents(saving, pupils)


async def save_guardians(saving: Saving) -> None:
    """Families. A guardian whom the file names without a child that it names stops being its guardian."""
    if "guardians" not in saving.sheets:
        return
    guardians = saving.content.guardians
    named = {saving.people[guardian.person] for guardian in guardians}
    children = {saving.people[pupil.person] for pupil in saving.content.pupils}
    rows = saving.stored.rows.get("guardianship", ())
    saving.report_missing("guardians", {row.guardian_id for row in rows if saving.is_open(row)} - named)
    counts = await sync_periods(
        saving.session,
        Guardianship,
        [
            Wanted(
                (saving.people[guardian.person], saving.people[guardian.pupil]),
                {"relation": guardian.relation} if guardian.relation else {},
                {"relation": ""},
            )
            for guardian in guardians
        ],
        rows,
        lambda row: (row.guardian_id, row.pupil_id),
        lambda key: {"school_id": saving.school_id, "guardian_id": key[0], "pupil_id": key[1]},
        Timeline(saving.today, saving.today if rows else saving.first_day),
        may_end=lambda row: row.guardian_id in named and row.pupil_id in children,
    )
    saving.count("guardians", counts)
    await _save_consents(saving, guardians)


async def _save_consents(saving: Saving, rows: Sequence[Pupil | Guardian]) -> None:
    """Consents on paper. An older one than what is recorded changes nothing: it may have been withdrawn."""
    there: dict[tuple[int, int], list[AnyRow]] = defaultdict(list)
    for row in saving.stored.rows.get("consent", ()):
        there[row.person_id, row.pupil_id].append(row)
    counts = Counts()
    new, withdrawn = [], []
    for said in rows:
        person = saving.people[said.person]
        pupil = saving.people[said.pupil] if isinstance(said, Guardian) else person
        recorded = there[person, pupil]
        given_at, withdrawn_at = _moments(saving, said.consent)
        is_news = given_at is not None and not any(
            consent.given_at >= given_at or (consent.withdrawn_at and consent.withdrawn_at >= given_at)
            for consent in recorded
        )
        if is_news:
            new.append(
                {
                    "school_id": saving.school_id,
                    "person_id": person,
                    "pupil_id": pupil,
                    "version": CONSENT_VERSION,
                    "way": ConsentWay.PAPER,
                    "given_at": given_at,
                    "withdrawn_at": withdrawn_at,
                }
            )
        elif given_at:
            counts.unchanged += 1
        if withdrawn_at:
            withdrawn += [
                {"id": consent.id, "withdrawn_at": withdrawn_at}
                for consent in recorded
                if consent.withdrawn_at is None and consent.given_at <= withdrawn_at
            ]
    await queries.add(saving.session, Consent, new)
    await queries.change(saving.session, Consent, withdrawn)
    counts.created, counts.changed = len(new), len(withdrawn)
    saving.count("consents", counts)


def _moments(saving: Saving, consent: FileConsent) -> tuple[datetime | None, datetime | None]:
    """When a consent was given and withdrawn; a withdrawal without a day is one of now."""

    def start_of(day: date) -> datetime:
        return datetime.combine(day, time(), saving.zone)

    given_at = start_of(consent.given_on) if consent.given_on else None
    if isinstance(consent.withdrawn, date):
        return given_at, start_of(consent.withdrawn)
    return given_at, saving.now if consent.withdrawn else None


def _never(_: AnyRow) -> bool:
    return False
