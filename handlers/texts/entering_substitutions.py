"""Entering substitutions (S5): who gives which lesson of an absent teacher instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from handlers.callbacks.substitutions import (
    AskAbsentDays,
    ChooseAbsent,
    ChooseForAll,
    ChooseSubstitute,
    SaveSubstitutions,
    SetForAll,
    SetSubstitute,
    ShowAbsence,
)
from handlers.screen import Button, Screen
from handlers.texts.absence_words import period
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.lessons import place
from handlers.texts.paging import items_of, turning
from handlers.texts.substitutions import NAME_LIMIT, NAMES_A_PAGE, colleague_name, to_register
from handlers.texts.words import cut, full_name, short_day
from services.lessons import LessonRow
from services.substitutions import Absence, Candidate, Choices, Colleague, Saved

LESSONS_A_PAGE = 8


@dataclass(frozen=True, slots=True)
class AbsenceDraft:
    """An absence with what was chosen for its lessons so far."""

    absence: Absence
    choices: Choices

    @property
    def ids(self) -> dict[str, int]:
        """What every button of the absence carries."""
        return {
            "teacher_id": self.absence.teacher.person_id,
            "starts_on": self.absence.first.toordinal(),
            "ends_on": self.absence.last.toordinal(),
        }

    def substitute(self, lesson: LessonRow) -> Colleague | None:
        person_id = self.absence.chosen(lesson, self.choices)
        return None if person_id is None else self.absence.colleagues.get(person_id)

    def changed(self) -> int:
        """Lessons whose substitution will be another than it is."""
        return sum(
            self.absence.chosen(lesson, self.choices) != self.absence.in_force(lesson)
            for lesson in self.absence.lessons
        )


def absence_screen(draft: AbsenceDraft, page: int) -> Screen:
    """Every lesson with who will give it, as it will be saved."""
    absence = draft.absence
    back: Row = (Button(label("‹ Другие дни"), AskAbsentDays(teacher_id=absence.teacher.person_id)),)
    if not absence.lessons:
        return Screen(
            lines(*_title(absence), "", text("По расписанию уроков в эти дни нет.")),
            (back, (to_register(),)),
        )
    shown, page, pages = items_of(absence.lessons, page, LESSONS_A_PAGE)
    opens = (
        (
            Button(
                f"{_when(draft.absence, lesson)} · {cut(lesson.groups, 20)}",
                ChooseSubstitute(**draft.ids, lesson_id=lesson.lesson_id, page=0),
            ),
        )
        for lesson in shown
    )
    changed = draft.changed()
    save: tuple[Row, ...] = (
        ((Button(label("Записать ({n})", n=changed), SaveSubstitutions(**draft.ids)),),) if changed else ()
    )
    body = lines(*_title(absence), "", *(_lesson(draft, lesson) for lesson in shown), _summary(draft))
    return Screen(
        body,
        (
            *opens,
            *turning(page, pages, lambda to: ShowAbsence(**draft.ids, page=to)),
            (Button(label("Один на все уроки…"), ChooseForAll(**draft.ids, page=0)),),
            *save,
            back,
        ),
    )


def choose_substitute_screen(
    draft: AbsenceDraft, lesson: LessonRow, candidates: Sequence[Candidate], page: int
) -> Screen:
    """Who is free at the time of a lesson."""
    shown, page, pages = items_of(candidates, page, NAMES_A_PAGE)
    chosen = draft.absence.chosen(lesson, draft.choices)
    ids = draft.ids | {"lesson_id": lesson.lesson_id}
    names = (
        Button(
            _mark(one, chosen=one.colleague.person_id == chosen) + colleague_name(one.colleague),
            SetSubstitute(**ids, substitute_id=one.colleague.person_id),
        )
        for one in shown
    )
    body = lines(
        *_title(draft.absence),
        _when(draft.absence, lesson),
        place(lesson),
        "",
        _who_stands_here(shown),
    )
    return Screen(
        body,
        (
            *in_rows(names, 2),
            *turning(page, pages, lambda to: ChooseSubstitute(**ids, page=to)),
            (Button(label("Без замены"), SetSubstitute(**ids, substitute_id=0)),),
            (Button(label("‹ Назад"), ShowAbsence(**draft.ids, page=page_of(draft, lesson))),),
        ),
    )


def choose_for_all_screen(draft: AbsenceDraft, candidates: Sequence[Candidate], page: int) -> Screen:
    """Who is free for most of the lessons."""
    shown, page, pages = items_of(candidates, page, NAMES_A_PAGE)
    total = len(lessons_for_all(draft))
    names = (
        Button(
            label(
                "{name} · {n} из {total}",
                name=_mark(one) + colleague_name(one.colleague),
                n=one.lessons,
                total=total,
            ),
            SetForAll(**draft.ids, substitute_id=one.colleague.person_id),
        )
        for one in shown
    )
    body = lines(
        *_title(draft.absence),
        text("Кто проведёт все уроки, на которые свободен?"),
        "",
        _who_stands_here(shown),
    )
    return Screen(
        body,
        (
            *in_rows(names, 1),
            *turning(page, pages, lambda to: ChooseForAll(**draft.ids, page=to)),
            (Button(label("‹ Назад"), ShowAbsence(**draft.ids, page=0)),),
        ),
    )


def saved_screen(saved: Saved) -> Screen:
    """It is written down, and who is to be told by mouth."""
    draft = AbsenceDraft(saved.absence, {})
    names = ", ".join(colleague_name(colleague) for colleague in saved.unreachable)
    given = [lesson for lesson in saved.absence.lessons if saved.absence.in_force(lesson)]
    shown, _, pages = items_of(given, 0, LESSONS_A_PAGE)
    body = lines(
        *_title(saved.absence),
        "",
        *(_lesson(draft, lesson) for lesson in shown),
        text("…") if pages > 1 else None,
        count("Записано {n} замещение.", "Записано {n} замещений.", saved.entered) if saved.entered else None,
        count("Отменено {n} замещение.", "Отменено {n} замещений.", saved.revoked) if saved.revoked else None,
        None if saved.entered or saved.revoked else text("Всё так и записано."),
        text("Не в боте, скажите сами: {names}", names=names) if names else None,
    )
    again = Button(label("Ещё замещение"), ChooseAbsent(page=0))
    return Screen(body, ((again,), (to_register(),)))


def lessons_for_all(draft: AbsenceDraft) -> list[LessonRow]:
    """«Один на все»: every lesson that is not to stay without a substitute."""
    return [
        lesson
        for lesson in draft.absence.lessons
        if draft.choices.get(lesson.lesson_id, lesson.substitute_id or lesson.teacher_id) is not None
    ]


def page_of(draft: AbsenceDraft, lesson: LessonRow) -> int:
    """The page of the absence that a lesson stands on."""
    return draft.absence.lessons.index(lesson) // LESSONS_A_PAGE


def chosen_toast(draft: AbsenceDraft, lesson: LessonRow) -> str:
    substitute = draft.substitute(lesson)
    return label("Без замены") if substitute is None else colleague_name(substitute)


def chosen_for_all_toast(n: int) -> str:
    return label("Выбрано уроков: {n}", n=n)


def _title(absence: Absence) -> tuple[Markup, Markup | str]:
    name = cut(full_name(absence.teacher), NAME_LIMIT)
    return text("<b>{name}</b>", name=name), period(absence.first, absence.last)


def _when(absence: Absence, lesson: LessonRow) -> str:
    """«пн 14.09 · 3 урок»; without the day when there is only one."""
    name = label("{n} урок", n=lesson.number)
    return name if absence.first == absence.last else f"{short_day(lesson.date)} · {name}"


def _lesson(draft: AbsenceDraft, lesson: LessonRow) -> Markup:
    substitute = draft.substitute(lesson)
    if substitute is not None:
        who = text("→ {name}", name=colleague_name(substitute))
    elif lesson.lesson_id in draft.choices:
        who = text("— без замены")
    else:
        who = text("⚪ не выбрано")
    return text(
        "{when} · {place}\n    {who}",
        when=_when(draft.absence, lesson),
        place=cut(f"{lesson.groups} · {lesson.subject}", NAME_LIMIT),
        who=who,
    )


def _summary(draft: AbsenceDraft) -> Markup | None:
    if draft.changed():
        return text("\nПроверьте и нажмите «Записать»: замещающие получат сообщение.")
    return text("\nНажмите на урок, чтобы выбрать, кто его проведёт.")


def _who_stands_here(candidates: Sequence[Candidate]) -> Markup:
    if not candidates:
        return text("Свободных учителей в это время нет.")
    return text("Занятых здесь нет. ★ — ведёт этот же предмет.")


def _mark(candidate: Candidate, *, chosen: bool = False) -> str:
    return ("✓ " if chosen else "") + ("★ " if candidate.same_subject else "")
