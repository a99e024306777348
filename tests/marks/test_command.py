"""`zvonok marks parse`: the class list, the message and the answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main

CLASS = "number,full_name,sex\n1,Иванов Пётр,м\n2,Иванова Анна,ж\n3,Ким Ян,м\n"


@pytest.fixture
def pupils(tmp_path: Path) -> Path:
    path = tmp_path / "7Б.csv"
    path.write_text(CLASS, "utf-8")
    return path


def parse(path: Path, message: str | bytes, *options: str) -> Result:
    return CliRunner().invoke(main, ["marks", "parse", "--pupils", str(path), *options], input=message)


def test_the_answer_for_programs_has_the_four_agreed_parts(pupils: Path) -> None:
    result = parse(pupils, "к/р: Иванов 5 н, Иванову 4, Пупкин 5\n", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (
        0,
        {
            "entries": [{"pupil": "Иванов Пётр", "values": ["5", "н"]}],
            "ambiguous": [
                {"text": "Иванову 4", "values": ["4"], "candidates": ["Иванов Пётр", "Иванова Анна"]}
            ],
            "unmatched": ["Пупкин 5"],
            "work": "к/р",
        },
    )


def test_the_answer_for_people_is_in_sentences(pupils: Path) -> None:
    result = parse(pupils, "Ким 5, Иванову 4, Пупкин 5")
    assert result.stdout.splitlines() == [
        "       5  Ким Ян",
        "Уточните: «Иванову 4» — это Иванов Пётр или Иванова Анна?",
        "Не понято: «Пупкин 5»",
    ]
    assert parse(pupils, "").stdout == "Отметок не найдено.\n"


@pytest.mark.parametrize("end", ["", "\n", "\n%%\n"])
def test_a_batch_answers_each_message_with_a_line(pupils: Path, end: str) -> None:
    result = parse(pupils, f"Ким\n5\n%%\n\n%%\r\nостальные 4{end}", "--batch")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [len(answer["entries"]) for answer in answers] == [1, 0, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_lists_and_messages_come_in_both_encodings(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "class.csv"
    path.write_bytes(CLASS.replace(",", delimiter).encode(encoding))
    result = parse(path, "Ким 5".encode(encoding), "--json")
    assert json.loads(result.stdout)["entries"] == [{"pupil": "Ким Ян", "values": ["5"]}]


def test_names_come_back_letter_for_letter(tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    path.write_text("sex,full_name,number\n,ЧӰМӰШЕВ  Ырыс,\n", "utf-8")
    result = parse(path, "чумушеву 5", "--json")
    assert json.loads(result.stdout)["entries"] == [{"pupil": "ЧӰМӰШЕВ  Ырыс", "values": ["5"]}]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "не таблица CSV или пустой файл"),
        ("full_name,sex\nКим Ян,м\n", "нет столбца number"),
        ("number,full_name,sex\nx,Ким Ян,м\n2,,м\n3,Цой Лев,он\n", "строка 2: «x» — не номер в списке"),
    ],
)
def test_a_wrong_list_is_refused_with_a_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "class.csv"
    path.write_text(content, "utf-8")
    result = parse(path, "Ким 5")
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert result.stdout == ""


def test_a_missing_list_is_refused(tmp_path: Path) -> None:
    result = parse(tmp_path / "none.csv", "Ким 5")
    assert result.exit_code == 1
    assert "не открывается" in result.stderr


def test_it_needs_neither_the_database_nor_telegram() -> None:
    code = (
        "import bot.commands.marks, sys; print(*({'sqlalchemy', 'aiogram', 'pydantic'} & sys.modules.keys()))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == ""
