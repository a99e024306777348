"""How long people wait for an answer, and how much of it is our own time."""

from __future__ import annotations

from contextvars import ContextVar
from time import perf_counter

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client import Counter as PromCounter

from bot.intake import Handler
from db.queries.inbox import StoredUpdate
from services.clock import Clock

_KINDS = {"callback_query": "tap", "message": "message", "edited_message": "edit"}
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class _Course:
    """Of one update."""

    def __init__(self, kind: str, waited: float) -> None:
        self.kind = kind
        self.waited = waited
        self.begun = perf_counter()
        self.answered = False
        self._requests = 0
        self._away_since = 0.0
        self._away = 0.0

    def request_begins(self) -> None:
        if not self._requests:
            self._away_since = perf_counter()
        self._requests += 1

    def request_ends(self) -> None:
        self._requests -= 1
        if not self._requests:
            self._away += perf_counter() - self._away_since

    def took(self) -> float:
        return perf_counter() - self.begun

    def own(self) -> float:
        """Without the time in which the messenger alone was at work."""
        return self.took() - self._away


_course: ContextVar[_Course | None] = ContextVar("course", default=None)


class Answering(BaseRequestMiddleware):
    """Measures handlers of updates (`over`) and, as the innermost middleware of the bot that answers, what
    goes to the messenger meanwhile."""

    def __init__(self, clock: Clock, registry: CollectorRegistry) -> None:
        self._clock = clock

        def histogram(name: str, says: str) -> Histogram:
            return Histogram(name, says, ["update"], buckets=_BUCKETS, registry=registry)

        self._wait = histogram("zvonok_update_wait_seconds", "From its receipt until it is handled")
        self._own = histogram("zvonok_update_own_seconds", "Handling, without waiting for the messenger")
        self._answer = histogram(
            "zvonok_update_answer_seconds", "From its receipt until the messenger has the first answer"
        )
        self._settled = PromCounter(
            "zvonok_updates",
            "Updates that were handled or given up",
            ["update", "outcome"],
            registry=registry,
        )

    def over(self, handler: Handler) -> Handler:
        """The same handler, measured."""
        return _Measured(self, handler)

    async def handle(self, handler: Handler, update: StoredUpdate) -> None:
        waited = max((self._clock.now() - update.received_at).total_seconds(), 0.0)
        course = _Course(kind_of(update), waited)
        token = _course.set(course)
        try:
            await handler.handle(update)
        finally:
            _course.reset(token)
        self._wait.labels(course.kind).observe(course.waited)
        self._own.labels(course.kind).observe(course.own())
        self._settled.labels(course.kind, "handled").inc()

    def given_up(self, update: StoredUpdate) -> None:
        self._settled.labels(kind_of(update), "failed").inc()

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        course = _course.get()
        if course is None:
            return await make_request(bot, method)
        course.request_begins()
        try:
            response = await make_request(bot, method)
        finally:
            course.request_ends()
        if not course.answered:
            course.answered = True
            self._answer.labels(course.kind).observe(course.waited + course.took())
        return response


class _Measured:
    def __init__(self, answering: Answering, handler: Handler) -> None:
        self._answering = answering
        self._handler = handler

    async def handle(self, update: StoredUpdate) -> None:
        await self._answering.handle(self._handler, update)

    async def apologise(self, update: StoredUpdate, error: BaseException) -> None:
        self._answering.given_up(update)
        await self._handler.apologise(update, error)


def kind_of(update: StoredUpdate) -> str:
    """One of few words, whatever the messenger sends."""
    return next((word for key, word in _KINDS.items() if key in update.payload), "other")
