"""Friday, 18:00: the week comes to the mother, and she reads, acknowledges and asks (C2, C7)."""

from __future__ import annotations

from datetime import timedelta

from db.enums import MarkValue
from handlers.callbacks.weeks import AcknowledgeWeek, ShowWeek, ShowWeekPicture, ShowWeekReaders
from scheduler.ledger import Scheduler
from scheduler.table import JOBS
from tests.journeys.conftest import Town
from tests.week.conftest import School
from tests.world import MONDAY, FakeClock, moment

FRIDAY = MONDAY + timedelta(days=4)


async def test_on_friday_at_six_the_week_comes(town: Town) -> None:
    people = town.people
    mother, father, irina = (town.phone(one) for one in (people.mother, people.father, people.irina))
    async with town.db.transaction() as session:
        people.world.session = session
        school = School(session, people)
        await school.mark(MarkValue.FOUR, comment="Молодец")
        await school.mark(MarkValue.FIVE, kind="control")
        await school.mark(MarkValue.THREE, course_id=people.russian)
        await school.mark(MarkValue.TWO, pupil_id=people.sidorenko)
        await school.absent(MONDAY, course_id=people.russian)
    at_six = FakeClock(moment("18:00", FRIDAY))
    jobs = [job for job in JOBS if job.name == "weekly_digest"]
    for _ in range(2):
        await Scheduler(town.db, at_six, jobs).sweep()
    await town.at("18:00", FRIDAY)

    week = await mother.sees("Пётр, 7Б · 14 сентября")
    assert "Русский язык  3           3,00" in week.text
    assert "причина пока не указана" in week.text
    assert sum("7Б · 14 сентября" in message.text for message in mother.messages) == 1
    theirs = await father.sees("Матвей, 7Б · 14 сентября")
    assert "Пётр" not in theirs.text

    # What a message leaves out, a picture of the term, and where the average comes from.
    await mother.press("Подробнее", on=week)
    await mother.sees("работа на уроке, «Молодец»")
    await mother.press("‹ Коротко")
    await mother.sees_button("Картинка")
    await mother.press("Картинка", on=week)
    await mother.sees("Пётр: отметки и пропуски")
    assert (await mother.press("Ознакомлен(а)", on=week)).text == "Записали: вы ознакомились"
    await mother.sees("Вы ознакомились 18 сентября.")

    # Where an average comes from, and whom to ask, are new messages: the week stays.
    await mother.press("Почему 3,00?", on=week)
    assert (await mother.sees_after(week)).message_id != week.message_id
    await mother.press("Написать учителю", on=week)
    await mother.sees_on_screen("Кому написать")
    assert week.text.startswith("Пётр, 7Б · 14")

    # The class teacher sees who has read.
    await irina.press_data(ShowWeekReaders(group_id=people.group, monday=0, page=0).pack())
    found = await irina.sees("прочитали 1 из 3")
    assert "Сидоренко М. — папа" in found.text
    assert "Агаев И. — мама, +7 900 000-00-03" in found.text.replace("\N{NO-BREAK SPACE}", " ")

    # Forged and old buttons open nothing of another child, and acknowledge nothing.
    monday = MONDAY.toordinal()
    for forged in (
        ShowWeek(pupil_id=people.ivanov, monday=monday, page=0),
        ShowWeek(pupil_id=people.ivanov, monday=monday, page=1),
        ShowWeekPicture(pupil_id=people.ivanov, monday=monday),
        AcknowledgeWeek(pupil_id=people.ivanov, monday=monday),
        ShowWeekReaders(group_id=people.group, monday=monday, page=0),
    ):
        await father.press_data(forged.pack())
        assert all("Пётр" not in message.text for message in father.messages)
