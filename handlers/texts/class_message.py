"""A message about the whole class: what was understood, and what becomes of it (J4; product.md, idea 2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from handlers.callbacks.class_message import (
    AskAnew,
    ChooseMessageLesson,
    DropClassMessage,
    RetypeClassMessage,
    SaveClassMessage,
    ShowClassMessage,
)
from handlers.callbacks.lessons import ShowLesson
from handlers.callbacks.marks import OpenMarks
from handlers.callbacks.register import OpenRegister
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row
from handlers.texts.class_message_questions import question_lines, question_rows
from handlers.texts.class_message_words import change, names_in, quoted, symbol
from handlers.texts.i18n import count, label, label_count, lines, text
from handlers.texts.register import fit
from handlers.texts.words import cut, day_and_month
from services.lessons import LessonRow
from services.marks.class_message import Answers, Draft, Fate, Item
from services.vocabulary import AttendanceStatus

EXAMPLE = "к/р: Иванов 5, Петровой 4 3, сидоренк 3, Роман З. н, остальные 4"
TEXT_SHOWN = 3000
PIECES_SHOWN = 12
PIECE_LIMIT = 60


def ask_screen(lesson: LessonRow) -> Screen:
    """How to write; the next message is read."""
    body = lines(
        _title(lesson),
        text("Напишите отметки классу одним сообщением, как коллеге. Например:"),
        text("<code>{example}</code>", example=label(EXAMPLE)),
        "",
        text("Можно номерами из списка: <code>{example}</code>", example="1-5 2-4 3-н"),
        text("Сначала покажу, что понял; запишу после «Записать»."),
    )
    return Screen(body, ((_to_lesson(lesson),),))


def retype_screen(draft: Draft, draft_id: int, typed: str) -> Screen:
    """The message again, to be copied with one touch."""
    short = len(escape(typed)) <= TEXT_SHOWN
    body = lines(
        _title(draft.lesson),
        text("Исправьте и пришлите ещё раз. Ваше сообщение, коснитесь, чтобы скопировать:")
        if short
        else text("Исправьте ваше сообщение и пришлите ещё раз."),
        text("<code>{typed}</code>", typed=typed) if short else None,
    )
    return Screen(body, ((Button(label("‹ Назад"), ShowClassMessage(draft_id=draft_id)),),))


def choose_lesson_screen(lessons: Sequence[LessonRow], draft_id: int) -> Screen:
    rows = tuple(
        (
            Button(
                cut(f"{label('{n} урок', n=lesson.number)} · {lesson.groups} · {lesson.subject}", 60),
                ChooseMessageLesson(draft_id=draft_id, lesson_id=lesson.lesson_id),
            ),
        )
        for lesson in lessons
    )
    return Screen(text("Похоже на отметки. О каком они уроке?"), (*rows, (_drop(draft_id),)))


def draft_screen(draft: Draft, draft_id: int, notice: Markup | None = None) -> Screen:
    """The preview: the table, what is left out and why, and the next question."""
    body = lines(
        _title(draft.lesson, draft),
        _work(draft),
        notice,
        "",
        *_table(draft),
        *_exceptions(draft, text("Исправлю: {what}", what=_corrected(draft))),
        *question_lines(draft),
    )
    last: list[Row] = []
    if draft.written and not draft.topics:
        save = SaveClassMessage(draft_id=draft_id, version=draft.version)
        last.append((Button(label("Записать"), save),))
    if draft.answers != Answers():
        last.append((Button(label("Ответить заново"), AskAnew(draft_id=draft_id)),))
    retype = Button(label("Исправить текстом"), RetypeClassMessage(draft_id=draft_id))
    return Screen(fit(body), (*question_rows(draft, draft_id), *last, (retype, _drop(draft_id))))


def changed_notice() -> Markup:
    return text("⚠️ Журнал с тех пор изменился, ничего не записано. Вот как будет теперь:")


def saved_screen(draft: Draft) -> Screen:
    """«Записано: 26 отметок, 2 Н»."""
    marks = [item for item in draft.written if item.column is not None]
    absent = [item for item in draft.written if item.value is AttendanceStatus.ABSENT]
    late = [item for item in draft.written if item.value is AttendanceStatus.LATE]
    said = [
        label_count("{n} отметка", "{n} отметок", len(marks)) if marks else "",
        label("{n} Н", n=len(absent)) if absent else "",
        label("{n} О", n=len(late)) if late else "",
    ]
    body = lines(
        _title(draft.lesson, draft),
        _work(draft) if marks else None,
        "",
        text("Записано: {what}.", what=", ".join(filter(None, said))),
        None if draft.is_register_taken else text("⚪ Перекличка не проведена"),
        *_exceptions(draft, text("Исправлено: {what}", what=_corrected(draft))),
    )
    lesson_id = draft.lesson.lesson_id
    row = (Button(label("Отметки"), OpenMarks(lesson_id=lesson_id)), _to_lesson(draft.lesson))
    register = Button(label("Перекличка"), OpenRegister(lesson_id=lesson_id))
    return Screen(fit(body), (row,) if draft.is_register_taken else ((register,), row))


def dropped_screen(lesson_id: int | None) -> Screen:
    rows = () if lesson_id is None else ((Button(label("‹ К уроку"), ShowLesson(lesson_id=lesson_id)),),)
    return Screen(text("Хорошо, ничего не записано."), rows)


def already_saved_toast() -> str:
    return label("Это сообщение уже записано")


def _title(lesson: LessonRow, draft: Draft | None = None) -> Markup:
    parts = [lesson.groups, lesson.subject, label("{n} урок", n=lesson.number)]
    if draft is None or lesson.date != draft.today:
        parts.append(day_and_month(lesson.date))
    return text("<b>{title}</b>", title=" · ".join(parts))


def _work(draft: Draft) -> Markup | None:
    if draft.kind is None:
        return None
    return text("Работа: {kind}", kind=f"{draft.kind.name} {draft.title}".strip())


def _table(draft: Draft) -> list[Markup]:
    """Marks with those who get them: «5  Иванов П., Алиева С.», «4  остальные (19)»."""
    names = names_in(draft)
    new = [item for item in draft.written if item.before is None]
    if not draft.written:
        return [] if draft.topics else [text("Записывать нечего.")]
    of_pupil: dict[int, list[Item]] = {}
    for item in new:
        of_pupil.setdefault(item.pupil_id, []).append(item)
    groups: dict[str, list[tuple[int, bool]]] = {}
    for pupil_id, items in of_pupil.items():
        said = " ".join(symbol(item.value, draft.answers) for item in items)
        groups.setdefault(said, []).append((pupil_id, items[0].is_rest))
    understood = len({item.pupil_id for item in draft.written})
    title = count(
        "Понял: {n} ученик из {total}", "Понял: {n} учеников из {total}", understood, total=len(names)
    )
    return [
        title,
        *(
            text("<b>{said}</b>  {whom}", said=said, whom=_whom(who, names))
            for said, who in sorted(groups.items(), key=_order)
        ),
    ]


def _order(group: tuple[str, list[tuple[int, bool]]]) -> tuple[bool, str]:
    """Fives first, letters last."""
    said, _ = group
    return not said[0].isdigit(), "".join(str(9 - int(c)) if c.isdigit() else c for c in said)


def _whom(who: Iterable[tuple[int, bool]], names: dict[int, str]) -> str:
    who = list(who)
    named = [names[pupil_id] for pupil_id, is_rest in who if not is_rest]
    rest = sum(is_rest for _, is_rest in who)
    return ", ".join([*named, *([label("остальные ({n})", n=rest)] if rest else [])])


def _corrected(draft: Draft) -> str:
    names = names_in(draft)
    return ", ".join(change(item, names, draft.answers) for item in draft.written if item.before)


def _exceptions(draft: Draft, corrected: Markup) -> list[Markup]:
    """Everything of the message that is not in the table, each with the reason."""
    names = names_in(draft)

    def those(fate: Fate) -> str:
        items = [item for item in draft.items if item.fate is fate]
        return ", ".join(f"{names[item.pupil_id]} {symbol(item.value, draft.answers)}" for item in items)

    twice = ", ".join(
        dict.fromkeys(names[item.pupil_id] for item in draft.items if item.fate is Fate.CONTRADICTION)
    )
    sections = [
        (_corrected(draft), corrected),
        (those(Fate.STANDS), text("Уже стоит: {what}", what=those(Fate.STANDS))),
        (_kept(draft), text("Остаётся как было: {what}", what=_kept(draft))),
        (those(Fate.EXEMPT), text("Освобождены, не записывать: {what}", what=those(Fate.EXEMPT))),
        (those(Fate.LEFT_OUT), text("Не записывать: {what}", what=those(Fate.LEFT_OUT))),
        (those(Fate.LOCKED), text("🔒 Закрыты, открыть их может завуч: {what}", what=those(Fate.LOCKED))),
        (those(Fate.FORM_ONE), text("В 1 классе отметок не ставят: {what}", what=those(Fate.FORM_ONE))),
        (twice, text("Сказано и «н», и «о», не записать: {whom}", whom=twice)),
        (_without(draft, names), text("Без отметки: {who}", who=_without(draft, names))),
        (_unmatched(draft), text("Не узнал: {what}", what=_unmatched(draft))),
    ]
    said = [sentence for what, sentence in sections if what]
    return [Markup(), *said] if said else []


def _kept(draft: Draft) -> str:
    names = names_in(draft)
    kept = [item for item in draft.items if item.fate is Fate.KEPT]
    return ", ".join(
        f"{names[item.pupil_id]} {symbol(item.before, draft.answers) if item.before else label('на месте')}"
        for item in kept
    )


def _without(draft: Draft, names: dict[int, str]) -> str:
    """Whom «остальные» leaves out though nothing else is said of them."""
    if draft.who or not any(item.is_rest for item in draft.items):
        return ""
    said = {item.pupil_id for item in draft.items}
    return ", ".join(name for pupil_id, name in names.items() if pupil_id not in said)


def _unmatched(draft: Draft) -> str:
    shown = [quoted(piece, PIECE_LIMIT) for piece in draft.unmatched[:PIECES_SHOWN]]
    left = len(draft.unmatched) - len(shown)
    return ", ".join([*shown, *([label("и ещё {n}", n=left)] if left else [])])


def _to_lesson(lesson: LessonRow) -> Button:
    return Button(label("‹ К уроку"), ShowLesson(lesson_id=lesson.lesson_id))


def _drop(draft_id: int) -> Button:
    return Button(label("Отмена"), DropClassMessage(draft_id=draft_id))
