from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiogram import Bot
from aiogram.types import BufferedInputFile
from telegram_world import ANNA, PNG, one_button

from sandbox import Person, Phone, TelegramSandbox


@pytest.fixture
async def browser(telegram: TelegramSandbox) -> AsyncIterator[aiohttp.ClientSession]:
    telegram.people = [Person(ANNA, "Анна Соколова", "учитель")]
    async with aiohttp.ClientSession(telegram.base_url, headers={"Origin": telegram.base_url}) as session:
        yield session


@pytest.mark.parametrize("path", ["/", "/page/state", f"/page/chats/{ANNA}", "/page/events", "/page/files/x"])
async def test_a_page_of_another_name_is_not_answered(browser: aiohttp.ClientSession, path: str) -> None:
    for headers in (
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Origin": "http://evil"},
    ):
        async with browser.get(path, headers=headers) as response:
            assert response.status == 403
            assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("action", ["say", "edit", "press", "upload", "block", "unblock"])
async def test_only_the_page_itself_may_act(telegram: TelegramSandbox, anna: Phone, action: str) -> None:
    telegram.people = [Person(ANNA, "Анна Соколова", "учитель")]
    before = len(anna.messages)
    async with aiohttp.ClientSession(telegram.base_url) as session:
        for headers in ({}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"}):
            path = f"/page/chats/{ANNA}/{action}"
            async with session.post(path, json={"text": "Здравствуйте"}, headers=headers) as response:
                assert response.status == 403
    assert len(anna.messages) == before
    assert not anna.chat.blocked


async def test_the_page_cannot_be_framed_and_runs_only_its_own_scripts(
    browser: aiohttp.ClientSession,
) -> None:
    async with browser.get("/") as response:
        policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


async def test_only_people_of_the_demo_have_chats(browser: aiohttp.ClientSession) -> None:
    async with browser.post("/page/chats/555/say", json={"text": "Здравствуйте"}) as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("action", "body", "status"),
    [
        ("say", {"text": "  "}, 400),
        ("say", {"text": "я" * 4097}, 400),
        ("say", {"text": "раз", "reply_to": 99}, 404),
        ("say", ["раз"], 400),
        ("say", {"text": "раз", "quote": "чужое"}, 400),
        ("edit", {"text": "раз", "message_id": 99}, 404),
        ("press", {"message_id": "x"}, 404),
        ("press", {"message_id": 1, "row": 0, "column": 0, "text": "Да"}, 409),
        ("upload", {"file": "x"}, 400),
    ],
)
async def test_nonsense_from_the_page_is_refused(
    browser: aiohttp.ClientSession, anna: Phone, action: str, body: object, status: int
) -> None:
    async with browser.post(f"/page/chats/{ANNA}/{action}", json=body) as response:
        assert response.status == status


async def test_a_key_that_changed_meanwhile_is_not_pressed(
    browser: aiohttp.ClientSession, bot: Bot, anna: Phone
) -> None:
    sent = await bot.send_message(ANNA, "Иванов?", reply_markup=one_button("На месте", "present"))
    seen = {"message_id": sent.message_id, "row": 0, "column": 0, "text": "Нет"}
    async with browser.post(f"/page/chats/{ANNA}/press", json=seen) as response:
        assert response.status == 409
    assert not anna.chat.taps


async def test_a_document_is_only_ever_downloaded(
    browser: aiohttp.ClientSession, bot: Bot, anna: Phone
) -> None:
    await bot.send_document(ANNA, BufferedInputFile(b"<script>alert(1)</script>", "план.html"))
    await bot.send_photo(ANNA, BufferedInputFile(PNG, "week.png"))
    document, photo = (message.file for message in anna.messages[-2:])
    async with browser.get(f"/page/files/{document.file_id}") as response:
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert "sandbox" in response.headers["Content-Security-Policy"]
    async with browser.get(f"/page/files/{photo.file_id}") as response:
        assert response.content_type == "image/png"
        assert await response.read() == PNG


async def test_a_part_of_a_message_is_answered_and_what_was_said_is_edited(
    browser: aiohttp.ClientSession, bot: Bot, anna: Phone
) -> None:
    digest = await bot.send_message(ANNA, "😀 Алгебра 5 4\nРусский язык 3")
    reply = {"text": "А можно?", "reply_to": digest.message_id, "quote": "Русский язык 3"}
    async with browser.post(f"/page/chats/{ANNA}/say", json=reply) as response:
        said = await response.json()
    assert said["reply_to"]["preview"] == "Русский язык 3"
    edit = {"text": "А можно пересдать?", "message_id": said["id"]}
    async with browser.post(f"/page/chats/{ANNA}/edit", json=edit) as response:
        assert (await response.json())["edited"]
    forged = {"text": "Не моё", "message_id": digest.message_id}
    async with browser.post(f"/page/chats/{ANNA}/edit", json=forged) as response:
        assert response.status == 400
    updates = await bot.get_updates()
    heard = next(update.message for update in updates if update.message and update.message.quote)
    assert heard.quote is not None
    assert (heard.quote.text, heard.quote.position) == ("Русский язык 3", len("😀 Алгебра 5 4\n") + 1)
    assert any(update.edited_message and update.edited_message.text == edit["text"] for update in updates)
