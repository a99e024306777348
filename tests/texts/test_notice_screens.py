"""Notice settings, the evening's message and failing pupils, as they are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from db.enums import MarkValue
from handlers.callbacks.notice_settings import Part
from handlers.texts.evening_day import evening_day_screen
from handlers.texts.failing import failing_class_screen, failing_pupil_screen
from handlers.texts.notice_settings import mode_screen, notice_settings_screen, part_screen, type_quiet_screen
from handlers.texts.notice_words import part_line, topic_line
from services.notice_settings import NoticeSettings
from services.notifications.debt_reminder import DebtReminder, DebtRow
from services.notifications.evening_day import EveningDay
from services.notifications.failing import FailingClass, FailingPupil, Low
from services.notifications.homework_day import DayTask, HomeworkDay, NamedPupil
from services.notifications.marks_day import GivenMark, MarksDay, Stood, Told
from services.notifications.wishes import Wishes
from services.settings import PersonalData, Preset, resolve
from services.vocabulary import NoticeMode, NoticeTopic
from tests.golden import Golden
from tests.world import MONDAY, moment

SCHOOL = resolve(Preset.KLYUCHI, {})
OWN = SCHOOL.model_copy(update={"quiet_from": time(21, 30), "evening_time": time(19)})
MODES = {NoticeTopic.MARKS: NoticeMode.EVENING, NoticeTopic.HOMEWORK: NoticeMode.OFF}
MOTHER = NoticeSettings(Wishes(OWN, MODES), SCHOOL, tuple(NoticeTopic), None)
TEACHER = NoticeSettings(Wishes(SCHOOL, {}), SCHOOL, (), None)
PUPIL = NamedPupil(7, 1, "Иванов", "Пётр", "7Б", "Europe/Moscow")
LOW = Low(7, "Иванов", "Пётр", "7Б", 3, "1 четверть", 5, "Алгебра", 6, Decimal("2.33"))


def test_a_familys_settings(golden: Golden) -> None:
    golden("notices/settings", notice_settings_screen(MOTHER))
    golden("notices/settings_done", notice_settings_screen(MOTHER, topic_line(NoticeTopic.MARKS, MOTHER)))
    golden("notices/settings_of_staff", notice_settings_screen(TEACHER))
    private = replace(MOTHER, school=SCHOOL.model_copy(update={"personal_data": PersonalData.NONE}))
    assert "Имя ребёнка" not in str(notice_settings_screen(private).rows), "there is nothing to choose"


@pytest.mark.parametrize("topic", list(NoticeTopic))
def test_the_modes_of_a_topic(golden: Golden, topic: NoticeTopic) -> None:
    golden(f"notices/modes_{topic}", mode_screen(MOTHER, topic))


@pytest.mark.parametrize("part", list(Part))
def test_each_part(golden: Golden, part: Part) -> None:
    golden(f"notices/part_{part}", part_screen(MOTHER, part))
    assert part_line(part, MOTHER)


def test_hours_are_typed(golden: Golden) -> None:
    golden("notices/type_quiet", type_quiet_screen())


def evening(marks: int, tasks: int, personal_data: PersonalData) -> EveningDay:
    told = tuple(
        Told(
            GivenMark("Алгебра <b>и</b> начала анализа", "Работа на уроке", "", MONDAY, ()),
            Stood(moment("10:20"), MarkValue.FOUR, None, "Молодец! " * 12),
            None,
        )
        for _ in range(marks)
    )
    homework = tuple(
        DayTask(
            homework_id=number,
            subject="Русский язык",
            text="Упражнение 112 " * 40,
            due_on=MONDAY + timedelta(days=1),
            due_number=4,
            own=False,
            files=1,
            set_at=moment("10:40"),
            changed_at=None,
            withdrawn_at=None,
        )
        for number in range(1, tasks + 1)
    )
    debt = DebtRow(7, "Иванов", "Пётр", 9, 5, "7Б", "Физика", "контрольная работа", "№ 2", date(2026, 9, 15))
    parts = (
        MarksDay(PUPIL, MONDAY, told, personal_data),
        HomeworkDay(PUPIL, MONDAY, homework, personal_data),
        DebtReminder(PUPIL, MONDAY, (debt,), personal_data),
    )
    return EveningDay(PUPIL, MONDAY, parts, personal_data)


@pytest.mark.parametrize("personal_data", list(PersonalData))
def test_the_evening(golden: Golden, personal_data: PersonalData) -> None:
    golden(f"notices/evening_{personal_data}", evening_day_screen(evening(2, 1, personal_data)))


def test_a_long_evening_ends_where_the_message_does_and_leads_to_the_rest(golden: Golden) -> None:
    golden("notices/evening_long", evening_day_screen(evening(25, 3, PersonalData.FULL)))
    golden(
        "notices/evening_taken_back", evening_day_screen(replace(evening(0, 0, PersonalData.FULL), parts=()))
    )


@pytest.mark.parametrize("personal_data", list(PersonalData))
def test_a_failing_pupil(golden: Golden, personal_data: PersonalData) -> None:
    named = replace(LOW, subject="Физика <i>", average=Decimal("2.40"), marks=5)
    golden(
        f"notices/failing_{personal_data}",
        failing_pupil_screen(FailingPupil(PUPIL, MONDAY, (LOW, named), personal_data)),
    )
    golden(
        f"notices/failing_class_{personal_data}",
        failing_class_screen(FailingClass(4, MONDAY, (LOW, named), personal_data)),
    )


def test_a_whole_class_that_fails_fits_a_message(golden: Golden) -> None:
    many = tuple(
        replace(LOW, last_name="Константинопольский", subject="Физическая культура") for _ in range(60)
    )
    golden(
        "notices/failing_class_long", failing_class_screen(FailingClass(4, MONDAY, many, PersonalData.FULL))
    )
