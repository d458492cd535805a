"""What a document says of its page to search engines, and to whoever is sent its address."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.html import escape

from luffy_api.apps.school.models import SiteSettings
from luffy_api.apps.school.selectors import SitePage

NEEDS_SCRIPTS = "请在浏览器中启用 JavaScript，再回来学习。"
# Search engines show no more of it.
MAX_DESCRIPTION = 150
DEFAULT_PICTURE = "/icons/512.png"
# In JSON these characters only stand in strings; there they could end the script.
_ESCAPES = {ord(each): f"\\u{ord(each):04X}" for each in "<>&"}

Structured = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class PageHead:
    """Plain texts, but `body`, which is safe HTML for readers without scripts.

    `title` are the parts before the name of the school, as those of `pageTitle` in
    luffy_web/src/composables/school/useSite.ts. `path` is the one under which search engines keep
    the page; "" keeps it out of them. `name` is the title of a shared link, `picture` the address
    or path of its picture, of which `picture_facts` says width, height and so on by the names of
    Open Graph. `shared` is the path of a page that search engines do not keep, but people pass on.
    `is_missing`: there is no such page.
    """

    title: tuple[str, ...]
    description: str = ""
    path: str = ""
    shared: str = ""
    name: str = ""
    picture: str = ""
    picture_facts: tuple[tuple[str, str], ...] = ()
    structured: tuple[Structured, ...] = ()
    body: str = ""
    is_missing: bool = False


@dataclass(frozen=True)
class HeadWords:
    """HTML: `title` and `description` as texts of a tag and an attribute, `tags`, `body`."""

    title: str
    description: str
    tags: str
    body: str


def absolute(address: str) -> str:
    """A path of ours with the origin under which the public knows it."""
    return f"{settings.PUBLIC_URL}{address}" if address.startswith("/") else address


def shortened(text: str) -> str:
    """On one line, as long as a description may be."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_DESCRIPTION else f"{line[: MAX_DESCRIPTION - 1]}…"


def picture_of_school(site: SiteSettings) -> str:
    """Its logo, where it has one of its own."""
    return site.logo.url if site.logo else DEFAULT_PICTURE


def description_of_school(site: SiteSettings) -> str:
    """Its name, with what it says of itself."""
    return f"{site.name}：{site.description}" if site.description else site.name


@lru_cache(maxsize=512)
def write(head: PageHead, page: SitePage) -> HeadWords:
    """The head as HTML. Kept by identity: a head is the same as long as its answer is."""
    site = page.settings
    title = " - ".join(part for part in (*head.title, site.name) if part)
    description = shortened(head.description) or description_of_school(site)
    return HeadWords(
        title=escape(title),
        description=escape(description),
        tags="".join(_tags(head, site, description)),
        body=f"{head.body}<p>{NEEDS_SCRIPTS}</p>",
    )


def _tags(head: PageHead, site: SiteSettings, description: str) -> list[str]:
    if head.path:
        address = escape(absolute(head.path))
        found = [f'<link rel="canonical" href="{address}" data-page />']
    else:
        found = ['<meta name="robots" content="noindex" data-page />']
    if path := head.path or head.shared:
        found += _card(head, site, description, absolute(path))
    return [*found, *map(_script, head.structured)]


def _card(head: PageHead, site: SiteSettings, description: str, address: str) -> list[str]:
    """What a chat draws of a link (Open Graph)."""
    properties = {
        "og:type": "website",
        "og:locale": "zh_CN",
        "og:site_name": site.name,
        "og:title": head.name or (head.title[0] if head.title else site.name),
        "og:description": description,
        "og:url": address,
        "og:image": absolute(head.picture or picture_of_school(site)),
        **{f"og:image:{name}": fact for name, fact in head.picture_facts},
    }
    return [
        *(
            f'<meta property="{name}" content="{escape(content)}" data-page />'
            for name, content in properties.items()
        ),
        '<meta name="twitter:card" content="summary_large_image" data-page />',
    ]


def _script(data: Structured) -> str:
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    return f'<script type="application/ld+json" data-page>{text.translate(_ESCAPES)}</script>'
