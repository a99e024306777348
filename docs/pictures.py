"""Plays the demo and takes every picture of README.md and the guides: `make pictures`.

The clock stands where the story puts it and the people are always the same, so are the pictures. Codes of
invitations are not, and stay out of them.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, FloatRect, async_playwright

from bot.cast import ADMINISTRATOR, AGAEVA, ANNA, DEPUTY, DIRECTOR, FATHER, IRINA, MOTHER
from bot.demo import MONDAY_10_17, demo
from bot.tour import TOUR
from sandbox import TelegramSandbox, TourStep
from services.clock import Clock

FOLDER = Path(__file__).with_name("pictures")
TALLEST = 900
"""Pixels of the page; what is below is left out of a picture."""
STYLE = """
    .message:not(.pictured), .day, .composer, .reply, .phone-head button { display: none !important }
    .phone { flex: none; align-self: flex-start; width: 400px; height: auto }
    .screen { background: #ece9e2 }
"""


class StandingClock(Clock):
    def __init__(self) -> None:
        super().__init__()
        self.moment = MONDAY_10_17

    def now(self) -> datetime:
        return self.moment

    def turn(self, to: datetime) -> None:
        self.moment = to


class Camera:
    """Takes pictures of the demo's page, each freshly opened."""

    def __init__(self, browser: Browser, sandbox: TelegramSandbox) -> None:
        self._browser = browser
        self._sandbox = sandbox

    async def screen(self, name: str, user_id: int, text: str, *, tallest: int = TALLEST) -> None:
        """One person's phone with the newest message that holds `text`, twice as sharp."""
        await self._sandbox.phone(user_id).sees(text)
        page = await self._browser.new_page(
            viewport={"width": 440, "height": 1200}, device_scale_factor=2, bypass_csp=True
        )
        await page.goto(f"{self._sandbox.base_url}/#open={user_id}&tour=off")
        message = page.locator(".message.from-bot", has_text=text).last
        await message.evaluate("node => node.classList.add('pictured')")
        await page.add_style_tag(content=STYLE)
        box = await page.locator(".phone").bounding_box()
        assert box is not None
        clip = FloatRect(x=box["x"], y=box["y"], width=box["width"], height=min(box["height"], tallest))
        await page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", clip=clip, full_page=True)
        await page.close()

    async def newest(self, name: str, user_id: int, *, tallest: int = TALLEST) -> None:
        """What has just come or changed."""
        phone = self._sandbox.phone(user_id)
        await phone.settled(quiet=1.5)
        await self.screen(
            name, user_id, max(phone.messages, key=lambda message: message.version).text[:30], tallest=tallest
        )

    async def whole_page(self, name: str, *, people: list[int], step: int) -> None:
        """The page of the demo as `make demo` opens it, at a step of the tour."""
        page = await self._browser.new_page(viewport={"width": 1280, "height": 760})
        opened = ",".join(map(str, people))
        await page.goto(f"{self._sandbox.base_url}/#open={opened}&step={step}")
        await page.locator(".key.hinted").wait_for()
        await page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
        await page.close()


async def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    clock = StandingClock()
    async with demo(clock=clock) as (sandbox, _), chromium() as browser:
        camera = Camera(browser, sandbox)
        await story(sandbox, camera)
        await lesson(sandbox, camera)
        await marks(sandbox, camera)
        clock.moment += timedelta(minutes=8)
        await substitution(sandbox, camera)
        await family(sandbox, camera)
        await correction(sandbox, camera)
        await journal(sandbox, camera)
        await first_visit(sandbox, camera)
        await week(sandbox, camera)
        await broadcast(sandbox, camera, clock)
        await absence_ahead(sandbox, camera)
        await families(sandbox, camera)
        await closed_access(sandbox, camera)
        clock.moment += timedelta(weeks=4)
        await end_of_term(sandbox, camera)
        await unlocking(sandbox, camera)


async def story(sandbox: TelegramSandbox, camera: Camera) -> None:
    anna, mother, irina, father = map(sandbox.phone, (ANNA, MOTHER, IRINA, FATHER))

    await camera.screen("teacher-now", ANNA, "Перекличка не проведена")
    await anna.press("Перекличка")
    await anna.press("Иванов П.")
    await anna.press("Сидоренко М.")
    await camera.screen("teacher-register", ANNA, "нет 2 из")
    await anna.press("Готово")
    await camera.screen("teacher-done", ANNA, "Родители узнают в")
    await anna.press("Сообщить сейчас")
    await camera.screen("parent-alert", MOTHER, "Вы знаете, почему?")
    await mother.press("Болеет")
    await camera.screen("parent-answered", MOTHER, "Вы ответили")

    await father.press("Он в школе!")
    question = await anna.sees("У вас стоит Н")
    await camera.screen("teacher-question", ANNA, "У вас стоит Н")
    await anna.press("Исправить", on=question)
    await anna.press("12 мин")
    await camera.screen("parent-corrected", FATHER, "опоздание 12 мин")

    await irina.press("‹ Меню")
    await irina.press("Мой класс сегодня")
    await camera.screen("class-day", IRINA, "Иванов П.")
    await irina.press("Отсутствие заранее")
    await irina.press("Записать отсутствие")
    await irina.press("Иванов П.")
    await irina.press("Завтра")
    await camera.screen("class-planned", IRINA, "По какой день")


async def lesson(sandbox: TelegramSandbox, camera: Camera) -> None:
    """What the lesson still lacks: its topic and the homework."""
    anna = sandbox.phone(ANNA)
    await anna.press("Записать тему")
    await camera.screen("teacher-topic", ANNA, "По плану урок 6")
    await anna.press("6. Линейные уравнения")
    await anna.press("Домашнее")
    await anna.sees("Дома: не задано")
    await anna.say("§ 2 № 38, 40, Иванову ещё № 44")
    await anna.press("Иванов П.", on=await anna.sees("Уточните, кому"))
    await anna.send_photo((FOLDER / "teacher-topic.png").read_bytes())
    await anna.sees("1 файл")
    await camera.screen("teacher-homework", ANNA, "1 файл")
    await anna.press("Записать", on=await anna.sees_on_screen("Срок:"))
    await anna.press("‹ К уроку", on=await anna.sees("2. Иванов П.: ещё № 44"))


async def marks(sandbox: TelegramSandbox, camera: Camera) -> None:
    """By buttons, and the whole class in one message."""
    anna = sandbox.phone(ANNA)
    await anna.press("Отметки", on=await anna.sees("Дома: 2 задания"))
    await anna.press("Работа на уроке")
    await anna.press("5", on=await anna.sees("1. Абакаров Ислам"))
    await anna.sees("2. Абдуллаева Асият")
    await camera.screen("teacher-marks", ANNA, "2. Абдуллаева Асият")
    await anna.say("Иванова 5, Петровой 4 3, сидоренк 3, остальные 4")
    await camera.screen("teacher-message", ANNA, "Уточните: «Иванова 5»")
    await camera.whole_page("demo", people=[ANNA, MOTHER], step=_step_of("Иванова Полина"))
    await anna.press("Иванова Полина")
    await anna.press("Не ставить", on=await anna.sees("хотя стоит «н»"))
    await anna.press("Записать", on=await anna.sees("Не записывать: Иванов П. 4"))
    await anna.sees("Записано: 26 отметок")


async def substitution(sandbox: TelegramSandbox, camera: Camera) -> None:
    """Belova is away: Irina gives lesson 4. Her message wakes the sender, so the families' leave too."""
    deputy, irina = sandbox.phone(DEPUTY), sandbox.phone(IRINA)
    await deputy.press("Замещения")
    await deputy.press("Записать замещение")
    await deputy.press("Белова М. А.")
    await deputy.press("Сегодня", on=await deputy.sees("Когда отсутствует?"))
    await deputy.press("4 урок", on=await deputy.sees("⚪ не выбрано"))
    await deputy.press("Кузнецова И. В.")
    await deputy.sees("→ Кузнецова И. В.")
    await camera.screen("deputy-substitution", DEPUTY, "→ Кузнецова И. В.")
    await deputy.press("Записать (1)")
    await camera.screen("teacher-substitution", IRINA, "Вы замещаете")
    await irina.press("Принято")


async def family(sandbox: TelegramSandbox, camera: Camera) -> None:
    """What the messages say, and the diary."""
    father = sandbox.phone(FATHER)
    await camera.screen("parent-homework", MOTHER, "ещё № 44")
    await camera.screen("parent-marks", FATHER, "3 — Алгебра")
    await father.press("Дневник")
    await camera.screen("parent-diary", FATHER, "Уроки")


async def correction(sandbox: TelegramSandbox, camera: Camera) -> None:
    anna = sandbox.phone(ANNA)
    await anna.press("Отметки", on=await anna.sees("Записано: 26 отметок"))
    await anna.press("Работа на уроке", on=await anna.sees_on_screen("Отметки, понедельник"))
    await anna.press("Ниже ›", on=await anna.sees("Отметок 26 из 27"))
    await anna.press("3 Сидоренко М.")
    await anna.press("4", on=await anna.sees("Стоит: 3"))
    await camera.screen("teacher-reason", ANNA, "вместо «3» — «4»")
    await anna.press("Ошибка при записи")
    await anna.sees("Стоит: 4")


async def journal(sandbox: TelegramSandbox, camera: Camera) -> None:
    anna, irina = sandbox.phone(ANNA), sandbox.phone(IRINA)
    await anna.say("/journal")
    await anna.press("7Б · Алгебра")
    await anna.press("КТП", on=await anna.sees("Часов в неделю"))
    await camera.screen("teacher-plan", ANNA, "В плане 102 темы")
    await anna.say("/journal")
    await anna.press("7Б · Алгебра", on=await anna.sees("Мои журналы"))
    await anna.press("Журнал", on=await anna.sees("Часов в неделю"))
    await camera.screen("teacher-journal", ANNA, "14.09 · Линейные уравнения")
    await anna.press("Картинка")
    await anna.settled()
    await camera.screen("teacher-journal-picture", ANNA, "")
    await irina.say("/journal")
    await irina.press("Журналы по классам")
    await irina.press("7Б", on=await irina.sees("Журналы по классам"))
    await irina.press("Английский язык, подгруппа 1")
    await irina.press("Подгруппы")
    await camera.screen("class-subgroups", IRINA, "Подгруппы на")


async def end_of_term(sandbox: TelegramSandbox, camera: Camera) -> None:
    anna = sandbox.phone(ANNA)
    await anna.say("/journal")
    await anna.press("7Б · Алгебра", on=await anna.sees_on_screen("Мои журналы"))
    await anna.press("Итоги", on=await anna.sees_on_screen("Часов в неделю"))
    await anna.press("I четверть: до 25 октября", on=await anna.sees_on_screen("За какой период"))
    await camera.screen("teacher-finals", ANNA, "Выставлено 0 из 27")
    await anna.press("Петрова-Водкина К.")
    await camera.screen("teacher-final", ANNA, "Предложено")


async def unlocking(sandbox: TelegramSandbox, camera: Camera) -> None:
    """Five weeks later the lesson is locked: what the teacher sees, and how the deputy opens it."""
    anna, deputy = sandbox.phone(ANNA), sandbox.phone(DEPUTY)
    await anna.press("4 Сидоренко М.", on=await anna.sees("Стоит: 4"))
    await camera.screen("teacher-locked", ANNA, "Записи за 14 сентября закрыты")
    await deputy.start()
    await deputy.press("Открыть для исправлений", on=await deputy.sees_on_screen("здравствуйте"))
    await deputy.press("7Б", on=await deputy.sees_on_screen("Выберите класс"))
    await deputy.press("пн 14.09", on=await deputy.sees_on_screen("Урок какого дня"))
    await deputy.press("3 · Алгебра")
    await deputy.sees("Почему нужно открыть?")
    await deputy.say("Сидоренко переписал работу")
    await camera.screen("deputy-unlock", DEPUTY, "На какой срок открыть?")
    await deputy.press("На 1 день")


async def week(sandbox: TelegramSandbox, camera: Camera) -> None:
    """Friday, 18:00; on Monday the teacher reads the question, and the pages of the diary follow."""
    anna, mother, irina = map(sandbox.phone, (ANNA, MOTHER, IRINA))
    turn = _of_tour("Пятница")
    await sandbox.play(turn)
    digest = await mother.sees(turn.expect)
    await mother.press("Ознакомлен(а)", on=digest)
    await mother.sees("Вы ознакомились")
    await camera.screen("parent-week", MOTHER, "Вы ознакомились")
    await sandbox.play(_of_tour("А можно пересдать?"))
    await mother.sees("Отправлено: Соколова Анна Петровна")
    await mother.press("Картинка", on=digest)
    await camera.newest("parent-week-picture", MOTHER)
    await mother.press("Почему 3,00?", on=digest)
    await camera.screen("parent-why", MOTHER, "Что если следующая отметка")
    await sandbox.play(_of_tour("Понедельник"))
    question = await anna.sees("А можно пересдать?")
    await camera.screen("teacher-question-of-parent", ANNA, "А можно пересдать?")
    await anna.say("Да, в среду после уроков, кабинет 12.", reply_to=question)
    await camera.screen("parent-answer", MOTHER, "Да, в среду")
    await mother.start()
    await mother.press("Настройки сообщений", on=await mother.sees_on_screen("здравствуйте"))
    await camera.newest("parent-settings", MOTHER)
    await irina.start()
    await irina.press("7Б: семьи", on=await irina.sees_on_screen("здравствуйте"))
    await irina.press("Сводка недели: кто прочитал")
    await camera.newest("class-week-readers", IRINA, tallest=TALLEST // 2)


async def broadcast(sandbox: TelegramSandbox, camera: Camera, clock: StandingClock) -> None:
    irina, mother = sandbox.phone(IRINA), sandbox.phone(MOTHER)
    await irina.start()
    await irina.press("Написать классу", on=await irina.sees_on_screen("здравствуйте"))
    await irina.sees("Объявление → 7Б")
    await sandbox.play(_of_tour("Текст и фото"))
    await irina.press("Ответ", on=await irina.sees_on_screen("📎 1 файл"))
    await irina.press("«Согласны» / «Не согласны»")
    await irina.press("вт 22.09", on=await irina.sees_on_screen("До какого дня"))
    await camera.screen("class-broadcast", IRINA, "до вт 22.09, 20:00")
    await irina.press("Проверить и отправить")
    await irina.press("Отправить", on=await irina.sees_on_screen("Так объявление увидит"))
    await irina.press("Отправить сейчас")
    notice = await mother.sees("Петру поехать?")
    await camera.screen("parent-broadcast", MOTHER, "Петру поехать?")
    await mother.press("Согласны", on=notice)
    assert sandbox.turn_clock is not None
    await sandbox.turn_clock(clock.now() + timedelta(minutes=1))
    await camera.screen("class-broadcast-progress", IRINA, "1 семья ответила")
    await irina.press("Кто молчит")
    await camera.screen("class-broadcast-silent", IRINA, "Молчат:")


async def absence_ahead(sandbox: TelegramSandbox, camera: Camera) -> None:
    mother, irina = sandbox.phone(MOTHER), sandbox.phone(IRINA)
    await mother.start()
    await mother.press("Дневник: Пётр", on=await mother.sees_on_screen("здравствуйте"))
    for label in ("Не придёт в школу", "Сообщить об отсутствии", "Завтра"):
        await mother.press(label)
    await camera.screen("parent-absence", MOTHER, "По какой день")
    for label in ("Только вт 22.09", "Весь день", "У врача", "Отправить"):
        await mother.press(label)
    await camera.screen("class-absence-request", IRINA, "не будет: 22 сентября")
    await irina.press("Принять")
    await mother.sees("Принято")


async def families(sandbox: TelegramSandbox, camera: Camera) -> None:
    """The class teacher's week and papers."""
    irina, mother = sandbox.phone(IRINA), sandbox.phone(MOTHER)
    await irina.start()
    await irina.press("Мой класс сегодня", on=await irina.sees_on_screen("здравствуйте"))
    await irina.press("Сверка недели")
    await irina.press("‹ Неделя", on=await irina.sees_on_screen("21–27 сентября"))
    await irina.sees_on_screen("14–20 сентября")
    await camera.newest("class-reconciliation", IRINA, tallest=TALLEST // 2)
    await mother.start()
    await mother.press("События", on=await mother.sees_on_screen("здравствуйте"))
    await camera.newest("parent-events", MOTHER)


async def first_visit(sandbox: TelegramSandbox, camera: Camera) -> None:
    """Agaeva gets in: the second check and the consent; her class teacher sees the families."""
    irina, agaeva = sandbox.phone(IRINA), sandbox.phone(AGAEVA)
    card = next(person for person in sandbox.people if person.user_id == AGAEVA)
    await agaeva.start(card.start_code)
    await camera.screen("parent-digits", AGAEVA, "последние 4 цифры")
    await agaeva.say(card.hint.rstrip(".")[-4:])
    await camera.screen("parent-consent", AGAEVA, "Согласие на обработку")
    await agaeva.press("Согласен(на)")

    await irina.start()
    await irina.press("‹ Меню")
    await irina.press("7Б: семьи")
    await irina.press("Абакаров И.")
    await irina.press("отец")
    await camera.screen("class-card", IRINA, "приглашения нет")


async def closed_access(sandbox: TelegramSandbox, camera: Camera) -> None:
    """The mother's phone is lost: what she, the director and the administrator see."""
    mother, administrator = sandbox.phone(MOTHER), sandbox.phone(ADMINISTRATOR)
    await mother.press("Доступ мог попасть к чужим")
    await camera.screen("access-ask", MOTHER, "отключим все ваши аккаунты")
    await mother.press("Да, закрыть доступ")
    await camera.screen("access-director", DIRECTOR, "доступ мог попасть к чужим и закрыт")
    await administrator.press("Доступ сотрудников")
    await camera.screen("administrator-staff", ADMINISTRATOR, "В боте 6 из")


def _of_tour(title: str) -> TourStep:
    return next(step for step in TOUR if step.title.startswith(title))


def _step_of(press: str) -> int:
    return next(index for index, step in enumerate(TOUR) if step.press == press)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        sys.exit("No Chromium here: apt-get install chromium fonts-dejavu-core fonts-noto-color-emoji")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
