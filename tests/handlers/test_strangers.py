"""Every button there is, with the ids of somebody else's family, pressed by those who have no business there.

The victims are one family with a row in every table; whatever is said about them holds SECRET, and what
belongs to their class or to those who teach it holds OF_CLASS. Nobody may read a word of it, learn from an
answer that it exists, get a file, or change anything.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from itertools import count
from pathlib import Path
from typing import Any, get_args

import pytest
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InlineKeyboardMarkup
from pydantic import SecretStr
from sqlalchemy import Identity, Table, insert, text

from bot.app import build_dispatcher
from bot.branch import Branch
from bot.handling import Handling
from bot.services import build_services
from db.engine import Database
from db.enums import BindingState, StaffRole
from db.models import Base, Binding, ClassTeacher, CourseTeacher, Guardianship
from db.queries.inbox import Chat, StoredUpdate
from handlers.callbacks.letters import OpenLetterFile, ShowLetter
from handlers.screens import Screens
from services.files import FileStore
from services.schools import SchoolBot
from tests.handlers.test_callback_wire import actions
from tests.world import MONDAY, YEAR_START, FakeClock, World, moment, new_school

SECRET, OF_CLASS = "тайнов", "скрытн"
NOWHERE = 999_999_999_999
"""An id that no row has."""
TODAY = MONDAY.toordinal()


@dataclass
class Telegram(BaseSession):
    """Keeps what would have been said."""

    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._messages = count(1)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - as aiogram calls it
    ) -> TelegramType:
        keyboard = getattr(method, "reply_markup", None)
        rows = keyboard.inline_keyboard if isinstance(keyboard, InlineKeyboardMarkup) else []
        words = [getattr(method, name, None) for name in ("text", "caption", "document", "photo")]
        self.said += [str(one) for one in (*words, *(button.text for row in rows for button in row)) if one]
        answer: Any = True
        if not isinstance(method, AnswerCallbackQuery):
            answer = {"message_id": next(self._messages), "date": 1, "chat": {"id": 1, "type": "private"}}
            answer |= {"id": 1, "is_bot": True, "first_name": "Звонок", "username": "zvonok_bot"}
        checked = self.check_response(bot, method, 200, self.json_dumps({"ok": True, "result": answer}))
        return checked.result  # type: ignore[return-value]  # as aiogram's own sessions do

    async def close(self) -> None: ...

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        raise ConnectionError
        yield b""


_MADE_BY_HAND = (
    *("school", "school_year", "term", "study_group", "course", "subject", "binding", "consent", "slot"),
    *("absence_reason", "work_kind"),
)
_NOBODYS = (
    *("holiday", "bell", "person", "staff_appointment", "class_teacher", "enrolment", "guardianship"),
    *("course_group", "course_teacher", "campus", "school_setting", "inbox", "conversation", "job_run"),
    "invitation_attempt",
)
_OF_THE_CLASS = frozenset(["homework", "lesson_topic", "plan_topic", "event", "work", "published_document"])
_OF_THE_FAMILY = frozenset(
    ["guardian_id", "requested_by", "raised_by", "answered_by", "person_id", "author_id", "uploaded_by"]
)
_FILLED_TOO = {
    "thread": ("pupil_id", "staff_id"),
    "outbox": ("pupil_id", "external_ref", "sent_at"),
    "audit": ("person_id", "binding_id", "pupil_id"),
    "absence_day": ("answer", "answered_by", "answered_at"),
    "broadcast_target": ("pupil_id",),
    "broadcast": ("released_at", "leaves_at"),
    "event": ("group_id",),
    "unlock": ("lesson_id",),
    "final_mark": ("term_id",),
    "broadcast_template": ("owner_id",),
    "stored_file": ("external_ref",),
    "register": ("taken_at", "taken_by"),
}
_VALUES: dict[str, dict[str, Any]] = {
    "outbox": {"kind": "broadcast"},
    "audit": {
        "action": "journal.unlock_requested",
        "subject_type": "lesson",
        "after": {"reason": SECRET},
    },
    "attendance": {"late_minutes": None, "status": "absent"},
    "stored_file": {"external_ref": "document:Тайнов", "sha256": "0" * 64, "media_type": "text/plain"},
    "mark": {"value": "5"},
    "information_letter": {
        "content": {
            **dict.fromkeys(("school", "last_name", "first_name", "group", "author", "remark"), SECRET),
            "starts_on": "2026-09-07",
            "ends_on": "2026-09-14",
            "subjects": [],
            "attendance": dict.fromkeys(
                ("days", "lessons", "valid", "not_valid", "unexplained", "excused", "late"), 0
            ),
        }
    },
    "office_hours": {"closes": time(23)},
    "unlock": {"until": moment("23:00")},
    "invitation": {"expires_at": moment("23:00")},
    "mute": {"until": moment("23:00")},
    "plan_topic": {"variant": "1", "grade": 9},
    "event": {"date": MONDAY + timedelta(days=2)},
    "broadcast": {"reply": "acknowledge"},
}
_DAYS = frozenset(("day", "starts_on", "ends_on", "monday"))
_WORDS = {"version": "1", "marks": "5", "code": "ru", "shown": "a", "kind": "a", "what": "l"}


@dataclass
class Victims:
    """A family of the class «Скрытный», with a row in every table."""

    world: World
    ids: dict[str, int]
    """By table, and people by who they are."""

    async def fill(self) -> None:
        for table in Base.metadata.sorted_tables:
            if table.name not in _MADE_BY_HAND + _NOBODYS:
                await self._row(table)

    async def _row(self, table: Table) -> None:
        values = {
            column.name: self._value(table, column.name)
            for column in table.columns
            if not isinstance(column.server_default, Identity)
            and (not column.nullable or column.name in _FILLED_TOO.get(table.name, ()))
        }
        write = insert(table).values(values | _VALUES.get(table.name, {}))
        if "id" in table.columns:
            self.ids[table.name] = (
                await self.world.session.execute(write.returning(table.c.id))
            ).scalar_one()
        else:
            await self.world.session.execute(write)

    def _value(self, table: Table, name: str) -> Any:
        column = table.columns[name]
        for key in column.foreign_keys:
            target = key.column.table.name
            return self._person(name) if target == "person" else self.ids[target]
        kind = column.type.python_type
        if issubclass(kind, Enum) or getattr(column.type, "enums", None):
            return column.type.enums[0]  # type: ignore[attr-defined]  # an Enum, as the line above says
        samples: dict[type, Any] = {
            str: f"{(OF_CLASS if table.name in _OF_THE_CLASS else SECRET).title()} {table.name}",
            datetime: moment("10:00"),
            date: MONDAY,
            time: time(10),
            bool: False,
            int: 1,
            Decimal: Decimal(1),
            list: [],
            object: {"text": SECRET},
        }
        return samples[kind]

    def _person(self, column: str) -> int:
        if column == "pupil_id":
            return self.ids["child"]
        return self.ids["mother" if column in _OF_THE_FAMILY else "teacher"]

    def packed(self, action: type[CallbackData], everything: int | None = None) -> str:
        """A button about the victims; `everything`: about the rows with this id."""
        values = {
            name: self._field(name, one.annotation, everything) for name, one in action.model_fields.items()
        }
        return action(**values).pack()

    def _field(self, field_name: str, annotation: Any, everything: int | None) -> Any:
        if field_name in _TABLE_OF:
            return everything or self.ids[_TABLE_OF[field_name]]
        annotation = next((kind for kind in get_args(annotation) if kind is not type(None)), annotation)
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return next(iter(annotation))
        if annotation is str:
            return _WORDS.get(field_name, "x")
        if annotation is bool:
            return True
        return TODAY if field_name in _DAYS else 1


_TABLE_OF = {
    "binding_id": "pending",
    "broadcast_id": "broadcast",
    "change_id": "card_change",
    "course_id": "course",
    "document_id": "published_document",
    "draft_id": "broadcast",
    "event_id": "event",
    "exemption_id": "exemption",
    "file_id": "stored_file",
    "group_id": "study_group",
    "guardian_id": "mother",
    "homework_id": "homework",
    "invitation_id": "invitation",
    "kind_id": "work_kind",
    "lesson_id": "lesson",
    "letter_id": "information_letter",
    "message_id": "thread_message",
    "mute_id": "mute",
    "person_id": "mother",
    "planned_id": "planned_absence",
    "pupil_id": "child",
    "reason_id": "absence_reason",
    "recipient_id": "broadcast_recipient",
    "report_id": "compromise_report",
    "request_id": "absence_request",
    "staff_id": "teacher",
    "subject_id": "subject",
    "substitute_id": "teacher",
    "substitution_id": "substitution",
    "teacher_id": "teacher",
    "template_id": "broadcast_template",
    "term_id": "term",
    "thread_id": "thread",
    "topic_id": "plan_topic",
    "unlock_id": "unlock",
    "work_id": "work",
    "place": "study_group",
}


BUTTONS = [one for one in actions() if not _TABLE_OF.keys().isdisjoint(one.model_fields)]
COLLEAGUE = "a teacher and guardian of another class, once of this one and of this child"
CLASSMATE = "a classmate, guardian of a pupil of another class"
WITHOUT_CONSENT = "a guardian without a consent, who led the class until dismissed"
MAY_ANYWAY = {
    COLLEAGUE: ("OpenDocument", "WithdrawConsent"),
    WITHOUT_CONSENT: ("AskConsent", "GiveConsent"),
}
"""What is for all who work here, and about one's own consents."""
BROKEN = (ShowLetter, OpenLetterFile)
"""The victims' letter says nothing that a letter says."""


@dataclass
class Street:
    """The bot without a messenger, the victims, and who presses."""

    world: World
    victims: Victims
    telegram: Telegram
    handling: Handling
    branch: Branch
    updates: Any = field(default_factory=lambda: count(1))

    async def press(self, user_id: int, data: str) -> tuple[str, ...]:
        """What is said then."""
        number = next(self.updates)
        user = {"id": user_id, "is_bot": False, "first_name": "Кто-то"}
        tapped = {"message_id": number, "date": 1, "chat": {"id": user_id, "type": "private"}, "text": "·"}
        callback = {"id": str(number), "from": user, "chat_instance": "1", "data": data, "message": tapped}
        return await self.post({"update_id": number, "callback_query": callback})

    async def post(self, payload: dict[str, Any]) -> tuple[str, ...]:
        """What is said to an update out of the inbox."""
        self.telegram.said.clear()
        chat = Chat(self.branch.of.bot_id, 0)
        await self.handling.handle(StoredUpdate(payload["update_id"], chat, payload, moment("10:17")))
        await self.branch.screens.settle()
        return tuple(self.telegram.said)

    async def try_out(self, user_id: int, data: str) -> tuple[str, ...]:
        """As `press`; nothing of it stays."""
        async with self.world.session.begin_nested() as tap:
            await self.world.session.connection()  # only now the savepoint stands
            said = await self.press(user_id, data)
            await tap.rollback()
        return said

    async def written(self) -> set[tuple[str, int]]:
        """How many rows were ever written here, by table, undone or not; without the steps of chats."""
        rows = await self.world.session.execute(
            text(
                "select relname, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_xact_user_tables"
                " where relname <> 'conversation'"
            )
        )
        return {tuple(row) for row in rows}


@pytest.fixture
async def street(db: Database, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Street]:
    async with db.transaction() as session:
        world = await new_school(session)
        teacher = await world.teacher("Скрытнова Вера Ильинична")
        group = await world.group("9Скрытный", 9, class_teacher=teacher)
        child = await world.pupil("Тайнов Пётр", group, phone="+79990000001")
        mother = await world.guardian("Тайнова Мария", child, phone="+79990000002", email="тайнова@почта.рф")
        course = await world.course("Скрытнопись", teacher, group)
        await world.slot(course, teacher, 1)
        await world.account_of(mother)
        tables = {name: await session.scalar(text(f"select max(id) from {name}")) for name in _MADE_BY_HAND}
        binding = {
            "school_id": world.school_id,
            "channel": "telegram",
            "person_id": mother,
            "external_user_id": 5,
            "chat_id": 5,
            "bound_at": moment("08:00"),
        }
        pending = await world.add(Binding, **binding, state=BindingState.PENDING)
        people = {"child": child, "mother": mother, "teacher": teacher, "pending": pending}
        victims = Victims(world, tables | people)
        await victims.fill()
        telegram = Telegram()
        bot = Bot("1:strangers", session=telegram)
        screens = Screens(bot, edit_interval=0)
        services = build_services(db, clock, FileStore(tmp_path))
        branch = Branch(SchoolBot(world.school_id, bot.id, SecretStr(bot.token)), bot, db, screens, services)
        yield Street(world, victims, telegram, Handling(build_dispatcher(), {bot.id: branch}), branch)


async def _strangers(street: Street) -> dict[str, int]:
    """Accounts of people with every right but one in this class: what one of them may not, nobody may who
    has less."""
    world, ids = street.world, street.victims.ids
    yesterday = MONDAY - timedelta(days=1)
    zoya = await world.teacher("Зимина Зоя Ивановна")
    group = await world.group("7А", 7, class_teacher=zoya)
    other = await world.pupil("Агаев Ислам", group)
    await world.slot(await world.course("Алгебра", zoya, group), zoya, 1)
    await _once_taught(street, zoya, until=yesterday)
    await become_guardian(street, zoya, ids["child"], until=yesterday)
    await become_guardian(street, zoya, other)

    withdrew = await world.guardian("Зимин Олег", ids["child"], consent=False)
    await world.employ(withdrew, *StaffRole, ends_on=yesterday)
    await _once_taught(street, withdrew, until=None)
    classmate = await world.pupil("Белов Егор", ids["study_group"])
    await world.consent(classmate, classmate)
    await become_guardian(street, classmate, other)

    elsewhere = await new_school(world.session, name="Школа № 2")
    director = await elsewhere.employ(await elsewhere.person("Чужая Вера"), *StaffRole)
    accounts = {
        COLLEAGUE: await world.account_of(zoya),
        WITHOUT_CONSENT: await world.account_of(withdrew),
        CLASSMATE: await world.account_of(classmate),
        "who does everything in another school": await elsewhere.account_of(director),
    }
    return {who: account.external_user_id for who, account in accounts.items()}


async def become_guardian(
    street: Street, person_id: int, pupil_id: int, *, until: date | None = None
) -> None:
    who = {"school_id": street.world.school_id, "guardian_id": person_id, "pupil_id": pupil_id}
    await street.world.add(Guardianship, **who, relation="отец", starts_on=YEAR_START, ends_on=until)
    await street.world.consent(person_id, pupil_id)


async def _once_taught(street: Street, person_id: int, *, until: date | None) -> None:
    ids = street.victims.ids
    dates = {"school_id": street.world.school_id, "starts_on": YEAR_START, "ends_on": until}
    await street.world.add(ClassTeacher, **dates, person_id=person_id, group_id=ids["study_group"])
    await street.world.add(CourseTeacher, **dates, teacher_id=person_id, course_id=ids["course"])


async def test_nobody_learns_or_changes_anything_of_another_family(street: Street) -> None:
    wrong: list[tuple[Any, ...]] = []
    for who, user_id in (await _strangers(street)).items():
        hidden = (SECRET,) if who == CLASSMATE else (SECRET, OF_CLASS)
        before = await street.written()
        for action in BUTTONS:
            if action.__name__ in MAY_ANYWAY.get(who, ()):
                continue
            said = await street.press(user_id, street.victims.packed(action))
            words = " ".join(said).lower()
            wrong += [(who, action.__name__, word) for word in hidden if word in words]
            if "не найдено" not in words and who != CLASSMATE:
                of_nothing = await street.press(user_id, street.victims.packed(action, NOWHERE))
                wrong += [(who, action.__name__, said, of_nothing)] if said != of_nothing else []
        wrong += [(who, table) for table in await street.written() - before]
    assert wrong == []


async def test_the_family_and_its_class_teacher_do_see_it(street: Street) -> None:
    """Otherwise the test above could not fail."""
    seen = set()
    for person in ("mother", "teacher"):
        account = await street.world.account_of(street.victims.ids[person])
        for action in BUTTONS:
            if action.__name__.startswith(("Show", "Open")) and action not in BROKEN:
                said = await street.press(account.external_user_id, street.victims.packed(action))
                if SECRET in " ".join(said).lower():
                    seen.add(action)
    assert len(seen) > 50


async def test_a_number_that_no_button_carries_breaks_nothing(street: Street) -> None:
    """Pressed by who may do everything with the victims."""
    world, ids = street.world, street.victims.ids
    await world.employ(ids["teacher"], *(set(StaffRole) - {StaffRole.TEACHER}))
    await become_guardian(street, ids["teacher"], ids["child"])
    user_id = (await world.account_of(ids["teacher"])).external_user_id
    for action in BUTTONS:
        odd = {
            name for name, one in action.model_fields.items() if one.annotation is int and not one.metadata
        }
        for number in (2**63, -(2**63)) if odd else ():
            values = street.victims.packed(action).split(":")
            for place, name in enumerate(action.model_fields, 1):
                if name in odd:
                    values[place] = str(number)
            assert await street.try_out(user_id, ":".join(values))
