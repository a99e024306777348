"""The Bot API over HTTP: routes, dispatch, faults, the log of calls."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Any, NamedTuple

from aiohttp import web

from sandbox import user_side
from sandbox.args import Args, read_args
from sandbox.errors import ApiError, moved, too_many_requests
from sandbox.faults import Fault, Faults
from sandbox.limits import FloodLimits
from sandbox.methods import METHODS
from sandbox.methods.call import Call
from sandbox.page import Page
from sandbox.people import Person, TourStep
from sandbox.phone import Phone
from sandbox.state import BotAccount, State, User
from sandbox.webhook import deliver

MAX_REQUEST_BYTES = 60 << 20
SERVER_ERRORS = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class CallRecord(NamedTuple):
    """One request: method as called, chat, time.monotonic() of its end, description of the refusal."""

    method: str
    chat_id: int | None
    time: float
    ok: bool
    error: str = ""


class TelegramSandbox:
    """A Telegram on your own machine: Bot API server, chat page and the phones of its users.

    `clock` dates messages and must give aware datetimes; their zone is the one the page shows.
    `flood=None` switches flood limits off. `people`, `tour` and `title` are what the page shows;
    `turn_clock` is how the tour moves the host's time.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        flood: FloodLimits | None = None,
        webhook_retry_seconds: float = 1.0,
    ) -> None:
        self.state = State(clock)
        self.flood = flood
        self.faults = Faults()
        self.calls: list[CallRecord] = []
        self.people: list[Person] = []
        self.tour: list[TourStep] = []
        self.turn_clock: Callable[[datetime], Awaitable[None]] | None = None
        self.title = "Демонстрация"
        self.base_url = ""
        self._webhook_retry_seconds = webhook_retry_seconds
        self._page = Page(self)
        self._runner: web.AppRunner | None = None
        self._senders: list[asyncio.Task[None]] = []

    def add_bot(self, token: str, username: str, name: str = "") -> BotAccount:
        """Makes a bot known. The token must look like Telegram's: digits, a colon, anything."""
        bot = BotAccount(int(token.partition(":")[0]), token, username, name or username)
        self.state.bots[token] = bot
        if self._runner:
            self._start_sender(bot)
        return bot

    def phone(
        self,
        user_id: int,
        *,
        first_name: str = "Анна",
        last_name: str = "",
        username: str = "",
        phone_number: str = "",
        bot: BotAccount | None = None,
    ) -> Phone:
        """The phone of a user, made at the first call; `bot` defaults to the first one added."""
        user = self.user(user_id, first_name, last_name, username, phone_number)
        return Phone(self.state, self.state.chat(bot or self.bot, user))

    def user(
        self, user_id: int, first_name: str, last_name: str = "", username: str = "", phone_number: str = ""
    ) -> User:
        """The user with this id; the names count only when the user is new."""
        if user_id not in self.state.users:
            self.state.users[user_id] = User(user_id, first_name, last_name, username, phone_number)
        return self.state.users[user_id]

    @property
    def bot(self) -> BotAccount:
        """The first bot added, the one the page talks to."""
        return next(iter(self.state.bots.values()))

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listens and fills `base_url`. Raises OSError when the port is taken."""
        app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._handle)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._download)
        self._page.add_routes(app)
        app.on_shutdown.append(self._end_waiting)
        app.on_shutdown.append(self._page.close)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.base_url = f"http://{host}:{self._runner.addresses[0][1]}"
        for bot in self.state.bots.values():
            self._start_sender(bot)

    def refresh_page(self) -> None:
        """Makes open pages read people, tour and title again after the host changed them."""
        self._page.refresh()

    async def play(self, step: TourStep) -> None:
        """Do for its person what the step has to say, or turn the clock. Raises ValueError when there is
        no message that holds its quote."""
        chat = self.phone(step.user_id).chat
        if step.moment and self.turn_clock:
            await self.turn_clock(step.moment)
            self._page.refresh()
        elif step.photo:
            user_side.send_photo(self.state, chat, step.photo.read_bytes(), step.say)
        else:
            answered = user_side.quotable(chat, step.quote) if step.quote else None
            user_side.say(self.state, chat, step.say, reply_to=answered, quote=step.quote)

    async def stop(self) -> None:
        for sender in self._senders:
            sender.cancel()
        await asyncio.gather(*self._senders, return_exceptions=True)
        self._senders.clear()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def _start_sender(self, bot: BotAccount) -> None:
        task = asyncio.create_task(deliver(self, bot, self._webhook_retry_seconds))
        self._senders.append(task)

    async def _end_waiting(self, _app: web.Application) -> None:
        self.faults.clear()
        for bot in self.state.bots.values():
            bot.queue.end_poll()

    async def _handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        bot = self.state.bots.get(request.match_info["token"])
        if bot is None:
            return _refusal(ApiError(401, "Unauthorized"))
        try:
            args = await read_args(request)
        except ApiError as error:
            return _refusal(error)
        except web.HTTPRequestEntityTooLarge:
            return _refusal(ApiError(413, "Request Entity Too Large"))
        delay, fault = self.faults.struck_by(method.lower(), args.chat_id())
        if delay:
            await asyncio.sleep(delay)
        if fault and fault.kind == "hang":
            await fault.wait_released()
        if fault and fault.kind == "reset_before":
            self._record(method, args, "reset before processing")
            return _reset(request)
        response = await self._answer(bot, method, args, fault)
        return _reset(request) if fault and fault.kind == "reset_after" else response

    async def _answer(self, bot: BotAccount, method: str, args: Args, fault: Fault | None) -> web.Response:
        try:
            if fault and fault.kind == "error":
                raise _error_of(fault)
            result = await self.call(bot, method, args)
        except ApiError as error:
            self._record(method, args, error.description)
            return _refusal(error)
        self._record(method, args, "")
        return _json_response({"ok": True, "result": result}, 200)

    async def call(self, bot: BotAccount, method: str, args: Args) -> Any:
        """Does one method. Raises ApiError as Telegram would refuse it."""
        handler = METHODS.get(method.lower())
        if handler is None:
            raise ApiError(404, "Not Found: method not found")
        chat = bot.chats.get(args.chat_id() or 0)
        if chat is None:
            return await handler(Call(self.state, bot, args, self.flood))
        chat.calls_in_flight += 1
        try:
            return await handler(Call(self.state, bot, args, self.flood))
        finally:
            chat.calls_in_flight -= 1
            chat.notify()

    async def _download(self, request: web.Request) -> web.Response:
        stored = self.state.downloads.get(request.match_info["path"])
        if request.match_info["token"] not in self.state.bots or stored is None:
            return _refusal(ApiError(404, "Not Found"))
        return web.Response(body=stored.data, content_type="application/octet-stream")

    def _record(self, method: str, args: Args, error: str) -> None:
        self.calls.append(CallRecord(method, args.chat_id(), monotonic(), not error, error))


def _error_of(fault: Fault) -> ApiError:
    if fault.code == 429:
        return too_many_requests(int(fault.seconds))
    if fault.moved_to:
        return moved(fault.moved_to)
    return ApiError(fault.code, SERVER_ERRORS.get(fault.code, "Error"))


def _refusal(error: ApiError) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return _json_response(body, error.code)


def _json_response(body: dict[str, Any], status: int) -> web.Response:
    text = _ENCODER.encode(body)
    return web.Response(
        body=text.encode("utf-8", "surrogatepass"), status=status, content_type="application/json"
    )


def _reset(request: web.Request) -> web.Response:
    """Breaks the connection with RST, so that the client cannot take it for an orderly end."""
    if request.transport:
        connection = request.transport.get_extra_info("socket")
        if connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response(status=500)
