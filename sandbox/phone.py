"""A person with a phone: how journeys drive the bot and read its answers."""

# ruff: noqa: ASYNC109 - `timeout` bounds a failure here and is the word a test's reader expects.

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sandbox import user_side
from sandbox.drawing import draw_chat
from sandbox.state import Answer, Button, Chat, Contact, Message, State, Tap, User

TIMEOUT = 20.0
QUIET = 0.15
STEPS = 10


class Phone:
    """One user's private chat with the bot. Every failure is an AssertionError that shows the chat.

    Waiting is driven by events of the chat; timeouts are in seconds and bound only failures.
    """

    def __init__(self, state: State, chat: Chat) -> None:
        self._state = state
        self.chat = chat
        self.until_idle: Callable[[], Awaitable[None]] | None = None
        """Set it when the test knows better than silence that the bot has nothing more to do."""

    @property
    def user(self) -> User:
        return self.chat.user

    @property
    def messages(self) -> list[Message]:
        """All messages the person sees, both sides, oldest first."""
        return self.chat.visible()

    @property
    def screen(self) -> Message:
        """The newest message of the bot."""
        for message in reversed(self.messages):
            if message.outgoing:
                return message
        raise AssertionError(self._explain("На экране нет сообщений бота"))

    async def start(self, payload: str = "", *, timeout: float = TIMEOUT) -> Message:
        """/start, with the payload of a deep link; what the bot answers.

        Where no bot answers, `say("/start")`.
        """
        return await self.sees_after(await self.say(f"/start {payload}".strip()), timeout=timeout)

    async def say(
        self,
        text: str,
        *,
        sent_at: datetime | None = None,
        reply_to: Message | None = None,
        quote: str = "",
    ) -> Message:
        """Sends text; `sent_at` dates a message that was written earlier and arrives only now, `quote` is
        the part of `reply_to` that it answers."""
        return user_side.say(self._state, self.chat, text, sent_at=sent_at, reply_to=reply_to, quote=quote)

    async def edit(self, message: Message, text: str) -> None:
        user_side.edit(self._state, message, text)

    async def send_photo(self, data: bytes, caption: str = "", *, reply_to: Message | None = None) -> Message:
        return user_side.send_photo(self._state, self.chat, data, caption, reply_to)

    async def send_document(self, data: bytes, name: str = "file.bin", caption: str = "") -> Message:
        return user_side.send_document(self._state, self.chat, data, name, caption=caption)

    async def send_album(
        self, items: Sequence[bytes | tuple[str, bytes]], caption: str = ""
    ) -> list[Message]:
        """Pictures (bytes) or documents (name, bytes) sent at once; the caption stands at the first."""
        return user_side.send_album(self._state, self.chat, items, caption)

    async def send_contact(self, phone_number: str = "", *, owner_id: int | None = None) -> Message:
        """Shares a contact: by default one's own number."""
        contact = Contact(
            phone_number or self.user.phone_number, self.user.first_name, owner_id or self.user.user_id
        )
        return user_side.send_contact(self._state, self.chat, contact)

    async def press(self, label: str, *, on: Message | None = None, timeout: float = TIMEOUT) -> Answer:
        """Waits for the button, taps it and returns what the bot answered.

        The button is looked for in `on`, else in the newest message that has one: an equal text first,
        then a text that contains `label`. Several buttons that fit are an error.
        """
        if on is None:
            await self.sees_button(label, timeout=timeout)
        return await self.answered(self.tap(label, on=on), timeout=timeout)

    async def press_data(
        self, data: str, *, message: Message | None = None, timeout: float = TIMEOUT
    ) -> Answer:
        """Sends callback data that no button may carry: forged, old, from another chat."""
        return await self.answered(self.tap_data(data, message=message), timeout=timeout)

    def tap(self, label: str, *, on: Message | None = None) -> Tap:
        """Like `press`, without waiting for the bot."""
        message, button = self.find_button(label, on=on)
        if button.data is None:
            raise AssertionError(self._explain(f"Кнопка «{button.text}» не отправляет данных боту"))
        return self.tap_data(button.data, message=message)

    def tap_data(self, data: str, *, message: Message | None = None) -> Tap:
        return user_side.press(self._state, message or self.screen, data)

    def tap_again(self, tap: Tap) -> Tap:
        """Sends an unanswered tap once more under a new id, as Telegram does by itself."""
        return user_side.press_again(self._state, tap)

    async def answered(self, tap: Tap, *, timeout: float = TIMEOUT) -> Answer:
        """The bot's answer to the tap."""
        try:
            return await asyncio.wait_for(asyncio.shield(tap.answer), timeout)
        except TimeoutError:
            raise AssertionError(self._explain(f"Бот не ответил на нажатие «{tap.data}»")) from None

    def find_button(self, label: str, *, on: Message | None = None) -> tuple[Message, Button]:
        wanted = _spaced(label)
        candidates = [on] if on else [message for message in reversed(self.messages) if message.outgoing]
        for message in candidates:
            buttons = [button for row in message.buttons for button in row]
            fitting = [button for button in buttons if _spaced(button.text) == wanted]
            fitting = fitting or [button for button in buttons if wanted in _spaced(button.text)]
            if len(fitting) > 1:
                texts = ", ".join(f"«{button.text}»" for button in fitting)
                raise AssertionError(self._explain(f"«{label}» подходит к нескольким кнопкам: {texts}"))
            if fitting:
                return message, fitting[0]
        raise AssertionError(self._explain(f"Нет кнопки «{label}»"))

    async def sees(self, text: str, *, timeout: float = TIMEOUT) -> Message:
        """Waits for a message of the bot that contains the text, the newest if there are several."""
        return await self._wait_for(
            lambda: next(
                (found for found in reversed(self.messages) if found.outgoing and _holds(found, text)), None
            ),
            f"Не видно «{text}»",
            timeout,
        )

    async def sees_on_screen(self, text: str, *, timeout: float = TIMEOUT) -> Message:
        """Waits until the newest message of the bot contains the text."""

        def newest() -> Message | None:
            last = next((found for found in reversed(self.messages) if found.outgoing), None)
            return last if last and _holds(last, text) else None

        return await self._wait_for(newest, f"На экране нет «{text}»", timeout)

    async def sees_after(self, earlier: Message, *, timeout: float = TIMEOUT) -> Message:
        """Waits for a message of the bot that is newer than this one; the newest if there are several."""
        return await self._wait_for(
            lambda: next(
                (
                    message
                    for message in reversed(self.messages)
                    if message.outgoing and message.message_id > earlier.message_id
                ),
                None,
            ),
            "Бот ничего не ответил",
            timeout,
        )

    async def sees_button(self, label: str, *, timeout: float = TIMEOUT) -> Message:
        """Waits for a message of the bot with a button that contains the label."""
        wanted = _spaced(label)
        return await self._wait_for(
            lambda: next(
                (
                    message
                    for message in reversed(self.messages)
                    if any(wanted in _spaced(button.text) for row in message.buttons for button in row)
                ),
                None,
            ),
            f"Нет кнопки «{label}»",
            timeout,
        )

    async def does_not_see(self, text: str) -> None:
        """Waits until the bot is quiet; then no message of it may contain the text."""
        await self.settled()
        for message in self.messages:
            if message.outgoing and _holds(message, text):
                raise AssertionError(self._explain(f"Видно «{text}», а не должно"))

    async def settled(self, *, quiet: float = QUIET, timeout: float = TIMEOUT) -> None:
        """Waits until the bot took every update of the chat and nothing has changed for `quiet` seconds."""
        if self.until_idle:
            await self.until_idle()
            return
        try:
            async with asyncio.timeout(timeout):
                while await self._changes_within(quiet) or self._busy():
                    if self._busy():
                        await self.chat.changed()
        except TimeoutError:
            raise AssertionError(self._explain("Чат не успокоился")) from None

    async def block(self) -> None:
        user_side.block(self._state, self.chat)

    async def unblock(self) -> None:
        user_side.unblock(self._state, self.chat)

    async def deactivate(self) -> None:
        """The account is gone for good."""
        self.user.deactivated = True

    def make_old(self, message: Message) -> None:
        """From now on a tap on this message reaches the bot without its content."""
        message.inaccessible = True

    def draw(self) -> str:
        return draw_chat(self.chat, self._state.clock())

    def _busy(self) -> bool:
        return self.chat.unconfirmed > 0 or self.chat.calls_in_flight > 0 or bool(self.chat.taps)

    async def _changes_within(self, seconds: float) -> bool:
        """In steps: while the machine does something else for long, the silence of a bot tells nothing."""
        change = asyncio.create_task(self.chat.changed())
        try:
            for _ in range(STEPS):
                if (await asyncio.wait([change], timeout=seconds / STEPS))[0]:
                    return True
            return False
        finally:
            change.cancel()

    async def _wait_for(self, look: Callable[[], Message | None], complaint: str, timeout: float) -> Message:
        try:
            async with asyncio.timeout(timeout):
                while (found := look()) is None:
                    await self.chat.changed()
        except TimeoutError:
            raise AssertionError(self._explain(complaint)) from None
        return found

    def _explain(self, complaint: str) -> str:
        return f"{complaint}.\n{self.draw()}"


def _spaced(text: str) -> str:
    """The text with every kind of space made an ordinary one."""
    return " ".join(text.split())


def _holds(message: Message, text: str) -> bool:
    return _spaced(text) in _spaced(message.text)
