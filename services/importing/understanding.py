"""From tables to a whole school, with every problem on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from services.importing.calendar_sheets import read_bells, read_holidays, read_terms
from services.importing.checks import note_plans_that_do_not_fit, note_pupils_outside_subgroups
from services.importing.clashes import report_clashes
from services.importing.context import Context
from services.importing.people_sheets import fill_people, read_people_sheets, settle
from services.importing.plan_sheet import read_plan
from services.importing.problems import Problems
from services.importing.reading import read_sheets
from services.importing.references import References
from services.importing.school_file import SchoolContent
from services.importing.settings_sheet import read_settings
from services.importing.tables import Table, read_tables
from services.importing.teaching_sheets import read_subjects, read_teaching


def read_file(path: Path, problems: Problems) -> dict[str, Table]:
    """The known sheets of a file."""
    sheets = read_sheets(path, problems)
    return read_tables(sheets, problems) if sheets else {}


def understand(
    tables: dict[str, Table], known: SchoolContent | None, problems: Problems, today: date
) -> SchoolContent:
    """The school that the file describes, completed from `known` where it has no such sheet.

    It may be saved only when `problems` has no errors.
    """
    settings = read_settings(Context(tables, known, problems, today))
    if known and known.year.name != settings.year.name:
        known = _of_another_year(known)
    context = Context(tables, known, problems, today)
    references = References(context)
    content = SchoolContent(settings.year, settings.values)
    if known:
        content.people = dict(known.people)
        content.staff, content.pupils = list(known.staff), list(known.pupils)
        content.guardians = list(known.guardians)
    content.terms = read_terms(context, settings.year)
    content.holidays = read_holidays(context, settings.year)
    bells = read_bells(context)
    content.bells = bells.bells
    people = read_people_sheets(context, references)
    settle(people)
    fill_people(people, content)
    read_subjects(context, references)
    teaching = read_teaching(context, references, settings.year, content.groups, bells)
    content.loads, content.slots, content.members = teaching.loads, teaching.slots, list(teaching.members)
    content.topics = read_plan(context, references)
    content.subjects = references.subjects
    report_clashes(context, content)
    note_pupils_outside_subgroups(context, content)
    note_plans_that_do_not_fit(context, content)
    return content


def _of_another_year(known: SchoolContent) -> SchoolContent:
    """What a new year begins with: people (pupils by their old classes), bells and subjects."""
    return replace(known, terms=[], holidays=[], groups={}, loads=[], members=[], slots=[], topics=[])
