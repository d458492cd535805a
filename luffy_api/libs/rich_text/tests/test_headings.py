import re

import pytest

from luffy_api.libs.markdown import document_to_html, to_html
from luffy_api.libs.rich_text.cleaning import to_show
from luffy_api.libs.rich_text.headings import below_title

pytestmark = pytest.mark.any_database


def levels(html: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h([1-6])>", html)]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ([2, 3, 3, 2], [2, 3, 3, 2]),
        ([1, 2, 1], [2, 3, 2]),
        ([3, 4, 3], [2, 3, 2]),
        ([2, 4, 3], [2, 3, 3]),
        ([4, 2, 6, 6, 3], [2, 2, 3, 3, 3]),
        ([1, 2, 3, 4, 5, 6, 6], [2, 3, 4, 5, 6, 6, 6]),
    ],
)
def test_headings_begin_below_the_title_and_skip_no_level(written, shown):
    html = "".join(f"<h{level}>第 {level} 级</h{level}><p>文字</p>" for level in written)

    found = below_title(html)

    assert levels(found) == shown
    assert found.count("<p>文字</p>") == len(written)
    assert re.findall("第 ([1-6]) 级", found) == [str(level) for level in written]


def test_every_text_that_is_shown_passes_here():
    assert levels(to_show("<h1>一</h1><h4>二</h4>")) == [2, 3]
    assert levels(to_html("# 一\n\n#### 二")) == [2, 3]
    assert levels(document_to_html("### 一\n\n$x$", part="text")) == [2]


def test_what_only_looks_like_a_heading_stays():
    assert to_html("`<h1>`") == "<p><code>&lt;h1&gt;</code></p>"


def test_a_heading_stays_whole_with_lines_tags_and_even_a_heading_in_it():
    cell = "<table><tbody><tr><td><h5>三</h5></td></tr></tbody></table>"

    found = to_show(f"<h3>一\n<strong>二</strong>{cell}</h3>")

    assert found == f"<h2>一\n<strong>二</strong>{cell.replace('h5', 'h3')}</h2>"
