"""The HTML that texts may hold, by an allow-list, and what of a text is not in it.

The list is what the editor of the back office can make (`luffy_web/src/backOffice/text/schema.ts`),
and what Markdown becomes: nothing that is kept is lost when the editor opens the text.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import nh3

from luffy_api.libs.rich_text import pictures
from luffy_api.libs.rich_text.headings import below_title

TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code"),
    *("ul", "ol", "li", "strong", "b", "em", "i", "u", "s", "del", "a", "img"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
CELL = {"colspan", "rowspan"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "code": {"class"},
    "td": CELL,
    "th": CELL,
}
SCHEMES = {"http", "https", "mailto"}
LINK_REL = "noopener noreferrer nofollow"
# Values that are checked beyond the name of their attribute.
VALUES = {
    ("code", "class"): re.compile(r"language-[\w+-]{1,20}", re.ASCII),
    ("ol", "start"): re.compile(r"[0-9]{1,6}", re.ASCII),
    **{("img", side): re.compile(r"[1-9][0-9]{0,4}", re.ASCII) for side in ("width", "height")},
    **{(tag, span): re.compile(r"[1-9][0-9]?", re.ASCII) for tag in ("td", "th") for span in CELL},
}
# A link's `rel` is ours, whatever the text says.
UNTOLD = {("a", "rel")}
MAX_TOLD = 10
MAX_NAME = 30

# A tag as browsers read it: name, then attributes with quotes. Bounded, so that no text takes long;
# of tags in each other's attributes, which only an attack has, some are not told.
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]{0,200})"
    r"(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*'){0,4000}+)>"
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s\"'>/=]{1,200})(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?"
)
_BLOCK = re.compile(
    r"<(?:p|br|h[1-6]|hr|ul|ol|li|dl|table|pre|blockquote|div|section|article|center)\b", re.I
)
_COMMENT = "<!--"
_RAW = {"script", "style"}
_WITHOUT_SOURCE = re.compile(r"<img(?: (?:alt|title|width|height)=\"[^\"]*\")*>")
_SHOWN_TAG = re.compile(r"<(?:img|hr|table)\b")
_ANY_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Cleaned:
    """HTML to keep, and sentences about what was taken out of it."""

    html: str
    removed: str = ""


def clean(html: str) -> Cleaned:
    """HTML as it is stored. Without a block of text it is what somebody typed, line by line."""
    given = with_line_breaks(html)
    kept = with_line_breaks(_allowed(given, picture=pictures.stored, link_rel=None))
    if not _SHOWN_TAG.search(kept) and not _ANY_TAG.sub("", kept).strip():
        kept = ""
    return Cleaned(kept, removed(given, kept))


def to_show(html: str) -> str:
    """HTML for a page, safe whatever the stored text is."""
    return below_title(_allowed(with_line_breaks(html), picture=pictures.shown, link_rel=LINK_REL))


def with_line_breaks(html: str) -> str:
    """Lines that were typed without a tag that would part them, as paragraphs and breaks."""
    text = html.replace("\r\n", "\n").strip()
    if not text or _BLOCK.search(text):
        return text
    paragraphs = re.split(r"\n[^\S\n]*\n\s*", text)
    return "\n".join("<p>" + each.replace("\n", "<br>") + "</p>" for each in paragraphs)


def _allowed(html: str, *, picture: Callable[[str], str | None], link_rel: str | None) -> str:
    def check(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) == ("img", "src"):
            return picture(value)
        rule = VALUES.get((tag, attribute))
        return value if rule is None or rule.fullmatch(value) else None

    kept = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=link_rel,
        attribute_filter=check,
    )
    return _WITHOUT_SOURCE.sub("", kept).strip()


def removed(before: str, after: str) -> str:
    """What of a text is no more in it: names of tags and attributes, comments; "" for nothing.

    A name is cut and at most MAX_TOLD of each are told: both come from whoever wrote the text.
    """
    gone = _count(before) - _count(after)
    tags = [tag for tag, attribute in gone if not attribute]
    # The attributes of a tag that is gone are not worth a word.
    attributes = [
        f"{attribute}（{tag}）" for tag, attribute in gone if attribute and tag not in tags
    ]
    parts = [("标签", tags), ("属性", attributes)]
    told = [f"{kind} {_listed(names)}" for kind, names in parts if names]
    if before.count(_COMMENT) > after.count(_COMMENT):
        told.append("HTML 注释")
    return "；".join(told)


def _listed(names: list[str]) -> str:
    rest = f" 等 {len(names)} 种" if len(names) > MAX_TOLD else ""
    return "、".join(names[:MAX_TOLD]) + rest


def _count(html: str) -> Counter[tuple[str, str]]:
    """How often each tag occurs, as (name, ""), and each of its attributes."""
    found: Counter[tuple[str, str]] = Counter()
    inside = ""
    for match in _TAG.finditer(html):
        name = match["name"].lower()[:MAX_NAME]
        if inside:
            # What looks like a tag in a script is none.
            inside = "" if match["end"] and name == inside else inside
            continue
        if match["end"]:
            continue
        found[name, ""] += 1
        inside = name if name in _RAW else ""
        attributes = _ATTRIBUTE.finditer(match["attributes"])
        pairs = {(name, each["name"].lower()[:MAX_NAME]): None for each in attributes}
        found.update(pair for pair in pairs if pair not in UNTOLD)
    return found
