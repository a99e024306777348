"""zvonok marks: what a teacher's message would become, without a journal."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import click

from bot.refusal import Refusal
from services.importing.csv_files import read_csv
from services.importing.sheets import Unreadable
from services.importing.text import clean, fold
from services.marks.message import ListedPupil, ReadMarks, Sex
from services.marks.reading import read_marks

_COLUMNS = {"number": "number", "номер": "number", "№": "number"} | {
    "full_name": "full_name",
    "фио": "full_name",
    "sex": "sex",
    "пол": "sex",
}
_SEXES = {"м": Sex.MALE, "m": Sex.MALE, "ж": Sex.FEMALE, "f": Sex.FEMALE}
_BETWEEN_MESSAGES = re.compile(r"^%%[ \t]*$", re.MULTILINE)


@click.group()
def marks() -> None:
    """Отметки."""


@marks.command(help="Прочитать отметки классу из одного сообщения на стандартном вводе. Ничего не сохраняет.")
@click.option(
    "--pupils",
    "path",
    required=True,
    metavar="ФАЙЛ",
    type=click.Path(path_type=Path),
    help="Список класса, CSV: number,full_name,sex.",
)
@click.option("--json", "as_json", is_flag=True, help="Для программ.")
@click.option(
    "--batch", is_flag=True, help="Несколько сообщений, между ними строка %%; ответ — строка JSON на каждое."
)
def parse(path: Path, as_json: bool, batch: bool) -> None:
    pupils = _class_list(path)
    text = _decode(sys.stdin.buffer.read())
    if batch:
        for message in _messages(text):
            click.echo(_as_json(read_marks(message, pupils)))
    elif as_json:
        click.echo(_as_json(read_marks(text, pupils)))
    else:
        click.echo(_as_text(read_marks(text, pupils)))


def _messages(text: str) -> list[str]:
    messages = _BETWEEN_MESSAGES.split(text.replace("\r\n", "\n"))
    ends_with_separator = len(messages) > 1 and not messages[-1].strip()
    return messages[:-1] if ends_with_separator else messages


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def _class_list(path: Path) -> list[ListedPupil]:
    try:
        rows = list(read_csv(path, path.read_bytes()).rows.items())
    except OSError as error:
        raise Refusal(f"Файл «{path}» не открывается: {error.strerror}.") from None
    except Unreadable:
        raise Refusal(f"«{path}» — не таблица CSV или пустой файл.") from None
    (_, header), *body = rows
    columns = {_COLUMNS.get(fold(clean(cell)[0])): index for index, cell in enumerate(header)}
    missing = {"number", "full_name"} - columns.keys()
    if missing:
        raise Refusal(f"В списке класса «{path}» нет столбца {', '.join(sorted(missing))}.")

    def cell(row: list[str], column: str) -> str:
        index = columns.get(column)
        return row[index] if index is not None and index < len(row) else ""

    problems, pupils = [], []
    for line, row in body:
        number, name, sex = cell(row, "number").strip(), cell(row, "full_name"), fold(cell(row, "sex"))
        if number and not re.fullmatch("[0-9]{1,4}", number):
            problems.append(f"строка {line}: «{number}» — не номер в списке")
        elif not clean(name)[0]:
            problems.append(f"строка {line}: нет имени")
        elif sex and sex not in _SEXES:
            problems.append(f"строка {line}: «{sex}» — не пол; можно: м, ж")
        else:
            pupils.append(ListedPupil(int(number) if number else None, name, _SEXES.get(sex)))
    if problems:
        raise Refusal("\n".join([f"Список класса «{path}» не годится:", *problems]))
    return pupils


def _as_json(read: ReadMarks) -> str:
    answer: dict[str, Any] = {
        "entries": [{"pupil": one.pupil.full_name, "values": one.values} for one in read.entries],
        "ambiguous": [
            {
                "text": question.text,
                "values": question.values,
                "candidates": [pupil.full_name for pupil in question.candidates],
            }
            for question in read.ambiguous
        ],
        "unmatched": read.unmatched,
        "work": read.work,
    }
    return json.dumps(answer, ensure_ascii=False)


def _as_text(read: ReadMarks) -> str:
    lines = [f"Работа: {read.work}"] if read.work else []
    lines += [f"{' '.join(entry.values):>8}  {entry.pupil.full_name}" for entry in read.entries]
    for question in read.ambiguous:
        lines.append(
            f"Уточните: «{question.text}» — это {' или '.join(p.full_name for p in question.candidates)}?"
        )
    lines += [f"Не понято: «{text}»" for text in read.unmatched]
    return "\n".join(lines) or "Отметок не найдено."
