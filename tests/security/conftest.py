"""The people and buttons of fuzzing, for what is pressed on purpose; the webhook of the intake's tests, and
what is logged."""

from tests.fuzz.conftest import crowd
from tests.handlers.test_strangers import street
from tests.intake.test_webhook import body_seconds, client, handler
from tests.watching.conftest import log

__all__ = ["body_seconds", "client", "crowd", "handler", "log", "street"]
