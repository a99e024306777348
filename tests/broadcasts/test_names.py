"""Names by case, as families read them: Russian, Dagestani, Tatar, Altai, foreign and indeclinable ones."""

from __future__ import annotations

import pytest

from db.enums import Sex
from services.broadcasts.limits import TEXT_LIMIT, checked_text
from services.broadcasts.placeholders import Named, filled, has_names
from services.errors import InvalidInput
from services.name_cases import Case, first_name_in, last_name_in
from services.settings import PersonalData

M, F = Sex.MALE, Sex.FEMALE
PETER = Named("Иванов", "Пётр", M, "7Б")

# Name: genitive, dative, accusative, instrumental, prepositional.
BOYS = """
Пётр: Петра Петру Петра Петром Петре
Павел: Павла Павлу Павла Павлом Павле
Лев: Льва Льву Льва Львом Льве
Иван: Ивана Ивану Ивана Иваном Иване
Артём: Артёма Артёму Артёма Артёмом Артёме
Фёдор: Фёдора Фёдору Фёдора Фёдором Фёдоре
Семён: Семёна Семёну Семёна Семёном Семёне
Матвей: Матвея Матвею Матвея Матвеем Матвее
Андрей: Андрея Андрею Андрея Андреем Андрее
Дмитрий: Дмитрия Дмитрию Дмитрия Дмитрием Дмитрии
Георгий: Георгия Георгию Георгия Георгием Георгии
Игорь: Игоря Игорю Игоря Игорем Игоре
Илья: Ильи Илье Илью Ильёй Илье
Никита: Никиты Никите Никиту Никитой Никите
Данила: Данилы Даниле Данилу Данилой Даниле
Кирилл: Кирилла Кириллу Кирилла Кириллом Кирилле
Фома: Фомы Фоме Фому Фомой Фоме
Алексей: Алексея Алексею Алексея Алексеем Алексее
Марк: Марка Марку Марка Марком Марке
Глеб: Глеба Глебу Глеба Глебом Глебе
Магомед: Магомеда Магомеду Магомеда Магомедом Магомеде
Шамиль: Шамиля Шамилю Шамиля Шамилем Шамиле
Рамазан: Рамазана Рамазану Рамазана Рамазаном Рамазане
Хаджимурад: Хаджимурада Хаджимураду Хаджимурада Хаджимурадом Хаджимураде
Абдулла: Абдуллы Абдулле Абдуллу Абдуллой Абдулле
Муса: Мусы Мусе Мусу Мусой Мусе
Иса: Исы Исе Ису Исой Исе
Гасан: Гасана Гасану Гасана Гасаном Гасане
Зубаир: Зубаира Зубаиру Зубаира Зубаиром Зубаире
Тимур: Тимура Тимуру Тимура Тимуром Тимуре
Айдар: Айдара Айдару Айдара Айдаром Айдаре
Ильнур: Ильнура Ильнуру Ильнура Ильнуром Ильнуре
Рустам: Рустама Рустаму Рустама Рустамом Рустаме
Камиль: Камиля Камилю Камиля Камилем Камиле
Ислам: Ислама Исламу Ислама Исламом Исламе
Аржан: Аржана Аржану Аржана Аржаном Аржане
Нурлан: Нурлана Нурлану Нурлана Нурланом Нурлане
Сергей: Сергея Сергею Сергея Сергеем Сергее
Мустафа: Мустафы Мустафе Мустафу Мустафой Мустафе
Джон: Джона Джону Джона Джоном Джоне
Абдул-Хамид: Абдул-Хамида Абдул-Хамиду Абдул-Хамида Абдул-Хамидом Абдул-Хамиде
Жан-Поль: Жан-Поля Жан-Полю Жан-Поля Жан-Полем Жан-Поле
ИВАН: ИВАНА ИВАНУ ИВАНА ИВАНОМ ИВАНЕ
"""
GIRLS = """
Мария: Марии Марии Марию Марией Марии
Анна: Анны Анне Анну Анной Анне
Дарья: Дарьи Дарье Дарью Дарьей Дарье
Наталья: Натальи Наталье Наталью Натальей Наталье
Софья: Софьи Софье Софью Софьей Софье
Ксения: Ксении Ксении Ксению Ксенией Ксении
Любовь: Любови Любови Любовь Любовью Любови
Ольга: Ольги Ольге Ольгу Ольгой Ольге
Майя: Майи Майе Майю Майей Майе
Зоя: Зои Зое Зою Зоей Зое
Лия: Лии Лии Лию Лией Лии
Ева: Евы Еве Еву Евой Еве
Есения: Есении Есении Есению Есенией Есении
Надежда: Надежды Надежде Надежду Надеждой Надежде
Юлия: Юлии Юлии Юлию Юлией Юлии
Лейла: Лейлы Лейле Лейлу Лейлой Лейле
Зухра: Зухры Зухре Зухру Зухрой Зухре
Мадина: Мадины Мадине Мадину Мадиной Мадине
Фатима: Фатимы Фатиме Фатиму Фатимой Фатиме
Аиша: Аиши Аише Аишу Аишей Аише
Джамиля: Джамили Джамиле Джамилю Джамилей Джамиле
Эльмира: Эльмиры Эльмире Эльмиру Эльмирой Эльмире
Диляра: Диляры Диляре Диляру Дилярой Диляре
Камилла: Камиллы Камилле Камиллу Камиллой Камилле
Сабина: Сабины Сабине Сабину Сабиной Сабине
Нинель: Нинели Нинели Нинель Нинелью Нинели
Анна-Мария: Анны-Марии Анне-Марии Анну-Марию Анной-Марией Анне-Марии
"""
STAY = {
    M: "Али Гаджи Гиви Отто Хосе Марко Ли Данило Нго Энтони John J'aime 🤡 <b>Иван</b> Иван1 А. -",
    F: (
        "Айгуль Гузель Нургуль Асель Патимат Аминат Хадижат Шамсият Сакинат Марьям Софи Николь Мишель Адель "
        "Кристин Жасмин Мэри Этери Гульнар Зейнаб Суат Салихат Умукусум Rose 🤡 Анна7 -"
    ),
}
CASES = (Case.GENITIVE, Case.DATIVE, Case.ACCUSATIVE, Case.INSTRUMENTAL, Case.PREPOSITIONAL)


def _rows() -> list[tuple[str, Sex, str]]:
    return [
        (name, sex, forms)
        for sex, table in ((M, BOYS), (F, GIRLS))
        for name, forms in (line.split(": ") for line in table.strip().splitlines())
    ]


@pytest.mark.parametrize(("name", "sex", "forms"), _rows())
def test_a_name_is_declined(name: str, sex: Sex, forms: str) -> None:
    assert [first_name_in(case, name, sex) for case in CASES] == forms.split()
    assert first_name_in(Case.NOMINATIVE, name, sex) == name


@pytest.mark.parametrize(
    ("name", "sex"), [(name, sex) for sex, names in STAY.items() for name in names.split()]
)
def test_a_name_that_does_not_change_stays(name: str, sex: Sex) -> None:
    assert {first_name_in(case, name, sex) for case in CASES} == {name}


def test_without_a_sex_only_what_both_share_is_declined() -> None:
    assert first_name_in(Case.DATIVE, "Саша", None) == "Саше"
    assert [first_name_in(Case.DATIVE, name, None) for name in ("Рустам", "Айгуль", "", "Пётр")] == [
        "Рустам",
        "Айгуль",
        "",
        "Пётр",
    ]


@pytest.mark.parametrize(
    ("name", "sex", "dative"),
    [
        ("Иванов", M, "Иванову"),
        ("Иванова", F, "Ивановой"),
        ("Ким", M, "Киму"),
        ("Ким", F, "Ким"),
        ("Шевченко", M, "Шевченко"),
        ("Черных", F, "Черных"),
        ("Гаджи-Магомедов", M, "Гаджи-Магомедову"),
        ("Сафиуллина", F, "Сафиуллиной"),
        ("Толстой", M, "Толстому"),
        ("Цой", M, "Цою"),
        ("Дюма", M, "Дюма"),
        ("Петрова-Водкина", F, "Петровой-Водкиной"),
    ],
)
def test_a_surname_is_declined(name: str, sex: Sex, dative: str) -> None:
    assert last_name_in(Case.DATIVE, name, sex) == dative


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("{имя}, привет", "Пётр, привет"),
        ("Дайте {имя:кому} форму", "Дайте Петру форму"),
        ("{ Имя : О ком }", "Петре"),
        ("{фамилия имя:кем}", "Ивановым Петром"),
        ("{имя:нет кого} {имя:вижу кого} {класс}", "Петра Петра 7Б"),
        ("{имя", "{имя"),
        ("2 > 1 && {x} {} {0} {имя!r}", "2 > 1 && {x} {} {0} {имя!r}"),
    ],
)
def test_places_are_filled_and_other_braces_are_text(text: str, read: str) -> None:
    assert filled(text, PETER, PersonalData.FULL) == read


def test_initials_are_all_that_is_said_when_the_school_wants_no_more() -> None:
    said = filled("{имя:кому}, {фамилия имя:кому}, {класс}", PETER, PersonalData.INITIALS)
    assert said == "П., И. П., 7Б"


@pytest.mark.parametrize("place", ["{имя:кто-то}", "{имя:}х{имя:дательный}", "{фамилия}", "{класс:кому}"])
def test_a_misspelt_place_is_refused(place: str) -> None:
    with pytest.raises(InvalidInput, match="broadcast_place"):
        checked_text(f"Скажите {place}")


def test_names_that_make_a_text_too_long_are_counted_before_it_is_sent() -> None:
    assert has_names("{имя}")
    assert not has_names("{класс}")
    with pytest.raises(InvalidInput, match="broadcast_too_long"):
        checked_text("{имя}" * (TEXT_LIMIT // 40 + 1))
    longest = Named("Я" * 200, "Ю" * 200, M, "7" * 200)
    text = "{фамилия имя}{класс}" * (TEXT_LIMIT // 80)
    assert len(filled(checked_text(text), longest, PersonalData.FULL)) <= TEXT_LIMIT
