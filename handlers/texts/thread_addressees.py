"""To whom to write (C1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from markupsafe import Markup

from handlers.callbacks.journal import ShowCourse
from handlers.callbacks.threads import (
    AskHelp,
    ChooseAddressee,
    ChooseFamily,
    ChoosePupilToWrite,
    ChooseSubject,
    SendDraft,
    ShowThreads,
    WriteToFamily,
    WriteToPerson,
)
from handlers.screen import Button, Screen
from handlers.texts.absence_words import relation_word
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.course_words import course_name
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.thread_words import subject_words
from handlers.texts.words import cut, day_and_month, full_name, with_initials
from services.threads.views import (
    Addressees,
    Colleague,
    CoursePupils,
    CourseTeacherRow,
    Families,
)

BUTTON_LIMIT = 50
NAME_LIMIT = 200
TEACHERS, PUPILS = 30, 40


def choose_addressee_screen(who: Addressees) -> Screen:
    """«Написать»: the class teacher first, then subjects, then the administration and the help point."""
    people: list[Row] = []
    if who.mute is None:
        people = [
            *((class_teacher_label(one, _to(who.pupil_id, 0, one.person_id)),) for one in who.class_teachers),
            *((_teacher_of(who.pupil_id, courses),) for courses in _by_teacher(who.teachers)),
        ]
    body = lines(
        text("Кому написать о ребёнке: <b>{name}</b>?", name=who.first_name),
        muted_words(who.mute.until) if who.mute is not None else None,
    )
    return Screen(
        body,
        (
            *people[:TEACHERS],
            (Button(label("Администрация школы"), _to(who.pupil_id, 0, 0)),),
            (Button(label("Помощь по журналу"), AskHelp()),),
            (Button(label("‹ Переписка"), ShowThreads(page=0)), menu_button()),
        ),
    )


def choose_subject_screen(who: Addressees, staff_id: int) -> Screen:
    """Of a teacher of several subjects: about which. Whoever is not written to any more is not offered."""
    courses = (
        [] if who.mute is not None else [one for one in who.teachers if one.teacher.person_id == staff_id]
    )
    if not courses:
        return choose_addressee_screen(who)
    rows = tuple(
        (Button(cut(one.subject, BUTTON_LIMIT), _to(who.pupil_id, one.course_id, staff_id)),)
        for one in courses
    )
    body = lines(
        text("Кому: <b>{name}</b>", name=cut(full_name(courses[0].teacher), NAME_LIMIT)),
        text("О каком предмете?"),
    )
    back = Button(label("‹ Кому написать"), ChooseAddressee(pupil_id=who.pupil_id))
    return Screen(body, (*rows[:TEACHERS], (back, menu_button())))


def _by_teacher(teachers: Iterable[CourseTeacherRow]) -> list[list[CourseTeacherRow]]:
    """Each teacher once, where the first of their subjects stands."""
    found: dict[int, list[CourseTeacherRow]] = {}
    for one in teachers:
        found.setdefault(one.teacher.person_id, []).append(one)
    return list(found.values())


def _teacher_of(pupil_id: int, courses: Sequence[CourseTeacherRow]) -> Button:
    """«Алгебра, геометрия · Соколова А. П.»; of several subjects the next screen asks."""
    first, *others = courses
    if not others:
        return teacher_label(first, _to(pupil_id, first.course_id, first.teacher.person_id))
    subjects = ", ".join((first.subject, *(subject_words(one.subject) for one in others)))
    subjects = cut(subjects, BUTTON_LIMIT)
    words = label("{subject} · {name}", subject=subjects, name=with_initials(first.teacher))
    return Button(words, ChooseSubject(pupil_id=pupil_id, staff_id=first.teacher.person_id))


def _to(pupil_id: int, course_id: int, staff_id: int) -> WriteToPerson:
    return WriteToPerson(pupil_id=pupil_id, course_id=course_id, staff_id=staff_id)


def class_teacher_label(one: Colleague, action: WriteToPerson | SendDraft) -> Button:
    name = cut(with_initials(one), BUTTON_LIMIT)
    return Button(label("Классный руководитель, {name}", name=name), action)


def teacher_label(one: CourseTeacherRow, action: WriteToPerson | SendDraft) -> Button:
    subject = cut(one.subject, BUTTON_LIMIT)
    return Button(label("{subject} · {name}", subject=subject, name=with_initials(one.teacher)), action)


def choose_pupil_screen(found: CoursePupils, page: int) -> Screen:
    """A teacher writes first: about which pupil of the course."""
    shown, page, pages = items_of(found.pupils, page, PUPILS)
    course_id = found.course.course_id
    buttons = (
        Button(
            cut(f"{one.last_name} {one.first_name}".strip(), BUTTON_LIMIT),
            ChooseFamily(pupil_id=one.person_id),
        )
        for one in shown
    )
    turned = turning(page, pages, lambda to: ChoosePupilToWrite(course_id=course_id, page=to))
    title = text("<b>{course}</b>", course=cut(course_name(found.course), NAME_LIMIT))
    asks = text("Семье кого из учеников написать?") if found.pupils else text("Учеников сейчас нет.")
    back = Button(label("‹ Предмет"), ShowCourse(course_id=course_id))
    return Screen(lines(title, asks), (*in_rows(buttons, 2), *turned, (back, menu_button())))


def choose_family_screen(families: Families) -> Screen:
    """A colleague writes first: to which of the guardians, and about which subject."""
    pupil_id = families.pupil.person_id
    courses: list[tuple[int, str | None]] = []
    if families.as_class_teacher or families.as_administration:
        courses.append((0, None))
    courses += [(one.course_id, one.subject) for one in families.courses]
    rows = [
        (
            Button(
                _family_label(with_initials(one.person), one.relation, subject),
                WriteToFamily(pupil_id=pupil_id, guardian_id=one.person.person_id, course_id=course_id),
            ),
        )
        for one in families.guardians
        for course_id, subject in courses
    ]
    name = f"{families.pupil.last_name} {families.pupil.first_name}".strip()
    asks = text("Кому написать? Ученик: <b>{name}</b>.", name=name)
    nobody = text("У ученика <b>{name}</b> нет родителей с согласием: написать здесь некому.", name=name)
    return Screen(asks if rows else nobody, (*rows[:TEACHERS], (menu_button(),)))


def _family_label(name: str, relation: str, subject: str | None) -> str:
    person = cut(f"{name}, {relation_word(relation)}", BUTTON_LIMIT)
    return person if subject is None else f"{person} · {subject_words(subject)}"


def muted_screen(pupil_id: int, until: datetime) -> Screen:
    """Politely: the class teacher takes no messages for now, the administration does."""
    rows = (
        (Button(label("Написать администрации"), _to(pupil_id, 0, 0)),),
        (menu_button(),),
    )
    return Screen(muted_words(until), rows)


def muted_words(until: datetime) -> Markup:
    return text(
        "До {until} учителя этого класса не получают ваших сообщений: так решил классный руководитель. "
        "Администрация школы вас выслушает.",
        until=day_and_month(until.date()),
    )
