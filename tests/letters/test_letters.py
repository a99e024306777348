"""The information letter: what it tells, whom it reaches, who has read it (C2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from pydantic import TypeAdapter
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import AttendanceSource, AttendanceStatus, MarkValue, PersonalDataWish
from db.models import (
    AbsenceDay,
    AbsenceReason,
    Attendance,
    Binding,
    Consent,
    Lesson,
    Mark,
    NoticePreferences,
    OutboxMessage,
    PlannedAbsence,
    WorkKind,
)
from db.queries.letters import LetterRow
from handlers.texts.letter_reading import letter_notice, letter_screen
from handlers.texts.letters import preview_screen, sent_letters_screen
from services.documents.letter import letters_pdf
from services.errors import InvalidInput, NotFound
from services.journal_page import JournalService
from services.letters import LetterContent, LetterDraft, LetterService, LetterSubject, SentLetter, Totals
from services.notifications.letters import LetterKind, LetterNotice
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.settings import PersonalData
from tests.documents.test_notices import WEIRD, pages
from tests.golden import Golden, check_limits
from tests.journal_page.conftest import THURSDAY, Kept
from tests.statements import Statements
from tests.world import MONDAY, MOSCOW, YEAR_START, FakeClock, Story, moment, story

CONTENT = LetterContent(
    school="Школа № 1",
    last_name="Иванов",
    first_name="Пётр",
    group="7Б",
    author="Ирина Викторовна",
    starts_on=date(2026, 9, 1),
    ends_on=MONDAY,
    subjects=(
        LetterSubject("Алгебра", (MarkValue.FIVE, MarkValue.FOUR, MarkValue.DEBT), "4,50"),
        LetterSubject("Музыка", (MarkValue.PASSED,), ""),
    ),
    attendance=Totals(1, 5, 3, 1, 1, 0, 2),
    remark="Стал внимательнее на уроках.",
    reasons=(("болезнь", 3), ("без уважительной причины", 1)),
)


@pytest.fixture
async def people(session: AsyncSession, db: Database, clock: FakeClock) -> Story:
    """Two lessons of algebra: Ivanov has 5 and 4 and missed one of them."""
    clock.set("18:00", THURSDAY)
    people = await story(session)
    kinds = await session.execute(
        select(WorkKind.short_name, WorkKind.id).where(WorkKind.school_id == people.world.school_id)
    )
    kept = Kept(people, JournalService(db, clock), session, 0, {row[0]: row[1] for row in kinds})
    first, second = await kept.lesson(MONDAY), await kept.lesson(MONDAY - timedelta(days=7))
    await kept.work(first, "ур", {people.ivanov: MarkValue.FIVE, people.agaev: MarkValue.TWO})
    await kept.work(second, "ур", {people.ivanov: MarkValue.FOUR})
    await kept.missed(second, people.ivanov)
    for person_id in (people.mother, people.father):
        await people.world.account_of(person_id)
    return people


@pytest.fixture
def letters(db: Database, clock: FakeClock) -> LetterService:
    return LetterService(db, clock)


def draft(people: Story, pupil_id: int | None = None) -> LetterDraft:
    return LetterDraft(people.group, pupil_id, YEAR_START, THURSDAY)


async def notices(session: AsyncSession) -> dict[int, Ready | Later | Skip]:
    """What every message says now, by person."""
    found = {}
    rows = await session.execute(
        select(OutboxMessage, Binding.person_id)
        .join(Binding, Binding.id == OutboxMessage.binding_id)
        .where(OutboxMessage.kind == "letter")
    )
    for row, person_id in rows:
        due = DueMessage(
            id=row.id,
            school_id=row.school_id,
            binding_id=row.binding_id,
            person_id=person_id,
            pupil_id=row.pupil_id,
            kind="letter",
            payload=row.payload,
            external_ref=None,
        )
        found[person_id] = await LetterKind().prepare(session, due, moment("18:00", THURSDAY))
    return found


async def test_a_letter_tells_results_attendance_and_the_remark_and_is_read_once(
    people: Story, letters: LetterService, session: AsyncSession
) -> None:
    irina, mother = [await people.world.actor(who) for who in (people.irina, people.mother)]
    (content,) = await letters.preview(actor=irina, draft=draft(people, people.ivanov), remark=" Молодец\n")
    assert content.subjects == (LetterSubject("Алгебра", (MarkValue.FOUR, MarkValue.FIVE), "4,50"),)
    assert (content.attendance.lessons, content.attendance.unexplained) == (1, 1)
    assert content.reasons == ()
    assert (content.remark, content.author) == ("Молодец", "Ирина Викторовна")
    assert await letters.send(actor=irina, draft=draft(people, people.ivanov), remark="Молодец") == 1
    # The same tap once more.
    await letters.send(actor=irina, draft=draft(people, people.ivanov), remark="Молодец")
    told = await notices(session)
    assert set(told) == {people.mother}
    (sent,) = await letters.sent(actor=irina, group_id=people.group)
    assert (sent.read_by, sent.unread_by) == ((), ("Иванова М.",))
    # What is corrected later does not change what the family was sent.
    await session.execute(update(Mark).values(value=MarkValue.TWO))
    letter_id = sent.letter.letter_id
    assert (await letters.open(actor=mother, letter_id=letter_id))[0] == content
    _, first = await letters.acknowledge(actor=mother, letter_id=letter_id)
    _, again = await letters.acknowledge(actor=mother, letter_id=letter_id)
    assert first is not None
    assert first == again
    (sent,) = await letters.sent(actor=irina, group_id=people.group)
    assert [name for name, _ in sent.read_by] == ["Иванова М."]


async def test_letters_to_a_class_are_one_for_every_pupil_in_the_same_statements(
    people: Story, letters: LetterService, session: AsyncSession, statements: Statements
) -> None:
    irina = await people.world.actor(people.irina)

    async def cost(remark: str) -> int:
        statements.taken()
        await letters.send(actor=irina, draft=draft(people), remark=remark)
        await letters.sent(actor=irina, group_id=people.group)
        return statements.taken()

    small = await cost("а")
    assert set(await notices(session)) == {people.mother, people.father}
    for number in range(8):
        await people.world.guardian(
            f"Мама {number}", await people.world.pupil(f"Ученик {number}", people.group)
        )
    assert await cost("б") == small


async def test_nobody_reads_or_sends_what_is_not_theirs(people: Story, letters: LetterService) -> None:
    world = people.world
    irina = await world.actor(people.irina)
    other = await world.group("7В", 7)
    stranger = await world.pupil("Чужов Лев", other)
    await letters.send(actor=irina, draft=draft(people, people.ivanov), remark="")
    ((letter_id),) = [one.letter.letter_id for one in await letters.sent(actor=irina, group_id=people.group)]
    for who in (people.father, people.anna, people.irina, people.ivanov):
        actor = await world.actor(who)
        for attempt in (letters.open, letters.acknowledge):
            with pytest.raises(NotFound):
                await attempt(actor=actor, letter_id=letter_id)
    for who in (people.mother, people.anna):
        actor = await world.actor(who)
        with pytest.raises(NotFound):
            await letters.preview(actor=actor, draft=draft(people), remark="")
        with pytest.raises(NotFound):
            await letters.sent(actor=actor, group_id=people.group)
    for forged in (draft(people, stranger), replace(draft(people), group_id=other)):
        with pytest.raises(NotFound):
            await letters.send(actor=irina, draft=forged, remark="")


async def test_days_ahead_reversed_or_endless_and_a_long_remark_are_refused(
    people: Story, letters: LetterService
) -> None:
    irina = await people.world.actor(people.irina)
    for first, last in (
        (THURSDAY, THURSDAY + timedelta(days=1)),
        (THURSDAY, MONDAY),
        (THURSDAY - timedelta(days=400), THURSDAY),
    ):
        with pytest.raises(InvalidInput):
            await letters.preview(actor=irina, draft=LetterDraft(people.group, None, first, last), remark="")
    with pytest.raises(InvalidInput):
        await letters.preview(actor=irina, draft=draft(people), remark="Я" * 601)


async def test_a_message_says_no_more_of_the_child_than_its_reader_wants(
    people: Story, letters: LetterService, session: AsyncSession
) -> None:
    session.add(NoticePreferences(person_id=people.mother, personal_data=PersonalDataWish.NONE))
    await session.flush()
    irina = await people.world.actor(people.irina)
    await letters.send(actor=irina, draft=draft(people), remark="Молодец")
    told = await notices(session)
    hidden, shown = told[people.mother], told[people.father]
    assert isinstance(hidden, Ready)
    assert isinstance(shown, Ready)
    assert isinstance(hidden.view, LetterNotice)
    assert isinstance(shown.view, LetterNotice)
    assert "Молодец" not in letter_notice(hidden.view).text
    assert "Иванов" not in letter_notice(hidden.view).text
    assert "Молодец" in letter_notice(shown.view).text
    await session.execute(update(Consent).values(withdrawn_at=moment("17:00", THURSDAY)))
    assert (await notices(session))[people.father] == Skip(SkipReason.NO_ACCESS)


async def test_attendance_is_told_by_the_names_of_the_reasons(
    people: Story, letters: LetterService, session: AsyncSession
) -> None:
    """The class teacher has confirmed one; another was planned, and does not count as missing."""
    world, irina = people.world, await people.world.actor(people.irina)
    rows = await session.execute(
        select(AbsenceReason.counts_as_missed, AbsenceReason.id, AbsenceReason.name)
        .where(AbsenceReason.school_id == world.school_id)
        .order_by(AbsenceReason.position.desc())
    )
    reasons = {counts: (reason_id, name) for counts, reason_id, name in rows}
    (illness, illness_name), (contest, contest_name) = reasons[True], reasons[False]
    week_before = MONDAY - timedelta(days=7)
    said = {"school_id": world.school_id, "pupil_id": people.ivanov, "date": week_before}
    await session.execute(insert(AbsenceDay).values(**said, reason_id=illness))
    lesson_id = await session.scalar(select(Lesson.id).where(Lesson.date == MONDAY))
    await session.execute(
        insert(Attendance).values(
            lesson_id=lesson_id,
            pupil_id=people.ivanov,
            status=AttendanceStatus.ABSENT,
            source=AttendanceSource.PLANNED,
            set_by=people.irina,
            set_at=moment("10:18"),
        )
    )
    await world.add(
        PlannedAbsence,
        school_id=world.school_id,
        pupil_id=people.ivanov,
        starts_on=MONDAY,
        ends_on=MONDAY,
        reason_id=contest,
        entered_by=people.irina,
        entered_at=moment("08:00"),
    )
    (content,) = await letters.preview(actor=irina, draft=draft(people, people.ivanov), remark="")
    assert dict(content.reasons) == {illness_name: 1, contest_name: 1}
    assert (content.attendance.lessons, content.attendance.excused) == (1, 1)


def test_the_letter_in_words(golden: Golden) -> None:
    draft = LetterDraft(7, 5, CONTENT.starts_on, CONTENT.ends_on)
    golden("letters/preview", preview_screen(draft, [CONTENT]))
    golden("letters/preview_class", preview_screen(replace(draft, pupil_id=None), [CONTENT] * 27))
    sent = LetterRow(9, 5, "Иванов", "Пётр", CONTENT.starts_on, CONTENT.ends_on, {}, moment("11:00"))
    silent = replace(sent, letter_id=10, last_name="<Агаев>", first_name="Рустам")
    several = [
        SentLetter(sent, (("Иванова М.", moment("12:00")),), ("Иванов С.",)),
        SentLetter(silent, (), ("Агаева Л.",)),
    ]
    golden("letters/sent", sent_letters_screen(7, several, 0, MOSCOW))
    golden("letters/none_sent", sent_letters_screen(7, [], 0, MOSCOW))
    golden("letters/read", letter_screen(9, CONTENT, moment("12:00"), MOSCOW))
    initials = LetterNotice(9, TypeAdapter(LetterContent).dump_python(CONTENT), PersonalData.INITIALS)
    golden("letters/initials", letter_notice(initials))
    endless = replace(
        CONTENT,
        last_name="&" * 200,
        subjects=(LetterSubject("&" * 90, (MarkValue.NOT_ASSESSED,) * 60, "3,00"),) * 40,
        remark="&" * 600,
        reasons=(("&" * 90, 7),) * 40,
    )
    check_limits(letter_screen(9, endless, None, MOSCOW))


@pytest.mark.parametrize("name", WEIRD)
def test_a_letter_is_a_page_for_anybody(name: str) -> None:
    assert pages(letters_pdf([replace(CONTENT, last_name=name, remark=name), CONTENT])) == 2
