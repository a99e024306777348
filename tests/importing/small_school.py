"""A small valid school that tests spoil in one place: the words of the story, two classes, ten pupils."""

from __future__ import annotations

import csv
import io
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

Cell = Any
HEADERS = {
    "settings": ["key", "value"],
    "terms": ["name", "start", "end", "kind", "grades"],
    "holidays": ["name", "start", "end"],
    "bells": ["number", "start", "end", "weekday", "campus"],
    "staff": ["full_name", "roles", "phone", "id", "sex"],
    "subjects": ["name", "short"],
    "groups": ["name", "grade", "class_teacher"],
    "pupils": ["full_name", "group", "birth_date", "sex", "number", "id", "phone", "consent_date"],
    "guardians": [
        "full_name",
        "pupil",
        "group",
        "relation",
        "phone",
        "consent_date",
        "consent_withdrawn",
        "id",
    ],
    "courses": ["group", "subject", "teacher", "subgroup", "hours_per_week", "valid_from", "valid_to"],
    "subgroups": ["group", "subject", "subgroup", "pupil"],
    "timetable": [
        *["weekday", "number", "group", "subject", "teacher", "subgroup", "room"],
        *["week", "valid_from", "valid_to"],
    ],
    "plan": ["subject", "grade", "number", "topic", "kind"],
}
ROWS: dict[str, list[list[Cell]]] = {
    "settings": [
        ["name", "Школа № 5"],
        ["timezone", "Europe/Moscow"],
        ["preset", "bezhetsk"],
        ["year", "2026/2027"],
        ["year_start", "01.09.2026"],
        ["year_end", "31.05.2027"],
    ],
    "terms": [
        ["1 четверть", "01.09.2026", "25.10.2026", "четверть", "5-9"],
        ["2 четверть", "05.11.2026", "28.12.2026", "четверть", "5-9"],
    ],
    "holidays": [["Осенние", "26.10.2026", "04.11.2026"]],
    "bells": [[1, "08:30", "09:10"], [2, "09:20", "10:00"], [3, "10:15", "10:55"]],
    "staff": [
        ["Петрова Анна Павловна", "учитель", "+7 900 100-00-01", "t1", "ж"],
        ["Сидоров Олег Ильич", "учитель, завуч", "", "", "м"],
        ["Ким Вера", "учитель"],
    ],
    "subjects": [["Алгебра", "алг"], ["Английский язык", "англ"], ["Физкультура", "физ-ра"]],
    "groups": [["7А", 7, "Сидоров О.И."], ["7Б", 7, "Петрова А.П."]],
    "pupils": [
        ["Агаев Ислам Рашидович", "7Б", "11.03.2013", "м", 1, "", "", "01.09.2026"],
        ["Алиева Сабина Рашидовна", "7Б", "12.03.2013", "ж", 2, "", "", "01.09.2026"],
        ["Иванов Пётр Сергеевич", "7Б", "13.03.2013", "м", 3, "p3", "", "01.09.2026"],
        ["Зуев Лев Львович", "7А", "14.03.2013", "м", 1, "", "", "01.09.2026"],
    ],
    "guardians": [
        *[["Иванова Мария Петровна", "Иванов Пётр", "7Б", "мать", "8 900 200-00-01", "01.09.2026"]],
        *[["Агаева Лейла Омаровна", "Агаев И.Р.", "7Б", "мать", "8 900 200-00-02", "01.09.2026"]],
    ],
    "courses": [
        ["7Б", "Алгебра", "Петрова А.П.", "", 3],
        ["7А", "Алгебра", "Петрова А.П.", "", 3],
        ["7Б", "Английский язык", "Ким Вера", "1", 2],
        ["7Б", "Английский язык", "Сидоров О.И.", "2", 2],
        ["7А+7Б", "Физкультура", "Сидоров О.И.", "", 2],
    ],
    "subgroups": [
        ["7Б", "Английский язык", "1", "Агаев И.Р."],
        ["7Б", "Английский язык", "1", "Алиева С.Р."],
        ["7Б", "Английский язык", "2", "p3"],
    ],
    "timetable": [
        ["Пн", 1, "7Б", "Алгебра", "Петрова А.П.", "", "12"],
        ["Пн", 2, "7А", "Алгебра", "Петрова А.П.", "", "12"],
        ["Пн", 2, "7Б", "Английский язык", "Ким Вера", "1", "21"],
        ["Пн", 2, "7Б", "Английский язык", "Сидоров О.И.", "2", "22"],
        ["Пн", 3, "7А+7Б", "Физкультура", "Сидоров О.И.", "", "зал"],
    ],
    "plan": [],
}


@dataclass
class SmallSchool:
    """Rows are numbered as a spreadsheet numbers them: the header is 1."""

    headers: dict[str, list[str]] = field(default_factory=lambda: deepcopy(HEADERS))
    rows: dict[str, list[list[Cell]]] = field(default_factory=lambda: deepcopy(ROWS))

    def set(self, sheet: str, row: int, column: str, value: Cell) -> SmallSchool:
        cells = self.rows[sheet][row - 2]
        index = self.headers[sheet].index(column)
        cells += [""] * (index + 1 - len(cells))
        cells[index] = value
        return self

    def add(self, sheet: str, *cells: Cell) -> SmallSchool:
        self.rows[sheet].append(list(cells))
        return self

    def without(self, *sheets: str) -> SmallSchool:
        for sheet in sheets:
            del self.headers[sheet], self.rows[sheet]
        return self

    def only(self, *sheets: str) -> SmallSchool:
        return self.without(*(self.headers.keys() - set(sheets)))

    def folder(self, path: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
        path.mkdir(exist_ok=True)
        for old in path.glob("*.csv"):
            old.unlink()
        for sheet, header in self.headers.items():
            text = io.StringIO(newline="")
            csv.writer(text, delimiter=delimiter).writerows([header, *self._texts(sheet)])
            (path / f"{sheet}.csv").write_bytes(text.getvalue().encode(encoding))
        return path

    def _texts(self, sheet: str) -> list[list[str]]:
        return [[f"{c:%H:%M}" if isinstance(c, time) else str(c) for c in row] for row in self.rows[sheet]]

    def workbook(self, path: Path) -> Path:
        with xlsxwriter.Workbook(str(path), {"default_date_format": "dd.mm.yyyy"}) as book:
            clock = book.add_format({"num_format": "hh:mm"})
            for sheet, header in self.headers.items():
                page = book.add_worksheet(sheet)
                for r, cells in enumerate([header, *self.rows[sheet]]):
                    for c, cell in enumerate(cells):
                        if isinstance(cell, time):
                            page.write_datetime(r, c, cell, clock)
                        elif isinstance(cell, date | datetime):
                            page.write_datetime(r, c, cell)
                        else:
                            page.write(r, c, cell)
        return path
