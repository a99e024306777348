"""J5: no change of marks and attendance after the institution's days, nor of topic and homework.

What is locked is shown as locked; a deputy opens it all alike.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.enums import AttendanceStatus, MarkValue
from services.errors import Locked
from services.marks.giving import Verdict
from services.settings import Preset, preset_sources
from services.unlocking import UnlockTerm
from tests.changes.conftest import Office
from tests.world import MONDAY

EDIT_LOCK_DAYS = {
    Preset.MAKHACHKALA: 30,
    Preset.KLYUCHI: 30,
    Preset.BEZHETSK: 30,
    Preset.LABINSK: 30,  # J5: no change after 30 days (L)
    Preset.KASLI: 0,  # J5: none backdated (T)
}


async def kept(office: Office) -> None:
    """Something stands everywhere."""
    anna = await office.anna()
    await office.absent()
    await office.mark(MarkValue.FOUR)
    await office.topics.write(actor=anna, lesson_id=office.lesson, text="Линейные уравнения")
    await office.homework.save(actor=anna, draft=office.draft("§12"))


async def corrected(office: Office, number: int) -> dict[str, bool]:
    """Whether each record of the lesson can be changed now, tried one by one."""
    anna = await office.anna()
    done = {}
    try:
        late = AttendanceStatus.PRESENT if number % 2 else AttendanceStatus.ABSENT
        await office.absent(status=late)
        done["register"] = True
    except Locked:
        done["register"] = False
    value = MarkValue.FIVE if number % 2 else MarkValue.THREE
    tapped = await office.mark(value, reason="ошибка в столбце")
    done["mark"] = tapped.verdict is Verdict.WRITTEN
    try:
        await office.topics.write(actor=anna, lesson_id=office.lesson, text=f"Тема {number}")
        done["topic"] = True
    except Locked:
        done["topic"] = False
    try:
        await office.homework.save(actor=anna, draft=office.draft(f"§{number}"))
        done["homework"] = True
    except Locked:
        done["homework"] = False
    return done


async def shown_locked(office: Office) -> dict[str, bool]:
    anna = await office.anna()
    cells = (await office.marks.look(account=await office.account(anna.person_id), work_id=office.work)).cells
    return {
        "register": (await office.attendance.open(actor=anna, lesson_id=office.lesson)).locked,
        "mark": next(cell.locked for cell in cells if cell.pupil_id == office.people.ivanov),
        "topic": (await office.topics.open(actor=anna, lesson_id=office.lesson)).locked,
        "homework": (await office.homework.lesson(actor=anna, lesson_id=office.lesson)).locked,
    }


def everywhere(answer: bool) -> dict[str, bool]:
    return dict.fromkeys(("register", "mark", "topic", "homework"), answer)


@pytest.mark.parametrize("preset", Preset)
async def test_records_are_open_until_the_last_day_and_locked_on_the_next(
    office: Office, preset: Preset
) -> None:
    """J5 (L: 30 days; T: none backdated); the others state no lock and have L's."""
    await office.preset(preset.value)
    await kept(office)
    last_day = MONDAY + timedelta(days=EDIT_LOCK_DAYS[preset])

    office.clock.set("23:59", last_day)
    assert await shown_locked(office) == everywhere(False)
    assert await corrected(office, 1) == everywhere(True)

    # Once the undo window of what was written at the last minute is over.
    office.clock.set("00:10", last_day + timedelta(days=1))
    assert await shown_locked(office) == everywhere(True)
    assert await corrected(office, 2) == everywhere(False)

    deputy = await office.deputy()
    await office.unlocking.unlock(
        actor=deputy, target=office.target, term=UnlockTerm.TODAY, reason="проверка журнала"
    )
    assert await shown_locked(office) == everywhere(False)
    assert await corrected(office, 3) == everywhere(True)


@pytest.mark.parametrize("preset", [Preset.LABINSK, Preset.KASLI])
def test_the_lock_names_its_rule(preset: Preset) -> None:
    assert preset_sources(preset)["edit_lock_days"].startswith("J5")
