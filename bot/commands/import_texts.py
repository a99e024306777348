"""What an import says about a file, in sentences for whoever keeps the school's lists.

Not in handlers.texts: that room brings aiogram with it, which takes longer to load than a school to import.
"""

from __future__ import annotations

from datetime import date

from services.importing.problems import Problem, Severity
from services.importing.values import NotAValue

_SENTENCES = {
    # the file as a whole
    "file_missing": "такого файла или папки нет",
    "file_unreadable": "файл не открывается: {reason}",
    "file_empty": "здесь нет ни одной заполненной строки",
    "file_too_big": "файл больше {megabytes} МБ",
    "file_unpacks_too_big": "в распакованном виде файл больше {megabytes} МБ",
    "file_kind_unknown": "файлы «{suffix}» не читаются: нужна книга .xlsx или папка с файлами .csv",
    "file_not_workbook": "это не книга Excel (.xlsx), что бы ни говорило имя файла",
    "file_is_old_excel": "это старая или защищённая книга Excel: сохраните её заново "
    "как «Книга Excel (.xlsx)» без пароля",
    "file_has_password": "книга защищена паролем: снимите его и сохраните книгу заново",
    "file_not_csv": "это не текст CSV, что бы ни говорило имя файла",
    "sheet_spans_too_far": "на одном из листов заполнена ячейка далеко за таблицей (строка {rows}, "
    "столбец № {columns}): удалите лишние строки и столбцы",
    "too_many_rows": "заполненных строк больше {limit}",
    "no_known_sheets": "нет ни одного знакомого листа; есть: {found}",
    "sheet_twice": "этот лист уже есть под именем «{other}»: оставьте один",
    "sheet_missing": "это не с чем сверить: в файле нет листа «{missing}», и в базе таких сведений ещё нет",
    "file_passed_over": "файл пропущен: это не один из известных листов в .csv",
    "sheet_passed_over": "лист пропущен: его имя не из списка известных",
    "sheet_hidden": "лист скрыт, но прочитан",
    "sheet_empty": "лист пуст и пропущен",
    # rows and columns
    "column_missing": "нет обязательного столбца «{names}»",
    "column_passed_over": "столбец {letters} пропущен: такого названия в этом листе нет",
    "column_twice": "столбец {letters} пропущен: такой уже есть левее",
    "column_unnamed": "столбец {letters} пропущен: у него нет названия",
    "title_row": "строка над названиями столбцов пропущена: «{text}»",
    "rows_empty": "пустые строки пропущены (подряд: {count})",
    "row_passed_over": "строка пропущена, в известных столбцах пусто: «{text}»",
    "total_row": "итоговая строка пропущена: «{text}»",
    "header_again": "повтор названий столбцов пропущен",
    "row_again": "такая строка уже есть: {first_row}; повтор пропущен",
    "control_characters": "из текста убраны невидимые управляющие знаки",
    "latin_letters": "похожие латинские буквы прочитаны как русские",
    # cells
    "value_missing": "нужно значение, а здесь пусто",
    "text_too_long": "слишком длинно: {length} знаков, можно не больше {limit}",
    "not_a_date": "«{value}» — не дата; пишите так: 01.09.2026",
    "not_a_time": "«{value}» — не время; пишите так: 08:30",
    "not_a_number": "«{value}» — не число",
    "number_out_of_range": "«{value}» — можно от {low} до {high}",
    "not_grades": "«{value}» — не параллели; пишите так: 5-7,9",
    "not_in_list": "«{part}» — нет такого значения; можно: {allowed}",
    "not_a_phone": "«{value}» — не телефон; оставлен пустым",
    "not_an_email": "«{value}» — не адрес почты; оставлен пустым",
    "not_a_year": "«{value}» — не учебный год; пишите так: 2026/2027",
    "name_incomplete": "«{value}» — нужны и фамилия, и имя",
    "name_of_many_words": "имя из нескольких слов прочитано так: фамилия «{last}», имя «{first}», отчество "
    "«{middle}»",
    "date_in_future": "«{value}» — этот день ещё не наступил",
    "end_before_start": "конец «{value}» раньше начала «{start}»",
    "outside_year": "«{value}» — вне учебного года ({starts_on} – {ends_on})",
    "repeated": "это уже сказано в строке {first_row}, и по-другому",
    # settings
    "unknown_setting": "настройки «{value}» нет",
    "unknown_timezone": "«{value}» — нет такого часового пояса; пишите так: Europe/Moscow",
    "setting_out_of_range": "«{value}» — вне допустимого",
    "setting_assumed": "«{key}» не указано; принято: {setting}",
    "year_disagrees": "начало года не подходит к «{year}»",
    "terms_overlap": "период пересекается с «{other}» (строка {row})",
    "bells_overlap": "урок {number} пересекается с уроком {other} (строка {row})",
    # people
    "id_of_another": "этот код уже у другого человека: {name} (лист «{sheet}», строка {row})",
    "phone_differs": "у этого человека уже есть другой телефон (лист «{sheet}», строка {row}); оставлен тот",
    "person_again": "этот человек уже есть в строке {first_row}",
    "same_name": "полный тёзка в строке {first_row}: чтобы различать их, укажите код или дату рождения обоим",
    "same_name_staff": "полный тёзка в строке {first_row}: чтобы различать их, укажите код или телефон обоим",
    "not_one_person": "тёзка на листе «{sheet}», строка {first_row}; это разные люди, если нет общего кода "
    "или телефона",
    "pupil_in_two_groups": "этот ученик уже в классе {group} (строка {first_row})",
    "guardian_is_pupil": "родитель и ребёнок — один человек: у них общий код или имя и телефон",
    "consent_missing": "нет согласия: доступа не будет, пока его не дадут",
    "consents_missing": "столбца «Дата согласия» нет: доступа не будет, пока согласия не дадут",
    "consent_withdrawn": "согласие отозвано: доступа не будет",
    "people_missing": "в файле больше нет людей из базы ({count}); они остались в базе: {names}",
    # references
    "unknown_group": "в списке классов нет «{part}»",
    "one_class_expected": "здесь нужен один класс, а не «{value}»",
    "grade_disagrees": "класс «{name}», а параллель «{value}»",
    "unknown_staff": "в списке сотрудников нет «{value}»",
    "unknown_pupil": "в классе {group} нет ученика «{value}»",
    "unknown_subject": "нет предмета «{value}»",
    "unknown_subgroup": "в нагрузке этого класса по этому предмету нет подгруппы «{value}»",
    "reference_fits_several": "«{value}» подходит нескольким: {candidates}. Укажите полнее или код",
    "subject_abbreviated": "сокращение «{value}» прочитано как «{name}»",
    # lessons
    "lesson_without_bell": "в звонках этого дня нет урока «{value}»",
    "teacher_inferred": "учитель не указан; по нагрузке это {name}",
    "teacher_missing": "учитель не указан, и в нагрузке этого класса по предмету его нет",
    "teacher_not_sure": "учитель не указан, а в нагрузке их несколько: {candidates}",
    "teacher_without_load": "у этого учителя нет такой нагрузки; урок оставлен",
    "teacher_clash": "{who}: в это время уже урок в строке {row} ({group})",
    "class_clash": "у {groups} в это время уже урок в строке {row}",
    "pupil_clash": "ученики в двух местах сразу (всего {count}): {who}; другой урок в строке {row}",
    "room_shared": "кабинет {room} в это время занят и по строке {row}",
    "pupils_outside_subgroups": "{group}, {subject}: не входят ни в одну подгруппу и этих уроков "
    "не увидят ({count}): {names}",
    "plan_does_not_fit": "{subject}, {grade}-е классы: в плане уроков {lessons}, а по часам "
    "({hours} в неделю) около {expected}",
}

_SECTIONS = {
    "settings": "Настройки",
    "terms": "Периоды",
    "holidays": "Каникулы",
    "bells": "Звонки",
    "people": "Карточки людей",
    "staff": "Должности",
    "groups": "Классы",
    "class_teachers": "Классные руководители",
    "pupils": "Места в классах",
    "guardians": "Родители",
    "consents": "Согласия",
    "subjects": "Предметы",
    "courses": "Нагрузка",
    "subgroups": "Подгруппы",
    "timetable": "Расписание",
    "plan": "КТП",
}


def sentence(problem: Problem) -> str:
    """What is wrong, without where: «в списке сотрудников нет «Петрова А.Н.». Может быть, «Петрова А.П.»?»"""
    params: dict[str, object] = {name: _readable(value) for name, value in problem.params}
    if "limit" in params and problem.code.endswith("too_big"):
        params["megabytes"] = int(str(params["limit"])) // (1024 * 1024)
    text = _SENTENCES[problem.code].format(**({"value": problem.value or ""} | params))
    return f"{text}. Может быть, «{problem.suggestion}»?" if problem.suggestion else text


def wrong_value(wrong: NotAValue, value: str) -> str:
    """The same for a value that stands alone."""
    params = tuple(sorted(wrong.params.items()))
    problem = Problem(Severity.ERROR, wrong.code, value=value, suggestion=wrong.suggestion, params=params)
    return sentence(problem)


def place(problem: Problem) -> str:
    """«Лист «Нагрузка», строка 12, столбец «Учитель»», as far as it is known."""
    parts = [
        f"Лист «{problem.sheet}»" if problem.sheet else "",
        f"строка {problem.row}" if problem.row else "",
        f"столбец «{problem.column}»" if problem.column else "",
    ]
    return ", ".join(part for part in parts if part)


def line(problem: Problem) -> str:
    where, what = place(problem), sentence(problem)
    return f"{where}: {what}" if where else what


def section(key: str) -> str:
    """The name of what was written."""
    return _SECTIONS[key]


def _readable(value: object) -> object:
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else value
