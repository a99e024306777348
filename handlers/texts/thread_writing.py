"""Whom to write to, what was sent and when it is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.journal import ShowCourse
from handlers.callbacks.threads import (
    AskHelp,
    ChooseAddressee,
    ChooseDraftPupil,
    ChooseFamily,
    ChoosePupilToWrite,
    ChooseSubject,
    DropMessage,
    OpenThread,
    SendDraft,
    SendToHelp,
    ShowThreads,
    WriteToFamily,
    WriteToPerson,
)
from handlers.screen import Button, Screen
from handlers.texts.absence_words import relation_word
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.course_words import course_name
from handlers.texts.diary_words import span
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.thread_words import from_when, help_words, other_side, subject_words, topic_words
from handlers.texts.words import cut, day_and_month, full_name, with_initials
from services.threads.access import Side
from services.threads.views import (
    Addressees,
    Colleague,
    CoursePupils,
    CourseTeacherRow,
    Families,
    ThreadView,
    Written,
)
from services.vocabulary import Desk

BUTTON_LIMIT = 50
EXCERPT = 300
LINE_LIMIT = 200
NAME_LIMIT = 200
_TEACHERS, _PUPILS = 30, 40


def choose_addressee_screen(who: Addressees) -> Screen:
    """«Написать»: the class teacher first, then subjects, then the administration and the help point."""
    people: list[Row] = []
    if who.mute is None:
        people = [
            *((_class_teacher(one, _to(who.pupil_id, 0, one.person_id)),) for one in who.class_teachers),
            *((_teacher_of(who.pupil_id, courses),) for courses in _by_teacher(who.teachers)),
        ]
    body = lines(
        text("Кому написать о ребёнке: <b>{name}</b>?", name=who.first_name),
        _muted_words(who.mute.until) if who.mute is not None else None,
    )
    return Screen(
        body,
        (
            *people[:_TEACHERS],
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
    return Screen(body, (*rows[:_TEACHERS], (back, menu_button())))


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
        return _teacher(first, _to(pupil_id, first.course_id, first.teacher.person_id))
    subjects = ", ".join((first.subject, *(subject_words(one.subject) for one in others)))
    subjects = cut(subjects, BUTTON_LIMIT)
    words = label("{subject} · {name}", subject=subjects, name=with_initials(first.teacher))
    return Button(words, ChooseSubject(pupil_id=pupil_id, staff_id=first.teacher.person_id))


def _to(pupil_id: int, course_id: int, staff_id: int) -> WriteToPerson:
    return WriteToPerson(pupil_id=pupil_id, course_id=course_id, staff_id=staff_id)


def _class_teacher(one: Colleague, action: WriteToPerson | SendDraft) -> Button:
    name = cut(with_initials(one), BUTTON_LIMIT)
    return Button(label("Классный руководитель, {name}", name=name), action)


def _teacher(one: CourseTeacherRow, action: WriteToPerson | SendDraft) -> Button:
    subject = cut(one.subject, BUTTON_LIMIT)
    return Button(label("{subject} · {name}", subject=subject, name=with_initials(one.teacher)), action)


def which_addressee_screen(draft_id: int, words: str, files: int, who: Addressees) -> Screen:
    """A message came without anybody named: it is kept, and somebody is chosen."""
    people: list[Row] = []
    if who.mute is None:
        people = [
            *(
                (_class_teacher(one, SendDraft(draft_id=draft_id, course_id=0, staff_id=one.person_id)),)
                for one in who.class_teachers
            ),
            *(
                (
                    _teacher(
                        one,
                        SendDraft(draft_id=draft_id, course_id=one.course_id, staff_id=one.teacher.person_id),
                    ),
                )
                for one in who.teachers
            ),
        ]
    administration = SendDraft(draft_id=draft_id, course_id=0, staff_id=0)
    body = lines(
        *_kept(words, files),
        "",
        _muted_words(who.mute.until) if who.mute is not None else None,
        text("Кому передать? Ученик: {name}.", name=who.first_name),
    )
    return Screen(
        body,
        (
            *people[:_TEACHERS],
            (Button(label("Администрация школы"), administration),),
            (Button(label("Помощь по журналу"), SendToHelp(draft_id=draft_id)),),
            (Button(label("Не отправлять"), DropMessage(draft_id=draft_id)),),
        ),
    )


def which_child_screen(draft_id: int, words: str, files: int, children: tuple[Colleague, ...]) -> Screen:
    """The same, before it is known about which child it is."""
    rows = [
        (
            Button(
                cut(one.first_name or one.last_name, BUTTON_LIMIT),
                ChooseDraftPupil(draft_id=draft_id, pupil_id=one.person_id),
            ),
        )
        for one in children
    ]
    return Screen(
        lines(*_kept(words, files), "", text("О ком это сообщение?")),
        (
            *rows,
            (Button(label("Помощь по журналу"), SendToHelp(draft_id=draft_id)),),
            (Button(label("Не отправлять"), DropMessage(draft_id=draft_id)),),
        ),
    )


def _kept(words: str, files: int) -> list[Markup | None]:
    return [
        text("Ваше сообщение:"),
        text("«{words}»", words=cut(words, EXCERPT)) if words else None,
        count("📎 {n} файл", "📎 {n} файлов", files) if files else None,
    ]


def dropped_screen() -> Screen:
    return Screen(text("Хорошо, никому не отправляю."), ((menu_button(),),))


def draft_gone_toast() -> str:
    return label("Это сообщение уже отправлено или изменилось.")


def choose_pupil_screen(found: CoursePupils, page: int) -> Screen:
    """A teacher writes first: about which pupil of the course."""
    shown, page, pages = items_of(found.pupils, page, _PUPILS)
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
    return Screen(asks if rows else nobody, (*rows[:_TEACHERS], (menu_button(),)))


def _family_label(name: str, relation: str, subject: str | None) -> str:
    person = cut(f"{name}, {relation_word(relation)}", BUTTON_LIMIT)
    return person if subject is None else f"{person} · {subject_words(subject)}"


def write_screen(view: ThreadView, zone: ZoneInfo, now: datetime) -> Screen:
    """The next message goes to this reader."""
    about = topic_words(view.thread, view.side)
    body = lines(
        text("Кому: <b>{name}</b>", name=other_side(view.thread, view.side)),
        text("{about}", about=about) if about else None,
        text("{answering}", answering=help_words(view.week)) if _asks_help(view) else None,
        _reads(view, zone, now),
        text("Вопросов без ответа здесь сейчас нет.") if _nothing_waits(view) else None,
        "",
        text("Напишите сообщение. Можно с фото или файлом."),
    )
    back = OpenThread(thread_id=view.thread.thread_id, page=0)
    return Screen(body, ((Button(label("Вся переписка"), back), menu_button()),))


def _asks_help(view: ThreadView) -> bool:
    return view.side is Side.FAMILY and view.thread.desk is Desk.HELP


def _nothing_waits(view: ThreadView) -> bool:
    """At a desk of several a colleague may have answered in the meantime."""
    row = view.thread
    return view.side is Side.SCHOOL and row.staff is None and row.awaits_school_since is None


def need_words_screen() -> Screen:
    """A sticker, a voice or a contact came where words were awaited."""
    return Screen(text("Подойдут текст, фото или файл."), ((menu_button(),),))


def written_screen(written: Written, zone: ZoneInfo, now: datetime) -> Screen:
    """What has become of the message."""
    view = written.view
    name = other_side(view.thread, view.side)
    open_thread = Button(label("Вся переписка"), OpenThread(thread_id=view.thread.thread_id, page=0))
    if not written.reached:
        body = lines(
            text("Не доставлено: <b>{name}</b>", name=name),
            text("Здесь нет чата с ботом, или бот заблокирован. Позвоните; сообщение сохранено в переписке."),
        )
        return Screen(body, (_elsewhere(view), (open_thread, menu_button())))
    body = lines(text("✅ Отправлено: <b>{name}</b>", name=name), _reads(view, zone, now))
    return Screen(body, ((open_thread, menu_button()),))


def _elsewhere(view: ThreadView) -> Row:
    if view.side is Side.FAMILY and view.thread.pupil is not None:
        return (Button(label("Написать другому"), ChooseAddressee(pupil_id=view.thread.pupil.pupil_id)),)
    return ()


def _reads(view: ThreadView, zone: ZoneInfo, now: datetime) -> Markup | None:
    """«Прочитает завтра с 08:00.»"""
    if view.read_from is None:
        return None
    start = from_when(view.read_from, zone, now)
    match view.thread.desk:
        case Desk.HELP:
            return text("Ответим {start}.", start=start)
        case Desk.ADMINISTRATION:
            return text("Прочитают {start}.", start=start)
    staff = view.thread.staff
    name = "" if staff is None else f"{staff.first_name} {staff.middle_name}".strip() or staff.last_name
    return text("{name} прочитает {start}.", name=name, start=start)


def muted_screen(pupil_id: int, until: datetime) -> Screen:
    """Politely: the class teacher takes no messages for now, the administration does."""
    rows = (
        (Button(label("Написать администрации"), _to(pupil_id, 0, 0)),),
        (menu_button(),),
    )
    return Screen(_muted_words(until), rows)


def addressee_left_screen(pupil_id: int) -> Screen:
    """Whoever this thread was with does not read it any more; somebody else does."""
    choose = Button(label("Выбрать, кому написать"), ChooseAddressee(pupil_id=pupil_id))
    return Screen(_left_words(), ((choose,), (menu_button(),)))


def not_passed_on_screen() -> Screen:
    """The same when the words are said already; the question to whom they go comes next."""
    return Screen(lines(_left_words(), text("Сообщение сохранено: его получит тот, кого вы выберете.")))


def _left_words() -> Markup:
    return text("Здесь вам больше не ответят: этот учитель сейчас не работает с вашим ребёнком.")


def _muted_words(until: datetime) -> Markup:
    return text(
        "До {until} учителя этого класса не получают ваших сообщений: так решил классный руководитель. "
        "Администрация школы вас выслушает.",
        until=day_and_month(until.date()),
    )


def week_quoted(monday: date) -> str:
    """A week as what a question is about: «неделя 14–18 сентября»."""
    return label("«Неделя» за {dates}", dates=span(monday, monday + timedelta(days=4)))


def line_quoted(line: str, payload: dict[str, Any]) -> str:
    """A line of a message that left by itself, with the days the message was about."""
    dates = ""
    with suppress(KeyError, TypeError, ValueError):
        dates = day_and_month(date.fromisoformat(payload["date"]))
    with suppress(KeyError, TypeError, ValueError):
        monday = date.fromisoformat(payload["monday"])
        dates = span(monday, monday + timedelta(days=4))
    line = cut(" ".join(line.split()), LINE_LIMIT)
    if not line:
        return ""
    return label("«{line}» за {dates}", line=line, dates=dates) if dates else f"«{line}»"


def edited_screen() -> Screen:
    return Screen(text("Изменение передано: адресат видит новые слова и пометку «изменено»."))
