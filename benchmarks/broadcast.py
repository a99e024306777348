"""A broadcast to thousands while teachers take the register: the limit, their taps, the numbers (C6, C7)."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter

from pydantic import SecretStr
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.figures import Figure, Size
from benchmarks.place import ACCOUNTS_FROM, MONDAY_10_17, Place, account_of
from benchmarks.sending import be_slow, open_chats
from benchmarks.telegram import Telegram
from bot.app import application
from bot.config import Settings
from db.engine import Database
from db.enums import BindingState, BroadcastReply, Channel, ConsentWay, OutboxState, StaffRole
from db.models import (
    Binding,
    BroadcastRecipient,
    Consent,
    Enrolment,
    Guardianship,
    OutboxMessage,
    Person,
    StaffAppointment,
)
from handlers.callbacks.register import SetCell
from handlers.texts.register import register_screen
from sandbox import TelegramSandbox
from sandbox.entities import FormattedText
from services.access.identity import actor_of
from services.actor import Actor
from services.attendance import AttendanceService
from services.broadcasts.audience import AudienceService
from services.broadcasts.composing import ComposeService
from services.broadcasts.progress import Numbers, ProgressService, Reach
from services.broadcasts.releasing import ReleaseService
from services.clock import Clock
from services.lessons import LessonService
from services.notifications.limiter import MESSAGES_PER_SECOND
from services.vocabulary import AttendanceStatus

TOKEN = "40:broadcast"
LATENCY = 0.06
_CHAT_SECONDS = 3.2
"""A chat takes twenty edits a minute: each teacher taps so often."""
_WARM_UP = 10
_FEWEST = 2
"""Taps, of which something can be said."""
_PATIENCE_SECONDS = 120
_COUNTED = {"sendMessage", "editMessageText"}
"""What counts against the limit of the token."""


@dataclass(slots=True)
class Tapping:
    answered: list[float] = field(default_factory=list)
    """Seconds from a tap to its answer."""
    shown: list[float] = field(default_factory=list)
    """Seconds from a tap to the screen that shows it."""
    counted: int = 0
    """Messages and edits of these seconds that count against the limit."""
    seconds: float = 0
    refused: Counter[str] = field(default_factory=Counter)
    """429, by what was full."""


async def measure(place: Place, telegram: Telegram, size: Size) -> list[Figure]:
    async with place.school() as db:
        async with db.transaction() as session:
            await add_guardians(session, size.recipients)
            deputy = await somebody(session, StaffRole.DEPUTY, place.clock)
            last = (await session.scalars(select(func.max(Person.id)))).one()
        await telegram.run(open_chats, TOKEN, ACCOUNTS_FROM, ACCOUNTS_FROM + (last or 0))
        await telegram.run(be_slow, LATENCY, flood=True)
        teachers = await _teachers(place, db, telegram)
        async with AsyncExitStack() as stack:
            settings = Settings.model_construct(
                bot_token=SecretStr(TOKEN),
                bot_api_url=telegram.url,
                data_dir=Path(stack.enter_context(tempfile.TemporaryDirectory())),
            )
            await stack.enter_async_context(application(settings, db, place.clock))
            idle = await telegram.run(tap_for, TOKEN, teachers, size.sending_seconds / 2)
            broadcast_id, seconds = await release(db, place.clock, deputy)
            busy = await telegram.run(tap_for, TOKEN, teachers, size.sending_seconds, len(idle.answered))
        begun = perf_counter()
        progress = await ProgressService(db, place.clock).progress(actor=deputy, broadcast_id=broadcast_id)
        counting = perf_counter() - begun
        async with db.transaction() as session:
            recipients = await _check_plainly(session, broadcast_id, progress.numbers)
    await telegram.run(be_slow, 0, flood=False)
    share = busy.counted / busy.seconds / MESSAGES_PER_SECOND
    return [
        Figure(
            f"broadcast to {recipients:,}: share of {MESSAGES_PER_SECOND}/s while teachers tap",
            share,
            f"{busy.counted / busy.seconds:.1f}/s over {busy.seconds:.0f} s; "
            f"{progress.numbers.people.delivered:,} delivered meanwhile",
            at_least=0.97 if size.recipients >= 1000 else None,
        ),
        Figure(
            "broadcast: refused with 429",
            busy.refused.total(),
            ", ".join(f"{times} by the {full}" for full, times in busy.refused.items()),
            at_most=0,
        ),
        taps_of(busy, idle),
        Figure(
            "broadcast: seconds until a tap is answered, 95th percentile",
            quantiles(busy.answered, n=20)[-1],
            at_most=0.1 if size.recipients >= 1000 else None,
        ),
        Figure(f"broadcast: seconds of releasing it to {recipients:,}", seconds, "recipients and messages"),
        Figure(
            "broadcast: seconds of counting what came back",
            counting,
            "equal to a plain count over the outbox",
        ),
    ]


def taps_of(busy: Tapping, idle: Tapping) -> Figure:
    """What a tap waits while the broadcast leaves, beside an idle bot's."""
    answer, idle_answer = median(busy.answered), median(idle.answered)
    screen, idle_screen = median(busy.shown), median(idle.shown)
    return Figure(
        "broadcast: a teacher's tap until it is answered, times an idle bot's",
        answer / idle_answer,
        f"{len(busy.answered)} taps: {answer * 1000:.0f} ms, idle {idle_answer * 1000:.0f} ms; "
        f"screen {screen * 1000:.0f} ms, idle {idle_screen * 1000:.0f} ms",
    )


async def add_guardians(session: AsyncSession, wanted: int) -> None:
    """So that a broadcast to the school has about so many recipients; each has an account."""
    there = (await session.scalars(select(func.count()).select_from(Guardianship))).one()
    pupils = (await session.execute(select(Enrolment.pupil_id, Enrolment.school_id))).all()
    school_id = pupils[0].school_id
    names = [
        {"school_id": school_id, "last_name": f"Семья{n}", "first_name": "Анна", "middle_name": ""}
        for n in range(max(0, wanted - there))
    ]
    if not names:
        return
    people = (await session.scalars(insert(Person).returning(Person.id), names)).all()
    both = [(person_id, pupils[n % len(pupils)].pupil_id) for n, person_id in enumerate(people)]
    of_school = {"school_id": school_id}
    await session.execute(
        insert(Guardianship),
        [
            of_school
            | {"guardian_id": one, "pupil_id": pupil, "relation": "", "starts_on": MONDAY_10_17.date()}
            for one, pupil in both
        ],
    )
    given = {"version": "1", "way": ConsentWay.PAPER, "given_at": MONDAY_10_17}
    await session.execute(
        insert(Consent), [of_school | given | {"person_id": one, "pupil_id": pupil} for one, pupil in both]
    )
    bound = {"channel": Channel.TELEGRAM, "state": BindingState.ACTIVE, "bound_at": MONDAY_10_17}
    accounts = [
        {"person_id": one, "external_user_id": ACCOUNTS_FROM + one, "chat_id": ACCOUNTS_FROM + one}
        for one in people
    ]
    await session.execute(insert(Binding), [of_school | bound | account for account in accounts])


async def somebody(session: AsyncSession, role: StaffRole, clock: Clock) -> Actor:
    person_id = await session.scalar(
        select(StaffAppointment.person_id).where(StaffAppointment.role == role).limit(1)
    )
    assert person_id is not None
    return await acting(session, person_id, clock)


async def acting(session: AsyncSession, person_id: int, clock: Clock) -> Actor:
    actor = await actor_of(session, await account_of(session, person_id), clock.now())
    assert actor is not None
    return actor


async def _teachers(place: Place, db: Database, telegram: Telegram) -> dict[int, list[str]]:
    """Account → the taps of a register, for everybody who has a lesson now; it stands in their chats."""
    async with db.transaction() as session:
        staff = await session.scalars(
            select(StaffAppointment.person_id).where(StaffAppointment.role == StaffRole.TEACHER).distinct()
        )
        actors = [await acting(session, person_id, place.clock) for person_id in staff]
    taps: dict[int, list[str]] = {}
    for actor in actors:
        lesson = (await LessonService(db, place.clock).day(actor=actor)).current()
        if lesson is None or lesson.number != 3:
            continue
        register = await AttendanceService(db, place.clock).open(actor=actor, lesson_id=lesson.lesson_id)
        screen = register_screen(register)
        keyboard = screen.keyboard()
        assert keyboard is not None
        user_id = ACCOUNTS_FROM + actor.person_id
        await telegram.run(
            put_register, TOKEN, user_id, screen.text, keyboard.model_dump(mode="json", exclude_none=True)
        )
        taps[user_id] = [
            SetCell(lesson_id=register.lesson_id, pupil_id=cell.pupil_id, status=status).pack()
            for status in (AttendanceStatus.ABSENT, AttendanceStatus.PRESENT)
            for cell in register.cells
        ]
    return taps


async def put_register(
    sandbox: TelegramSandbox, token: str, user_id: int, text: str, keyboard: dict[str, object]
) -> None:
    """Over there: a register stands in this chat."""
    phone = sandbox.phone(user_id, bot=sandbox.state.bots[token])
    sandbox.state.post(phone.chat, FormattedText(text, [], text), outgoing=True, markup=keyboard)


async def tap_for(
    sandbox: TelegramSandbox, token: str, taps: dict[int, list[str]], seconds: float, done_before: int = 0
) -> Tapping:
    """Over there: the teachers tap in turn, each as often as a chat's limit allows; every tap changes
    something. Goes on after the first `done_before` of all their taps."""
    sandbox.calls.clear()
    assert sandbox.flood is not None
    sandbox.flood.refusals.clear()
    done = Tapping()
    bot, users = sandbox.state.bots[token], list(taps)
    begun = monotonic()
    async with asyncio.timeout(seconds + _PATIENCE_SECONDS):
        for number in count():
            if (now := monotonic()) - begun >= seconds and number >= _FEWEST:
                break
            turn, place = divmod(done_before + number, len(users))
            user_id = users[place]
            phone = sandbox.phone(user_id, bot=bot)
            message = phone.messages[0]
            version = message.version
            await phone.tap_data(taps[user_id][turn % len(taps[user_id])], message=message).answer
            done.answered.append(monotonic() - now)
            while message.version == version:
                await phone.chat.changed()
            done.shown.append(monotonic() - now)
            await asyncio.sleep(begun + (number + 1) * _CHAT_SECONDS / len(users) - monotonic())
    counted = [call.time for call in sandbox.calls if call.ok and call.method in _COUNTED][_WARM_UP:]
    done.counted = max(len(counted) - 1, 0)
    done.seconds = counted[-1] - counted[0] if done.counted else seconds
    done.refused = sandbox.flood.refusals
    return done


async def release(db: Database, clock: Clock, author: Actor) -> tuple[int, float]:
    """To the whole school, at once. Returns its id, and the seconds of the release itself."""
    compose = ComposeService(db, clock)
    started = await compose.start(actor=author, group_id=None)
    broadcast_id = started.draft.broadcast_id
    await compose.type_text(actor=author, broadcast_id=broadcast_id, text="В среду уроков не будет: мороз.")
    await compose.set_reply(actor=author, broadcast_id=broadcast_id, reply=BroadcastReply.ACKNOWLEDGE)
    await AudienceService(db, clock).set_school(actor=author, broadcast_id=broadcast_id)
    form = await compose.form(actor=author, broadcast_id=broadcast_id)
    releases = ReleaseService(db, clock)
    begun = perf_counter()
    await releases.release(actor=author, broadcast_id=broadcast_id, version=form.draft.version)
    seconds = perf_counter() - begun
    await releases.send_now(actor=author, broadcast_id=broadcast_id)
    return broadcast_id, seconds


async def _check_plainly(session: AsyncSession, broadcast_id: int, numbers: Numbers) -> int:
    """The numbers equal a plain count over the outbox. Returns how many recipients there are."""
    rows = await session.scalars(
        select(BroadcastRecipient.id).where(
            BroadcastRecipient.broadcast_id == broadcast_id, BroadcastRecipient.person_id.is_not(None)
        )
    )
    found = await session.execute(
        select(OutboxMessage.dedup_key, OutboxMessage.state, OutboxMessage.external_ref)
    )
    messages = {key: (state, ref) for key, state, ref in found}
    plain: Counter[Reach] = Counter()
    for recipient_id in rows:
        state, ref = messages.get(f"broadcast:{broadcast_id}:{recipient_id}", (None, None))
        if state is None:
            plain[Reach.NO_CONSENT] += 1  # everybody has an account here
        elif ref is not None:
            plain[Reach.DELIVERED] += 1
        else:
            waits = state in (OutboxState.QUEUED, OutboxState.CLAIMED)
            plain[Reach.WAITING if waits else Reach(state.value)] += 1
    assert +numbers.people.reach == plain, (numbers.people.reach, plain)
    return plain.total()
