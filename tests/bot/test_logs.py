"""The log: never a token."""

import json
import logging

import pytest
import structlog
from aiogram.types import Update
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.commands.run import ended_by
from bot.logs import LogFormat, set_up_logging
from bot.refusal import Refusal
from db.engine import Database

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"

WRITTEN = "Болеет Иванов"


def test_a_token_becomes_stars_wherever_it_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json")
    structlog.get_logger().warning("ours", url=f"https://api.telegram.org/bot{TOKEN}/getMe")
    logging.getLogger("library").warning("POST /bot%s/sendMessage", TOKEN)
    try:
        raise ValueError(TOKEN)
    except ValueError:
        structlog.get_logger().exception("in a traceback")
    written = capsys.readouterr().err
    assert "AAEhBOweik6ad9r" not in written
    assert len([json.loads(line) for line in written.splitlines()]) == 3


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_the_log_goes_to_standard_error_and_nowhere_else(
    capsys: pytest.CaptureFixture[str], log_format: LogFormat
) -> None:
    """ASVS 16.2.3; what else is done with lines is the system's."""
    set_up_logging(log_format)
    structlog.get_logger().warning("ours")
    logging.getLogger("library").warning("theirs")
    written = capsys.readouterr()
    assert written.out == ""
    assert len(written.err.splitlines()) == 2
    [handler] = logging.getLogger().handlers
    assert type(handler) is logging.StreamHandler


def test_values_of_variables_stay_out_of_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("console")
    surname = "Иванов".upper()
    try:
        raise KeyError(len(surname))
    except KeyError:
        structlog.get_logger().exception("failed")
    assert "ИВАНОВ" not in capsys.readouterr().err


async def test_what_errors_quote_stays_out_of_the_log(
    db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging("console")
    with pytest.raises(DBAPIError) as refused:
        async with db.transaction() as session:
            await session.execute(text("select cast(:said as text)::int"), {"said": WRITTEN})
    with pytest.raises(ValueError, match=WRITTEN) as unreadable:
        Update.model_validate({"update_id": WRITTEN})
    for error in (refused.value, unreadable.value):
        structlog.get_logger().error("update.failed", exc_info=error)
    written = capsys.readouterr().err
    assert WRITTEN not in written
    assert "SQLSTATE 22P02" in written
    assert "pydantic" in written


def test_a_chain_of_errors_is_told_from_its_cause(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("console")
    try:
        try:
            raise ConnectionRefusedError(111, "Connection refused")
        except OSError as cause:
            raise RuntimeError from cause
    except RuntimeError:
        structlog.get_logger().exception("failed")
    written = capsys.readouterr().err
    assert written.index("Connection refused") < written.index("RuntimeError")
    assert "test_logs.py" in written


def test_errors_that_cause_each_other_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("console")
    first, second = RuntimeError(), LookupError()
    first.__cause__, second.__cause__ = second, first
    structlog.get_logger().error("failed", exc_info=first)
    assert capsys.readouterr().err.count("LookupError") == 1


async def test_an_error_of_the_database_does_not_repeat_its_parameters(committed_db: Database) -> None:
    with pytest.raises(DBAPIError) as failed:
        async with committed_db.transaction() as session:
            await session.execute(text("select 1 / (length(:said) * 0)"), {"said": WRITTEN})
    assert WRITTEN not in str(failed.value)


def test_of_errors_that_came_together_each_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("console")
    try:
        try:
            raise OverflowError(WRITTEN)
        except OverflowError as error:
            raise ExceptionGroup(WRITTEN, [error, LookupError(WRITTEN)]) from None
    except ExceptionGroup:
        structlog.get_logger().exception("branch.broken")
    written = capsys.readouterr().err
    assert WRITTEN not in written
    assert "OverflowError" in written
    assert "LookupError" in written
    assert written.count("test_of_errors_that_came_together") == 2


def test_what_ends_the_bot_is_told_by_the_log_alone(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("console")
    told = ended_by(LookupError(WRITTEN))
    written = capsys.readouterr().err
    assert WRITTEN not in f"{told}{written}"
    assert "run.broken" in str(told)
    assert "run.broken" in written
    assert "LookupError" in written
    refusal = Refusal("Telegram не знает такого токена.")
    assert ended_by(refusal) is refusal
