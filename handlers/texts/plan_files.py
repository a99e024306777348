"""A plan sent as a file: what is asked for, what is wrong with it, what saving it would change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from handlers.callbacks.plans import OpenPlan, SavePlanFile
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import page_of
from handlers.texts.plans import NAME_LIMIT, course_title
from handlers.texts.words import cut
from services.plan_files import PlanFile, Problem
from services.plans import CourseRow

Say = Callable[[Problem], str]
"""The sentence for what is wrong with a file, with its place: those of `zvonok school import`."""
PROBLEM_LIMIT = 500
NOTES_SHOWN, NOTE_LIMIT = 3, 120
VARIANTS_SHOWN, VARIANT_LIMIT = 4, 30


def send_file_screen(course: CourseRow) -> Screen:
    """What to send."""
    body = lines(
        course_title(course),
        "",
        text("Пришлите файл: книгу .xlsx или таблицу .csv."),
        text("Нужны столбцы «Предмет», «Параллель», «№» и «Тема»."),
        text("Можно добавить «Вариант», «Вид» и «Домашнее задание»."),
        text("Сначала покажу, что прочитал. Без вашего «да» ничего не изменится."),
    )
    return Screen(body, (_back(course),))


def read_file_screen(file: PlanFile, say: Say) -> Screen:
    """What was read: every problem, or what would change and the button that does it."""
    if file.errors:
        return _with_problems(file, say)
    if file.changes is None:
        return Screen(
            lines(
                course_title(file.course),
                "",
                text(
                    "В файле нет тем для «{subject}» в {grade}-х классах.",
                    subject=cut(file.course.subject, NAME_LIMIT),
                    grade=file.course.grade,
                ),
                text("Проверьте столбцы «Предмет» и «Параллель» и пришлите файл снова."),
            ),
            (_back(file.course),),
        )
    body = lines(course_title(file.course), "", *_read(file), *_notes(file, say), "", text("Заменить план?"))
    save = Button(label("Заменить план"), SavePlanFile(course_id=file.course.course_id))
    return Screen(body, ((save,), _back(file.course)))


def saved_file_screen(file: PlanFile) -> Screen:
    """After «Заменить план»."""
    body = lines(course_title(file.course), "", text("🟢 План сохранён."), *_read(file))
    return Screen(body, (_back(file.course),))


def _with_problems(file: PlanFile, say: Say) -> Screen:
    problems = [text("• {problem}", problem=cut(say(one), PROBLEM_LIMIT)) for one in file.errors]
    shown, _, _ = page_of(problems, 0, reserved=1000)
    left = len(problems) - len(shown)
    body = lines(
        course_title(file.course),
        "",
        count(
            "В файле {n} ошибка, план не изменился:", "В файле {n} ошибок, план не изменился:", len(problems)
        ),
        *shown,
        count("…и ещё {n} ошибка.", "…и ещё {n} ошибок.", left) if left else None,
        "",
        text("Исправьте и пришлите файл снова."),
    )
    return Screen(body, (_back(file.course),))


def _read(file: PlanFile) -> list[Markup]:
    assert file.changes is not None
    said = [
        count(
            "Вариант {name}: прочитана {n} тема.",
            "Вариант {name}: прочитано {n} тем.",
            rows,
            name=cut(variant, VARIANT_LIMIT),
        )
        for variant, rows in file.variants[:VARIANTS_SHOWN]
    ]
    changes = file.changes
    said.append(
        text(
            "Новых {created}, изменено {changed}, убрано {ended}, без изменений {unchanged}.",
            created=changes.created,
            changed=changes.changed,
            ended=changes.ended,
            unchanged=changes.unchanged,
        )
    )
    if file.taught_and_gone:
        said.append(
            count(
                "Из убранных уже пройдена {n}: в журнале она останется.",
                "Из убранных уже пройдено {n}: в журнале они останутся.",
                file.taught_and_gone,
            )
        )
    if file.passed_over:
        said.append(
            count(
                "Пропущена {n} строка о других предметах и параллелях.",
                "Пропущено {n} строк о других предметах и параллелях.",
                file.passed_over,
            )
        )
    if all(variant != file.course.plan_variant for variant, _ in file.variants):
        said.append(
            text(
                "Курс сейчас идёт по варианту {name}: после замены выберите другой.",
                name=cut(file.course.plan_variant, VARIANT_LIMIT),
            )
        )
    return said


def _notes(file: PlanFile, say: Say) -> Sequence[Markup | str]:
    if not file.notes:
        return ()
    shown = (text("• {note}", note=cut(say(one), NOTE_LIMIT)) for one in file.notes[:NOTES_SHOWN])
    return "", text("Обратите внимание:"), *shown


def _back(course: CourseRow) -> Row:
    return (Button(label("‹ К плану"), OpenPlan(course_id=course.course_id)),)
