"""What the host tells the chat page: who is there, and the story to play."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Person:
    """A person on the page.

    While the chat is empty, `hint` says how this person gets in and «Начать» sends /start with `start_code`.
    """

    user_id: int
    name: str
    role: str
    emoji: str = ""
    group: str = ""
    hint: str = ""
    start_code: str = ""


@dataclass(frozen=True, slots=True)
class TourStep:
    """A step of the guided tour, played on the phone of `user_id`.

    `press` is the text of the button to highlight, `say` a message that the page sends for the person, under
    `photo` when there is one. Both are about the newest message of the bot that holds `quote`, when one is
    given. With `moment`, the page offers to turn the host's clock to it.
    The step is done when a message that contains `expect` appears or changes in the chat of
    `expect_user_id` (default: the same phone); with no `expect`, by «Далее» alone.
    """

    title: str
    text: str
    user_id: int
    press: str = ""
    say: str = ""
    quote: str = ""
    photo: Path | None = None
    moment: datetime | None = None
    expect: str = ""
    expect_user_id: int | None = None
