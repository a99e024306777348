"""The families of the demo school: the story's are written out, the rest is drawn from the name lists."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sandbox.schoolmaker.curriculum import CLASS_SIZES, STAFF, grade_of
from sandbox.schoolmaker.names import ORIGINS, Origin, Sex, patronymic_for, sort_key, surname_for


@dataclass(frozen=True)
class Child:
    group: str
    full_name: str
    sex: Sex
    birth_date: date


@dataclass(frozen=True)
class Guardian:
    """Dates are strings as the sheet shows them; empty means there is none."""

    relation: str
    full_name: str
    phone: str
    consent_date: str = ""
    consent_withdrawn: str = ""


@dataclass
class Family:
    children: list[Child] = field(default_factory=list)
    guardians: list[Guardian] = field(default_factory=list)


# children «class name sex» | guardians «relation name»; «!» after a guardian: no consent was given.
STORY_FAMILIES = """
7Б Агаев Ислам Рустамович м | мать Агаева Зарема Ахмедовна!
7Б Алиева Саида Мурадовна ж | мать Алиева Патимат Гаджиевна, отец Алиев Мурад Шамилевич
7Б Иванов Пётр Алексеевич м, 5Б Иванова Варвара Алексеевна ж | мать Иванова Мария Сергеевна
7Б Иванова Полина Дмитриевна ж | мать Иванова Оксана Павловна, отец Иванов Дмитрий Андреевич
7Б Ковалёв Егор Андреевич м | мать Ковалёва Татьяна Юрьевна, отец Ковалёв Андрей Николаевич
7Б Ковалёва Дарья Олеговна ж | отец Ковалёв Олег Игоревич, мать Ковалёва Жанна Викторовна
7Б Петрова-Водкина Ксения Кирилловна ж | мать Петрова-Водкина Инна Львовна, отец Петров-Водкин Кирилл Антонович
7Б Роман Захар Игоревич м | мать Роман Алла Михайловна, отец Роман Игорь Васильевич
7Б Сидоренко Матвей Олегович м | отец Сидоренко Олег Викторович, мать Сидоренко Елена Николаевна
5А Кузнецов Тимофей Антонович м | мать Кузнецова Ирина Викторовна, отец Кузнецов Антон Сергеевич
8А Ахмедова Амина Руслановна ж, 6Б Ахмедов Шамиль Русланович м | отец Ахмедов Руслан Исаевич, мать Ахмедова Динара Омаровна
1А Савельев Платон Максимович м, 6А Савельева Кира Максимовна ж | мать Савельева Юлия Денисовна
9А Рябинин Вадим Константинович м | мать Рябинина Оксана Юрьевна, отец Рябинин Константин Петрович
6А Смирнов Артём Александрович м | мать Смирнова Наталья Олеговна, отец Смирнов Александр Ильич
9А Смирнов Артём Александрович м | мать Смирнова Вера Антоновна
5Б Магомедов Умар Джамалович м | мать Магомедова Аминат Магомедовна, отец Магомедов Джамал Умарович
10А Магомедова Зухра Арсеновна ж | мать Магомедова Аминат Магомедовна
8Б Мамедов Эльдар Рашид оглы м, 5А Мамедова Лейла Рашид кызы ж | мать Мамедова Севиль Вагиф кызы, отец Мамедов Рашид Эльдар оглы
11А фон Берг Эдуард Юрьевич м | мать фон Берг Маргарита Яновна
8А Веретенникова Таисия Глебовна ж, 10А Веретенников Лев Глебович м, 1А Веретенникова Злата Глебовна ж | мать Веретенникова Галина Ильинична, отец Веретенников Глеб Романович
7А Санашева Чечек Амыровна ж, 9А Санашев Эзен Амырович м | бабушка Санашева Карчага Темировна, отец Санашев Амыр Судурович
"""  # noqa: E501 -- a family is a line

STORY_CLASS = "7Б"
NO_PHONE, NO_CONSENT = 9, 8


class Phones:
    """Unique numbers +7 900 000-xx-xx, written in the ways people write them."""

    _SPELLINGS = (
        "+7 900 000-{}-{}",
        "8 (900) 000-{}-{}",
        "8900000{}{}",
        "+7900000{}{}",
        "8-900-000-{}-{}",
        "+7 (900) 000 {} {}",
        "7 900 000 {}{}",
    )

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        numbers = list(range(10_000))
        rng.shuffle(numbers)
        self._numbers = iter(numbers)

    def new(self) -> str:
        return f"{next(self._numbers):04}"

    def spell(self, number: str) -> str:
        if not number:
            return ""
        return self._rng.choice(self._SPELLINGS).format(number[:2], number[2:])


class FamilyMaker:
    """Draws families until every class has its size. Guardians on the staff keep their staff phone."""

    def __init__(self, rng: random.Random, phones: Phones, staff_phones: dict[str, str]) -> None:
        self._rng = rng
        self._phones = phones
        self._staff_phones = staff_phones
        self._names = {person.full_name for person in STAFF}
        self._surnames: dict[str, set[str]] = {group: set() for group in CLASS_SIZES}

    def families(self) -> list[Family]:
        story = [self._written_out(line) for line in STORY_FAMILIES.strip().splitlines()]
        seats = self._free_seats(story)
        drawn = []
        while seats:
            drawn.append(self._draw(self._siblings_seats(seats)))
        self._spoil(drawn)
        return story + drawn

    def _written_out(self, line: str) -> Family:
        children, guardians = line.split(" | ")
        family = Family()
        for child in children.split(", "):
            group, *name, sex = child.split()
            full_name = " ".join(name)
            self._surnames[group].add(_stem(full_name.split()[0]))
            self._names.add(full_name)
            family.children.append(
                Child(group, full_name, "м" if sex == "м" else "ж", self._birth_date(group))
            )
        for guardian in guardians.split(", "):
            relation, _, full_name = guardian.rstrip("!").partition(" ")
            phone = self._staff_phones.get(full_name) or self._phones.new()
            consent = "" if guardian.endswith("!") else self._consent_date()
            self._names.add(full_name)
            family.guardians.append(Guardian(relation, full_name, phone, consent))
        return family

    def _free_seats(self, story: list[Family]) -> list[str]:
        taken = [child.group for family in story for child in family.children]
        seats = [group for group, size in CLASS_SIZES.items() for _ in range(size - taken.count(group))]
        self._rng.shuffle(seats)
        return seats

    def _siblings_seats(self, seats: list[str]) -> list[str]:
        """Takes the seats of one family: brothers and sisters are at least two forms apart."""
        mine = [seats.pop()]
        wished = self._rng.choices((1, 2, 3), weights=(88, 10, 2))[0]
        for group in list(seats):
            if len(mine) == wished:
                break
            if all(abs(grade_of(group) - grade_of(other)) >= 2 for other in mine):
                seats.remove(group)
                mine.append(group)
        return mine

    def _draw(self, groups: list[str]) -> Family:
        origin = self._rng.choices(ORIGINS, weights=[origin.share for origin in ORIGINS])[0]
        surname = self._unused_surname(origin, groups)
        father = self._rng.choice(origin.fathers)
        family = Family([self._child(origin, surname, father, group) for group in groups])
        family.guardians.extend(self._parents(origin, surname, father))
        return family

    def _unused_surname(self, origin: Origin, groups: list[str]) -> str:
        fresh = [
            name
            for name in origin.surnames
            if not any(_stem(name) in self._surnames[group] for group in groups)
        ]
        surname = self._rng.choice(fresh)
        for group in groups:
            self._surnames[group].add(_stem(surname))
        return surname

    def _child(self, origin: Origin, surname: str, father: str, group: str) -> Child:
        while True:
            sex: Sex = self._rng.choice(("м", "ж"))
            first_name = self._rng.choice(origin.boys if sex == "м" else origin.girls)
            full_name = f"{surname_for(surname, sex)} {first_name} {patronymic_for(father, sex)}"
            if first_name != father and self._is_new(full_name):
                return Child(group, full_name, sex, self._birth_date(group))

    def _parents(self, origin: Origin, surname: str, father: str) -> Iterator[Guardian]:
        household = self._rng.choices(
            (("мать", "отец"), ("мать",), ("отец",), ("бабушка",)), weights=(83, 13, 2, 2)
        )[0]
        for relation in household:
            maiden = relation == "мать" and self._rng.random() < 0.15
            theirs = self._rng.choice(origin.surnames) if maiden else surname
            full_name = self._grown_up(origin, theirs, father if relation == "отец" else "")
            yield Guardian(relation, full_name, self._phones.new(), self._consent_date())

    def _grown_up(self, origin: Origin, surname: str, father: str) -> str:
        sex: Sex = "м" if father else "ж"
        while True:
            first_name = father or self._rng.choice(origin.mothers)
            grandfather = self._rng.choice(origin.fathers)
            full_name = f"{surname_for(surname, sex)} {first_name} {patronymic_for(grandfather, sex)}"
            if grandfather != first_name and self._is_new(full_name):
                return full_name

    def _is_new(self, full_name: str) -> bool:
        if full_name in self._names:
            return False
        self._names.add(full_name)
        return True

    def _birth_date(self, group: str) -> date:
        first = date(2026 - grade_of(group) - 7, 9, 1)
        return first + timedelta(days=self._rng.randrange(365))

    def _consent_date(self) -> str:
        day = date(2026, 4, 6) + timedelta(days=self._rng.randrange(50))
        return day.strftime("%d.%m.%Y")

    def _spoil(self, families: list[Family]) -> None:
        """Outside the story's class some have no phone, some gave no consent, one took it back."""
        only_child = [f for f in families if len(f.children) == 1 and f.children[0].group != STORY_CLASS]
        chosen = iter(self._rng.sample(only_child, NO_PHONE + NO_CONSENT + 1))
        for _ in range(NO_PHONE):
            _change_last_guardian(next(chosen), phone="")
        for _ in range(NO_CONSENT):
            _change_last_guardian(next(chosen), consent_date="")
        _change_last_guardian(next(chosen), consent_withdrawn="29.05.2026")


def _change_last_guardian(family: Family, **values: str) -> None:
    family.guardians[-1] = replace(family.guardians[-1], **values)


def _stem(surname: str) -> str:
    """Ковалёв and Ковалёва, Смирнов and Смирнова count as one surname in a class."""
    return sort_key(surname)[:5]
