"""The numbers of a broadcast equal a plain count over the outbox, whatever happens; who may know them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import OutboxState, StaffRole
from db.models import BroadcastRecipient, ClassTeacher, Enrolment, Guardianship, OutboxMessage
from handlers.texts.broadcast_recipients import recipients_screen
from handlers.texts.broadcast_report import printed_broadcast
from services.broadcasts.listing import ListService
from services.broadcasts.progress import Reach, Shown
from services.errors import InvalidInput, NotFound
from services.notifications.broadcast_progress import PACE, BroadcastProgressKind, Progress
from services.notifications.ports import DueMessage, Ready, SkipReason
from tests.broadcasts.conftest import Newsroom
from tests.broadcasts.test_replies import CHOICE, TUESDAY, asked
from tests.golden import check_limits
from tests.statements import Statements
from tests.world import MONDAY, moment


async def more_families(newsroom: Newsroom, number: int, *, with_accounts: bool = True) -> list[int]:
    """So many pupils more in the class, each with a mother and every other one with a father; the people."""
    world, group = newsroom.people.world, newsroom.people.group
    people = []
    for n in range(number):
        pupil = await world.pupil(f"Ученик{n:03} Имя", group)
        people.append(await world.guardian(f"Мать{n:03} Имя Отчество", pupil, phone=f"+7900000{n:04}"))
        if n % 2:
            people.append(await world.guardian(f"Отец{n:03} Имя", pupil, relation="отец"))
    if with_accounts:
        for person in people:
            await world.account_of(person)
    return people


async def plainly(session: AsyncSession, broadcast_id: int) -> tuple[Counter[Any], Counter[Any]]:
    """By family and by message: (reach, answer of the family or the person, answered), counted one by one."""
    rows = await session.execute(
        select(BroadcastRecipient)
        .where(BroadcastRecipient.broadcast_id == broadcast_id)
        .execution_options(populate_existing=True)
    )
    sent = {
        message.dedup_key: message
        for message in await session.scalars(select(OutboxMessage).execution_options(populate_existing=True))
    }
    families: dict[int, list[tuple[Reach, BroadcastRecipient]]] = {}
    people: Counter[Any] = Counter()
    for (row,) in rows:
        message = sent.get(f"broadcast:{broadcast_id}:{row.id}")
        if row.replied_at or (message and message.external_ref):
            reach = Reach.DELIVERED
        elif message is None:
            reach = Reach.NOT_IN_BOT
        elif message.state in (OutboxState.QUEUED, OutboxState.CLAIMED):
            reach = Reach.WAITING
        else:
            reach = Reach(message.state.value)
        if row.person_id is not None:
            people[reach, row.option, row.replied_at is not None] += 1
        families.setdefault(row.pupil_id, []).append((reach, row))
    by_family: Counter[Any] = Counter()
    for members in families.values():
        best = min((reach for reach, _ in members), key=list(Reach).index)
        answered = [row for _, row in members if row.replied_at]
        latest = max(answered, key=lambda row: (row.replied_at, -row.id), default=None)
        by_family[best, latest.option if latest else None, latest is not None] += 1
    return by_family, people


def matches(tally: Any, plain: Counter[Any]) -> bool:
    """Every figure that a screen shows of the tally."""
    reach, options = Counter[Any](), Counter[Any]()
    for (how, option, replied), number in plain.items():
        reach[how] += number
        if replied:
            options[option] += number
    return (tally.reach, tally.options, tally.replied) == (reach, options, options.total())


@pytest.mark.parametrize("seed", range(3))
async def test_numbers_equal_a_plain_count_after_any_events(newsroom: Newsroom, seed: int) -> None:
    chance, session = Random(seed), newsroom.session
    people = await more_families(newsroom, 7)
    await more_families(newsroom, 2, with_accounts=False)
    broadcast_id = await newsroom.send(**CHOICE)
    newsroom.clock.set("10:30")
    for step in range(40):
        newsroom.clock.forward(seconds=7)
        messages = await newsroom.messages()
        message = chance.choice(messages)
        if chance.random() < 0.4:
            await newsroom.reply(broadcast_id, chance.choice(people), chance.choice((0, 1)))
        else:
            state = chance.choice(list(OutboxState))
            arrived = message.external_ref or (1000 + step if state is OutboxState.SENT else None)
            reason = chance.choice(list(SkipReason)) if state is OutboxState.SKIPPED else None
            await session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == message.id)
                .values(state=state, external_ref=arrived, reason=reason)
            )
        numbers = await newsroom.numbers(broadcast_id)
        families, messages_of_people = await plainly(session, broadcast_id)
        assert matches(numbers.families, families)
        assert matches(numbers.people, messages_of_people)
        assert numbers.families.shown.total() == numbers.families.total == 13
    # The lists and the report hold the same families as the numbers.
    actor = await newsroom.actor()
    report = await newsroom.reports.report(actor=actor, broadcast_id=broadcast_id)
    assert Counter(family.shown for family in report.families) == +numbers.families.shown
    for shown in Shown:
        listed = 0
        for page in range(4):
            view = await newsroom.results.families(
                actor=actor, broadcast_id=broadcast_id, shown=shown, page=page
            )
            listed += len(view.families) if view.page == page else 0
            check_limits(recipients_screen(view))
        assert listed == numbers.families.shown[shown]


async def test_a_message_for_several_children_counts_once_and_reaches_both_families(
    newsroom: Newsroom,
) -> None:
    people = newsroom.people
    sister = await people.world.pupil("Иванова Анна", people.group)
    await people.world.add(
        Guardianship,
        school_id=people.world.school_id,
        guardian_id=people.mother,
        pupil_id=sister,
        relation="мать",
        starts_on=MONDAY,
    )
    await people.world.consent(people.mother, sister)
    broadcast_id = await newsroom.send("Собрание в пятницу")
    newsroom.clock.set("10:30")
    await newsroom.sent()
    numbers = await newsroom.numbers(broadcast_id)
    assert (numbers.families.delivered, numbers.families.total) == (3, 5)
    assert (numbers.people.delivered, numbers.people.total) == (2, 3)


async def test_those_whom_no_message_reaches_are_listed_with_their_phones(newsroom: Newsroom) -> None:
    broadcast_id = await asked(newsroom)
    message = await newsroom.message_of(newsroom.people.father)
    await newsroom.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id)
        .values(state=OutboxState.BLOCKED, external_ref=None)
    )
    actor = await newsroom.actor()
    view = await newsroom.results.families(actor=actor, broadcast_id=broadcast_id, shown=Shown.UNREACHABLE)
    assert [(one.last_name, [person.phone for person in one.people]) for one in view.families] == [
        ("Агаев", ["+79000000003"]),
        ("Петрова", []),
        ("Сидоренко", ["+79000000002"]),
    ]
    screen = recipients_screen(view)
    assert "папа Сидоренко\xa0О.\xa0В.: бот заблокирован, +7\xa0900\xa0000-00-02" in screen.text
    assert "мама Агаева\xa0Л.: не в боте, +7\xa0900\xa0000-00-03" in screen.text
    assert "<b>Петрова К.</b> 7Б\nнет представителей" in screen.text
    # Whoever is no guardian any more is still counted, without a number.
    async with newsroom.session.begin_nested() as ended:
        father = update(Guardianship).where(Guardianship.guardian_id == newsroom.people.father)
        await newsroom.session.execute(father.values(ends_on=MONDAY - timedelta(days=1)))
        later = await newsroom.results.families(
            actor=actor, broadcast_id=broadcast_id, shown=Shown.UNREACHABLE
        )
        assert [one.phone for family in later.families for one in family.people] == ["+79000000003", None]
        await ended.rollback()
    await newsroom.reply(broadcast_id, newsroom.people.mother, 1)
    answered = await newsroom.results.families(
        actor=actor, broadcast_id=broadcast_id, shown=Shown.ANSWERED, option=1
    )
    assert "«Не согласны», 14 сентября в 10:30" in recipients_screen(answered).text
    nobody = await newsroom.results.families(
        actor=actor, broadcast_id=broadcast_id, shown=Shown.ANSWERED, option=0, page=10**9
    )
    assert (nobody.families, nobody.page) == ((), 0)


async def test_only_those_who_may_know_what_came_back(newsroom: Newsroom) -> None:
    people, world = newsroom.people, newsroom.people.world
    stranger = await world.teacher("Орлова Вера")
    other = await world.group("7А", 7, class_teacher=stranger)
    deputy = await world.employ(await world.person("Завуч Ольга"), StaffRole.DEPUTY)
    head = await world.employ(await world.person("Заведующая Инна"), StaffRole.HEAD)
    broadcast_id = await asked(newsroom)
    assert (await newsroom.progress(broadcast_id, deputy)).numbers.families.total == 4
    for person in (stranger, head, people.anna, people.mother, people.father):
        actor = await newsroom.actor(person)
        for ask in (
            newsroom.results.progress(actor=actor, broadcast_id=broadcast_id),
            newsroom.results.families(actor=actor, broadcast_id=broadcast_id, shown=Shown.SILENT),
            newsroom.reports.report(actor=actor, broadcast_id=broadcast_id),
            newsroom.reminders.remind(actor=actor, broadcast_id=broadcast_id),
        ):
            with pytest.raises(NotFound):
                await ask
    with pytest.raises(NotFound):  # a deputy sees, and does not remind in another's name
        await newsroom.reminders.remind(actor=await newsroom.actor(deputy), broadcast_id=broadcast_id)

    # A deputy's to the whole school: its class teacher sees the own class of it, and no other.
    pupil = await world.pupil("Чужой Олег", other)
    await world.account_of(await world.guardian("Чужая Ирина", pupil, phone="+79000000009"))
    author = await newsroom.actor(deputy)
    form = await newsroom.compose.start(actor=author, group_id=None)
    school = form.draft.broadcast_id
    await newsroom.compose.type_text(actor=author, broadcast_id=school, text="Всем")
    await newsroom.audience.set_school(actor=author, broadcast_id=school)
    await newsroom.release(school, author=deputy)
    with pytest.raises(NotFound):
        await newsroom.progress(school)
    newsroom.clock.forward(minutes=6)
    assert (await newsroom.progress(school, deputy)).numbers.families.total == 5
    mine = await newsroom.progress(school)
    assert (mine.numbers.families.total, mine.of_own_classes, mine.is_author) == (4, True, False)
    theirs = await newsroom.progress(school, stranger)
    assert theirs.numbers.families.total == 1
    listed = await ListService(newsroom.db, newsroom.clock).page(actor=await newsroom.actor(stranger), page=0)
    assert [one.composed.broadcast_id for one in listed.rows] == [school]
    assert listed.numbers[school].families.total == 1

    # A pupil who has gone to another class is that class teacher's to know about.
    await newsroom.session.execute(
        update(Enrolment).where(Enrolment.pupil_id == people.ivanov).values(group_id=other)
    )
    assert (await newsroom.progress(broadcast_id)).numbers.families.total == 3
    await newsroom.session.execute(
        update(ClassTeacher).where(ClassTeacher.person_id == people.irina).values(ends_on=MONDAY)
    )
    newsroom.clock.set("10:30", TUESDAY)
    with pytest.raises(NotFound):
        await newsroom.progress(broadcast_id)


async def test_a_draft_has_no_numbers(newsroom: Newsroom) -> None:
    draft = await newsroom.draft()
    with pytest.raises(InvalidInput, match="broadcast_is_draft"):
        await newsroom.progress(draft)


async def test_the_authors_message_lives_while_something_waits(newsroom: Newsroom) -> None:
    broadcast_id = await newsroom.send(**CHOICE)
    assert await prepared(newsroom) == moment("10:22")
    newsroom.clock.set("10:23")
    ready = await prepared(newsroom)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, Progress)
    assert ready.view.numbers.families.reach[Reach.WAITING] == 2
    # A tenth of the minute that has passed: the numbers of a long broadcast change ever more rarely.
    assert ready.again_at == newsroom.clock.now() + timedelta(seconds=6)
    await newsroom.sent()
    ready = await prepared(newsroom)
    assert isinstance(ready, Ready)
    assert ready.again_at == moment("20:00", TUESDAY)  # once more when the answers are due

    # An answer shows soon, and many answers together.
    await newsroom.reply(broadcast_id, newsroom.people.mother, 0)
    (message,) = await newsroom.of_kind(BroadcastProgressKind.name)
    assert (message.state, message.not_before) == (OutboxState.QUEUED, newsroom.clock.now() + PACE)
    newsroom.clock.forward(seconds=2)
    await newsroom.reply(broadcast_id, newsroom.people.father, 0)
    (again,) = await newsroom.of_kind(BroadcastProgressKind.name)
    assert again.not_before == message.not_before
    ready = await prepared(newsroom)
    assert isinstance(ready, Ready)
    assert ready.again_at is None  # all is in

    await newsroom.changes.withdraw(actor=await newsroom.actor(), broadcast_id=broadcast_id)
    ready = await prepared(newsroom)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, Progress)
    assert ready.view.broadcast.is_over


async def prepared(newsroom: Newsroom) -> Any:
    """What the author's message says now; a moment: it has nothing to say before."""
    (message,) = await newsroom.of_kind(BroadcastProgressKind.name)
    due = DueMessage(
        id=message.id,
        school_id=message.school_id,
        binding_id=message.binding_id,
        person_id=newsroom.people.irina,
        pupil_id=None,
        kind=message.kind,
        payload=message.payload,
        external_ref=message.external_ref,
    )
    said = await BroadcastProgressKind().prepare(newsroom.session, due, newsroom.clock.now())
    return getattr(said, "at", said)


async def test_numbers_lists_and_reports_cost_the_same_for_few_and_for_many(
    newsroom: Newsroom, statements: Statements
) -> None:
    async def taken(broadcast_id: int) -> list[int]:
        actor = await newsroom.actor()
        this = {"actor": actor, "broadcast_id": broadcast_id}
        listing = ListService(newsroom.db, newsroom.clock)
        counts = []
        for ask in (
            newsroom.results.progress(**this),
            newsroom.results.families(**this, shown=Shown.SILENT),
            newsroom.reports.report(**this),
            newsroom.reminders.form(**this),
            listing.page(actor=actor, page=0),
        ):
            statements.taken()
            await ask
            counts.append(statements.taken())
        return counts

    few = await taken(await asked(newsroom))
    await more_families(newsroom, 60)
    many = await asked(newsroom)
    assert (await newsroom.numbers(many)).families.total == 64
    assert await taken(many) == few
    assert few == [3, 3, 5, 3, 2]


async def test_paper_and_screen_say_the_same(newsroom: Newsroom) -> None:
    broadcast_id = await asked(newsroom)
    await newsroom.reply(broadcast_id, newsroom.people.mother, 1)
    report = await newsroom.reports.report(actor=await newsroom.actor(), broadcast_id=broadcast_id)
    printed = printed_broadcast(report)
    assert printed.numbers[0] == "2 доставлено"
    assert printed.numbers[1] == "1 семья ответила: «Согласны» 0, «Не согласны» 1"
    assert [row[2] for row in printed.rows] == [
        "Агаев Ислам",
        "Иванов Пётр",
        "Петрова Ксения",
        "Сидоренко Матвей",
    ]
    assert printed.rows[1][4] == "«Не согласны», 14 сентября в 10:30"
    assert next(row[5] for row in printed.people) == "+7 900 000-00-03"
    assert (printed.rows[2][3], printed.people[2][4:7]) == (
        "нет представителей",
        ("нет представителей", "", "не в боте"),
    )
    preview = await newsroom.previews.preview(
        actor=await newsroom.actor(), broadcast_id=await newsroom.draft("Ещё одно")
    )
    assert preview.families == report.progress.numbers.families.total == 4
