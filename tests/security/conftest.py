"""The people and buttons of fuzzing, for what is pressed on purpose; the webhook of the intake's tests."""

from tests.fuzz.conftest import crowd
from tests.handlers.test_strangers import street
from tests.intake.test_webhook import client, handler

__all__ = ["client", "crowd", "handler", "street"]
