"""What a message about the class would write into its lesson; nothing is saved by looking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from db.enums import AttendanceStatus, MarkValue
from db.models import AuditEntry, Group, OutboxMessage, Register, Work, WorkKind
from services.errors import InvalidInput, NotFound
from services.marks.class_message import Answers, Draft, Fate, Topic
from tests.class_message.conftest import STORY, Classroom
from tests.world import MONDAY

ABSENT, LATE = AttendanceStatus.ABSENT, AttendanceStatus.LATE


def fates(draft: Draft, room: Classroom) -> dict[str, list[tuple[str, Fate]]]:
    names = {pupil_id: name for name, pupil_id in room.pupils.items()}
    found: dict[str, list[tuple[str, Fate]]] = {}
    for item in draft.items:
        found.setdefault(names[item.pupil_id], []).append((item.value.value, item.fate))
    return found


async def test_a_preview_saves_nothing(room: Classroom) -> None:
    draft = await room.read(STORY)
    assert len(draft.written) == 31
    for table in (Work, Register, AuditEntry, OutboxMessage):
        assert await room.session.scalar(select(func.count()).select_from(table)) == 0
    assert await room.marks() == {}


async def test_without_a_kind_it_is_work_in_class(room: Classroom) -> None:
    draft = await room.read(STORY)
    assert draft.kind is not None
    assert (draft.kind.name, draft.said_kind) == ("работа на уроке", "")


@pytest.mark.parametrize(
    ("front", "kind", "title"),
    [
        ("к/р:", "контрольная работа", ""),
        ("К.р. № 2:", "контрольная работа", "№ 2"),
        ("за контрольную работу № 3:", "контрольная работа", "№ 3"),
        ("с/р\n", "самостоятельная работа", ""),
        ("пр/р:", "практическая работа", ""),
        ("практическая:", "практическая работа", ""),
        ("изложение:", "сочинение, изложение", ""),
        ("дикт:", "диктант", ""),
        ("Диктант", "диктант", ""),
        ("проект:", "проект", ""),
        ("зачёт:", "зачёт", ""),
        ("домашка:", "домашняя работа", ""),
    ],
)
async def test_the_kind_is_looked_up_in_the_dictionary(
    room: Classroom, front: str, kind: str, title: str
) -> None:
    draft = await room.read(f"{front} Волков 5")
    assert draft.kind is not None
    assert (draft.kind.name, draft.title, len(draft.written)) == (kind, title, 1)


async def test_the_institutions_own_kind_is_known_by_its_name_and_short_name(room: Classroom) -> None:
    await room.world.add(
        WorkKind,
        school_id=room.world.school_id,
        code="recital",
        name="чтение наизусть",
        short_name="наиз",
        weight=1,
        is_control=False,
        position=50,
    )
    for front in ("наиз:", "Чтение наизусть\n"):
        draft = await room.read(f"{front} Волков 5")
        assert draft.kind is not None
        assert draft.kind.name == "чтение наизусть"


async def test_a_kind_that_the_dictionary_lacks_is_asked(room: Classroom) -> None:
    draft = await room.read("проверочная: Волков 5")
    assert (draft.topics, draft.said_kind, draft.kind) == ((Topic.KIND,), "проверочная", None)
    test = next(kind for kind in draft.kinds if kind.name == "тест")
    saved = await room.save("проверочная: Волков 5", Answers(kind_id=test.kind_id))
    assert saved.kind == test
    forged = await room.read("проверочная: Волков 5", Answers(kind_id=10**9))
    assert forged.topics == (Topic.KIND,)


async def test_a_pupil_named_like_a_kind_of_work_is_a_pupil(room: Classroom) -> None:
    await room.world.pupil("Проект Иван", room.group)
    draft = await room.read("Проект: 5")
    assert [(item.value, item.fate) for item in draft.items] == [(MarkValue.FIVE, Fate.WRITTEN)]


async def test_absence_and_mark_of_one_pupil_asks(room: Classroom) -> None:
    draft = await room.read("Волков 5 н, остальные 4")
    assert draft.topics == (Topic.ABSENCE,)
    assert fates(draft, room)["Волков Илья"] == [("absent", Fate.WRITTEN), ("5", Fate.ASKED)]
    allowed = await room.save("Волков 5 н", Answers(despite_absence=True))
    assert allowed.topics == ()
    assert (await room.marks(), await room.absences()) == (
        {"Волков Илья": MarkValue.FIVE},
        {"Волков Илья": ("absent", None)},
    )


async def test_a_mark_for_whom_the_register_shows_absent_asks(room: Classroom) -> None:
    await room.save("Волков н")
    draft = await room.read("всем 4")
    assert draft.topics == (Topic.ABSENCE,)
    without = await room.save("всем 4", Answers(left_out=frozenset({Topic.ABSENCE})))
    assert fates(without, room)["Волков Илья"] == [("4", Fate.LEFT_OUT)]
    assert len(await room.marks()) == 29


async def test_absent_and_late_at_once_is_written_neither_way(room: Classroom) -> None:
    draft = await room.read("Волков н, Волков о, Орлов 5")
    assert [fate for _, fate in fates(draft, room)["Волков Илья"]] == [Fate.CONTRADICTION] * 2
    assert draft.topics == ()


async def test_late_asks_for_minutes(room: Classroom) -> None:
    assert (await room.read("Волков о, Орлов 5")).topics == (Topic.MINUTES,)
    await room.save("Волков о, Орлов о", Answers(late_minutes=10))
    assert await room.absences() == {"Волков Илья": ("late", 10), "Орлов Семён": ("late", 10)}
    with pytest.raises(InvalidInput):
        await room.read("Уварова о", Answers(late_minutes=500))
    left = await room.read("Уварова о, Орлов 5", Answers(left_out=frozenset({Topic.MINUTES})))
    assert [item.value for item in left.written] == [MarkValue.FIVE]


async def test_a_debt_asks_until_when(room: Classroom) -> None:
    assert (await room.read("Волков •")).topics == (Topic.DUE_DAY,)
    await room.save("Волков •", Answers(due_on=MONDAY + timedelta(days=7)))
    assert await room.marks() == {"Волков Илья": MarkValue.DEBT}
    for day in (MONDAY - timedelta(days=1), MONDAY + timedelta(days=400)):
        with pytest.raises(InvalidInput):
            await room.read("Орлов •", Answers(due_on=day))


async def test_the_rest_never_replaces_what_somebody_has(room: Classroom) -> None:
    await room.save("Волков 5, Орлов о", Answers(late_minutes=5))
    draft = await room.read("Иванов 3, остальные 4")
    assert fates(draft, room)["Волков Илья"] == [("4", Fate.KEPT)]
    absent = await room.read("Иванов 3, остальные н")
    assert fates(absent, room)["Орлов Семён"] == [("absent", Fate.KEPT)]


async def test_the_other_candidate_of_an_answered_question_is_of_the_rest(room: Classroom) -> None:
    text = "Ковалев 5, остальные 4"
    asked = await room.read(text)
    assert asked.topics == (Topic.WHO,)
    assert {who.full_name for who in asked.who[0].candidates} == {"Ковалёв Егор", "Ковалев Кирилл"}
    answered = fates(await room.read(text, Answers(who=((room.pupils["Ковалёв Егор"],),))), room)
    assert answered["Ковалёв Егор"] == [("5", Fate.WRITTEN)]
    assert answered["Ковалев Кирилл"] == [("4", Fate.WRITTEN)]
    both = fates(await room.read(text, Answers(who=(None,))), room)
    assert both["Ковалев Кирилл"] == both["Ковалёв Егор"] == [("5", Fate.WRITTEN)]
    nobody = fates(await room.read(text, Answers(who=((),))), room)
    assert not {"Ковалёв Егор", "Ковалев Кирилл"} & nobody.keys()


@pytest.mark.parametrize("stranger", ["Волков Илья", None])
async def test_an_answer_that_was_never_offered_is_no_answer(room: Classroom, stranger: str | None) -> None:
    someone = room.pupils[stranger] if stranger else 10**12
    draft = await room.read("Ковалев 5", Answers(who=((someone,),)))
    assert (draft.topics, draft.answers.who) == ((Topic.WHO,), ())


async def test_in_form_one_there_are_no_marks_but_absences(room: Classroom) -> None:
    await room.session.execute(update(Group).values(grade=1))
    draft = await room.read("Волков 5, Орлов н")
    assert fates(draft, room) == {
        "Волков Илья": [("5", Fate.FORM_ONE)],
        "Орлов Семён": [("absent", Fate.WRITTEN)],
    }


async def test_a_lesson_of_others_is_not_found(room: Classroom) -> None:
    other = await room.world.teacher("Чужая Анна")
    with pytest.raises(NotFound):
        await room.messages.read(
            actor=await room.world.actor(other),
            account=await room.world.account_of(other),
            lesson_id=room.lesson,
            text=STORY,
        )


async def test_a_lesson_ahead_has_no_marks_yet(room: Classroom) -> None:
    room.clock.set("09:30")
    with pytest.raises(InvalidInput):
        await room.read(STORY)


async def test_a_message_of_nonsense_says_nothing(room: Classroom) -> None:
    for text in ("", "спасибо!", "абракадабра 5 " * 290, "🤡" * 2048, "<b>5</b>", "\u202e5 воклоВ"):
        draft = await room.read(text)
        assert not draft.says_something
        assert draft.written == ()
