"""The demo as a newcomer meets it: its tour through phones, and its first steps in a browser."""

from __future__ import annotations

import asyncio
import csv
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from bot.cast import ANNA, MOTHER, PARTS
from bot.demo import demo
from bot.tour import TOUR
from sandbox import TelegramSandbox
from sandbox.make_school import SCHOOL
from services.importing.values import parse_phone
from services.notifications.limiter import Limiter
from tests.journeys.conftest import CHAT_INTERVAL, EDIT_INTERVAL, PATIENCE
from tests.logged import Log

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture
async def sandbox(log: Log) -> AsyncIterator[TelegramSandbox]:
    async with demo(new_limiter=lambda: Limiter(1000, CHAT_INTERVAL), edit_interval=EDIT_INTERVAL) as (
        sandbox,
        _,
    ):
        yield sandbox
    log.must_not_name(_people_of_the_school())


def _people_of_the_school() -> Iterator[str]:
    for sheet in ("pupils", "guardians", "staff"):
        with (SCHOOL / f"{sheet}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                yield from row["ФИО"].split()
                if row["Телефон"]:
                    yield parse_phone(row["Телефон"])


@pytest.fixture
async def page(sandbox: TelegramSandbox) -> AsyncIterator[Page]:
    """The page as `zvonok demo` opens it; an error on it fails the test."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE * 1000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(sandbox.base_url)
        yield page
        await browser.close()
    assert errors == []


async def test_every_step_of_the_tour_happens_when_its_button_is_pressed(sandbox: TelegramSandbox) -> None:
    for step in TOUR:
        watched = sandbox.phone(step.expect_user_id or step.user_id)
        phone = sandbox.phone(step.user_id)
        asked = await phone.sees(step.quote) if step.quote else None
        if step.press and asked is None:
            await phone.sees_button(step.press)
        before = sandbox.state.version
        await (phone.press(step.press, on=asked) if step.press else sandbox.play(step))
        async with asyncio.timeout(PATIENCE):
            while (await watched.sees(step.expect)).version <= before:
                await watched.chat.changed()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
async def test_a_newcomer_plays_the_first_steps_on_the_page(page: Page) -> None:
    await expect(page.locator("#time")).to_have_text("10:17")
    for step in TOUR[:5]:
        await expect(page.locator("#tour h2")).to_have_text(step.title)
        await _phone(page, step.user_id).locator(".key.hinted").click()
    await expect(page.locator("#tour h2")).to_have_text("Мама отвечает")
    await expect(_phone(page, ANNA).get_by_role("log")).to_contain_text("Родителям сообщили")

    mother = _phone(page, MOTHER)
    await expect(mother.get_by_role("log")).to_contain_text("Нет на 3-м уроке (алгебра, 10:15)")
    await mother.get_by_role("button", name="Болеет").click()
    await expect(mother.get_by_role("log")).to_contain_text("Вы ответили: болеет")
    await expect(mother.locator(".toast")).to_have_text("Записано: болеет")
    await expect(page.locator("#tour h2")).to_have_text("Папа удивлён")


def _phone(page: Page, user_id: int) -> Locator:
    name = next(part.name for part in PARTS if part.user_id == user_id)
    return page.get_by_role("region", name=f"Телефон: {name}")
