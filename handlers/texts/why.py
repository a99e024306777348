"""«Почему 4,44?» and «что если»: the arithmetic of an average, shown."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from handlers.callbacks.diary import ShowTermMarks, ShowWhy, WhatIf
from handlers.screen import Button, Screen
from handlers.texts.arithmetic import arithmetic
from handlers.texts.buttons import Row, menu_button
from handlers.texts.diary_words import whose
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.mark_words import mark_symbol, mark_word
from handlers.texts.paging import fitting
from handlers.texts.term_marks import between, weighed
from handlers.texts.words import average_words, cut, day_and_month, number_words, units
from services.errors import NotFound
from services.term_marks import Forecast, KnownMark, NextMark, Supposed, WhatIfView, Why
from services.vocabulary import MarkValue

SUBJECT_LIMIT, WORK_LIMIT, TERM_LIMIT, KIND_LIMIT = 60, 30, 40, 8
_ORDINARY = {"5": MarkValue.FIVE, "4": MarkValue.FOUR, "3": MarkValue.THREE, "2": MarkValue.TWO}
_CONTROL = {"e": MarkValue.FIVE, "d": MarkValue.FOUR, "c": MarkValue.THREE, "b": MarkValue.TWO}


def supposed_of(signs: str) -> list[Supposed]:
    """What the button `WhatIf` carries. Raises NotFound for a sign that no button of ours carries."""
    if not set(signs) <= {*_ORDINARY, *_CONTROL}:
        raise NotFound
    return [
        Supposed(_CONTROL[sign], True) if sign in _CONTROL else Supposed(_ORDINARY[sign], False)
        for sign in signs
    ]


def _sign(one: Supposed) -> str:
    signs = _CONTROL if one.is_control else _ORDINARY
    return next(sign for sign, value in signs.items() if value is one.value)


def why_screen(why: Why) -> Screen:
    """The sum, then what comes next, then the marks one by one, the latest first."""
    said = [*_title(why), *_sum(why), *_forecast(why.subject.forecast, why), *_next(why)]
    head = lines(*said)
    marks = [_mark(mark) for mark in reversed(why.subject.marks)]
    listed = fitting([Markup(""), text("<b>Отметки</b>"), *marks], units(head)) if marks else []
    return Screen(lines(head, *listed), (*_suppose_rows(why, ()), *_leaving(why)))


def _title(why: Why) -> list[Markup]:
    assert why.marks.term is not None
    return [
        whose(why.marks.head),
        text(
            "{subject} · {term}",
            subject=cut(why.subject.subject, SUBJECT_LIMIT),
            term=cut(why.marks.term.name, TERM_LIMIT),
        ),
    ]


def _sum(why: Why) -> list[Markup]:
    subject = why.subject
    found: list[Markup] = [Markup("")]
    if subject.average is None:
        found.append(text("Среднего балла пока нет: нет отметок, которые в него входят."))
    else:
        found += [
            text("<b>Почему {average}?</b>", average=average_words(subject.average.value)),
            arithmetic(subject.average),
        ]
        if why.control is not None:
            found.append(text("Число после × — вес работы."))
    if subject.final is not None:
        found.append(text("Итог: <b>{mark}</b>", mark=mark_word(subject.final)))
    elif subject.average is not None and subject.average.count < why.least:
        found.append(text("Для итоговой отметки нужно не меньше {n}.", n=why.least))
    elif why.stands_for is not None:
        found.append(text("По шкале школы это {mark}.", mark=mark_symbol(why.stands_for)))
    return found


def _forecast(forecast: Forecast | None, why: Why) -> list[Markup]:
    """Likely and possible, as a range."""
    if not why.marks.is_running or why.subject.final is not None:
        return []
    left = count("до конца периода {n} урок", "до конца периода {n} уроков", why.subject.lessons_left)
    if forecast is None:
        return [Markup(""), text("Прогноз: пока рано, отметок мало; {left}.", left=left)]
    return [
        Markup(""),
        text(
            "<b>Прогноз: {marks}</b>, средний {low}–{high}",
            marks=between(forecast.likely),
            low=average_words(forecast.low),
            high=average_words(forecast.high),
        ),
        text(
            "Так выходит в четырёх случаях из пяти, если учиться как сейчас: {left}. Возможно: {marks}.",
            left=left,
            marks=between(forecast.possible),
        ),
    ]


def _next(why: Why) -> list[Markup]:
    if not why.next:
        return []
    title = text("<b>Что если следующая отметка…</b>")
    return [Markup(""), title, *(_outcome(one, why) for one in why.next), *_fives(why)]


def _outcome(one: NextMark, why: Why) -> Markup:
    """«5 → 4,50, к/р → 4,60»."""
    ordinary, control = average_words(one.ordinary), average_words(one.control)
    if why.control is None:
        return text("{mark} → {average}", mark=mark_symbol(one.value), average=ordinary)
    return text(
        "{mark} → {average}, {work} → {control}",
        mark=mark_symbol(one.value),
        average=ordinary,
        work=cut(why.control.short_name, KIND_LIMIT),
        control=control,
    )


def _fives(why: Why) -> list[Markup]:
    if why.fives is None:
        return []
    mark = mark_symbol(why.fives.mark)
    if why.fives.count is None:
        left = count("остался {n} урок", "осталось {n} уроков", why.subject.lessons_left)
        return [
            text(
                "До {mark} одними обычными пятёрками до конца периода не получится: {left}.",
                mark=mark,
                left=left,
            )
        ]
    return [
        count(
            "До {mark} нужна {n} пятёрка.",
            "До {mark} нужно {n} пятёрок подряд.",
            why.fives.count,
            mark=mark,
        )
    ]


def _mark(mark: KnownMark) -> Markup:
    """«14 сентября, к/р № 1: 4×2, «молодец»»."""
    what = {
        "day": day_and_month(mark.day),
        "work": cut(f"{mark.short_kind} {mark.title}".strip(), WORK_LIMIT),
        "mark": weighed(mark),
    }
    if mark.value is MarkValue.DEBT and mark.due_on is not None:
        return text("{day}, {work}: долг до {due}", **what, due=day_and_month(mark.due_on))
    return text("{day}, {work}: <b>{mark}</b>", **what)


def what_if_screen(view: WhatIfView) -> Screen:
    """The average with the marks supposed so far, and buttons that suppose one more."""
    why = view.why
    now = why.subject.average
    supposed = " ".join(_words(one, why) for one in view.supposed)
    said = [
        *_title(why),
        Markup(""),
        text("<b>Что если ещё: {marks}</b>", marks=supposed) if supposed else text("<b>Что если?</b>"),
        text(
            "Средний {now} → <b>{then}</b>",
            now=average_words(now.value) if now else label("нет"),
            then=average_words(view.average.value) if view.average else label("нет"),
        ),
        None if view.average is None else arithmetic(view.average),
        None
        if view.stands_for is None
        else text("По шкале школы это {mark}.", mark=mark_symbol(view.stands_for)),
        text("Больше отметок сразу не добавить.") if view.is_full else None,
    ]
    rows = () if view.is_full else _suppose_rows(why, view.supposed)
    return Screen(lines(*said), (*rows, *_correcting(view), *_leaving(why)))


def _words(one: Supposed, why: Why) -> str:
    symbol = mark_symbol(one.value)
    if not one.is_control or why.control is None:
        return symbol
    return f"{symbol}×{number_words(why.control.weight)}"


def _suppose_rows(why: Why, supposed: tuple[Supposed, ...]) -> tuple[Row, ...]:
    """«5 4 3 2», and the same for a control work where it weighs more."""
    if not why.next:
        return ()

    def button(one: Supposed, words: str) -> Button:
        return Button(words, _what_if(why, (*supposed, one)))

    ordinary = tuple(button(Supposed(one.value, False), f"+ {mark_symbol(one.value)}") for one in why.next)
    if why.control is None or why.control.weight == Decimal(1):
        return (ordinary,)
    work = cut(why.control.short_name, KIND_LIMIT)
    control = tuple(
        button(Supposed(one.value, True), f"+ {work} {mark_symbol(one.value)}") for one in why.next
    )
    return ordinary, control


def _what_if(why: Why, supposed: tuple[Supposed, ...]) -> WhatIf:
    return WhatIf(
        pupil_id=why.marks.head.pupil.pupil_id,
        course_id=why.subject.course_id,
        marks="".join(_sign(one) for one in supposed),
    )


def _correcting(view: WhatIfView) -> tuple[Row, ...]:
    if not view.supposed:
        return ()
    fewer = Button(label("Убрать последнюю"), _what_if(view.why, view.supposed[:-1]))
    return ((fewer, Button(label("Сначала"), _show_why(view.why))),)


def _show_why(why: Why) -> ShowWhy:
    assert why.marks.term is not None
    return ShowWhy(
        pupil_id=why.marks.head.pupil.pupil_id,
        course_id=why.subject.course_id,
        term_id=why.marks.term.term_id,
    )


def _leaving(why: Why) -> tuple[Row, ...]:
    assert why.marks.term is not None
    marks = ShowTermMarks(pupil_id=why.marks.head.pupil.pupil_id, term_id=why.marks.term.term_id)
    return ((Button(label("‹ Отметки"), marks), menu_button()),)
