"""A pupil who is failing (C4): to guardians and to the class teacher."""

from __future__ import annotations

from handlers.callbacks.diary import OpenWhy, ShowDiaries, ShowTermMarks
from handlers.callbacks.threads import WriteToTeacher
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row
from handlers.texts.homework_notices import whose
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import average_words, cut, day_and_month, initials, short_name
from services.notifications.failing import FailingClass, FailingPupil, Low
from services.settings import PersonalData

SUBJECTS_SHOWN = 12
PUPILS_SHOWN = 30


def failing_pupil_screen(view: FailingPupil) -> Screen:
    """What is low, why, and whom to ask."""
    shown = view.subjects[:SUBJECTS_SHOWN]
    pupil_id, term_id = view.pupil.pupil_id, shown[0].term_id
    if view.personal_data is PersonalData.NONE:
        show = ShowTermMarks(pupil_id=pupil_id, term_id=term_id)
        return Screen(text("Есть новое в дневнике."), ((Button(label("Показать"), show),),))
    rows: list[Row] = []
    for low in shown:
        why = OpenWhy(pupil_id=pupil_id, course_id=low.course_id, term_id=low.term_id)
        write = WriteToTeacher(pupil_id=pupil_id, course_id=low.course_id, monday=0)
        rows += [
            (Button(label("Почему {average}? {subject}", **_said(low)), why),),
            (Button(label("Написать учителю: {subject}", subject=cut(low.subject, 30)), write),),
        ]
    return Screen(
        lines(
            whose(view.pupil, view.personal_data),
            text(
                "Низкий средний балл за период «{term}», на {day}:",
                term=cut(shown[0].term, 40),
                day=day_and_month(view.on),
            ),
            *(text("• {subject}: <b>{average}</b>, отметок: {marks}", **_said(low)) for low in shown),
            "",
            text("Посмотрите, из чего он сложился, или спросите учителя, как исправить."),
        ),
        tuple(rows),
    )


def failing_class_screen(view: FailingClass) -> Screen:
    """Those whom the class teacher has not been told of in this term."""
    diaries = (Button(label("Дневники класса"), ShowDiaries(group_id=view.group_id, page=0)),)
    if view.personal_data is PersonalData.NONE:
        return Screen(text("В вашем классе есть новые ученики с низким средним баллом."), (diaries,))
    shown = view.low[:PUPILS_SHOWN]
    more = len(view.low) - len(shown)
    names = [_name(low, view.personal_data) for low in shown]
    return Screen(
        lines(
            text("<b>{group}: низкий средний балл</b>", group=cut(shown[0].group, 20)),
            text("Впервые за этот период, на {day}:", day=day_and_month(view.on)),
            *(
                text("• {name} — {subject}: <b>{average}</b>", name=name, **_said(low))
                for name, low in zip(names, shown, strict=True)
            ),
            text("…и ещё: {n}", n=more) if more else None,
            "",
            text("Родителям в боте тоже пишем, если они этого не отключили."),
        ),
        (diaries,),
    )


def _said(low: Low) -> dict[str, object]:
    return {"subject": cut(low.subject, 30), "average": average_words(low.average), "marks": low.marks}


def _name(low: Low, personal_data: PersonalData) -> str:
    if personal_data is PersonalData.INITIALS:
        return initials(low.last_name, low.first_name)
    return cut(short_name(low.last_name, low.first_name), 40)
