"""The chat page: its files, its JSON and its stream of events.

The page may do anything any person of the demo can, so it answers only itself: a request must name
this machine as its host (against DNS rebinding), and one that changes something must come from the
page's own origin. There is no CORS.
"""

import asyncio
import json
import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from sandbox import user_side
from sandbox.page_views import chat_view, message_view, person_view, step_view
from sandbox.state import Chat, Message

if TYPE_CHECKING:
    from sandbox.server import TelegramSandbox

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATIC = Path(__file__).with_name("static")
HOSTS = ("127.0.0.1", "localhost", "::1")
PING_SECONDS = 15
ANSWER_SECONDS = 20
MAX_BACKLOG = 2000
MAX_TEXT = 4096
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Page:
    """Serves the people of one sandbox to browsers on this machine."""

    def __init__(self, sandbox: "TelegramSandbox") -> None:
        self._sandbox = sandbox
        self._streams: set[asyncio.Queue[str | None]] = set()

    def add_routes(self, app: web.Application) -> None:
        router = app.router
        router.add_get("/", _guarded(self._index))
        router.add_static("/static", STATIC)
        router.add_get("/page/state", _guarded(self._state))
        router.add_get("/page/events", _guarded(self._events))
        router.add_get("/page/files/{file_id}", _guarded(self._file))
        router.add_get("/page/chats/{user_id:\\d+}", _guarded(self._chat_state))
        router.add_post("/page/tour/{index:\\d+}", _guarded(self._play))
        for name, handler in {
            "say": self._say,
            "edit": self._edit,
            "press": self._press,
            "upload": self._upload,
            "block": self._block,
            "unblock": self._unblock,
        }.items():
            router.add_post(f"/page/chats/{{user_id:\\d+}}/{name}", _guarded(handler))

    async def close(self, _app: web.Application) -> None:
        for stream in self._streams:
            stream.put_nowait(None)

    def refresh(self) -> None:
        self._broadcast("refresh", {})

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html", headers=HEADERS)

    async def _state(self, _request: web.Request) -> web.StreamResponse:
        sandbox = self._sandbox
        chats = sandbox.bot.chats if sandbox.state.bots else {}
        return _json(
            {
                "title": sandbox.title,
                "bot": {"name": sandbox.bot.name, "username": sandbox.bot.username}
                if sandbox.state.bots
                else None,
                "now": sandbox.state.clock().isoformat(),
                "version": sandbox.state.version,
                "people": [person_view(person, chats.get(person.user_id)) for person in sandbox.people],
                "tour": [step_view(step) for step in sandbox.tour],
            }
        )

    async def _chat_state(self, request: web.Request) -> web.StreamResponse:
        return _json(chat_view(self._chat(request)) | {"version": self._sandbox.state.version})

    async def _say(self, request: web.Request) -> web.StreamResponse:
        chat, body = self._chat(request), await _body(request)
        text = str(body.get("text", "")).strip()
        if not 0 < len(text) <= MAX_TEXT:
            raise web.HTTPBadRequest(text="text")
        reply_to = _message(chat, body["reply_to"]) if body.get("reply_to") else None
        quote = str(body.get("quote", ""))
        try:
            said = user_side.say(self._sandbox.state, chat, text, reply_to=reply_to, quote=quote)
        except ValueError:
            raise web.HTTPBadRequest(text="quote") from None
        return _json(message_view(said))

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        chat, body = self._chat(request), await _body(request)
        message, text = _message(chat, body.get("message_id")), str(body.get("text", "")).strip()
        if message.outgoing or not 0 < len(text) <= MAX_TEXT:
            raise web.HTTPBadRequest(text="text")
        user_side.edit(self._sandbox.state, message, text)
        return _json(message_view(message))

    async def _play(self, request: web.Request) -> web.StreamResponse:
        try:
            await self._sandbox.play(self._sandbox.tour[int(request.match_info["index"])])
        except IndexError:
            raise web.HTTPNotFound from None
        except ValueError:
            raise web.HTTPConflict(text="nothing to answer") from None
        return _json({})

    async def _press(self, request: web.Request) -> web.StreamResponse:
        """Waits for the bot's answer to the tap; `answered` is false when none came."""
        chat, body = self._chat(request), await _body(request)
        message = _message(chat, body.get("message_id"))
        try:
            button = message.buttons[int(body["row"])][int(body["column"])]
        except (IndexError, KeyError, TypeError, ValueError):
            raise web.HTTPConflict(text="no such button") from None
        if button.data is None or button.text != body.get("text"):
            raise web.HTTPConflict(text="no such button")
        tap = user_side.press(self._sandbox.state, message, button.data)
        try:
            answer = await asyncio.wait_for(asyncio.shield(tap.answer), ANSWER_SECONDS)
        except TimeoutError:
            return _json({"answered": False})
        return _json({"answered": True, **asdict(answer)})

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        chat, form = self._chat(request), await request.post()
        file, caption = form.get("file"), str(form.get("caption", ""))[:1024]
        if not isinstance(file, web.FileField):
            raise web.HTTPBadRequest(text="file")
        reply_to = _message(chat, form["reply_to"]) if form.get("reply_to") else None
        state, data = self._sandbox.state, file.file.read()
        if form.get("kind") == "photo":
            try:
                message = user_side.send_photo(state, chat, data, caption, reply_to)
            except ValueError:
                raise web.HTTPUnprocessableEntity(text="not a picture") from None
        else:
            message = user_side.send_document(
                state, chat, data, file.filename, file.content_type, caption, reply_to
            )
        return _json(message_view(message))

    async def _block(self, request: web.Request) -> web.StreamResponse:
        user_side.block(self._sandbox.state, self._chat(request))
        return _json({})

    async def _unblock(self, request: web.Request) -> web.StreamResponse:
        user_side.unblock(self._sandbox.state, self._chat(request))
        return _json({})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        stored = self._sandbox.state.files.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        headers = HEADERS | {"Content-Security-Policy": "default-src 'none'; sandbox"}
        if stored.kind == "document":
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stored.name, safe='')}"
            content_type = mimetypes.guess_type(stored.name)[0] or "application/octet-stream"
        else:
            content_type = "image/png" if stored.data.startswith(b"\x89PNG") else "image/jpeg"
        return web.Response(body=stored.data, content_type=content_type, headers=headers)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events; a page that lost some asks for the whole state again when it is back."""
        stream: asyncio.Queue[str | None] = asyncio.Queue()
        response = web.StreamResponse(headers=HEADERS | {"Content-Type": "text/event-stream"})
        await response.prepare(request)
        if not self._streams:
            self._sandbox.state.listeners.append(self._listen)
        self._streams.add(stream)
        try:
            await response.write(self._hello("hello"))
            while True:
                try:
                    event = await asyncio.wait_for(stream.get(), PING_SECONDS)
                except TimeoutError:
                    await response.write(self._hello("clock"))
                    continue
                if event is None:
                    break
                await response.write(event.encode("utf-8", "replace"))
        except ConnectionError:
            return response  # The page was closed.
        finally:
            self._streams.discard(stream)
            if not self._streams:
                self._sandbox.state.listeners.remove(self._listen)
        return response

    def _hello(self, event: str) -> bytes:
        state = self._sandbox.state
        return _event(event, {"now": state.clock().isoformat(), "version": state.version}).encode()

    def _listen(self, event: str, chat: Chat, subject: Any) -> None:
        data: dict[str, Any] = {"user_id": chat.user.user_id, "version": self._sandbox.state.version}
        if event == "message":
            data["message"] = message_view(subject)
        elif event == "action":
            data["action"] = subject
        elif event == "blocked":
            data["blocked"] = chat.blocked
        else:
            return
        self._broadcast(event, data)

    def _broadcast(self, event: str, data: dict[str, Any]) -> None:
        text = _event(event, data)
        for stream in self._streams:
            if stream.qsize() < MAX_BACKLOG:
                stream.put_nowait(text)
            elif stream.qsize() == MAX_BACKLOG:
                stream.put_nowait(_event("refresh", {}))

    def _chat(self, request: web.Request) -> Chat:
        user_id = int(request.match_info["user_id"])
        person = next((person for person in self._sandbox.people if person.user_id == user_id), None)
        if person is None or not self._sandbox.state.bots:
            raise web.HTTPNotFound
        first_name, _, last_name = person.name.partition(" ")
        user = self._sandbox.user(user_id, first_name, last_name)
        return self._sandbox.state.chat(self._sandbox.bot, user)


def _guarded(handler: Handler) -> Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        if urlsplit(f"//{request.headers.get('Host', '')}").hostname not in HOSTS:
            raise web.HTTPForbidden(text="This page is served to this machine only.")
        origin = request.headers.get("Origin")
        if (origin or request.method == "POST") and origin != f"http://{request.headers['Host']}":
            raise web.HTTPForbidden(text="This page answers only itself.")
        return await handler(request)

    return guarded


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise web.HTTPBadRequest(text="JSON") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="object expected")
    return body


def _message(chat: Chat, message_id: object) -> Message:
    try:
        message = chat.messages[int(str(message_id))]
    except (KeyError, ValueError):
        raise web.HTTPNotFound from None
    if message.deleted:
        raise web.HTTPNotFound
    return message


def _json(body: Any) -> web.Response:
    return web.json_response(body, headers=HEADERS)


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
