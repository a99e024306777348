"""The command line. A command is imported only when it is called, so that help is quick."""

from __future__ import annotations

import os
from gettext import bindtextdomain
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from bot.refusal import Refusal

# click's own words: it asks gettext, in the language of the surroundings.
os.environ["LANGUAGE"] = "ru"
bindtextdomain("messages", str(Path(__file__).with_name("locales")))

# command: (where it is, its line in the list of commands)
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("bot.commands.run:run", "запустить бота"),
    "demo": ("bot.commands.demo:demo_command", "целая школа на своём компьютере, чтобы попробовать"),
    "school": ("bot.commands.school:school", "школа: загрузить, посмотреть, настроить"),
    "invites": ("bot.commands.invites:invites", "приглашения: коды, таблица, уведомления для печати"),
    "jobs": ("bot.commands.jobs:jobs", "задания по расписанию: когда были, выполнить сейчас"),
    "outbox": ("bot.commands.outbox:outbox", "исходящие сообщения: сколько, в каком состоянии"),
    "marks": ("bot.commands.marks:marks", "отметки: прочитать сообщение учителя по списку класса"),
    "backup": ("bot.commands.backup:backup", "резервные копии: сделать, проверить, восстановить"),
    "doctor": ("bot.commands.doctor:doctor", "проверить, что всё работает"),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if COMMANDS:
            with formatter.section("Команды"):
                formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            click.echo(str(refusal), err=True)
            ctx.exit(1)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zvonok", message="Звонок %(version)s")
def main() -> None:
    """«Звонок» — электронный журнал школы в мессенджере.

    Настройки берутся из переменных ZVONOK_* и из файла .env в текущей папке.
    """
