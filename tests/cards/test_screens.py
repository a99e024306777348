"""Cards, their month's check and requests in words (S7, U12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from db.enums import CardChangeState, CardField
from db.queries.cards import MonthRow
from db.queries.homework_days import NamedPupil
from db.queries.names import Colleague
from handlers.texts.card_changes import (
    asked_screen,
    change_screen,
    changes_screen,
    fields_screen,
    type_field_screen,
    type_reason_screen,
)
from handlers.texts.card_messages import (
    card_question_screen,
    cards_due_screen,
    change_asked_screen,
    change_decided_screen,
)
from handlers.texts.personal_cards import card_screen, checks_screen
from handlers.texts.school_cards import school_cards_screen
from services.cards import (
    CardMember,
    CardPerson,
    ChangeRow,
    CheckRow,
    ClassCards,
    ClassRow,
    PupilCard,
    SchoolCards,
)
from services.notifications.cards import CardAsked, CardChangeAsked, CardChangeDecided, CardsDue
from services.settings import PersonalData
from tests.golden import Golden
from tests.world import MONDAY, MOSCOW, moment

UNTIL = date(2026, 9, 30)
MOTHER = Colleague(11, "Иванова", "Мария", "Сергеевна")
CHANGE = ChangeRow(
    change_id=3,
    pupil_id=5,
    pupil_last_name="Иванов",
    pupil_first_name="<Пётр>",
    group="7Б",
    person=MOTHER,
    field=CardField.PHONE,
    before="+79000000001",
    after="+79001234567",
    asked_by=MOTHER,
    asked_at=moment("10:17"),
    state=CardChangeState.OPEN,
    reason=None,
)
APPROVED = replace(CHANGE, state=CardChangeState.APPROVED)
DECLINED = replace(CHANGE, state=CardChangeState.DECLINED, reason="Нужно <свидетельство>")


def test_a_card_as_the_family_and_as_the_school_reads_it(golden: Golden) -> None:
    pupil = CardPerson(5, "Иванов", "<Пётр>", "", date(2013, 3, 12), None, None, "")
    mother = CardPerson(11, "Иванова", "Мария", "Сергеевна", None, "+79000000001", "m@example.org", "мать")
    father = CardPerson(12, "Иванов", "Сергей", "", None, None, None, "отец")
    family = PupilCard(
        CardMember(pupil, hidden=False, own=True),
        (CardMember(mother, hidden=False, own=True), CardMember(father, hidden=True, own=False)),
        group_id=None,
        month=MonthRow(None, frozenset()),
        changes=(CHANGE,),
        may_confirm=True,
        may_check=False,
        confirmed=False,
    )
    golden("cards/family", card_screen(family, MOSCOW, MONDAY))
    golden("cards/fields", fields_screen(family, family.guardians[0]))
    golden("cards/field", type_field_screen(family, family.guardians[0], CardField.PHONE))
    keeper = replace(
        family,
        pupil=CardMember(pupil, hidden=False, own=False),
        guardians=(CardMember(mother, hidden=False, own=False),),
        group_id=7,
        may_confirm=False,
        may_check=True,
    )
    golden("cards/keeper", card_screen(keeper, MOSCOW, MONDAY))
    done = MonthRow(moment("10:00"), frozenset({11}))
    golden("cards/checked", card_screen(replace(keeper, month=done, changes=()), MOSCOW, MONDAY))


def test_the_months_check_of_a_class_and_of_the_school(golden: Golden) -> None:
    pupils = (
        CheckRow(5, "Иванов", "<Пётр>", False, False, True),
        CheckRow(6, "Петрова", "Анна", True, True, False),
        CheckRow(7, "Сидоренко", "Саша", False, True, False),
        CheckRow(8, "Агаев", "Рустам", False, False, False),
    )
    check = ClassCards(7, "7Б", UNTIL, pupils, may_check=True)
    golden("cards/month", checks_screen(check, 0))
    golden("cards/month_of_the_office", checks_screen(replace(check, may_check=False), 0))
    classes = tuple(ClassRow(number + 1, f"{number + 1}Б", number, 8) for number in (0, 5, 8))
    golden("cards/school", school_cards_screen(SchoolCards(UNTIL, classes), 0))


def test_requests_and_decisions(golden: Golden) -> None:
    def request(change: ChangeRow, *, may_decide: bool = True) -> None:
        name = change.state.value if may_decide else "of_a_colleague"
        screen = change_screen(change, may_decide=may_decide, zone=MOSCOW, today=MONDAY)
        golden(f"cards/request_{name}", screen)

    golden("cards/asked", asked_screen(CHANGE))
    golden("cards/requests", changes_screen([CHANGE], 0, whole_school=True))
    golden("cards/no_requests", changes_screen([], 0, whole_school=False))
    request(CHANGE)
    request(APPROVED)
    request(DECLINED)
    request(CHANGE, may_decide=False)
    golden("cards/why_decline", type_reason_screen(CHANGE))
    golden("cards/told_asked", change_asked_screen(CardChangeAsked(CHANGE, PersonalData.FULL)))
    golden("cards/told_approved", change_decided_screen(CardChangeDecided(APPROVED, PersonalData.FULL)))
    golden("cards/told_declined", change_decided_screen(CardChangeDecided(DECLINED, PersonalData.NONE)))


def test_what_families_and_class_teachers_are_asked(golden: Golden) -> None:
    asked = CardAsked(
        NamedPupil(5, 1, "Иванов", "<Пётр>", "7Б", "Europe/Moscow"),
        confirmed=False,
        personal_data=PersonalData.FULL,
    )
    for wish in PersonalData:
        golden(f"cards/question_{wish.value}", card_question_screen(replace(asked, personal_data=wish)))
    golden("cards/question_confirmed", card_question_screen(replace(asked, confirmed=True)))
    due = CardsDue(7, "7Б", 12, 27, UNTIL)
    golden("cards/due", cards_due_screen(due))
    golden("cards/due_complete", cards_due_screen(replace(due, checked=27)))
