"""The log: never a token."""

import json
import logging

import pytest
import structlog

from bot.logs import set_up_logging

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


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


def test_values_of_variables_stay_out_of_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("console")
    surname = "Иванов".upper()
    try:
        raise KeyError(len(surname))
    except KeyError:
        structlog.get_logger().exception("failed")
    assert "ИВАНОВ" not in capsys.readouterr().err
