"""Plays the demo and takes every picture of README.md and the guides: `make pictures`.

The clock stands at Monday 10:17 and the people are always the same, so are the pictures. Codes of invitations
are not, and stay out of them.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.cast import ADMINISTRATOR, AGAEVA, ANNA, DIRECTOR, FATHER, IRINA, MOTHER, TOUR
from bot.demo import MONDAY_10_17, demo
from sandbox import TelegramSandbox
from services.clock import Clock

FOLDER = Path(__file__).with_name("pictures")
STYLE = """
    .message:not(.pictured), .day, .composer, .reply, .phone-head button { display: none !important }
    .phone { flex: none; align-self: flex-start; width: 400px; height: auto }
    .screen { background: #ece9e2 }
"""


class StandingClock(Clock):
    def now(self) -> datetime:
        return MONDAY_10_17


class Camera:
    """Takes pictures of the demo's page, each freshly opened."""

    def __init__(self, browser: Browser, sandbox: TelegramSandbox) -> None:
        self._browser = browser
        self._sandbox = sandbox

    async def screen(self, name: str, user_id: int, text: str) -> None:
        """One person's phone with the newest message that holds `text`, twice as sharp."""
        await self._sandbox.phone(user_id).sees(text)
        page = await self._browser.new_page(
            viewport={"width": 440, "height": 1200}, device_scale_factor=2, bypass_csp=True
        )
        await page.goto(f"{self._sandbox.base_url}/#open={user_id}&tour=off")
        message = page.locator(".message.from-bot", has_text=text).last
        await message.evaluate("node => node.classList.add('pictured')")
        await page.add_style_tag(content=STYLE)
        await page.locator(".phone").screenshot(path=FOLDER / f"{name}.png", animations="disabled")
        await page.close()

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
    async with demo(clock=StandingClock()) as (sandbox, _), chromium() as browser:
        camera = Camera(browser, sandbox)
        await story(sandbox, camera)
        await first_visit(sandbox, camera)
        await closed_access(sandbox, camera)


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
    await camera.whole_page("demo", people=[ANNA, MOTHER], step=_step_of("Болеет"))
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
    await irina.press("7Б: приглашения и согласия")
    await irina.press("Абакаров И.")
    await irina.press("мать")
    await camera.screen("class-card", IRINA, "приглашения нет")


async def closed_access(sandbox: TelegramSandbox, camera: Camera) -> None:
    """The mother's phone is lost: what she, the director and the administrator see."""
    mother, administrator = sandbox.phone(MOTHER), sandbox.phone(ADMINISTRATOR)
    await mother.press("Доступ мог попасть к чужим")
    await camera.screen("access-ask", MOTHER, "отключим все ваши аккаунты")
    await mother.press("Да, закрыть доступ")
    await camera.screen("access-director", DIRECTOR, "доступ мог попасть к чужим и закрыт")
    await administrator.press("Доступ сотрудников")
    await camera.screen("administrator-staff", ADMINISTRATOR, "В боте 5 из")


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
