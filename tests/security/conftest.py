"""The people and buttons of fuzzing, for what is pressed on purpose."""

from tests.fuzz.conftest import crowd
from tests.handlers.test_strangers import street

__all__ = ["crowd", "street"]
