"""The sender: order, pace, and what it makes of every outcome."""

# ruff: noqa: ASYNC110 - what is waited for happens in the database, which sets no event of ours.

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from db.enums import BindingState, OutboxState
from db.models import Binding, OutboxMessage
from db.queries import queues
from services.notifications.departures import LEASE, MAX_ATTEMPTS
from services.notifications.ports import (
    Blocked,
    Later,
    Outcome,
    Ready,
    Refused,
    RetryAfter,
    Skip,
    SkipReason,
    TryLater,
    Unknown,
    Unreachable,
)
from tests.losing import lose_all
from tests.outbox.people import Post, bound
from tests.processes import PATIENCE
from tests.statements import Statements
from tests.world import MONDAY, story


async def test_an_alert_overtakes_the_digests_that_were_queued_before_it(post: Post) -> None:
    people = await bound(post, *(f"Родитель {n}" for n in range(6)))
    await post.post(*(post.digest(to, f"сводка {to.id}") for to in people[:5]))
    await post.post(post.alert(people[5], "тревога"))
    async with post.sending():
        await post.rests_as("тревога", OutboxState.SENT)
    assert post.messenger.texts()[0] == "тревога"


async def test_an_alert_posted_among_two_hundred_digests_leaves_next(post: Post) -> None:
    *readers, mother = await bound(post, *(f"Родитель {n}" for n in range(21)))
    await post.post(*(post.digest(readers[n % 20], f"сводка {n}") for n in range(200)))
    async with post.sending():
        await post.rests_as("сводка 0", OutboxState.SENT)
        await post.post(post.alert(mother, "тревога"))
        already = len(post.messenger.sent)
        await post.rests_as("тревога", OutboxState.SENT)
    # One may have been chosen before the alert was there, and one have been on its way to the messenger.
    assert post.messenger.texts().index("тревога") <= already + 2 < 200


async def test_messages_of_a_chat_keep_their_order_and_never_travel_together(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    for number in range(5):
        await post.post(post.digest(mother, f"{number}"))
    async with post.sending():
        await post.has_sent("0", "1", "2", "3", "4")
    assert post.messenger.most_in_one_chat == 1


async def test_a_message_leaves_when_its_moment_comes_and_not_before(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    await post.post(post.alert(mother, "позже", in_minutes=5), post.alert(mother, "сразу"))
    async with post.sending() as sender:
        await post.has_sent("сразу")
        post.clock.forward(minutes=5)
        sender.wake()
        await post.has_sent("сразу", "позже")


async def test_a_posted_message_wakes_a_sleeping_sender(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    await post.post(post.alert(mother, "первое"))
    async with post.sending():
        await post.rests_as("первое", OutboxState.SENT)
        await post.post(post.alert(mother, "второе"))
        await post.has_sent("первое", "второе")


async def test_too_many_for_one_chat_holds_only_that_chat_and_keeps_its_order(post: Post) -> None:
    mother, father = await bound(post, "Иванова Мария", "Сидоренко Олег")
    post.messenger.outcomes[mother.chat_id].append(RetryAfter(30, whole_token=False))
    await post.post(post.digest(mother, "маме 1", key="1"), post.digest(mother, "маме 2", key="2"))
    await post.post(post.digest(father, "папе", key="3"))
    async with post.sending() as sender:
        await post.has_sent("маме 1", "папе")
        await post.rests_as("1", OutboxState.QUEUED)
        post.clock.forward(seconds=31)
        sender.wake()
        await post.has_sent("маме 1", "папе", "маме 1", "маме 2")


async def test_a_blocked_guardian_is_marked_and_the_class_teacher_is_told_once(post: Post) -> None:
    async with post.db.transaction() as session:
        people = await story(session)
        post.world = people.world
        irina = await post.binding_of(people.irina)
        mother = await post.binding_of(people.mother)
    post.messenger.outcomes[mother.chat_id].append(Blocked())
    await post.post(post.alert(mother, "нет на 3-м"), post.digest(mother, "сводка"))
    async with post.sending():
        await post.rests_as("сводка", OutboxState.BLOCKED)
        await post.rests_as("нет на 3-м", OutboxState.BLOCKED)
        await post.post(post.digest(mother, "ещё сводка"))
        await post.rests_as("ещё сводка", OutboxState.BLOCKED)
        told = [sent for sent in post.messenger.sent if sent.chat_id == irina.chat_id]
    assert [sent.text.guardian for sent in told] == ["Иванова Мария Сергеевна"]
    assert [(pupil.last_name, pupil.group) for pupil in told[0].text.pupils] == [("Иванов", "7Б")]
    async with post.db.transaction() as session:
        blocked_at = await session.scalar(select(Binding.blocked_at).where(Binding.id == mother.id))
    assert blocked_at == post.clock.now()


async def test_a_class_teacher_hears_in_the_morning_who_has_blocked_the_bot(post: Post) -> None:
    async with post.db.transaction() as session:
        people = await story(session)
        post.world = people.world
        irina = await post.binding_of(people.irina)
        mother = await post.binding_of(people.mother)
    post.clock.set("23:00")
    post.messenger.outcomes[mother.chat_id].append(Blocked())
    await post.post(post.alert(mother, "завтра мороз"), post.digest(irina, "сводка"))
    async with post.sending() as sender:
        await post.rests_as("завтра мороз", OutboxState.BLOCKED)
        await post.post(post.digest(irina, "ещё позже"))
        await post.rests_as("ещё позже", OutboxState.SENT)
        assert post.messenger.texts() == ["завтра мороз", "сводка", "ещё позже"]
        post.clock.set("07:00", MONDAY + timedelta(days=1))
        sender.wake()
        async with asyncio.timeout(PATIENCE):
            while len(post.messenger.sent) < 4:
                await asyncio.sleep(0.01)
    assert post.messenger.sent[-1].text.guardian == "Иванова Мария Сергеевна"


async def test_a_refused_message_fails_alone(post: Post) -> None:
    mother, father = await bound(post, "Иванова Мария", "Сидоренко Олег")
    post.messenger.outcomes[mother.chat_id].append(Refused("message is too long"))
    await post.post(post.digest(mother, "длинное"), post.digest(father, "короткое"))
    async with post.sending():
        failed = await post.rests_as("длинное", OutboxState.FAILED)
        await post.rests_as("короткое", OutboxState.SENT)
    assert failed.reason == "message is too long"


async def test_a_message_that_cannot_be_prepared_holds_nobody_up(post: Post) -> None:
    mother, father = await bound(post, "Иванова Мария", "Сидоренко Олег")
    post.digests.answers["сломано"] = lambda: Ready(1 // 0)
    await post.post(post.digest(mother, "сломано", key="a"), post.digest(father, "цело", key="b"))
    async with post.sending() as sender:
        await post.rests_as("b", OutboxState.SENT)
        for attempt in range(1, MAX_ATTEMPTS + 1):
            await post.was_tried("a", attempt)
            post.clock.forward(minutes=2)
            sender.wake()
        failed = await post.rests_as("a", OutboxState.FAILED)
    assert failed.reason == "not prepared: ZeroDivisionError"


async def test_an_alert_whose_reply_was_lost_is_repeated_once_and_says_so(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    post.messenger.outcomes[mother.chat_id].extend([Unknown(), Unknown()])
    await post.post(post.alert(mother, "нет на 3-м"))
    async with post.sending() as sender:
        await post.has_sent("нет на 3-м")
        await post.rests_as("нет на 3-м", OutboxState.QUEUED)
        post.clock.forward(seconds=10)
        sender.wake()
        await post.rests_as("нет на 3-м", OutboxState.UNKNOWN)
    assert [sent.repeat for sent in post.messenger.sent] == [False, True]


async def test_a_digest_whose_reply_was_lost_is_not_repeated(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    post.messenger.outcomes[mother.chat_id].append(Unknown())
    await post.post(post.digest(mother, "сводка"))
    async with post.sending():
        unknown = await post.rests_as("сводка", OutboxState.UNKNOWN)
    assert unknown.reason == "no_answer"
    assert post.messenger.texts() == ["сводка"]


async def test_a_message_of_unknown_outcome_that_is_posted_again_says_that_it_may_have_come(
    post: Post,
) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    post.messenger.outcomes[mother.chat_id].append(Unknown())
    await post.post(post.digest(mother, "сводка"))
    async with post.sending() as sender:
        await post.rests_as("сводка", OutboxState.UNKNOWN)
        await post.post(post.digest(mother, "сводка"))
        post.clock.forward(seconds=10)
        sender.wake()
        await post.rests_as("сводка", OutboxState.SENT)
    assert [sent.repeat for sent in post.messenger.sent] == [False, True]


@pytest.mark.parametrize("outcome", [Blocked(), Refused("message is too long")], ids=repr)
async def test_a_repeat_that_was_turned_away_still_says_later_that_it_may_have_come(
    post: Post, outcome: Outcome
) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    post.messenger.outcomes[mother.chat_id].extend([Unknown(), outcome])
    await post.post(post.alert(mother, "нет на 3-м"))
    async with post.sending() as sender:
        await post.has_sent("нет на 3-м")
        await post.rests_as("нет на 3-м", OutboxState.QUEUED)
        post.clock.forward(seconds=10)
        sender.wake()
        await post.rests_as("нет на 3-м", OutboxState.BLOCKED, OutboxState.FAILED)
        async with post.db.transaction() as session:
            await session.execute(update(Binding).values(blocked_at=None))
        await post.post(post.alert(mother, "нет на 3-м"))
        await post.rests_as("нет на 3-м", OutboxState.SENT)
    assert [sent.repeat for sent in post.messenger.sent] == [False, True, True]


async def test_a_repeat_that_came_too_late_still_says_later_that_it_may_have_come(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    post.messenger.outcomes[mother.chat_id].append(Unknown())
    soon = post.clock.now() + timedelta(seconds=5)
    await post.post(post.alert(mother, "нет на 3-м", expires_at=soon))
    async with post.sending() as sender:
        await post.has_sent("нет на 3-м")
        await post.rests_as("нет на 3-м", OutboxState.QUEUED)
        post.clock.forward(seconds=10)
        sender.wake()
        await post.rests_as("нет на 3-м", OutboxState.SKIPPED)
        await post.post(post.alert(mother, "нет на 3-м"))
        await post.rests_as("нет на 3-м", OutboxState.SENT)
    assert [sent.repeat for sent in post.messenger.sent] == [False, True]


async def test_an_edit_whose_reply_was_lost_is_made_again_without_a_mark(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    await post.post(post.digest(mother, "нет", key="day"))
    async with post.sending() as sender:
        await post.rests_as("day", OutboxState.SENT)
        post.messenger.outcomes[mother.chat_id].append(Unknown())
        await post.post(post.digest(mother, "пришёл", key="day"))
        await post.has_sent("нет", "пришёл")
        await post.rests_as("day", OutboxState.QUEUED)
        post.clock.forward(seconds=10)
        sender.wake()
        await post.rests_as("day", OutboxState.SENT)
    assert [(sent.text, sent.external_ref, sent.repeat) for sent in post.messenger.sent[1:]] == [
        ("пришёл", 1, False),
        ("пришёл", 1, False),
    ]


@pytest.mark.parametrize("kind", ["alert", "digest"])
async def test_an_edit_to_which_no_reply_ever_comes_is_given_up(post: Post, kind: str) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    says = {"alert": post.alert, "digest": post.digest}[kind]
    await post.post(says(mother, "нет", key="day"))
    async with post.sending() as sender:
        await post.rests_as("day", OutboxState.SENT)
        post.messenger.outcomes[mother.chat_id].extend([Unknown()] * 3 * MAX_ATTEMPTS)
        await post.post(says(mother, "пришёл", key="day"))
        for attempt in range(1, MAX_ATTEMPTS + 2):
            await post.was_tried("day", attempt)
            post.clock.forward(minutes=2)
            sender.wake()
        given_up = await post.rests_as("day", OutboxState.UNKNOWN)
    assert (given_up.attempts, given_up.unanswered) == (MAX_ATTEMPTS + 1, 0)


async def test_the_status_tells_what_may_have_come_twice(post: Post) -> None:
    mother, father = await bound(post, "Иванова Мария", "Сидоренко Олег")
    post.messenger.outcomes[mother.chat_id].append(Unknown())
    await post.post(post.alert(mother, "маме"), post.alert(father, "папе"))
    async with post.sending() as sender:
        await post.was_tried("маме", 1)
        post.clock.forward(seconds=10)
        sender.wake()
        await post.rests_as("маме", OutboxState.SENT)
        await post.rests_as("папе", OutboxState.SENT)
    async with post.db.transaction() as session:
        counts = await queues.messages_by_state(session, mother.school_id)
    assert {(row.state, row.reason, row.messages) for row in counts} == {
        (OutboxState.SENT, queues.REPEATED, 1),
        (OutboxState.SENT, None, 1),
    }


async def test_when_the_messenger_cannot_be_reached_everything_waits_and_nothing_is_lost(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    post.messenger.outcomes[mother.chat_id].append(Unreachable())
    await post.post(post.digest(mother, "сводка"))
    async with post.sending():
        row = await post.rests_as("сводка", OutboxState.SENT)
    assert post.messenger.texts() == ["сводка", "сводка"]
    assert [sent.repeat for sent in post.messenger.sent] == [False, False]
    assert row.reason is None


async def test_a_message_that_telegram_cannot_take_now_is_tried_later(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    post.messenger.outcomes[mother.chat_id].append(TryLater("TelegramServerError"))
    await post.post(post.digest(mother, "сводка"))
    async with post.sending() as sender:
        await post.has_sent("сводка")
        waiting = await post.rests_as("сводка", OutboxState.QUEUED)
        assert waiting.attempts == 1
        post.clock.forward(seconds=5)
        sender.wake()
        await post.rests_as("сводка", OutboxState.SENT)


async def test_what_came_too_late_is_skipped_with_its_reason(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    await post.post(post.alert(mother, "вчерашнее", expires_at=post.clock.now()))
    async with post.sending():
        skipped = await post.rests_as("вчерашнее", OutboxState.SKIPPED)
    assert skipped.reason == "expired"
    assert post.messenger.sent == []


async def test_a_frozen_account_gets_nothing(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    await post.post(post.alert(mother, "нет на 3-м"))
    async with post.db.transaction() as session:
        await session.execute(
            update(Binding).where(Binding.id == mother.id).values(state=BindingState.FROZEN)
        )
    async with post.sending():
        skipped = await post.rests_as("нет на 3-м", OutboxState.SKIPPED)
    assert skipped.reason == "binding_ended"
    assert post.messenger.sent == []


async def test_access_is_asked_again_at_sending(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    post.alerts.answers["нет на 3-м"] = lambda: Skip(SkipReason.NO_ACCESS)
    await post.post(post.alert(mother, "нет на 3-м"))
    async with post.sending():
        skipped = await post.rests_as("нет на 3-м", OutboxState.SKIPPED)
    assert skipped.reason == "no_access"
    assert post.messenger.sent == []


async def test_a_message_that_says_later_waits_without_losing_an_attempt(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    at = post.clock.now() + timedelta(minutes=5)
    post.alerts.answers["рано"] = lambda: Later(at) if post.clock.now() < at else Ready("пора")
    await post.post(post.alert(mother, "рано"), post.alert(mother, "сразу"))
    async with post.sending() as sender:
        await post.has_sent("сразу")
        waiting = await post.row("рано")
        assert (waiting.state, waiting.not_before, waiting.attempts) == (OutboxState.QUEUED, at, 0)
        post.clock.forward(minutes=5)
        sender.wake()
        await post.has_sent("сразу", "пора")


async def test_a_message_that_says_later_of_a_moment_that_has_passed_holds_nobody_up(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    passed = post.clock.now() - timedelta(minutes=5)
    post.alerts.answers["рано"] = lambda: Later(passed)
    await post.post(post.alert(mother, "рано"), post.digest(mother, "сводка"))
    async with post.sending():
        await post.has_sent("сводка")


async def test_what_somebody_else_holds_for_a_while_is_not_asked_for_without_end(
    post: Post, statements: Statements
) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    await post.post(post.digest(mother, "сводка"))
    async with post.db.transaction() as posting_again:
        held = select(OutboxMessage.id).where(OutboxMessage.dedup_key == "сводка")
        await posting_again.execute(held.with_for_update())
        async with post.sending():
            statements.taken()
            async with asyncio.timeout(PATIENCE):
                while not any("outbox" in statement for statement in statements.seen):
                    await asyncio.sleep(0.01)
            statements.taken()
            await asyncio.sleep(1)
            assert statements.taken() < 100
            await posting_again.rollback()
            await post.has_sent("сводка")


async def test_an_outcome_that_the_database_refuses_to_keep_holds_nobody_up(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    post.messenger.outcomes[mother.chat_id].append(Refused("a null byte: \0"))
    await post.post(post.alert(mother, "тревога"), post.digest(mother, "сводка"))
    async with post.sending() as sender:
        await post.has_sent("тревога", "сводка")
        await post.rests_as("сводка", OutboxState.SENT)
        post.clock.forward(seconds=LEASE.total_seconds())
        sender.wake()
        await post.has_sent("тревога", "сводка", "тревога")


async def test_a_message_that_will_say_something_else_is_edited_then(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    at = post.clock.now() + timedelta(minutes=5)
    post.alerts.answers["день"] = lambda: (
        Ready("нет на 3-м", again_at=at) if post.clock.now() < at else Ready("нет на 3-м и 4-м")
    )
    await post.post(post.alert(mother, "день"))
    async with post.sending() as sender:
        await post.has_sent("нет на 3-м")
        await post.rests_as("день", OutboxState.QUEUED)
        post.clock.forward(minutes=5)
        sender.wake()
        await post.rests_as("день", OutboxState.SENT)
    assert [(sent.text, sent.external_ref) for sent in post.messenger.sent] == [
        ("нет на 3-м", None),
        ("нет на 3-м и 4-м", 1),
    ]


async def test_what_a_dead_sender_had_on_its_way_is_settled_when_its_lease_is_over(post: Post) -> None:
    mother, father = await bound(post, "Иванова Мария", "Сидоренко Олег")
    await post.post(post.alert(mother, "тревога"), post.digest(father, "сводка"))
    async with post.db.transaction() as session:
        await session.execute(
            update(OutboxMessage).values(
                state=OutboxState.CLAIMED,
                sent_revision=OutboxMessage.revision,
                claim_token=text("gen_random_uuid()"),
                lease_until=post.clock.now() + LEASE,
            )
        )
    await post.post(post.alert(mother, "новое"))
    async with post.sending() as sender:
        await post.has_sent("новое")
        post.clock.forward(seconds=LEASE.total_seconds())
        sender.wake()
        await post.rests_as("тревога", OutboxState.SENT)
        await post.rests_as("сводка", OutboxState.UNKNOWN)
    assert [(sent.text, sent.repeat) for sent in post.messenger.sent] == [("новое", False), ("тревога", True)]


async def test_a_second_sender_stands_by_until_the_first_one_ends(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    await post.post(post.digest(mother, "первое"))
    async with post.sending():
        await post.rests_as("первое", OutboxState.SENT)
        async with post.sending():
            await post.post(post.digest(mother, "второе"))
            await post.rests_as("второе", OutboxState.SENT)
    await post.post(post.digest(mother, "третье"))
    async with post.sending():
        await post.rests_as("третье", OutboxState.SENT)
    assert post.messenger.texts() == ["первое", "второе", "третье"]


async def test_every_connection_lost_in_mid_send_sends_nothing_twice(post: Post) -> None:
    mother, father = await bound(post, "Иванова Мария", "Сидоренко Олег")
    post.messenger.gate.clear()
    await post.post(post.digest(mother, "на пути"))
    async with post.sending():
        await post.has_sent("на пути")
        async with post.db.transaction() as session:
            await lose_all(session)
        post.messenger.gate.set()
        await post.rests_as("на пути", OutboxState.SENT)
        await post.post(post.digest(father, "дальше"))
        await post.has_sent("на пути", "дальше")


@pytest.mark.parametrize("turns", range(6))
async def test_a_sender_that_is_stopped_in_the_moment_it_is_woken_ends(post: Post, turns: int) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    async with post.duties() as duties:
        sender = post.sender(duties)
        task = asyncio.create_task(sender.run())
        await post.post(post.digest(mother, "до сна"))
        await post.rests_as("до сна", OutboxState.SENT)
        await asyncio.sleep(0.1)
        sender.wake()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        ended, _ = await asyncio.wait([task], timeout=PATIENCE)
        task.cancel()
    assert ended == {task}


async def test_a_sender_that_is_stopped_lets_the_message_on_its_way_arrive(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    post.messenger.gate.clear()
    await post.post(post.digest(mother, "на пути"))
    async with post.sending():
        await post.has_sent("на пути")
        post.messenger.gate.set()
    assert (await post.row("на пути")).state is OutboxState.SENT
