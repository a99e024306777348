"""A course's plan: how far it has got, its rows, its variants."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.journal import ShowCourse
from handlers.callbacks.plans import (
    AddFirstPlanRow,
    AddPlanRow,
    AssignVariant,
    ChooseVariant,
    OpenPlan,
    SendPlanFile,
    ShowPlanRow,
    ShowPlanRows,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import count, label, label_count, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.plan_words import kind_in_plan
from handlers.texts.words import cut, day_and_month, number_words
from services.plans import CourseRow, PlanRow, PlanView, TaughtRow

ROWS_A_PAGE = 10
LINE_LIMIT = 50
NAME_LIMIT = 40
GROUPS_SHOWN, GROUP_LIMIT = 12, 20
VARIANTS_SHOWN = 30


def course_title(course: CourseRow) -> Markup:
    """«План · Алгебра · 7Б»."""
    parts = [label("План"), cut(course.subject, NAME_LIMIT), cut(course.groups, NAME_LIMIT)]
    if course.subgroup:
        parts.append(label("подгруппа {name}", name=cut(course.subgroup, NAME_LIMIT)))
    return text("<b>{title}</b>", title=" · ".join(parts))


def plan_screen(view: PlanView) -> Screen:
    """How many rows for how many lessons, and how far the course has got; what changes it is for those who
    may edit it."""
    course_id = view.course.course_id
    rows: list[Row] = []
    if view.rows:
        page = view.next_index // ROWS_A_PAGE
        rows.append((Button(label("Темы по порядку"), ShowPlanRows(course_id=course_id, page=page)),))
    elif view.may_edit:
        rows.append((Button(label("Добавить тему"), AddFirstPlanRow(course_id=course_id)),))
    if view.may_edit:
        if any(one.variant != view.course.plan_variant for one in view.variants):
            rows.append((Button(label("Другой вариант…"), ChooseVariant(course_id=course_id)),))
        rows.append((Button(label("Загрузить из файла"), SendPlanFile(course_id=course_id)),))
    rows.append((Button(label("‹ К предмету"), ShowCourse(course_id=course_id)),))
    return Screen(
        lines(course_title(view.course), *_whose(view), "", *_hours(view), *_pace(view)), tuple(rows)
    )


def rows_screen(view: PlanView, page: int) -> Screen:
    """The rows in their order, 🟢 before what the course has had; for those who may edit them each number is
    a button."""
    course_id = view.course.course_id
    shown, page, pages = items_of(view.rows, page, ROWS_A_PAGE)
    editable = shown if view.may_edit else ()
    numbers = [
        Button(str(one.row.number), ShowPlanRow(course_id=course_id, topic_id=one.row.topic_id))
        for one in editable
    ]
    body = lines(
        course_title(view.course),
        count(
            "Пройдена {n} тема из {total}.", "Пройдено {n} тем из {total}.", view.taught, total=len(view.rows)
        ),
        "",
        *(_line(one) for one in shown),
        *(["", text("Нажмите номер, чтобы изменить тему.")] if editable else []),
    )
    return Screen(
        body,
        (
            *in_rows(numbers, 5),
            *turning(page, pages, lambda to: ShowPlanRows(course_id=course_id, page=to)),
            *((add_after(course_id, editable[-1].row),) if editable else ()),
            (Button(label("‹ К плану"), OpenPlan(course_id=course_id)),),
        ),
    )


def variants_screen(view: PlanView) -> Screen:
    """The plans of the subject and grade; a tap makes one of them the course's."""
    course_id = view.course.course_id
    buttons = [
        (
            Button(
                label_count(
                    "{mark}Вариант {name}: {n} тема",
                    "{mark}Вариант {name}: {n} тем",
                    one.rows,
                    mark="✓ " if one.variant == view.course.plan_variant else "",
                    name=cut(one.variant, NAME_LIMIT),
                ),
                AssignVariant(course_id=course_id, topic_id=one.topic_id),
            ),
        )
        for one in view.variants[:VARIANTS_SHOWN]
    ]
    asked = text("По какому варианту учить? Записанные темы останутся как есть.")
    back = Button(label("‹ К плану"), OpenPlan(course_id=course_id))
    return Screen(lines(course_title(view.course), "", asked), (*buttons, (back,)))


def add_after(course_id: int, row: PlanRow) -> Row:
    return (
        Button(
            label("Добавить после № {n}", n=row.number),
            AddPlanRow(course_id=course_id, topic_id=row.topic_id),
        ),
    )


def _whose(view: PlanView) -> list[Markup]:
    variant = cut(view.course.plan_variant, NAME_LIMIT)
    if len(view.groups) < 2:
        return [text("Вариант {variant}.", variant=variant)]
    shown = ", ".join(cut(name, GROUP_LIMIT) for name in view.groups[:GROUPS_SHOWN])
    return [text("Вариант {variant}, по нему учатся {groups}.", variant=variant, groups=shown)]


def _hours(view: PlanView) -> list[Markup]:
    """Hours of the plan against the load (J1)."""
    rows, lessons, hours = len(view.rows), view.pace.lessons, view.course.hours_per_week
    load = text(" ({hours} ч в неделю)", hours=number_words(hours)) if hours else ""
    in_plan = count("В плане {n} тема", "В плане {n} тем", rows) if rows else text("⚪ Плана ещё нет")
    by_timetable = (
        count("по расписанию за год {n} урок", "по расписанию за год {n} уроков", lessons)
        if lessons
        else text("уроков в расписании пока нет")
    )
    said = [text("{plan}, {lessons}{load}.", plan=in_plan, lessons=by_timetable, load=load)]
    if rows and rows < lessons:
        said.append(count("⚪ Не хватает {n} темы.", "⚪ Не хватает {n} тем.", lessons - rows))
    if lessons and rows > lessons:
        said.append(count("⚪ Лишняя {n} тема.", "⚪ Лишних тем: {n}.", rows - lessons))
    if rows < max(lessons, 1):
        late = view.today > view.deadline
        day = day_and_month(view.deadline)
        said.append(
            text("План был нужен до {day} включительно.", day=day)
            if late
            else text("План нужен до {day} включительно.", day=day)
        )
    return said


def _pace(view: PlanView) -> list[Markup | str]:
    """Planned by today, taught, behind (R5 asks for the same at the end of a term)."""
    if not view.rows or not view.pace.due:
        return []
    behind = view.planned - view.taught
    if behind > 0:
        state = count("отстаём на {n} урок", "отстаём на {n} уроков", behind)
    elif behind < 0:
        state = count("опережаем на {n} урок", "опережаем на {n} уроков", -behind)
    else:
        state = text("идём по плану")
    said: list[Markup | str] = [
        "",
        text(
            "По плану на сегодня {planned}, пройдено {taught}: {state}.",
            planned=view.planned,
            taught=view.taught,
            state=state,
        ),
    ]
    short = len(view.rows) - view.taught - view.lessons_ahead
    if short > 0:
        said.append(
            count(
                "До конца года не хватит {n} урока. Объедините темы.",
                "До конца года не хватит {n} уроков. Объедините темы.",
                short,
            )
        )
    return said


def _line(one: TaughtRow) -> Markup:
    words = " · ".join(filter(None, (cut(one.row.topic, LINE_LIMIT), kind_in_plan(one.row))))
    mark = "🟢" if one.taught_on else "·"
    return text("{mark} {n}. {words}", mark=mark, n=one.row.number, words=words)
