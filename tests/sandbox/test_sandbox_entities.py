import pytest

from sandbox.entities import format_text, parse_html, to_html
from sandbox.errors import ApiError


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("Нет <p>тут</p>", 'Unsupported start tag "p" at byte offset 7'),
        ("5 < 6", 'Unsupported start tag "" at byte offset 2'),
        ("<", "Unclosed start tag at byte offset 0"),
        ("Иванов <3", "Unclosed start tag at byte offset 13"),
        ("<b>Иванов", "Can't find end tag corresponding to start tag b"),
        ("Иванов</b>", "Unexpected end tag at byte offset 12"),
        ("<b><i>Иванов</b></i>", 'Unmatched end tag at byte offset 18, expected "</i>", found "</b>"'),
        ("<b>Иванов</b", "Unclosed end tag at byte offset 15"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ('<a ="x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=http://x.ru>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">x</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_broken_html_is_refused_with_telegrams_words(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refusal:
        format_text(source, "HTML", None)
    assert refusal.value.code == 400
    assert refusal.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("без разметки", "без разметки", []),
        ("&lt;&gt;&amp;&quot;&#33;&#x41;&nbsp;&", '<>&"!A&nbsp;&', []),
        ("😀<B >я</B >", "😀я", [("bold", 2, 1)]),
        ("<b>а<i>б</i></b>", "аб", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<b>а</>", "а", [("bold", 0, 1)]),
        ("<s>а</s><del>б</del><strike>в</strike>", "абв", [("strikethrough", n, 1) for n in range(3)]),
        ('<span class="tg-spoiler">а</span>', "а", [("spoiler", 0, 1)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [("pre", 0, 1)]),
        ("<blockquote expandable>а</blockquote>", "а", [("expandable_blockquote", 0, 1)]),
        ('<a href="https://school.ru/?a=1&amp;b=2">сайт</a>', "сайт", [("text_link", 0, 4)]),
        ('<a href="tg://user?id=7">Анна</a>', "Анна", [("text_mention", 0, 4)]),
        ('<a href="not a url">сайт</a>', "сайт", []),
        ("<b></b>x", "x", []),
    ],
)
def test_html_is_read_as_telegram_reads_it(
    source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    plain, found = parse_html(source)
    assert plain == text
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in found] == entities


def test_a_link_keeps_its_decoded_address() -> None:
    _, (link,) = parse_html('<a href="https://school.ru/?a=1&amp;b=2">сайт</a>')
    assert link["url"] == "https://school.ru/?a=1&b=2"


@pytest.mark.parametrize(
    "source",
    [
        "<b>а<i>б</i></b> &lt;",
        "<pre>x</pre>\n<code>y</code>",
        '<a href="https://a.ru/?x=1&amp;y=2">😀</a>',
        "<b><i>а</i></b>",
    ],
)
def test_entities_written_back_as_html_read_the_same(source: str) -> None:
    assert parse_html(to_html(*parse_html(source))) == parse_html(source)


def test_control_and_direction_characters_do_not_reach_the_chat() -> None:
    assert format_text("а\x00б\u202eв\r\n", "", None).text == "а бв"
    assert format_text("<b>а\u202eб</b>", "HTML", None).text == "аб"


def test_an_unknown_parse_mode_is_refused() -> None:
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        format_text("*а*", "MarkdownV2", None)
