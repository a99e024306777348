"""What is attached reaches the families, what was sent by mistake does not, and the silent are asked on the
morning chosen (C6, C7)."""

from __future__ import annotations

from datetime import timedelta

from sandbox import Phone
from tests.journeys.bad_days import nothing_breaks
from tests.journeys.conftest import Town
from tests.journeys.test_broadcasts import PHOTO
from tests.journeys.test_families import tap
from tests.journeys.test_the_families import due
from tests.world import MONDAY

PLAN = b"%PDF-1.4 plan"
TUESDAY = MONDAY + timedelta(days=1)


async def compose(irina: Phone, words: str) -> None:
    await irina.start()
    await tap(irina, "Написать классу")
    await irina.sees_on_screen("Объявление → 7Б")
    await irina.say(words)
    await irina.sees_on_screen(words)


async def test_files_are_opened_answers_changed_and_the_silent_asked_in_the_morning(town: Town) -> None:
    irina, mother, father = (
        town.phone(one) for one in (town.people.irina, town.people.mother, town.people.father)
    )
    async with nothing_breaks(town):
        # Sent, and taken back before it leaves.
        await compose(irina, "Собрание в четверг")
        await tap(irina, "Проверить и отправить")
        await irina.press("Отправить", on=await irina.sees("Получат 2 человека."))
        await tap(irina, "Отменить отправку")
        await irina.sees("Отправка отменена: объявления никто не увидел.")
        await town.at("10:30")
        await mother.does_not_see("Собрание")

        # Of three files one was wrong.
        await compose(irina, "Собрание в четверг. Придёте?")
        await irina.send_document(PLAN, name="plan.pdf")
        await irina.sees_on_screen("📎 1 файл")
        await irina.send_document(b"not this", name="wrong.txt")
        await irina.sees_on_screen("📎 2 файла")
        await irina.send_photo(PHOTO)
        await irina.sees_on_screen("📎 3 файла")
        await tap(irina, "Файлы", "Убрать 2: wrong.txt")
        await irina.sees_button("Убрать 2: photo.jpg")
        await tap(irina, "‹ К объявлению")
        await irina.sees_on_screen("📎 2 файла\n\nОтвет: не нужен")
        await tap(irina, "Ответ", "«Согласны» / «Не согласны»", "ср 16.09")
        await irina.sees_on_screen("до ср 16.09, 20:00")
        await tap(irina, "Проверить и отправить")
        await irina.press("Отправить", on=await irina.sees("Получат 2 человека."))
        await town.at("10:36")
        notice = await mother.sees("Собрание в четверг")
        await mother.press("📎 Файлы (2)", on=notice)
        await mother.settled()
        brought = [one for one in (file.document or file.photo for file in mother.messages) if one]
        assert [file.data for file in brought] == [PLAN, PHOTO]

        # An answer stands until it is changed.
        await mother.press("Не согласны", on=notice)
        await mother.sees("Вы ответили 14 сентября в 10:36: «Не согласны»")
        await mother.press("Изменить ответ", on=notice)
        await mother.press("Согласны", on=await mother.sees_button("Согласны"))
        await mother.sees("Вы ответили 14 сентября в 10:36: «Согласны»")
        await town.at("10:37")
        life = await irina.sees("«Согласны» 1, «Не согласны» 0")

        # The one who is silent is named, and asked again on the morning chosen.
        await irina.press("Кто молчит (1)", on=life)
        page = await irina.sees("папа Сидоренко")
        assert "доставлено, +7\N{NO-BREAK SPACE}900" in page.text
        await irina.press("Напомнить им", on=life)
        told = await irina.press("Напомнить во вторник", on=await irina.sees_button("Напомнить во вт"))
        assert "15 сентября в 09:00" in (told.text or "")
        await due(town, "broadcast_reminder", "09:00", TUESDAY)
        reminder = await father.sees("🔔 Напоминание")
        await mother.does_not_see("Напоминание")
        await father.press("Согласны", on=reminder)
        await father.sees("Вы ответили 15 сентября")
