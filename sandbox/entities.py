"""Formatted text as Telegram reads it: strict HTML in, plain text with UTF-16 entities out."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import ApiError, bad_request

Entity = dict[str, Any]

TAG_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
KIND_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED_REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_SPECIAL = re.compile("[<&]")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
_END_TAG = re.compile(r"</([^\s>]*)\s*(>?)")
_TAG_NAME = re.compile(r"<([^\s>]*)")
_ATTRIBUTE = re.compile(r"\s*([^\s=>]*)\s*")
_NAME_TOKEN = re.compile(r"[0-9a-zA-Z.\-]*")
_CONTROL = {code: " " for code in range(32) if code not in (9, 10, 13)} | {
    13: None,
    **dict.fromkeys(range(0x202A, 0x202F)),
}


@dataclass(frozen=True, slots=True)
class FormattedText:
    """Plain text, its entities (offsets in UTF-16 units) and the HTML that makes it."""

    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    html: str = ""


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def format_text(source: str, parse_mode: str, entities: list[Entity] | None) -> FormattedText:
    """The text a message will show. Raises ApiError 400 as Telegram does for broken markup."""
    source = source.translate(_CONTROL)
    if parse_mode.lower() == "html":
        try:
            plain, found = parse_html(source)
        except ValueError as error:
            raise cannot_parse(str(error)) from None
        text, found = _strip(plain, found)
        return FormattedText(text, found, source.strip())
    if parse_mode:
        raise bad_request("unsupported parse_mode")
    text, found = _strip(source, _checked(entities or [], utf16_length(source)))
    return FormattedText(text, found, to_html(text, found))


def cannot_parse(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Follows TDLib's parse_html. Raises ValueError with Telegram's words, offsets in bytes."""
    if "<" not in source and "&" not in source:
        return source, []
    parts: list[str] = []
    entities: list[Entity] = []
    open_tags: list[tuple[str, str, int, int]] = []
    length = position = 0
    while match := _SPECIAL.search(source, position):
        start = match.start()
        parts.append(source[position:start])
        length += utf16_length(parts[-1])
        if source[start] == "&":
            character, position = _reference(source, start)
            parts.append(character)
            length += utf16_length(character)
        elif source.startswith("</", start):
            position = _end_tag(source, start, open_tags, entities, length, parts)
        else:
            tag, argument, position = _start_tag(source, start)
            open_tags.append((tag, argument, length, len(parts)))
    parts.append(source[position:])
    if open_tags:
        raise ValueError(f"Can't find end tag corresponding to start tag {open_tags[-1][0]}")
    entities.reverse()  # the outer of two equal spans was closed last and comes first
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(parts), entities


def _at(source: str, position: int) -> str:
    return f"at byte offset {len(source[:position].encode())}"


def _reference(source: str, start: int) -> tuple[str, int]:
    match = _REFERENCE.match(source, start)
    if match is None:
        return "&", start + 1
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        character = NAMED_REFERENCES.get(name)
    else:
        digits, base = (hexadecimal, 16) if hexadecimal else (decimal, 10)
        code = int(digits, base) if len(digits) < 8 else 0
        character = chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else None
    return ("&", start + 1) if character is None else (character, match.end())


def _start_tag(source: str, start: int) -> tuple[str, str, int]:
    match = _TAG_NAME.match(source, start)
    assert match is not None
    tag, position = match[1].lower(), match.end()
    if position == len(source):
        raise ValueError(f"Unclosed start tag {_at(source, start)}")
    if tag not in TAG_KINDS:
        raise ValueError(f'Unsupported start tag "{tag}" {_at(source, start)}')
    argument = ""
    while not source.startswith(">", position):
        name, value, position = _attribute(source, position, tag, start)
        if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id")):
            argument = value
        elif (tag, name) == ("code", "class") and value.startswith("language-"):
            argument = value.removeprefix("language-")
        elif (tag, name) == ("span", "class"):
            argument = value
        elif (tag, name) == ("blockquote", "expandable"):
            argument = name
    if tag == "span" and argument != "tg-spoiler":
        raise ValueError(f'Tag "span" must have class "tg-spoiler" {_at(source, start)}')
    return tag, argument, position + 1


def _attribute(source: str, position: int, tag: str, start: int) -> tuple[str, str, int]:
    match = _ATTRIBUTE.match(source, position)
    assert match is not None
    name, position = match[1], match.end()
    if position == len(source):
        raise ValueError(f"Unclosed start tag {_at(source, start)}")
    if not name and source[position] == ">":
        return "", "", position
    if not name:
        raise ValueError(f'Empty attribute name in the tag "{tag}" {_at(source, start)}')
    if source[position] != "=":
        if (tag, name) == ("blockquote", "expandable"):
            return name, "", position
        raise ValueError(
            f'Expected equal sign in declaration of an attribute of the tag "{tag}" {_at(source, start)}'
        )
    position += 1
    while position < len(source) and source[position].isspace():
        position += 1
    if position < len(source) and source[position] in "'\"":
        end = source.find(source[position], position + 1)
        if end < 0:
            raise ValueError(f"Unclosed start tag {_at(source, start)}")
        value = _REFERENCE.sub(lambda found: _reference(found[0], 0)[0], source[position + 1 : end])
        position = end + 1
    else:
        token = _NAME_TOKEN.match(source, position)
        assert token is not None
        value, begin, position = token[0].lower(), position, token.end()
        if position < len(source) and not source[position].isspace() and source[position] != ">":
            raise ValueError(f"Unexpected end of name token {_at(source, begin)}")
    if position == len(source):
        raise ValueError(f"Unclosed start tag {_at(source, start)}")
    return name, value, position


def _end_tag(
    source: str,
    start: int,
    open_tags: list[tuple[str, str, int, int]],
    entities: list[Entity],
    length: int,
    parts: list[str],
) -> int:
    if not open_tags:
        raise ValueError(f"Unexpected end tag {_at(source, start)}")
    match = _END_TAG.match(source, start)
    assert match is not None
    if not match[2]:
        raise ValueError(f"Unclosed end tag {_at(source, start)}")
    tag, argument, offset, first_part = open_tags.pop()
    found = match[1].lower()
    if found and found != tag:
        raise ValueError(f'Unmatched end tag {_at(source, start)}, expected "</{tag}>", found "</{found}>"')
    if length > offset:
        _close(entities, tag, argument, offset, length - offset, "".join(parts[first_part:]))
    return match.end()


def _close(entities: list[Entity], tag: str, argument: str, offset: int, length: int, content: str) -> None:
    entity: Entity = {"type": TAG_KINDS[tag], "offset": offset, "length": length}
    if tag == "a":
        target = argument or content
        if user := re.fullmatch(r"tg://user\?id=(\d+)", target):
            entity |= {
                "type": "text_mention",
                "user": {"id": int(user[1]), "is_bot": False, "first_name": ""},
            }
        elif url := _checked_url(target):
            entity["url"] = url
        else:
            return
    elif tag == "tg-emoji":
        if not argument.isdecimal() or int(argument) == 0:
            raise ValueError("Invalid custom emoji identifier specified")
        entity["custom_emoji_id"] = argument
    elif tag == "code" and argument:
        entity["language"] = argument
    elif tag == "blockquote" and argument:
        entity["type"] = "expandable_blockquote"
    elif tag == "pre" and entities:
        last = entities[-1]
        if (last["type"], last["offset"], last["length"]) == ("code", offset, length):
            last["type"] = "pre"
            return
    entities.append(entity)


def _checked_url(target: str) -> str | None:
    if target.startswith(("tg://", "mailto:", "tel:")):
        return target
    bare = re.sub(r"^https?://", "", target, flags=re.IGNORECASE)
    if not re.match(r"[^\s/?#.]+\.[^\s/?#]+|localhost|127\.0\.0\.1", bare):
        return None
    return target if bare != target else f"http://{target}"


def _checked(entities: list[Entity], length: int) -> list[Entity]:
    if not isinstance(entities, list) or not all(isinstance(entity, dict) for entity in entities):
        raise bad_request("can't parse MessageEntity: expected an Object")
    for entity in entities:
        offset, size = entity.get("offset"), entity.get("length")
        if (
            not isinstance(offset, int)
            or not isinstance(size, int)
            or not isinstance(entity.get("type"), str)
        ):
            raise bad_request("can't parse MessageEntity: fields type, offset and length are required")
        if offset < 0 or size <= 0 or offset + size > length:
            raise bad_request("ENTITY_BOUNDS_INVALID")
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _strip(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    stripped = text.strip()
    if stripped == text:
        return text, entities
    shift = utf16_length(text) - utf16_length(text.lstrip())
    end = utf16_length(stripped)
    kept = []
    for entity in entities:
        first = max(0, entity["offset"] - shift)
        last = min(end, entity["offset"] + entity["length"] - shift)
        if last > first:
            kept.append({**entity, "offset": first, "length": last - first})
    return stripped, kept


def to_html(text: str, entities: list[Entity]) -> str:
    """HTML that `parse_html` reads back into the same text and nested entities."""
    if not entities:
        return html.escape(text, quote=False)
    marks: dict[int, tuple[list[str], list[str]]] = {}
    for entity in entities:
        tag, attributes = _html_tag(entity)
        if tag:
            marks.setdefault(entity["offset"], ([], []))[1].append(f"<{tag}{attributes}>")
            marks.setdefault(entity["offset"] + entity["length"], ([], []))[0].insert(0, f"</{tag}>")
    raw = text.encode("utf-16-le", "surrogatepass")
    result: list[str] = []
    position = 0
    for offset in sorted(marks):
        chunk = raw[position * 2 : offset * 2].decode("utf-16-le", "surrogatepass")
        closing, opening = marks[offset]
        result += [html.escape(chunk, quote=False), *closing, *opening]
        position = offset
    result.append(html.escape(raw[position * 2 :].decode("utf-16-le", "surrogatepass"), quote=False))
    return "".join(result)


def _html_tag(entity: Entity) -> tuple[str, str]:
    kind = entity["type"]
    if kind == "text_link":
        return "a", f' href="{html.escape(entity.get("url", ""))}"'
    if kind == "text_mention":
        return "a", f' href="tg://user?id={entity["user"]["id"]}"'
    if kind == "expandable_blockquote":
        return "blockquote", " expandable"
    return KIND_TAGS.get(kind, ""), ""
