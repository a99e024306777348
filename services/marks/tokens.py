"""A message cut into words, numbers and signs, each with what it may do there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from services.importing.text import clean
from services.marks.names import key
from services.marks.words import LONGEST_PHRASE, Meaning, Role, meanings

DEBT = "•"
LINE = "\n"
DASH = "-"
STOP = "."
# Signs that join a name or a number to its marks.
LINKS = frozenset({DASH, ":", "="})
DOUBT = "?"

_LETTER = r"[^\W\d_]"
_DASHES = "-\u2010-\u2015\u2212"
_TOKEN = re.compile(
    rf"(?P<word>(?<!\w){_LETTER}[/\\]{_LETTER}(?!\w)|{_LETTER}+(?:['’`{_DASHES}]{_LETTER}+)*)(?P<stop>\.?)"
    rf"|(?P<number>[0-9]+)|(?P<sign>\.+|[{_DASHES}•·●∙→\n,;:=+/()№?!%<>^&@$~❌✖❎🚫…])"
)
_SIGNS = {"·": DEBT, "●": DEBT, "∙": DEBT, "→": ":", ">": ":", "…": STOP} | dict.fromkeys(
    "%<^&@$~❌✖❎🚫", DOUBT
)
_OVERLAYS = re.compile("[\ufe0e\ufe0f\u20e3\u0300\u0301]")


@dataclass(frozen=True, slots=True)
class Token:
    role: Role
    text: str
    """A word's key, a number's digits, a sign."""
    start: int
    end: int
    value: str = ""
    """The mark or the kind of work it stands for."""
    has_stop: bool = False
    is_capital: bool = False
    glued_left: bool = False
    glued_right: bool = False

    def is_sign(self, *signs: str) -> bool:
        return self.role is Role.SIGN and self.text in signs


def plain(message: str) -> str:
    """The message with keycap emoji and foreign digits as plain digits, without stress marks."""
    return "".join(str(int(c)) if c.isdecimal() else c for c in _OVERLAYS.sub("", clean(message)[0]))


def tokens_of(message: str, names: Collection[str]) -> list[Token]:
    """The tokens of a plain message. A word that is a name in the class is nothing else."""
    found = [token for match in _TOKEN.finditer(message) for token in _split(match, message, names)]
    return list(_with_meanings(found, names))


def _split(match: re.Match[str], message: str, names: Collection[str]) -> Iterator[Token]:
    start, end = match.span()
    glued_left = start > 0 and not message[start - 1].isspace()
    glued_right = end < len(message) and not message[end].isspace()
    whole = Token(Role.SIGN, match.group(), start, end, glued_left=glued_left, glued_right=glued_right)
    if match["number"]:
        yield replace(whole, role=Role.NUMBER)
    elif match["sign"]:
        sign = match["sign"][0]
        yield replace(whole, text=DASH if re.match(f"[{_DASHES}]", sign) else _SIGNS.get(sign, sign))
    else:
        word, has_stop = match["word"], bool(match["stop"])
        head, dash, tail = _last_dash(word)
        if dash and key(word) not in names and _is_mark(tail):  # «Иванов-н»
            middle = start + len(head)
            yield replace(_word(whole, head, has_stop=False), end=middle)
            yield Token(Role.SIGN, DASH, middle, middle + 1, glued_left=True, glued_right=True)
            yield replace(_word(whole, tail, has_stop=has_stop), start=middle + 1, glued_left=True)
        else:
            yield _word(whole, word, has_stop=has_stop)


def _word(whole: Token, word: str, *, has_stop: bool) -> Token:
    text = re.sub(f"[{_DASHES}]", "", key(word).replace("\\", "/"))
    return replace(whole, role=Role.NAME, text=text, has_stop=has_stop, is_capital=word[0].isupper())


def _last_dash(word: str) -> tuple[str, str, str]:
    parts = re.split(f"([{_DASHES}])(?=[^{_DASHES}]*$)", word)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (word, "", "")


def _is_mark(word: str) -> bool:
    meaning = meanings().get(key(word))
    return meaning is not None and meaning.role in (Role.MARK, Role.SAID)


def _with_meanings(found: list[Token], names: Collection[str]) -> Iterator[Token]:
    index = 0
    while index < len(found):
        token = found[index]
        if token.role is Role.NAME and (len(token.text) == 1 or token.text not in names):
            length, meaning = _longest(found, index)
            if meaning is not None and not _is_initial(token, meaning):
                last = found[index + length - 1]
                yield replace(
                    token, role=meaning.role, value=meaning.value, end=last.end, has_stop=last.has_stop
                )
                index += length
                continue
        elif token.is_sign(DEBT):
            token = replace(token, role=Role.MARK, value=DEBT)
        yield token
        index += 1


def _is_initial(token: Token, meaning: Meaning) -> bool:
    return len(token.text) == 1 and token.has_stop and meaning.role in (Role.FILLER, Role.AND, Role.FROM)


def _longest(found: list[Token], index: int) -> tuple[int, Meaning | None]:
    for length in range(LONGEST_PHRASE, 0, -1):
        words = found[index : index + length]
        if len(words) == length and all(word.role is Role.NAME for word in words):
            meaning = meanings().get(" ".join(word.text for word in words))
            if meaning is not None:
                return length, meaning
    return 1, None
