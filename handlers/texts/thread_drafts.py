"""Words of a guardian that nobody asked for: about which child, to whom (C1)."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.threads import (
    ChooseDraftPupil,
    DropMessage,
    SendDraft,
    SendToHelp,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.thread_addressees import (
    BUTTON_LIMIT,
    TEACHERS,
    class_teacher_label,
    muted_words,
    teacher_label,
)
from handlers.texts.words import cut
from services.threads.views import (
    Addressees,
    Colleague,
)

EXCERPT = 300


def which_addressee_screen(draft_id: int, words: str, files: int, who: Addressees) -> Screen:
    """A message came without anybody named: it is kept, and somebody is chosen."""
    people: list[Row] = []
    if who.mute is None:
        people = [
            *(
                (class_teacher_label(one, SendDraft(draft_id=draft_id, course_id=0, staff_id=one.person_id)),)
                for one in who.class_teachers
            ),
            *(
                (
                    teacher_label(
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
        muted_words(who.mute.until) if who.mute is not None else None,
        text("Кому передать? Ученик: {name}.", name=who.first_name),
    )
    return Screen(
        body,
        (
            *people[:TEACHERS],
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
