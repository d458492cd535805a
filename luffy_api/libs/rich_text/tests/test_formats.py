"""Texts by their format, and from one into the other."""

from contextlib import suppress

import pytest

from luffy_api.libs.rich_text import formats
from luffy_api.libs.rich_text.formats import NotConvertible, TextFormat, convert, to_html

HTML, MARKDOWN = TextFormat.HTML, TextFormat.MARKDOWN


def test_a_text_is_shown_by_its_format():
    assert to_html("**重**", text_format=MARKDOWN) == "<p><strong>重</strong></p>"
    assert to_html("**重**", text_format=HTML) == "<p>**重**</p>"
    assert to_html("<p>字</p>", text_format=MARKDOWN) == "<p>&lt;p&gt;字&lt;/p&gt;</p>"
    assert to_html("<p>字</p>", text_format=HTML) == "<p>字</p>"


def test_typed_lines_keep_their_breaks_in_both_formats():
    for text_format in TextFormat:
        shown = to_html("行一\n行二\n\n新的一段", text_format=text_format)

        assert [part.strip() for part in shown.replace("<br />", "<br>").split("<br>")] == [
            "<p>行一",
            "行二</p>\n<p>新的一段</p>",
        ]


def test_markdown_is_stored_as_it_was_written_and_what_is_not_shown_is_named():
    text = "![图](https://evil.example/a.png)\r\n\r\n<b>x</b>"

    assert formats.clean(text, text_format=MARKDOWN) == (text, "标签 img")
    assert formats.clean("# 题", text_format=MARKDOWN) == ("# 题", "")


@pytest.mark.parametrize(
    "markdown",
    [
        "## 题",
        "**粗** *斜* `码`",
        "- 一\n- 二",
        "1. 一\n2. 二",
        "> 引",
        "```python\nprint(1)\n```",
        "[站](https://example.com)",
        "![图](/media/a.png)",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
        "---",
        "　　一\n\n　　二",
    ],
)
def test_what_both_formats_have_survives_the_way_there_and_back(markdown):
    there = convert(markdown, source=MARKDOWN, target=HTML)
    back = convert(there.html, source=HTML, target=MARKDOWN)

    assert there.removed == back.removed == ""
    assert to_html(back.html, text_format=MARKDOWN) == to_html(markdown, text_format=MARKDOWN)


def test_signs_of_markdown_in_html_stay_signs():
    made = convert("<p>2 * 3 * 4 # _x_ [a](b) &lt;b&gt;</p>", source=HTML, target=MARKDOWN)

    shown = to_html(made.html, text_format=MARKDOWN)
    assert shown == "<p>2 * 3 * 4 # _x_ [a](b) &lt;b&gt;</p>"


@pytest.mark.parametrize(
    "cell",
    [
        "<code>a || b</code>",
        r"<code>grep 'a\|b'</code>",
        r"<code>a\\|</code>",
        "a | b",
        r"a \| b",
        '<a href="/q?a|b" title="a|b" rel="noopener noreferrer nofollow">甲|乙</a>',
        '<img src="/media/a.png" alt="a|b">',
    ],
)
def test_bars_end_no_cell_of_a_table(cell):
    table = (
        f"<table><thead><tr><th>{cell}</th><th>名</th></tr></thead>"
        f"<tbody><tr><td>{cell}</td><td>或</td></tr></tbody></table>"
    )
    made = convert(table, source=HTML, target=MARKDOWN)

    shown = to_html(made.html, text_format=MARKDOWN).replace("\n", "").replace("%7C", "|")
    assert shown == to_html(table, text_format=HTML)


def test_bars_of_code_outside_of_tables_stay_alone():
    made = convert("<p><code>a || b</code></p>", source=HTML, target=MARKDOWN)

    assert made.html == "`a || b`"


def test_what_is_lost_is_told():
    made = convert("<p>a<script>x</script></p>", source=HTML, target=MARKDOWN)

    assert (made.html, made.removed) == ("a", "标签 script")


@pytest.mark.parametrize(
    "text", ["x" * (formats.MAX_LENGTH + 1), "<blockquote>" * 5000 + "x"], ids=["long", "deep"]
)
def test_what_only_a_machine_writes_is_not_converted(text):
    with pytest.raises(NotConvertible):
        convert(text, source=HTML, target=MARKDOWN)


def test_deep_markdown_is_converted_or_refused_and_never_fails():
    for part in (">", "- ", "  - ", "[", "![", "*", "`"):
        with suppress(NotConvertible):
            convert(part * (50_000 // len(part)), source=MARKDOWN, target=HTML)
