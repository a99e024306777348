"""A place in the tokens of a line, and what can be seen from there."""

from __future__ import annotations

from collections.abc import Sequence

from services.marks.tokens import DASH, DOUBT, LINKS, Token
from services.marks.words import Role

MARK_ROLES = (Role.NUMBER, Role.MARK, Role.SAID)


class Cursor:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> Token | None:
        index = self.at + ahead
        return self.tokens[index] if index < len(self.tokens) else None

    def has(self, ahead: int, *roles: Role) -> bool:
        token = self.peek(ahead)
        return token is not None and token.role in roles

    def has_sign(self, ahead: int, *signs: str) -> bool:
        token = self.peek(ahead)
        return token is not None and token.is_sign(*signs)

    def rest_is_decoration(self) -> bool:
        return all(token.role is Role.SIGN and not token.is_sign(DOUBT) for token in self.tokens[self.at :])

    def marks_come(self, ahead: int) -> bool:
        return self.has(ahead, *MARK_ROLES) or self.links_marks(ahead)

    def links_marks(self, ahead: int) -> bool:
        link = self.peek(ahead)
        is_link = link is not None and (link.is_sign(":", "=") or (link.is_sign(DASH) and is_loose(link)))
        return is_link and self.has(ahead + 1, *MARK_ROLES)

    def pair_comes(self, ahead: int) -> bool:
        link = self.peek(ahead + 1)
        return (
            self.has(ahead, Role.NUMBER)
            and link is not None
            and link.is_sign(*LINKS, ")")
            and not is_minus(link)
            and self.has(ahead + 2, Role.NUMBER, Role.MARK, Role.SAID)
        )

    def marks_go_on(self, ahead: int) -> bool:
        """A comma, a slash or «и», and then a mark that is not already somebody else's."""
        if not (self.has_sign(ahead, ",", "/", "+") or self.has(ahead, Role.AND)):
            return False
        if not self.has(ahead + 1, *MARK_ROLES) or self.pair_comes(ahead + 1):
            return False
        if not self.has_sign(ahead, ","):
            return True
        step = ahead + 1
        while self.has(step, *MARK_ROLES):
            step += 1
        return not self.has(step, Role.NAME, Role.OTHERS)


def is_loose(token: Token) -> bool:
    return not token.glued_left and not token.glued_right


def is_minus(token: Token) -> bool:
    """«5-» and not «1-5»."""
    return token.is_sign(DASH) and token.glued_left and not token.glued_right
