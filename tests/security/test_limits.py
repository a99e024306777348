"""What is dear to others one person may do so often and no more, and hears when to go on (ASVS 2.4.1)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import AuditEntry
from handlers.texts.errors import error_screen
from services.actor import Actor
from services.audit import record_each
from services.card_changes import ASKED, CardChangeService
from services.documents.papers import PAPERS, PaperService
from services.errors import LimitReached
from services.events import ADDED, CHANGED, EventDraft, EventService
from services.letters import LETTERS, LetterDraft, LetterService
from services.plan_files import READ, PlanFileService
from services.rates import Rate, check_rate
from services.vocabulary import CardField
from tests.world import MONDAY, FakeClock, Story, story

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def people(session: AsyncSession) -> Story:
    return await story(session)


async def spend(session: AsyncSession, actor: Actor, rate: Rate, clock: FakeClock) -> None:
    await record_each(session, actor, rate.action, subject_type="x", ids=range(rate.an_hour), at=clock.now())


async def test_it_is_refused_with_a_sentence_until_an_hour_has_passed(
    people: Story, session: AsyncSession, clock: FakeClock
) -> None:
    anna, irina = await people.world.actor(people.anna), await people.world.actor(people.irina)
    rate = Rate("tea.made", an_hour=3)
    await spend(session, anna, rate, clock)
    with pytest.raises(LimitReached) as refused:
        await check_rate(session, anna, rate, clock.now())
    assert "3 раз" in error_screen(refused.value).text
    await check_rate(session, irina, rate, clock.now())
    await check_rate(session, anna, Rate("coffee.made", an_hour=3), clock.now())
    clock.forward(hours=1)
    await check_rate(session, anna, rate, clock.now())


async def test_every_paper_stands_in_the_history_of_who_took_it(
    people: Story, db: Database, session: AsyncSession, clock: FakeClock
) -> None:
    anna = await people.world.actor(people.anna)
    assert (
        await PaperService(db, clock).make(anna, ("course", people.algebra), str.upper, "журнал") == "ЖУРНАЛ"
    )
    line = (await session.scalars(select(AuditEntry))).one()
    assert (line.person_id, line.action, line.subject_type, line.subject_id) == (
        people.anna,
        "paper.made",
        "course",
        people.algebra,
    )


@pytest.mark.parametrize("rate", [PAPERS, READ, ASKED, ADDED, CHANGED, LETTERS], ids=lambda rate: rate.action)
async def test_services_keep_to_the_limit(
    rate: Rate, people: Story, db: Database, session: AsyncSession, clock: FakeClock
) -> None:
    anna, irina, mother = [
        await people.world.actor(person) for person in (people.anna, people.irina, people.mother)
    ]
    event = EventDraft(date=MONDAY + timedelta(days=2), starts_at=time(10), title="Музей", text="")
    known = await EventService(db, clock).add(actor=irina, group_id=people.group, draft=event)
    letter = LetterDraft(people.group, people.ivanov, MONDAY - timedelta(days=7), MONDAY)
    tries: dict[Rate, tuple[Actor, Callable[[], Awaitable[object]]]] = {
        PAPERS: (anna, lambda: PaperService(db, clock).make(anna, ("course", 1), str.upper, "")),
        READ: (
            anna,
            lambda: PlanFileService(db, clock).check(
                actor=anna, course_id=people.algebra, name="plan.csv", content=b"x"
            ),
        ),
        ASKED: (
            mother,
            lambda: CardChangeService(db, clock).ask(
                actor=mother,
                pupil_id=people.ivanov,
                person_id=people.ivanov,
                field=CardField.EMAIL,
                typed="petya@example.ru",
            ),
        ),
        ADDED: (irina, lambda: EventService(db, clock).add(actor=irina, group_id=people.group, draft=event)),
        CHANGED: (
            irina,
            lambda: EventService(db, clock).change(actor=irina, event_id=known.event.event_id, draft=event),
        ),
        LETTERS: (irina, lambda: LetterService(db, clock).send(actor=irina, draft=letter, remark="")),
    }
    actor, attempt = tries[rate]
    await spend(session, actor, rate, clock)
    before = await session.scalar(select(func.count()).select_from(AuditEntry))
    with pytest.raises(LimitReached) as refused:
        await attempt()
    assert refused.value.params == {"problem": "too_often", "limit": rate.an_hour}
    assert await session.scalar(select(func.count()).select_from(AuditEntry)) == before
    clock.forward(hours=1)
    await attempt()


def test_no_paper_is_made_past_the_limit() -> None:
    """In handlers only the picture of a link is made otherwise; every showing of an invitation is counted."""
    made = {
        (path.name, word)
        for path in (ROOT / "handlers").rglob("*.py")
        for word in re.findall(r"to_thread\(\s*(\w+)", path.read_text("utf-8"))
    }
    assert made == {("invitations.py", "qr_png")}
