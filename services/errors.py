"""Domain errors. They carry a key and parameters; handlers.texts.errors turns them into a sentence."""

from __future__ import annotations


class DomainError(Exception):
    """Something that a person did cannot be done; nothing was saved."""

    def __init__(self, **params: object) -> None:
        super().__init__(*params.values())
        self.params = params


class NotFound(DomainError):
    """There is no such thing, or the actor may not see it: for them it is the same."""


class Forbidden(DomainError):
    """The actor sees the thing but may not do this with it."""


class Locked(DomainError):
    """The record may no longer be changed. `date`: the day it is about (J5)."""


class FinalMarksLocked(Locked):
    """Final marks may no longer be given or changed. `date`: the last day on which they could (J8)."""


class InvalidInput(DomainError):
    """What was typed or sent cannot be used. `problem`: a key that says why."""


class LimitReached(InvalidInput):
    """Nobody may do this so often: later it may be done again."""
