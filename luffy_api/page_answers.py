"""What a page asks the API for first: its document brings these answers along.

A phone then shows courses as soon as the scripts have come, instead of asking for them only then.
The answers are those that the API publishes (`publishing.middleware`), so they are as new. What is
asked for here must be what the page asks for, letter by letter; else it asks the API as ever.

What a document cannot carry, such as a student's own answers, it names: a script in it sends these
requests before those of the page have come (luffy_web/index.html, `src/api/earlyAnswers.ts`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.html import escape

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.publishing.answers import PublishedAnswer
from luffy_api.apps.publishing.middleware import answer_at

API = "/api/v1/"
# Of one answer, uncompressed. The document comes before everything else, so it stays small.
MAX_BYTES = 60_000
# PAGE_SIZE of luffy_web/src/composables/course/useCourseList.ts.
PAGE_SIZE = 12
# As encodeURIComponent, after which a browser's URL also encodes "'".
UNQUOTED = "!~*()"
MAX_WORD = 100
# ORDERINGS of that file, and the numbers that `positiveOf` in luffy_web/src/format/query.ts takes.
ORDERINGS = frozenset({"-students", "price", "-price", "-rating"})
POSITIVE = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)

# How wide the first picture of a page is shown: SIZES of its component, which a test compares.
BANNER = (
    "(max-width: 600px) and (min-resolution: 2.1dppx) 105vw, "
    "(max-width: 600px) 155vw, min(100vw, 1240px)"
)
PHONE_BANNER = "(min-resolution: 2.1dppx) 62vw, 92vw"
PHONE = "(max-width: 600px)"
CARD = "(max-width: 600px) and (min-resolution: 2.1dppx) 31vw, (max-width: 600px) 46vw, 300px"
TOPIC = (
    "(max-width: 600px) and (min-resolution: 2.1dppx) 62vw, "
    "(max-width: 600px) 92vw, min(100vw, 1240px)"
)
COVER = "(max-width: 860px) and (min-resolution: 2.1dppx) 60vw, (max-width: 860px) 90vw, 640px"
STAGE = "(max-width: 960px) and (min-resolution: 2.1dppx) 67vw, (max-width: 960px) 100vw, 860px"

Query = Mapping[str, str]


@dataclass(frozen=True)
class FirstPicture:
    """Where the data of the first answer has it, under which key, and how wide it is shown.

    `on_phones`: the picture that phones show instead, if there is one.
    """

    owner: Callable[[Any], Mapping[str, Any] | None]
    key: str
    sizes: str
    on_phones: "FirstPicture | None" = None


@dataclass(frozen=True)
class Video:
    """The section of a video; `is_free`: visitors may watch it."""

    section_id: int
    is_free: bool


@dataclass(frozen=True)
class Opening:
    """`asks` gets the page's query string and the arguments of its URL.

    `video` gets the answers and these arguments: what the page plays. Without it the page has
    another first picture, or none.
    """

    asks: Callable[..., Sequence[str]]
    picture: FirstPicture | None = None
    video: Callable[..., Video | None] | None = None


def _home(query: Query) -> Sequence[str]:
    return ("home/banner/", "home/listing/")


def _course_list(query: Query, *, kind: int | None) -> Sequence[str]:
    asked = {name: text for name in ("category", "ordering", "page") if (text := query.get(name))}
    if not all(map(_is_plain_choice, asked, asked.values())):
        return ()
    narrowed = {
        "kind": kind,
        "course_category": asked.get("category"),
        "ordering": asked.get("ordering"),
        "page": asked.get("page", "1"),
        "page_size": PAGE_SIZE,
    }
    pairs = [f"{name}={value}" for name, value in narrowed.items() if value is not None]
    return (f"course/?{'&'.join(pairs)}", "course/category/")


def _is_plain_choice(name: str, text: str) -> bool:
    """Whether the page asks for it as it is."""
    return text in ORDERINGS if name == "ordering" else bool(POSITIVE.fullmatch(text))


def _search(query: Query) -> Sequence[str]:
    word = query.get("word", "")
    if [*query] != ["word"] or not _is_plain(word):
        return ()
    search = f"search={quote(word, safe=UNQUOTED)}&page=1&page_size={PAGE_SIZE}"
    return (f"course/search/?{search}", "course/category/")


def _is_plain(word: str) -> bool:
    """Whether the page asks for it as it is: `wordOf` in luffy_web/src/format/word.ts."""
    return 0 < len(word) <= MAX_WORD and word == " ".join(word.split()) and word.isprintable()


def _course(query: Query, *, id: int) -> Sequence[str]:
    return () if "preview" in query else (f"course/{id}/",)


def _package(query: Query, *, id: int) -> Sequence[str]:
    return (f"promotion/package/{id}/",)


def _packages(query: Query) -> Sequence[str]:
    page = query.get("page", "1")
    if not POSITIVE.fullmatch(page):
        return ()
    return (f"promotion/package/all/?page={page}&page_size={PAGE_SIZE}",)


def _certificate(query: Query, *, number: str) -> Sequence[str]:
    return (f"course/certificate/{number}/",)


def _vip(query: Query) -> Sequence[str]:
    return ("promotion/membership/",)


def _learn(query: Query, *, course: int, section: int = 0) -> Sequence[str]:
    if "preview" in query:
        return ()
    return (f"course/{course}/", f"course/chapter/?course={course}")


def _opened_video(
    answers: Sequence[PublishedAnswer | None], *, course: int, section: int = 0
) -> Video | None:
    """The section's, or the first of the course, with which a visitor begins."""
    outline = answers[1]
    return outline.derive(_video_in, section) if outline else None


def _video_in(outline: PublishedAnswer, section_id: int) -> Video | None:
    chapters = orjson.loads(outline.body)["data"]
    for each in (section for chapter in chapters for section in chapter["coursesections"]):
        is_video = each["section_type"] == CourseSection.SectionType.VIDEO
        if is_video and section_id in {0, each["id"]}:
            return Video(each["id"], each["free_trail"])
    return None


def _topics(query: Query) -> Sequence[str]:
    return ("home/topic/",)


def _topic(query: Query, *, slug: str) -> Sequence[str]:
    return () if "preview" in query else (f"home/topic/{slug}/",)


def _announcements(query: Query) -> Sequence[str]:
    return ("home/announcement/",)


def _announcement(query: Query, *, id: int) -> Sequence[str]:
    return (f"home/announcement/{id}/",)


def _help(query: Query, *, id: int) -> Sequence[str]:
    return (f"home/help/{id}/",)


def _agreement(query: Query, *, kind: str, version: str = "") -> Sequence[str]:
    number = version.lstrip("0") or ("0" if version else "")
    return (f"home/agreement/{kind}/{number}/" if number else f"home/agreement/{kind}/",)


def _first_of(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return rows[0] if rows else None


_of_phones = FirstPicture(_first_of, "phone_image", PHONE_BANNER)
_of_banner = FirstPicture(_first_of, "image", BANNER, _of_phones)
_of_page = FirstPicture(lambda data: _first_of(data["results"]), "course_img", CARD)

# By the module of the page, as in `spa.urlpatterns`.
OPENINGS: Mapping[str, Opening] = {
    "home/Home": Opening(_home, _of_banner),
    "home/Topics": Opening(_topics),
    "home/Topic": Opening(_topic, FirstPicture(lambda data: data, "cover", TOPIC)),
    "course/CourseList": Opening(_course_list, _of_page),
    "search/Search": Opening(_search, _of_page),
    "course/Course": Opening(_course, FirstPicture(lambda data: data, "course_img", COVER)),
    "course/Learn": Opening(
        _learn, FirstPicture(lambda data: data, "course_img", STAGE), _opened_video
    ),
    "promotion/Packages": Opening(_packages),
    "promotion/Package": Opening(_package),
    # Never kept, so the page asks itself; the document learns whether there is such a number.
    "certificate/Certificate": Opening(_certificate),
    "promotion/Vip": Opening(_vip),
    "school/SchoolAnnouncements": Opening(_announcements),
    "school/SchoolAnnouncement": Opening(_announcement),
    "school/SchoolHelp": Opening(_help),
    "school/SchoolAgreement": Opening(_agreement),
}


@dataclass(frozen=True)
class PageAnswers:
    """HTML for the document: `scripts` with the answers, `links` to what else it needs first.

    `answers` are in the order in which the page asks, None where there is none now. `is_missing`:
    what the page is about is not found by a visitor.
    """

    scripts: str = ""
    links: str = ""
    answers: Sequence[PublishedAnswer | None] = ()
    is_missing: bool = False


NOTHING = PageAnswers()


def page_answers(request: HttpRequest, shows: str, arguments: Mapping[str, Any]) -> PageAnswers:
    """Empty for pages that ask for nothing that everybody may see, or where it is not at hand."""
    opening = OPENINGS.get(shows)
    addresses = [API + each for each in opening.asks(request.GET, **arguments)] if opening else []
    if opening is None or not addresses:
        return NOTHING
    found = [answer_at(request, address) for address in addresses]
    answers = [each if isinstance(each, PublishedAnswer) else None for each in found]
    short = {
        address: answer
        for address, answer in zip(addresses, answers, strict=True)
        if answer and len(answer.body) <= MAX_BYTES
    }
    scripts = "".join(_script(address, answer) for address, answer in short.items())
    video = opening.video(answers, **arguments) if opening.video else None
    picture = opening.picture if video or not opening.video else None
    first = short.get(addresses[0])
    links = _early_links(dict(zip(addresses, answers, strict=True)), short)
    if first and picture and (video is None or video.is_free):
        links = first.derive(_preload, picture) + links
    if video and "section" in arguments:
        links += _play_link(video, first, opening.picture)
    return PageAnswers(scripts, links, answers, _is_missing(found[0]))


def _early_links(
    answers: Mapping[str, PublishedAnswer | None], brought: Mapping[str, PublishedAnswer]
) -> str:
    """Names what the document does not bring along, and what a student has of his own."""
    return "".join(
        _early_link(address, own=address in brought)
        for address, answer in answers.items()
        if answer and (address not in brought or answer.is_personal)
    )


def _play_link(video: Video, first: PublishedAnswer | None, picture: FirstPicture | None) -> str:
    """Who is refused sees no picture, so that of a video for few comes once it is known to play."""
    address = f"{API}course/section/{video.section_id}/play/"
    if video.is_free or first is None or picture is None:
        return _early_link(address, own=not video.is_free)
    return _early_link(address, own=True, more=first.derive(_later_picture, picture))


def _is_missing(answer: PublishedAnswer | HttpResponse | None) -> bool:
    return isinstance(answer, HttpResponse) and answer.status_code == HTTPStatus.NOT_FOUND


def _script(address: str, answer: PublishedAnswer) -> str:
    """The answer as it came; "<" is only found in strings of JSON, and would end the script there.

    `data-personal` if a token makes another answer.
    """
    body = answer.body.decode().replace("<", "\\u003C")
    personal = " data-personal" if answer.is_personal else ""
    return (
        f'<script type="application/json" data-answer="{escape(address)}"{personal}>{body}</script>'
    )


def _early_link(address: str, *, own: bool, more: str = "") -> str:
    """`own`: only who has a token is answered."""
    personal = " data-personal" if own else ""
    return f'<meta name="early-answer" content="{escape(address)}"{personal}{more} />'


def _later_picture(answer: PublishedAnswer, picture: FirstPicture) -> str:
    """Attributes of an early answer: the picture to be loaded if it is not refused."""
    owner = picture.owner(orjson.loads(answer.body)["data"])
    if not owner or not owner[picture.key]:
        return ""
    srcset = _srcset(owner, picture) or owner[picture.key]
    return f' data-srcset="{escape(srcset)}" data-sizes="{picture.sizes}"'


def _preload(answer: PublishedAnswer, picture: FirstPicture) -> str:
    """Links that have the picture loaded beside the scripts which show it."""
    owner = picture.owner(orjson.loads(answer.body)["data"])
    if not owner or not owner[picture.key]:
        return ""
    phones = picture.on_phones
    if phones is None or not owner[phones.key]:
        return _link(owner, picture, "")
    return _link(owner, phones, PHONE) + _link(owner, picture, f"not all and {PHONE}")


def _link(owner: Mapping[str, Any], picture: FirstPicture, media: str) -> str:
    if srcset := _srcset(owner, picture):
        source = f'imagesrcset="{escape(srcset)}" imagesizes="{picture.sizes}"'
    else:
        source = f'href="{escape(owner[picture.key])}"'
    where = f' media="{media}"' if media else ""
    return f'<link rel="preload" as="image" {source}{where} fetchpriority="high" />'


def _srcset(owner: Mapping[str, Any], picture: FirstPicture) -> str:
    versions = owner[f"{picture.key}_set"]
    return ", ".join(f"{each['url']} {each['width']}w" for each in versions)
