"""Every rule of the one-message marks, each where it decides something (J4)."""

from __future__ import annotations

import pytest

from services.marks.message import ListedPupil, Sex
from services.marks.reading import read_marks
from tests.marks.conftest import Class, asked, written


def test_an_exact_surname_beats_being_the_beginning_of_another(class_of: Class) -> None:
    read = class_of("Ким Олег м", "Кимаев Тимур м", "Кимченко Анна ж")
    assert written(read("Ким 5")) == {"Ким Олег": "5"}


def test_an_exact_first_name_beats_being_the_beginning_of_another_name(class_of: Class) -> None:
    read = class_of(
        "Зуев Роман м", "Романов Игорь м", "Романова Анна ж", "Исаев Магомед м", "Юнусов Магомедрасул м"
    )
    assert written(read("Роман 5, Магомед 4")) == {"Зуев Роман": "5", "Исаев Магомед": "4"}


def test_with_a_full_stop_it_is_a_beginning(class_of: Class) -> None:
    read = class_of("Ким Олег м", "Кимаев Тимур м", "Сидоренко Пётр м")
    assert asked(read("Ким. 5")) == [["Ким Олег", "Кимаев Тимур"]]
    assert written(read("Сидор. 5")) == {"Сидоренко Пётр": "5"}


@pytest.mark.parametrize("form", ["Иванову", "Иванова", "Ивановым"])
def test_a_form_of_two_surnames_is_a_question(class_of: Class, form: str) -> None:
    read = class_of("Иванов Пётр м", "Иванова Анна ж")(f"{form} 5")
    assert (read.entries, asked(read)) == ((), [["Иванов Пётр", "Иванова Анна"]])


def test_a_form_of_one_surname_only_is_no_question(class_of: Class) -> None:
    read = class_of("Иванов Пётр м", "Иванова Анна ж")
    assert written(read("Ивановой 5")) == {"Иванова Анна": "5"}
    assert written(read("Иванове 5")) == {"Иванов Пётр": "5"}


def test_who_has_been_named_is_not_named_again_in_another_case(class_of: Class) -> None:
    read = class_of("Иванов Пётр м", "Иванова Анна ж")
    assert written(read("Иванов 5, Иванова 4")) == {"Иванов Пётр": "5", "Иванова Анна": "4"}
    assert asked(read("Иванов 5, Иванову 4")) == [["Иванов Пётр", "Иванова Анна"]]


@pytest.mark.parametrize(
    "name", ["Иванов Сергей", "Сергей Иванов", "Иванов С.", "С. Иванов", "Иванов Саша", "Иванов П.К."]
)
def test_a_first_name_that_contradicts_the_only_bearer_is_not_written(class_of: Class, name: str) -> None:
    read = class_of("Иванов Пётр Львович м", "Зуев Олег Юрьевич м")(f"{name} 5")
    assert (read.entries, read.ambiguous, read.unmatched) == ((), (), (f"{name} 5",))


def test_yo_and_ye_never_tell_two_pupils_apart(class_of: Class) -> None:
    read = class_of("Семёнов Артём м", "Семенов Артем м")
    for message in ("Семёнов 5", "Семенов 5", "Артём 5", "Семенов Артём 5"):
        assert asked(read(message)) == [["Семёнов Артём", "Семенов Артем"]]


def test_the_rest_leaves_out_an_open_question_and_the_excepted(class_of: Class) -> None:
    read = class_of("Зуев Олег м", "Иванов Пётр м", "Иванова Анна ж", "Ким Ян м", "Цой Лев м")
    answer = read("Иванову 5, остальные 4, кроме Кима")
    assert written(answer) == {"Зуев Олег": "4", "Цой Лев": "4"}
    assert asked(answer) == [["Иванов Пётр", "Иванова Анна"]]


def test_an_answered_question_is_open_no_more_and_whom_it_leaves_out_is_of_the_rest() -> None:
    egor, denis, kim = pupils = [
        ListedPupil(1, "Ковалёв Егор", Sex.MALE),
        ListedPupil(2, "Ковалев Денис", Sex.MALE),
        ListedPupil(3, "Ким Ян", Sex.MALE),
    ]
    message = "Ковалёв 5, остальные 4"
    for answer, expected in (
        ([egor], {"Ковалёв Егор": "5", "Ковалев Денис": "4", "Ким Ян": "4"}),
        ([egor, denis], {"Ковалёв Егор": "5", "Ковалев Денис": "5", "Ким Ян": "4"}),
        ([], {"Ким Ян": "4"}),
    ):
        read = read_marks(message, pupils, [answer])
        assert (written(read), read.ambiguous) == (expected, ())
        assert [entry.pupil.full_name for entry in read.entries if not entry.is_rest] == [
            pupil.full_name for pupil in answer
        ]
    wrong = read_marks(message, pupils, [[kim]])
    assert asked(wrong) == [["Ковалёв Егор", "Ковалев Денис"]]
    assert written(wrong) == {"Ким Ян": "4"}


def test_answers_belong_to_the_questions_in_their_order() -> None:
    ivanov, anna, boris = pupils = [
        ListedPupil(1, "Иванов Пётр", Sex.MALE),
        ListedPupil(2, "Иванова Анна", Sex.FEMALE),
        ListedPupil(3, "Иванов Борис", Sex.MALE),
    ]
    message = "Иванову 5, Иванов 4"
    assert len(read_marks(message, pupils).ambiguous) == 2
    one = read_marks(message, pupils, [[anna]])
    assert (written(one), asked(one)) == ({"Иванова Анна": "5"}, [["Иванов Пётр", "Иванов Борис"]])
    both = read_marks(message, pupils, [[anna], [boris]])
    assert written(both) == {"Иванова Анна": "5", "Иванов Борис": "4"}
    assert asked(read_marks(message, pupils, [[anna], [anna]])) == [["Иванов Пётр", "Иванов Борис"]]
    assert ivanov not in [entry.pupil for entry in both.entries]


def test_the_rest_leaves_out_whoever_may_be_meant_by_what_was_not_understood(class_of: Class) -> None:
    read = class_of("Зуев Олег м", "Иванов Пётр м", "Сидоренко Михаил м")
    assert written(read("Иванов 6, сидрнко 5, остальные 4")) == {"Зуев Олег": "4"}
    assert written(read("2-7, Пупкин 5, остальные 4")) == {"Зуев Олег": "4", "Сидоренко Михаил": "4"}


def test_with_an_unknown_exception_there_is_no_rest(class_of: Class) -> None:
    read = class_of("Зуев Олег м", "Иванов Пётр м")
    for message in ("остальные 4, кроме Пупкина", "все, кроме Пупкина, 4", "кроме Пупкина все 4"):
        answer = read(message)
        assert answer.entries == ()
        assert "Пупкина" in " ".join(answer.unmatched)


def test_an_exception_may_have_a_mark_of_its_own(class_of: Class) -> None:
    read = class_of("Зуев Олег м", "Ким Ян м", "Цой Лев м")
    assert written(read("остальные 4, кроме Кима 3")) == {"Ким Ян": "3", "Зуев Олег": "4", "Цой Лев": "4"}


def test_an_exception_from_nothing_or_of_nobody_leaves_everything_open(class_of: Class) -> None:
    read = class_of("Зуев Олег м", "Иванов Пётр м")
    for message in ("остальные 4, кроме", "Зуев, кроме Иванова, 5", "кроме Зуева 5"):
        assert read(message).entries == ()


def test_numbers_are_those_of_the_list() -> None:
    pupils = [
        ListedPupil(7, "Зуев Олег", Sex.MALE),
        ListedPupil(3, "Ким Ян", Sex.MALE),
        ListedPupil(None, "Цой Лев"),
    ]
    read = read_marks("3-5 7-4 1-3", pupils)
    assert written(read) == {"Ким Ян": "5", "Зуев Олег": "4"}
    assert read.unmatched == ("1-3",)


@pytest.mark.parametrize("mark", ["0", "1", "6", "7", "10", "51", "100"])
def test_such_marks_are_not_understood(class_of: Class, mark: str) -> None:
    read = class_of("Иванов Пётр м", "Зуев Олег м")(f"Иванов {mark}, Зуев 5")
    assert written(read) == {"Зуев Олег": "5"}
    assert read.unmatched == (f"Иванов {mark}",)


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("55", "5 5"),
        ("4 3", "4 3"),
        ("4, 3", "4 3"),
        ("4/3", "4 3"),
        ("4 и 3", "4 3"),
        ("5-", "5"),
        ("5+", "5"),
        ("пять с минусом", "5"),
        ("5 н", "5 н"),
        ("5️⃣", "5"),
        ("H", "н"),
        ("нб", "н"),
        ("не был", "н"),
        ("зачёт", "зч"),
        ("незачет", "нз"),
        ("не зачет", "нз"),
        ("осв.", "осв"),
        ("•", "•"),
        ("опоздал", "о"),
    ],
)
def test_marks_as_teachers_write_them(class_of: Class, said: str, values: str) -> None:
    assert written(class_of("Зуев Олег м")(f"Зуев {said}")) == {"Зуев Олег": values}


@pytest.mark.parametrize(
    "said",
    ["4-5", "4.5", "4 или 5", "не 5", "5?", "5, нет, 4", "5 зачеркнуть", "4 из 5", "2 пятёрки", "н/а", "5%"],
)
def test_a_doubtful_mark_is_not_written(class_of: Class, said: str) -> None:
    read = class_of("Зуев Олег м", "Ким Ян м")(f"Зуев {said}")
    assert read.entries == ()
    assert read.unmatched


@pytest.mark.parametrize(
    "line", ["1-5 2-4 3-н", "1-5, 2-4, 3-н", "1–5; 2–4; 3–н", "1 - 5\n2 - 4\n3 - н", "1) 5\n2) 4\n3) н"]
)
def test_list_numbers(class_of: Class, line: str) -> None:
    read = class_of("Зуев Олег м", "Ким Ян м", "Цой Лев м")(line)
    assert written(read) == {"Зуев Олег": "5", "Ким Ян": "4", "Цой Лев": "н"}


@pytest.mark.parametrize(
    "line", ["1-3: 5", "1-3 - 5", "с 1 по 3 5", "№ 1-3: 5", "1, 2, 3: 5", "1, 2 и 3 - 5"]
)
def test_ranges_and_lists_of_numbers(class_of: Class, line: str) -> None:
    read = class_of("Зуев Олег м", "Ким Ян м", "Цой Лев м", "Белый Ян м")(line)
    assert written(read) == {"Зуев Олег": "5", "Ким Ян": "5", "Цой Лев": "5"}


@pytest.mark.parametrize("line", ["1-3 4", "3-1: 5", "1-9: 5", "1 5", "2 Зуев 5", "5 Зуев"])
def test_numbers_that_may_mean_two_things_are_left(class_of: Class, line: str) -> None:
    read = class_of("Зуев Олег м", "Ким Ян м", "Цой Лев м")(line)
    assert read.entries == ()
    assert read.unmatched


@pytest.mark.parametrize(
    ("front", "work"),
    [
        ("к/р:", "к/р"),
        ("К.Р.:", "к/р"),
        ("контрольная:", "к/р"),
        ("За контрольную работу № 2:", "к/р"),
        ("с/р", "с/р"),
        ("л/р —", "л/р"),
        ("д/з\n", "д/з"),
        ("Диктант:", "диктант"),
    ],
)
def test_the_kind_of_work_in_front(class_of: Class, front: str, work: str) -> None:
    read = class_of("Зуев Олег м")(f"{front} Зуев 5")
    assert (read.work, written(read), read.unmatched) == (work, {"Зуев Олег": "5"}, ())


def test_marks_of_a_second_work_are_not_mixed_in(class_of: Class) -> None:
    read = class_of("Зуев Олег м", "Ким Ян м")("к/р: Зуев 5\nс/р: Ким 4")
    assert (written(read), read.unmatched) == ({"Зуев Олег": "5"}, ("с/р: Ким 4",))


def test_a_pupil_named_like_a_word_is_a_pupil(class_of: Class) -> None:
    assert written(class_of("Тест Анна ж", "Дом Иван м")("Тест 5, Дом 4")) == {
        "Тест Анна": "5",
        "Дом Иван": "4",
    }


def test_a_name_of_the_other_sex_is_somebody_else(class_of: Class) -> None:
    read = class_of("Петрова Анна ж", "Ким Анна ж", "Зуев Олег м")
    assert read("Петров 5, Киму 5, Зуевой 5").entries == ()


def test_another_well_known_name_is_not_a_misspelling(class_of: Class) -> None:
    read = class_of("Ветров Ринат м", "Осипян Марина ж", "Исаков Али м")
    assert read("Петров 5, Ренат 5, Мария 5, Исаев 5").entries == ()


def test_a_typing_error_is_forgiven_only_when_nobody_else_is_as_near(class_of: Class) -> None:
    assert written(class_of("Сидоренко Олег м", "Ким Ян м")("Сидаренко 5")) == {"Сидоренко Олег": "5"}
    assert asked(class_of("Сидоренко Олег м", "Сидаренка Ян м")("Сидуренко 5")) == [
        ["Сидоренко Олег", "Сидаренка Ян"]
    ]


def test_namesakes_are_told_apart_by_what_tells_them_apart(class_of: Class) -> None:
    read = class_of("Ким Анна Олеговна ж", "Ким Анна Львовна ж", "Ким Пётр Львович м")
    assert asked(read("Ким 5")) == [["Ким Анна Олеговна", "Ким Анна Львовна", "Ким Пётр Львович"]]
    assert asked(read("Ким Аня 5")) == [["Ким Анна Олеговна", "Ким Анна Львовна"]]
    assert written(read("Ким А.Л. 5, Ким Анне Олеговне 4, Пете 3")) == {
        "Ким Анна Львовна": "5",
        "Ким Анна Олеговна": "4",
        "Ким Пётр Львович": "3",
    }


def test_an_initial_that_may_be_a_mark_is_not_guessed(class_of: Class) -> None:
    read = class_of("Иванов Николай м", "Иванов Пётр м", "Цой Лев м")
    assert written(read("Иванов Н. 5")) == {"Иванов Николай": "5"}
    assert written(read("Цой н")) == {"Цой Лев": "н"}
    assert read("Иванов Н 5, Цой Н 5").entries == ()


def test_names_share_a_mark_where_a_comma_cannot_mean_anything_else(class_of: Class) -> None:
    read = class_of("Зуев Олег м", "Ким Ян м", "Цой Лев м")
    assert written(read("Зуев, Ким 5\nЦой 4")) == {"Зуев Олег": "5", "Ким Ян": "5", "Цой Лев": "4"}
    assert written(read("Зуев и Ким 5, Цой 4")) == {"Зуев Олег": "5", "Ким Ян": "5", "Цой Лев": "4"}
    forgotten = read("Цой 4, Зуев, Ким 5")
    assert (written(forgotten), forgotten.unmatched) == ({"Цой Лев": "4", "Ким Ян": "5"}, ("Зуев",))


def test_marks_on_the_line_below_a_name_are_its_marks_but_columns_are_not_guessed(class_of: Class) -> None:
    read = class_of("Зуев Олег м", "Ким Ян м")
    assert written(read("Зуев\n5\nКим\n4")) == {"Зуев Олег": "5", "Ким Ян": "4"}
    assert read("Зуев\nКим\n5\n4").entries == ()


def test_several_mentions_of_a_pupil_are_one_entry(class_of: Class) -> None:
    assert written(class_of("Зуев Олег м")("Зуев 5\nЗуев 4 3")) == {"Зуев Олег": "5 4 3"}


def test_full_namesakes_without_numbers_are_a_question() -> None:
    pupils = [ListedPupil(None, "Ким Ян"), ListedPupil(None, "Ким Ян")]
    read = read_marks("Ким 5", pupils)
    assert (read.entries, len(read.ambiguous[0].candidates)) == ((), 2)


def test_full_namesakes_are_both_among_the_rest_when_their_cards_tell_them_apart() -> None:
    pupils = [ListedPupil(None, "Ким Ян", pupil_id=1), ListedPupil(None, "Ким Ян", pupil_id=2)]
    assert [entry.pupil.pupil_id for entry in read_marks("всем 5", pupils).entries] == [1, 2]
    asked_once = read_marks("Ким 5, остальные 4", pupils, [[pupils[1]]])
    assert {entry.pupil.pupil_id: entry.values for entry in asked_once.entries} == {2: ("5",), 1: ("4",)}


@pytest.mark.parametrize(
    "message",
    [
        "КОВАЛЕВ 5",
        "ковалёв 5",
        "KОBAЛEB 5",  # Latin K, B, A, E
        "Ковал 5",
        "Ковалёва 5",
        "Ковалёву 5",
        "Ковалёвым 5",
        "у Ковалева 5",
        "Кавалёв 5",
        "Егор 5",
        "Егору 5",
        "Егорка 5",
        "Егоркой 5",
        "Ковалёв Е. 5",
        "Е. Ковалёву 5",
        "🔥 ковалев — пять!! 🎉",
    ],
)
def test_a_pupil_is_known_by_any_usual_writing(class_of: Class, message: str) -> None:
    read = class_of("Ковалёв Егор м", "Ким Ян м", "Петрова-Водкина Анна ж")(message)
    assert (written(read), read.unmatched) == ({"Ковалёв Егор": "5"}, ())


def test_a_dictated_list_with_line_breaks_and_emoji(class_of: Class) -> None:
    read = class_of("Зуев Олег м", "Ким Ян м", "Цой Лев м", "Белый Ян м")
    answer = read("📚 контрольная\nЗуев пять ✨\n\nКиму четыре\nЦой не был 😢\nостальные три 👍")
    assert answer.work == "к/р"
    assert written(answer) == {"Зуев Олег": "5", "Ким Ян": "4", "Цой Лев": "н", "Белый Ян": "3"}


@pytest.mark.parametrize(
    "message",
    ["Петровой-Водкиной 5", "Петрова Водкина 5", "Водкиной 5", "Петровой 5", "Иваненко 5", "Дюма 5"],
)
def test_double_and_indeclinable_surnames(class_of: Class, message: str) -> None:
    read = class_of("Петрова-Водкина Анна ж", "Иваненко Ольга ж", "Дюма Саша ж")(message)
    assert [entry.values for entry in read.entries] == [("5",)]
