"""Every public address of the site, for crawlers (sitemaps.org 0.9).

A process makes a file at most once in MAX_AGE and keeps it compressed, whatever is asked for.
`django.contrib.sitemaps` counts all courses at each request, reads whole rows by OFFSET, and makes
a page of a template ([0056](../docs/decisions/0056-found-and-shared.md)).
"""

import gzip
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import F, Max
from django.db.models.functions import Mod
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from luffy_api.apps.course.models import Course
from luffy_api.apps.home import topics
from luffy_api.apps.promotion import packages
from luffy_api.apps.promotion.membership import own
from luffy_api.apps.publishing.answers import GZIP, accepted_encodings
from luffy_api.apps.publishing.store import ByteStore
from luffy_api.apps.school import selectors

# Addresses in one file, as the protocol allows; here ids of courses, so that a part is one range of
# an index however many there are.
SIZE = 50_000
# Seconds.
MAX_AGE = 600.0
# What a process keeps; a file of 50,000 addresses takes .4 MB.
MAX_BYTES = 8 * 1024**2
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
LISTS = ("/all-courses", *(f"/{kind.name.lower()}-course" for kind in Course.Kind))

Entry = tuple[str, datetime | None]


@dataclass(frozen=True)
class Kept:
    """A file, compressed, and when it was made (monotonic seconds)."""

    body: bytes
    at: float

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return len(self.body) + 200


@csrf_exempt
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The other files."""
    return _respond(request, _kept("index", _index))


@csrf_exempt
@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """All pages but those of courses."""
    return _respond(request, _kept("pages", _pages))


@csrf_exempt
@require_safe
def courses(request: HttpRequest, *, part: int) -> HttpResponse:
    """Listed courses, those with ids of the part; 404 for a part without any."""
    known = gzip.decompress(_kept("index", _index).body).decode()
    if f"/sitemap-courses-{part}.xml</loc>" not in known:
        raise Http404
    return _respond(request, _kept(f"courses-{part}", lambda: _courses(part)))


def _index() -> Iterator[str]:
    yield f"{XML}<sitemapindex {NAMESPACE}>\n"
    yield _line("sitemap", "/sitemap-pages.xml", None)
    before = F("pk") - 1
    parts = Course.objects.listed().annotate(start=before - Mod(before, SIZE)).order_by("start")
    for start, changed in parts.values_list("start").annotate(Max("updated_time")):
        yield _line("sitemap", f"/sitemap-courses-{int(start) // SIZE + 1}.xml", changed)
    yield "</sitemapindex>\n"


def _pages() -> Iterator[str]:
    site = selectors.site_page()
    found: list[Entry] = [("/", None), *((path, None) for path in LISTS), ("/announcements", None)]
    found += [(f"/help/{row.pk}", row.updated_time) for row in site.help_pages]
    found += [(f"/agreement/{row.kind}", row.created_time) for row in site.agreements]
    found += [("/topics", None)]
    found += [("/vip", term.updated_time) for term in own.terms()[:1]]
    found += [(f"/topic/{row.slug}", row.updated_time) for row in topics.current_topics()]
    found += [
        (f"/announcements/{row.pk}", row.updated_time)
        for row in selectors.announcements()
        if row.text.strip()
    ]
    sold = packages.listed()
    found += [("/packages", None)] * bool(sold)
    found += [(f"/package/{each.package.pk}", each.package.updated_time) for each in sold]
    return _urls(found)


def _courses(part: int) -> Iterator[str]:
    rows = Course.objects.listed().filter(pk__gt=(part - 1) * SIZE, pk__lte=part * SIZE)
    pairs = rows.order_by("pk").values_list("pk", "updated_time").iterator(2000)
    return _urls((f"/course/{pk}", changed) for pk, changed in pairs)


def _urls(entries: Iterable[Entry]) -> Iterator[str]:
    yield f"{XML}<urlset {NAMESPACE}>\n"
    for path, changed in entries:
        yield _line("url", path, changed)
    yield "</urlset>\n"


def _line(tag: str, path: str, changed: datetime | None) -> str:
    location = f"<loc>{escape(settings.PUBLIC_URL)}{path}</loc>"
    last = f"<lastmod>{changed.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed else ""
    return f"<{tag}>{location}{last}</{tag}>\n"


def _kept(name: str, make: Callable[[], Iterable[str]]) -> Kept:
    """What was made of it last, or is made now, by one thread."""
    if found := _current(name):
        return found
    with _store().turn(name):
        if found := _current(name):
            return found
        at = time.monotonic()
        made = Kept(gzip.compress("".join(make()).encode(), 6, mtime=0), at)
        _store().put(name, made)
        return made


def _current(name: str) -> Kept | None:
    found = _store().get(name)
    return found if found and time.monotonic() - found.at < MAX_AGE else None


@cache
def _store() -> ByteStore[Kept]:
    """The one of this process."""
    return ByteStore(MAX_BYTES)


def _respond(request: HttpRequest, kept: Kept) -> HttpResponse:
    is_packed = GZIP in accepted_encodings(request.headers.get("Accept-Encoding", ""))
    body = kept.body if is_packed else gzip.decompress(kept.body)
    response = HttpResponse(body, content_type="application/xml; charset=utf-8")
    if is_packed:
        response["Content-Encoding"] = GZIP
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = f"public, max-age={MAX_AGE:.0f}"
    return response
