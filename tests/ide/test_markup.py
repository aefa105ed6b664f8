"""Cards as Markdown and as plain text: whatever the words say, they stay words.

The Markdown is read back with markdown-it, CommonMark with GFM's tables.  GFM's bare links, which
it only finds with a library that is not needed otherwise, are looked for in the source.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tagwise.ide.markup import (
    WIDTH,
    Card,
    Code,
    Link,
    Paragraph,
    Strong,
    Table,
    Text,
    clean,
    clip,
    columns,
    to_markdown,
    to_plain_text,
    web_link,
)

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HARMLESS = {"paragraph", "strong", "code_inline", "hardbreak", "softbreak", "text", "inline"}
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
# marked, which VS Code uses, and cmark-gfm: https://github.github.com/gfm/#autolinks-extension-
BARE_LINK = re.compile(r"(?:https?|ftp)://|www\.|[\w.+-]@\w|(?:mailto|xmpp):\w+@", re.IGNORECASE)
HOSTILE = [
    "[x](command:evil)",
    "![x](https://evil.example/p.png)",
    "<img src=x onerror=alert(1)>",
    "<!-- -->",
    "&lt;b&gt; &#60;",
    "`code`` ```",
    "**bold** __bold__ _it_ *it* ~~no~~ ~no~",
    "a | b || c \\| d",
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "===",
    "---",
    "***",
    "_ _ _",
    ":-: | :-:",
    ":-",
    "> quote",
    "    code",
    "\tcode",
    "```sh\nrm -rf\n```",
    "~~~",
    "<https://evil.example>",
    "https://evil.example www.evil.example me@evil.example WWW.EVIL.EXAMPLE",
    "HTTPS://evil.example",
    "[ref]: https://evil.example",
    "[^1]: note",
    "back\\slash \\[x](y) end\\",
    "line\nbreak\r\nand\x0bmore\x85and\u2028more",
    "$(alert) $(rocket)",
    "bidi \u202e evil \u2066 isolate",
    "zero\u200bwidth\ufeff \x00 \x1b[31m",
    "\udc80 lone surrogate",
    "",
    "   ",
]


def words(markdown):
    """Give the text that Markdown shows, and check that it is only text."""
    shown = []
    for token in READER.parse(markdown):
        assert token.type.removesuffix("_open").removesuffix("_close") in HARMLESS | TABLE, token
        for child in token.children or ():
            assert child.type.removesuffix("_open").removesuffix("_close") in HARMLESS, child
            shown.append(" " if "break" in child.type else child.content)
    return "".join(shown)


def squeezed(text):
    return "".join(clean(text).split())


@pytest.mark.parametrize("kind", [Text, Strong, Code])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_shown_as_they_are(text, kind):
    for line in ((kind(text),), (Text("Runs as "), kind(text), Text(", x"))):
        markdown = to_markdown(Card((Paragraph((line, (Text("next"),))),)))
        assert squeezed(words(markdown)) == squeezed("".join(w.text for w in line) + "next")
        if kind is not Code:
            assert not BARE_LINK.search(markdown)
        assert "\n\n" not in markdown


@pytest.mark.parametrize("kind", [Text, Strong, Code])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_in_their_cell(text, kind):
    table = Table(("a", "b"), (((kind(text),), (Text("1"),)), ((Text("x"),), (Text("2"),))))
    markdown = to_markdown(Card((table,)))
    assert squeezed(words(markdown)) == squeezed(f"ab{text}1x2")
    assert [t.type for t in READER.parse(markdown)].count("td_open") == 4


@given(st.lists(st.builds(lambda kind, text: kind(text), st.sampled_from([Text, Strong, Code]),
       st.text(st.one_of(st.sampled_from("[]()<>!`*_~|\\#-+=:.@/&w1$\n "), st.characters()),
               max_size=12)), max_size=4))  # fmt: skip
def test_no_words_make_markup(line):
    words(to_markdown(Card((Paragraph((tuple(line),)), Table(("h", "i"), ((tuple(line), ()),))))))


@given(st.text("[]()<>!`*_~|\\#-+=:.@/&w1$\n ax", max_size=20))
def test_any_text_reads_back(text):
    shown = words(to_markdown(Card((Paragraph(((Text(text),),)),))))
    assert squeezed(shown) == squeezed(text)


def test_ordinary_words_are_not_disfigured():
    """Some editors show Markdown as it is written."""
    text = "docker.io/library/python 3.12 (this machine) · 1.2-rc_1, C:\\x; 2024-01-02 50%"
    assert to_markdown(Card((Paragraph(((Text(text),),)),))) == text.replace("\\", "\\\\")


def test_a_link_is_ours_and_its_text_is_text():
    shown, url = web_link("https://github.com/a/b(c)_[d]?q=%41&r=<x>#`")
    markdown = to_markdown(Card((Paragraph(((Link("[" + shown + "](", url),),)),)))
    (inline,) = [token for token in READER.parse(markdown) if token.type == "inline"]
    link, text, end = inline.children
    assert (link.type, end.type) == ("link_open", "link_close")
    assert link.attrs["href"] == "https://github.com/a/b%28c%29_%5Bd%5D?q=%41&r=%3Cx%3E"
    assert text.content == "[github.com/a/b(c)_[d]]("


@pytest.mark.parametrize(
    ("url", "shown", "link"),
    [
        ("https://github.com/a/b", "github.com/a/b", "https://github.com/a/b"),
        ("HTTP://GitHub.com:8080/", "github.com:8080", "http://github.com:8080/"),
        (" https://example.com/ä b ", "example.com/ä b", "https://example.com/%C3%A4%20b"),
        ("https://bücher.example/x", "xn--bcher-kva.example/x", "https://xn--bcher-kva.example/x"),
        ("https://e.example/\u202egpj", "e.example/ gpj", "https://e.example/%20gpj"),
    ],
)
def test_a_web_address_shows_its_host(url, shown, link):
    assert web_link(url) == (shown, link)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "github.com/a",
        "javascript:alert(1)",
        "command:workbench.action.quit",
        "file:///etc/passwd",
        "file://server.example/share",
        "ftp://example.com/a",
        "vscode://example.com/evil",
        "command://example.com/evil",
        "ssh://git@github.com/a",
        "git@github.com:a/b",
        "https://user:secret@example.com/",
        "https://github.com@evil.example/",
        "https://github.com\\.evil.example/",
        'https://a"b.example/',
        "https://",
        "https:///path",
        "https://[::1]/",
        "https://[::1",
        "https://example.com:99999/",
        "https://example.com:x/",
        "https://ä..example/",
        "https://" + "ä" * 80 + ".example/",
        "https://a b.example/",
    ],
)
def test_what_is_no_web_address_is_no_link(url):
    assert web_link(url) is None


@given(st.one_of(st.text(), st.builds("https://{}/{}".format, st.text(), st.text())))
def test_any_label_gives_a_safe_link_or_none(url):
    found = web_link(url)
    if found is not None:
        assert re.fullmatch(r"https?://[a-z0-9._-]+(?::[0-9]+)?[!-~]*", found[1])
        assert not set(found[1]) & set("()<>[]\"'`\\ ")


def test_plain_text_has_no_markup_and_lines_that_fit():
    card = Card((
        Paragraph((
            (Strong("python:3.12"), Text(" — docker.io")),
            (Code("`x`"), Text(" [y](z)")),
            (),
            (Link("github.com/a", "https://github.com/a"),),
        )),
        Table(
            ("platform", "size", "digest"),
            (
                ((Strong("linux/amd64"), Text(" (this machine)")), (Text("45.1 MB"),), (Code("9c0f"),)),
                ((Text("漢字"),), (), (Code("77ae"),)),
            ),
        ),
    ))  # fmt: skip
    assert to_plain_text(card).splitlines() == [
        "python:3.12 — docker.io",
        "`x` [y](z)",
        "github.com/a",
        "",
        "platform                       size  digest",
        "linux/amd64 (this machine)  45.1 MB  9c0f",
        "漢字                                 77ae",
    ]


@given(st.lists(st.text(st.characters(), max_size=300), max_size=3))
def test_no_line_of_plain_text_is_too_long(texts):
    card = Card((Paragraph(tuple((Text(text), Strong(text)) for text in texts)),))
    for line in to_plain_text(card).splitlines():
        assert columns(line) <= WIDTH
        assert line == clean(line)


@given(st.text(max_size=40), st.integers(1, 30))
def test_what_is_clipped_fits(text, width):
    clipped = clip(text, width)
    assert columns(clipped) <= width
    assert clipped == text or (clipped.endswith("…") and text.startswith(clipped[:-1]))
