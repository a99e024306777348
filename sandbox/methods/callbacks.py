"""Answers to taps on inline buttons."""

from datetime import timedelta
from typing import Any

from sandbox.entities import utf16_length
from sandbox.errors import bad_request
from sandbox.methods.call import Call
from sandbox.state import Answer

MAX_ANSWER = 200
LIFETIME = timedelta(seconds=60)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def answer_callback_query(call: Call) -> Any:
    query_id = call.args.text("callback_query_id")
    tap = call.state.taps.get(query_id)
    if tap is None or tap.chat.bot is not call.bot or call.state.clock() - tap.pressed_at > LIFETIME:
        raise bad_request(TOO_OLD)
    text = call.args.text("text")
    if utf16_length(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    call.state.answer(tap, Answer(text, call.args.flag("show_alert"), call.args.text("url")))
    return True
