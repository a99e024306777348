"""The chat page in a real browser. Skipped where there is no Chromium."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)
from playwright.async_api import Browser, Page, Route, async_playwright, expect
from telegram_world import ANNA, MONDAY, PNG, make_bot, one_button, polling

from sandbox import Person, TelegramSandbox, TourStep
from sandbox.images import image_size
from sandbox.state import Message as Shown

OLGA, ELENA = 1002, 1003
PHOTO = Path(__file__).parents[2] / "bot" / "excursion.jpg"
HOSTILE = "<img src=x onerror=alert(1)> & <b>жирно</b>"

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")

OpenPage = Callable[..., Awaitable[Page]]
PATIENCE = 20_000
"""Milliseconds after which a test fails."""


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        await browser.close()


@pytest.fixture
async def open_page(browser: Browser, school: TelegramSandbox) -> AsyncIterator[OpenPage]:
    """Opens the page; any error on it fails the test."""
    errors: list[str] = []
    contexts = []

    async def open_page(width: int = 1440, height: int = 900, fragment: str = "") -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True
        )
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"{school.base_url}/{fragment}")
        await expect(page.locator(".phone").first).to_be_visible()
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert errors == []


def menu(first: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=first, callback_data="absent")],
            [InlineKeyboardButton(text="Все на месте", callback_data="all")],
        ]
    )


def small_bot() -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.callback_query(F.data == "absent")
    async def absent(query: CallbackQuery) -> None:
        await query.answer("Иванов: Н")
        await query.message.edit_text("Нет 1 из 27", reply_markup=menu("🔴 Иванов П."))
        await query.bot.send_message(OLGA, "Нет на 3-м уроке", reply_markup=one_button("Болеет", "ill"))

    @dispatcher.callback_query(F.data == "all")
    async def everyone(query: CallbackQuery) -> None:
        await query.answer("Точно все 27?", show_alert=True)

    @dispatcher.message(F.text.startswith("/start"))
    async def start(message: Message) -> None:
        await message.answer(f"Код принят: {message.text}")

    @dispatcher.message()
    async def echo(message: Message) -> None:
        kind = "photo" if message.photo else "document" if message.document else "text"
        replied = message.reply_to_message.text if message.reply_to_message else ""
        await message.reply(f"Получено: {kind} {message.text or message.caption} {replied}")

    return dispatcher


@pytest.fixture
async def school(session: AiohttpSession) -> AsyncIterator[TelegramSandbox]:
    sandbox = TelegramSandbox(clock=lambda: MONDAY)
    sandbox.title = "Школа № 7"
    sandbox.add_bot("4242:page", "zvonok_test_bot", "Звонок")
    sandbox.people = [
        Person(ANNA, "Анна Соколова", "учитель", "👩", "Школа"),
        Person(OLGA, "Ольга Иванова", "мама Петра", "", "Семьи"),
        Person(ELENA, "Елена Агаева", "мама Руслана", "", "Семьи", "Ещё не в боте", "AGA-1"),
    ]
    sandbox.tour = [
        TourStep("Идёт урок", "Отметьте Иванова.", ANNA, press="Иванов", expect="Нет 1 из 27"),
        TourStep("Мама узнаёт", "Ответьте.", OLGA, press="Болеет"),
    ]
    await sandbox.start()
    bot = make_bot(sandbox, session, "4242:page")
    for user_id, name in ((ANNA, "Анна"), (OLGA, "Ольга")):
        sandbox.phone(user_id, first_name=name).chat.started = True
    await bot.send_message(ANNA, "<b>7Б</b> · перекличка", parse_mode="HTML", reply_markup=menu("Иванов П."))
    async with polling(small_bot(), bot):
        yield sandbox
    await sandbox.stop()


@pytest.fixture
def bot(school: TelegramSandbox, session: AiohttpSession) -> Bot:
    return make_bot(school, session, "4242:page")


def last(sandbox: TelegramSandbox, user_id: int) -> Shown:
    return sandbox.bot.chats[user_id].visible()[-1]


def phone(page: Page, name: str):
    return page.get_by_role("region", name=f"Телефон: {name}")


async def test_a_tap_travels_from_one_phone_to_the_other_and_the_tour_follows(open_page: OpenPage) -> None:
    page = await open_page()
    anna, olga = phone(page, "Анна Соколова"), phone(page, "Ольга Иванова")
    await expect(page.locator("#time")).to_have_text("10:17")
    await expect(anna.locator(".key.hinted")).to_have_text("Иванов П.")
    await anna.get_by_role("button", name="Иванов П.").click()
    await expect(anna.locator(".toast")).to_have_text("Иванов: Н")
    await expect(anna.get_by_role("log")).to_contain_text("Нет 1 из 27изменено")
    await expect(olga.get_by_role("log")).to_contain_text("Нет на 3-м уроке")
    await expect(page.locator("#tour h2")).to_have_text("Мама узнаёт")
    await expect(olga.locator(".key.hinted")).to_have_text("Болеет")
    await page.get_by_role("button", name="Далее").click()
    await expect(page.locator("#tour h2")).to_have_text("Теперь сами")


async def test_the_tour_marks_one_key_in_the_newest_message_that_has_it(
    open_page: OpenPage, bot: Bot, school: TelegramSandbox
) -> None:
    page = await open_page()
    anna = phone(page, "Анна Соколова")
    await bot.send_message(ANNA, "Ещё раз", reply_markup=menu("Иванов П."))
    hinted = anna.locator(".key.hinted")
    await expect(hinted).to_have_count(1)
    await expect(anna.get_by_role("article").last.locator(".hinted")).to_have_text("Иванов П.")
    school.tour = [TourStep("Дальше", "Все.", ANNA, press="все на месте")]
    school.refresh_page()
    await expect(hinted).to_have_text("Все на месте")


async def test_what_is_read_again_unchanged_is_left_as_it_stands(
    open_page: OpenPage, school: TelegramSandbox
) -> None:
    page = await open_page()
    key = phone(page, "Анна Соколова").locator(".key.hinted")
    drawn = await key.element_handle()
    assert drawn is not None
    async with page.expect_response(f"**/page/chats/{ANNA}"), page.expect_response(f"**/page/chats/{OLGA}"):
        school.refresh_page()
    await page.evaluate("new Promise(requestAnimationFrame)")
    assert await drawn.evaluate("key => key.isConnected && key.classList.contains('hinted')")


async def test_a_photo_has_its_place_before_it_has_come(open_page: OpenPage, bot: Bot) -> None:
    page = await open_page()

    async def never(_: Route) -> None: ...

    await page.route("**/page/files/*", never)
    await bot.send_photo(ANNA, BufferedInputFile(PHOTO.read_bytes(), "museum.jpg"))
    photo = phone(page, "Анна Соколова").locator("img.photo")
    await expect(photo).to_be_visible()
    box = await photo.bounding_box()
    width, height = image_size(PHOTO.read_bytes()) or (0, 0)
    assert box is not None
    assert box["height"] > 100
    assert box["width"] / box["height"] == pytest.approx(width / height, rel=0.02)


async def test_the_answer_to_a_tap_on_an_old_message_is_brought_into_sight(
    open_page: OpenPage, bot: Bot
) -> None:
    page = await open_page()
    olga = phone(page, "Ольга Иванова")
    await bot.send_message(OLGA, "Давно", reply_markup=one_button("Где он?", "absent"))
    await bot.send_message(OLGA, "Строка\n" * 100)
    await expect(olga.get_by_role("article")).to_have_count(2)
    await olga.get_by_role("button", name="Где он?").click()
    await expect(olga.get_by_role("article").last).to_contain_text("Нет на 3-м уроке")
    await expect(olga.get_by_role("article").last).to_be_in_viewport()


async def test_a_step_that_is_said_is_sent_for_its_person_once(
    open_page: OpenPage, school: TelegramSandbox
) -> None:
    page = await open_page()
    school.tour = [TourStep("Одним сообщением", "Так.", ANNA, say="Иванов 5, остальные 4")]
    school.refresh_page()
    send = page.locator("#tour").get_by_role("button", name="Отправить")
    await send.click()
    await expect(send).to_be_disabled()
    await expect(phone(page, "Анна Соколова").get_by_role("log")).to_contain_text("Иванов 5, остальные 4")


async def test_the_tour_answers_a_quote_sends_a_photo_and_turns_the_clock(
    open_page: OpenPage, school: TelegramSandbox, bot: Bot, tmp_path: Path
) -> None:
    page = await open_page()
    anna, tour = phone(page, "Анна Соколова"), page.locator("#tour")
    (tmp_path / "photo.png").write_bytes(PNG)
    turned = []

    async def turn_clock(moment: datetime) -> None:
        turned.append(moment)
        await bot.send_message(ANNA, "Прошла неделя")

    school.turn_clock = turn_clock
    friday = MONDAY + timedelta(days=4)
    school.tour = [
        TourStep("Все", "Не там.", ANNA, press="Все", quote="такого нет"),
        TourStep("Рано", "Сообщения ещё нет.", ANNA, say="Когда?", quote="экскурсия"),
        TourStep(
            "Вопрос", "О строке.", ANNA, say="Когда?", quote="перекличка", expect="Получено: text Когда?"
        ),
        TourStep("Фото", "С подписью.", ANNA, say="Вот", photo=tmp_path / "photo.png", expect="photo Вот"),
        TourStep("Пятница", "Время идёт.", ANNA, moment=friday, expect="Прошла неделя"),
    ]
    school.refresh_page()
    await expect(tour.locator("h2")).to_have_text("Все")
    await expect(anna.locator(".key.hinted")).to_have_count(0)
    await tour.get_by_role("button", name="Далее").click()
    await tour.get_by_role("button", name="Отправить").click()
    await expect(anna.locator(".toast")).to_have_text("Сообщение, на которое отвечают, ещё не пришло.")
    await tour.get_by_role("button", name="Далее").click()
    await tour.get_by_role("button", name="Отправить").click()
    await expect(anna.locator(".from-person .quote")).to_have_text("перекличка")
    await expect(tour.locator("h2")).to_have_text("Фото")
    await tour.get_by_role("button", name="Отправить").click()
    await expect(anna.locator(".from-person img.photo")).to_be_visible()
    await expect(tour.locator("h2")).to_have_text("Пятница")
    await tour.get_by_role("button", name="Перевести часы").click()
    await expect(tour.locator("h2")).to_have_text("Теперь сами")
    assert turned == [friday]


async def test_what_people_write_is_text_and_never_markup(open_page: OpenPage, bot: Bot) -> None:
    page = await open_page()
    anna = phone(page, "Анна Соколова")
    field = anna.get_by_role("textbox")
    await field.fill(HOSTILE)
    await field.press("Enter")
    await expect(anna.locator(".from-person .text").last).to_have_text(HOSTILE)
    await expect(anna.locator(".from-bot .text").last).to_contain_text(f"Получено: text {HOSTILE}")
    link = '<a href="javascript:alert(1)">раз</a> <a href="https://school.ru/">два</a> <i>😀<b>три</b></i>'
    await bot.send_message(ANNA, link, parse_mode="HTML")
    bubble = anna.locator(".from-bot .text").last
    await expect(bubble).to_have_text("раз два 😀три")
    await expect(bubble.locator("a")).to_have_count(1)
    await expect(bubble.locator("em strong")).to_have_text("три")
    assert await anna.locator(".log img").count() == 0


async def test_an_alert_waits_to_be_closed_and_gives_the_focus_back(open_page: OpenPage) -> None:
    page = await open_page()
    key = phone(page, "Анна Соколова").get_by_role("button", name="Все на месте")
    await key.focus()
    await page.keyboard.press("Enter")
    alert = page.get_by_role("alertdialog")
    await expect(alert).to_contain_text("Точно все 27?")
    await expect(alert.get_by_role("button")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(alert).to_be_hidden()
    await expect(key).to_be_focused()


async def test_the_keyboard_alone_is_enough(open_page: OpenPage) -> None:
    page = await open_page()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="К телефонам")).to_be_focused()
    person = page.get_by_role("button", name="Анна Соколова учитель")
    await person.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log", name="Чат: Ольга Иванова")).to_be_focused()
    key = phone(page, "Анна Соколова").get_by_role("button", name="Иванов П.")
    await key.focus()
    await page.keyboard.press("Space")
    await expect(phone(page, "Анна Соколова").get_by_role("button", name="🔴 Иванов П.")).to_be_focused()


async def test_photos_documents_replies_and_edits_go_both_ways(
    open_page: OpenPage, school: TelegramSandbox, bot: Bot, tmp_path: Path
) -> None:
    page = await open_page()
    anna = phone(page, "Анна Соколова")
    picture = tmp_path / "домашнее.png"
    picture.write_bytes(PNG)
    await anna.locator("input[type=file]").set_input_files(picture)
    await expect(anna.locator(".chip")).to_contain_text("домашнее.png")
    await anna.get_by_role("textbox").fill("Вот")
    await anna.get_by_role("button", name="Отправить").click()
    await expect(anna.locator(".from-person img.photo")).to_be_visible()
    await expect(anna.locator(".from-bot .text").last).to_contain_text("Получено: photo Вот")
    await anna.locator("input[type=file]").set_input_files(picture)
    await anna.get_by_label("файлом").check()
    await anna.get_by_role("button", name="Отправить").click()
    await expect(anna.locator(".from-person .document-name")).to_have_text("домашнее.png")

    await bot.send_document(ANNA, BufferedInputFile(b"%PDF-1.7 report", "Отчёт 7Б.pdf"))
    async with page.expect_download() as download:
        await anna.get_by_role("link", name="Отчёт 7Б.pdf").click()
    arrived = await download.value
    assert arrived.suggested_filename == "Отчёт 7Б.pdf"
    await arrived.save_as(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes() == b"%PDF-1.7 report"

    await anna.get_by_role("button", name="Ответить на сообщение").first.click()
    await anna.get_by_role("textbox").fill("Кто дежурит?")
    await anna.get_by_role("textbox").press("Enter")
    await expect(anna.locator(".from-person .quote")).to_have_text("7Б · перекличка")
    await expect(anna.locator(".from-bot .text").last).to_contain_text("Кто дежурит? 7Б · перекличка")

    await anna.get_by_role("button", name="Изменить сообщение").last.click()
    await anna.get_by_role("textbox").fill("Кто дежурит завтра?")
    await anna.get_by_role("textbox").press("Enter")
    said = anna.locator(".from-person").last
    await expect(said.locator(".text")).to_have_text("Кто дежурит завтра?")
    await expect(said.locator(".edited")).to_be_visible()


async def test_a_person_who_is_not_in_the_bot_gets_in_with_the_code(
    open_page: OpenPage, school: TelegramSandbox
) -> None:
    page = await open_page(fragment=f"#open={ELENA}&tour=off")
    elena = phone(page, "Елена Агаева")
    await expect(elena).to_contain_text("Ещё не в боте")
    await elena.get_by_role("button", name="Начать").click()
    await expect(elena.get_by_role("log")).to_contain_text("Код принят: /start AGA-1")


async def test_a_message_that_overtakes_the_reading_of_its_chat_stays_and_stands_last(
    open_page: OpenPage, bot: Bot
) -> None:
    page = await open_page(fragment=f"#open={ANNA}&tour=off")
    await bot.send_message(OLGA, "раз")

    async def slow_reading(route: Route) -> None:
        response = await route.fetch()
        await bot.send_message(OLGA, "два")
        await expect(phone(page, "Ольга Иванова").get_by_role("log")).to_contain_text("два")
        await route.fulfill(response=response)

    await page.route(f"**/page/chats/{OLGA}", slow_reading)
    await page.get_by_role("button", name="Ольга Иванова мама Петра").click()
    messages = phone(page, "Ольга Иванова").locator(".text")
    await expect(messages).to_have_text(["раз", "два"])


async def test_the_bot_can_be_blocked_and_unblocked(open_page: OpenPage, school: TelegramSandbox) -> None:
    page = await open_page()
    anna = phone(page, "Анна Соколова")
    await anna.get_by_role("button", name="Заблокировать бота").click()
    await expect(anna).to_contain_text("бот заблокирован")
    assert school.bot.chats[ANNA].blocked
    await anna.get_by_role("button", name="Разблокировать бота").click()
    await expect(anna).not_to_contain_text("бот заблокирован")


async def test_closed_phones_count_what_was_not_read(open_page: OpenPage, bot: Bot) -> None:
    page = await open_page(fragment=f"#open={ANNA}&tour=off")
    await bot.send_message(OLGA, "раз")
    await bot.send_message(OLGA, "два")
    entry = page.get_by_role("button", name="Ольга Иванова мама Петра")
    await expect(entry.locator(".badge")).to_contain_text("2 непрочитанных")
    await entry.click()
    await expect(phone(page, "Ольга Иванова").get_by_role("log")).to_contain_text("два")
    await expect(entry.locator(".badge")).to_have_count(0)


async def test_the_address_keeps_what_is_open(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_role("button", name="Далее").click()
    await phone(page, "Анна Соколова").get_by_role("button", name="Убрать телефон").click()
    address = page.url
    assert f"open={OLGA}" in address
    await page.reload()
    await expect(phone(page, "Ольга Иванова")).to_be_visible()
    await expect(phone(page, "Анна Соколова")).to_have_count(0)
    await expect(page.locator("#tour h2")).to_have_text("Мама узнаёт")


async def test_a_lost_connection_is_told_and_made_up_for(
    open_page: OpenPage, school: TelegramSandbox, bot: Bot
) -> None:
    page = await open_page()
    await page.context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    port = int(school.base_url.rpartition(":")[2])
    await school.stop()
    await expect(page.locator("#link")).to_contain_text("восстанавливаю")
    await school.start(port=port)
    await page.context.set_offline(False)
    await bot.send_message(ANNA, "Пока вас не было")
    await expect(phone(page, "Анна Соколова").get_by_role("log")).to_contain_text("Пока вас не было")
    await expect(page.locator("#link")).to_be_empty()


async def test_the_page_begins_anew_with_another_demonstration(
    open_page: OpenPage, school: TelegramSandbox
) -> None:
    page = await open_page(fragment=f"#open={OLGA}&step=1")
    await expect(page.locator("#tour h2")).to_have_text("Мама узнаёт")
    port = int(school.base_url.rpartition(":")[2])
    await school.stop()
    await expect(page.locator("#link")).to_contain_text("восстанавливаю")
    school.state.version = 0
    await school.start(port=port)
    await expect(page.locator("#tour h2")).to_have_text("Идёт урок")


@pytest.mark.parametrize("width", [360, 390])
async def test_on_a_small_screen_one_phone_at_a_time(open_page: OpenPage, width: int) -> None:
    page = await open_page(width, 800)
    await expect(page.locator(".phone")).to_have_count(1)
    await page.get_by_role("button", name="Ольга Иванова").click()
    await expect(phone(page, "Ольга Иванова")).to_be_visible()
    await expect(page.locator(".phone")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.get_by_role("button", name="Показать телефон").click()
    await phone(page, "Анна Соколова").get_by_role("button", name="Иванов П.").click()
    await expect(phone(page, "Анна Соколова").locator(".toast")).to_have_text("Иванов: Н")
    await expect(page.locator("#tour h2")).to_have_text("Мама узнаёт")
    await page.get_by_role("button", name="Показать телефон").click()
    await expect(phone(page, "Ольга Иванова").locator(".key.hinted")).to_have_text("Болеет")


async def test_the_typing_bot_is_seen(open_page: OpenPage, bot: Bot) -> None:
    page = await open_page()
    await bot.send_chat_action(ANNA, "typing")
    await expect(phone(page, "Анна Соколова")).to_contain_text("Звонок печатает…")
