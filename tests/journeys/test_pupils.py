"""A pupil reads their own diary, hears what is for pupils too, and finds nothing of others (U3, U6, C6)."""

from __future__ import annotations

from handlers.callbacks.cards import ShowCard
from handlers.callbacks.diary import ShowAttendance, ShowDiary, ShowDiaryWeek, ShowTermMarks, ShowWhy
from tests.final_marks.journal import Journal, first_quarter
from tests.journeys.bad_days import forge, nothing_breaks
from tests.journeys.conftest import Town
from tests.journeys.test_diary import MID_OCTOBER
from tests.journeys.test_families import tap


async def test_a_pupil_sees_their_own(town: Town) -> None:
    people = town.people
    async with town.db.transaction() as session:
        people.world.session = session
        await first_quarter(Journal(people))
        await people.world.account_of(people.ivanov)
    pupil, irina = town.phone(people.ivanov), town.phone(people.irina)
    await town.at("15:00", MID_OCTOBER)
    async with nothing_breaks(town):
        await pupil.start()
        await tap(pupil, "Дать согласие", "Согласен(на)", "Мой дневник", "Неделя")
        await pupil.sees_on_screen("12–18 октября")
        await tap(pupil, "‹ с 5 октября")
        await pupil.sees_on_screen("3. Алгебра 5")
        await tap(pupil, "‹ Дневник", "Отметки", "Алгебра 4,20")
        await pupil.sees_on_screen("(4×2 + 4×2 + 5×1) / 5 = 4,20")
        await tap(pupil, "+ 5")
        await pupil.sees_on_screen("Средний 4,20 → 4,33")

        # What the class teacher writes to pupils too comes to him as to the families.
        await irina.start()
        await tap(irina, "Написать классу")
        await irina.sees("Объявление → 7Б")
        await irina.say("Завтра сдаём макулатуру")
        await irina.sees_on_screen("Завтра сдаём макулатуру")
        await irina.press("Кому")
        await irina.sees_on_screen("Кому объявление")
        await tap(irina, "И самим ученикам", "‹ К объявлению")
        await irina.sees_on_screen("Ученикам тоже")
        await tap(irina, "Проверить и отправить")
        await irina.press("Отправить", on=await irina.sees("Получат 3 человека."))
        await town.at("15:06", MID_OCTOBER)
        await pupil.sees("Завтра сдаём макулатуру")
        await town.phone(people.mother).sees("Завтра сдаём макулатуру")

        classmate = people.sidorenko
        for forged in (
            ShowDiary(pupil_id=classmate),
            ShowDiaryWeek(pupil_id=classmate, monday=MID_OCTOBER.toordinal()),
            ShowTermMarks(pupil_id=classmate, term_id=0),
            ShowWhy(pupil_id=classmate, course_id=people.algebra, term_id=0),
            ShowAttendance(pupil_id=classmate),
            ShowCard(pupil_id=classmate),
        ):
            assert "Не найдено" in await forge(town, pupil, forged.pack()), forged
