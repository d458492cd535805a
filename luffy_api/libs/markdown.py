"""Markdown of the back office as HTML that is safe to show, by markdown-it-py and nh3."""

import re
from collections.abc import Callable
from itertools import chain

import nh3
from django.conf import settings
from markdown_it import MarkdownIt

from luffy_api.libs import storage

TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code"),
    *("ul", "ol", "li", "strong", "em", "s", "a", "img"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "code": {"class"},
}
SCHEMES = {"http", "https", "mailto"}
LANGUAGE = re.compile(r"language-[\w+-]{1,20}", re.ASCII)
PROBE = "x"


def to_html(markdown: str) -> str:
    """Safe HTML of Markdown with tables; HTML in it is shown as text, not run."""
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return nh3.clean(
        parser.render(markdown),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        attribute_filter=_only_our_pictures,
    ).strip()


def _only_our_pictures(tag: str, attribute: str, value: str) -> str | None:
    """Pictures of other sites would tell them who reads what, and the page's policy blocks them."""
    if tag == "code":
        return value if LANGUAGE.fullmatch(value) else None
    if (tag, attribute) != ("img", "src"):
        return value
    ours = (storage.public_storage().url(PROBE)[: -len(PROBE)], f"{settings.PUBLIC_URL}/media/")
    return value if value.startswith(ours) else None


def own_text_to_html(markdown: str, *, picture_url: Callable[[str], str]) -> str:
    """HTML of a Chinese text that comes with the program; `picture_url(path)` for its pictures.

    Its lines end between Chinese characters, where a browser would show a space.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    for token in chain.from_iterable(token.children or () for token in tokens):
        if token.type == "image":
            token.attrSet("src", picture_url(str(token.attrGet("src"))))
            token.attrSet("loading", "lazy")
        elif token.type == "softbreak":
            token.type = "text"
    return str(parser.renderer.render(tokens, parser.options, {}))
