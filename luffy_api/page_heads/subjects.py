"""What each page is about, from the answers that its document brings along.

The titles are those that the app gives the page (luffy_web/src/router/routes.ts, `useTitle` of the
components); a test compares them.
"""

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import orjson

from luffy_api.apps.course.models import Course
from luffy_api.apps.course.share_drawing import CARD
from luffy_api.apps.publishing.answers import PublishedAnswer
from luffy_api.apps.school.selectors import SitePage
from luffy_api.page_heads import readable, structured, topics
from luffy_api.page_heads.head import PageHead, description_of_school, shortened

# As the hints of the lists in luffy_web/src/router/routes.ts.
HINTS: Mapping[Course.Kind | None, str] = {
    Course.Kind.FREE: "零基础，从这里开始",
    Course.Kind.ACTUAL: "跟着项目，做出作品",
    Course.Kind.LIGHT: "一个晚上，学会一件事",
    None: "按分类找一门课",
}
ALL, ALL_TITLE = "/all-courses", "全部课程"
SEARCH = "/course/search"
ANNOUNCEMENTS = ("公告", "/announcements")
PACKAGES = ("套餐", "/packages")


@dataclass(frozen=True)
class Subject:
    """A page as it is asked for: its query, the arguments of its URL, the answers by address.

    An answer is None where the API could not give one now. `is_missing`: the API knows no such
    thing.
    """

    query: Mapping[str, str]
    arguments: Mapping[str, Any]
    answers: Sequence[PublishedAnswer | None]
    is_missing: bool = False

    @property
    def first(self) -> PublishedAnswer | None:
        """The answer that the page is about."""
        return self.answers[0] if self.answers else None


_NARROWS = re.compile(r"\w+=[1-9][0-9]{0,8}", re.ASCII)
Describe = Callable[[Subject, SitePage], PageHead]


def data_of(answer: PublishedAnswer) -> Any:
    """What the envelope holds."""
    return orjson.loads(answer.body)["data"]


def list_path(kind: int | None) -> str:
    """The path of a list of courses; None: of all kinds."""
    return ALL if kind is None else f"/{Course.Kind(kind).name.lower()}-course"


def private(*title: str) -> Describe:
    """A page for one visitor."""
    head = PageHead(title)
    return lambda subject, site: head


def about_home(subject: Subject, site: SitePage) -> PageHead:
    """The school."""
    listings = subject.answers[1] if len(subject.answers) > 1 else None
    return listings.derive(_home, site) if listings else _home(None, site)


def _home(answer: PublishedAnswer | None, site: SitePage) -> PageHead:
    listings = data_of(answer) if answer else []
    lists = [(list_path(each["kind"]), each["kind_name"]) for each in listings]
    courses = [course for each in listings for course in each["courses"]]
    return PageHead(
        title=("首页",),
        name=site.settings.name,
        description=description_of_school(site.settings),
        path="/",
        structured=(structured.organization(site.settings), structured.website(site.settings)),
        body=readable.home(site.settings.name, lists, courses),
    )


def about_list(subject: Subject, site: SitePage) -> PageHead:
    """Courses of a kind, or all; a further page, or a category, is a page of its own.

    There is none after the last one.
    """
    wanted = subject.arguments["kind"]
    kind = None if wanted is None else Course.Kind(wanted)
    narrowed = _narrowed(subject.query)
    if subject.first:
        return subject.first.derive(_list, site, kind, narrowed)
    if subject.is_missing:
        return PageHead(title=(_title_of(kind),), is_missing=True)
    return _list(None, site, kind, narrowed)


def _list(
    answer: PublishedAnswer | None, site: SitePage, kind: Course.Kind | None, narrowed: str
) -> PageHead:
    path, title = list_path(kind), _title_of(kind)
    return PageHead(
        title=(title,),
        description=f"{site.settings.name}的{title}：{HINTS[kind]}。",
        path=path + narrowed,
        structured=(structured.breadcrumbs([(title, path)]),),
        body=readable.course_list(title, data_of(answer)["results"] if answer else []),
    )


def _title_of(kind: Course.Kind | None) -> str:
    return ALL_TITLE if kind is None else str(kind.label)


def _narrowed(query: Mapping[str, str]) -> str:
    """What of a list's query makes other contents, in one order; not how they are ordered."""
    pairs = [f"{name}={query.get(name, '')}" for name in ("category", "page")]
    found = [pair for pair in pairs if _NARROWS.fullmatch(pair) and pair != "page=1"]
    return f"?{'&'.join(found)}" if found else ""


def about_search(subject: Subject, site: SitePage) -> PageHead:
    """Search engines list no results of a search, but whoever is sent them sees for what."""
    word = " ".join(subject.query.get("word", "").split())[:100]
    if not word or not word.isprintable():
        return PageHead(title=("搜索",), shared=SEARCH)
    return PageHead(
        title=(word, "搜索"),
        name=f"「{word}」的搜索结果",
        description=f"{site.settings.name}里和「{word}」有关的课程。",
        shared=f"{SEARCH}?word={quote(word, safe='')}",
    )


def about_course(subject: Subject, site: SitePage) -> PageHead:
    """A course that everybody may see; of another one nothing is said."""
    if subject.first is None:
        return PageHead(title=("课程",), is_missing=subject.is_missing)
    return subject.first.derive(_course, site)


def _course(answer: PublishedAnswer, site: SitePage) -> PageHead:
    data = data_of(answer)
    description = shortened(data["brief"]) or _facts_of(data)
    # As CourseBreadcrumb.vue.
    steps = [(data["kind_name"], list_path(data["kind"]))]
    if category := data["course_category"]:
        path = f"{list_path(data['kind'])}?category={category['id']}"
        steps.append((category["name"], path))
    steps.append((data["name"], f"/course/{data['id']}"))
    return PageHead(
        title=(data["name"],),
        description=description,
        path=f"/course/{data['id']}",
        picture=_card(data, site),
        picture_facts=_facts_of_card(data["name"]),
        structured=(
            structured.course(data, site.settings, description=description),
            structured.breadcrumbs(steps),
        ),
        body=readable.course(data),
    )


def _card(data: Mapping[str, Any], site: SitePage) -> str:
    """Another address for another picture: chats keep one for good."""
    shown = f"{data['course_img']} {site.settings.name}"
    return f"/api/v1/course/{data['id']}/share/card/?v={zlib.crc32(shown.encode()):x}"


def _facts_of_card(name: str) -> tuple[tuple[str, str], ...]:
    width, height = map(str, CARD)
    return ("type", "image/jpeg"), ("width", width), ("height", height), ("alt", name)


def _facts_of(data: Mapping[str, Any]) -> str:
    return (
        f"{data['kind_name']}《{data['name']}》，{data['level_name']}，共 {data['sections']} 课时。"
    )


def about_packages(subject: Subject, site: SitePage) -> PageHead:
    """The packages that there are now; a further page is a page of its own."""
    if subject.is_missing:
        return PageHead(title=("套餐",), is_missing=True)
    rows = data_of(subject.first)["results"] if subject.first else []
    links = [(f"/package/{each['id']}", each["name"]) for each in rows]
    path = PACKAGES[1] + _narrowed({"page": subject.query.get("page", "")})
    return PageHead(
        title=("套餐",),
        description=f"{site.settings.name}的课程套餐{'，一起购买更划算' if links else ''}。",
        path=path,
        structured=(
            structured.collection("套餐", path, links),
            structured.breadcrumbs([PACKAGES]),
        ),
        body=readable.links("套餐", links),
    )


def about_package(subject: Subject, site: SitePage) -> PageHead:
    """Courses that are sold together."""
    if subject.first is None:
        return PageHead(title=("套餐",), is_missing=subject.is_missing)
    return subject.first.derive(_package)


def _package(answer: PublishedAnswer) -> PageHead:
    data = data_of(answer)
    names = "、".join(each["name"] for each in data["courses"])
    description = shortened(data["brief"] or f"套餐《{data['name']}》：{names}。")
    path = f"/package/{data['id']}"
    return PageHead(
        title=(data["name"],),
        description=description,
        path=path,
        picture=next((each["course_img"] for each in data["courses"] if each["course_img"]), ""),
        structured=(
            structured.package(data, description=description),
            structured.breadcrumbs([PACKAGES, (data["name"], path)]),
        ),
        body=readable.package(data),
    )


def about_certificate(subject: Subject, site: SitePage) -> PageHead:
    """A certificate is for whoever has its number: search engines get nothing of it."""
    return PageHead(title=("证书查验",), is_missing=subject.is_missing)


def about_vip(subject: Subject, site: SitePage) -> PageHead:
    """The terms of membership."""
    if subject.first is None:
        return PageHead(title=("会员",), is_missing=subject.is_missing)
    return subject.first.derive(_vip)


def _vip(answer: PublishedAnswer) -> PageHead:
    data = data_of(answer)
    terms = "、".join(f"{each['name']} {each['price']} 元" for each in data["terms"])
    sold, count = f"：{terms}" if terms else "", data["course_count"]
    return PageHead(
        title=("会员",),
        description=f"开通会员，会员期内免费学习全部 {count} 门 VIP 专享课程{sold}。",
        path="/vip",
        structured=(structured.breadcrumbs([("会员", "/vip")]),),
        body=readable.memberships(data),
    )


def about_learning(subject: Subject, site: SitePage) -> PageHead:
    """A section of a course; search engines keep the page of the course for it."""
    course, outline = (*subject.answers, None, None)[:2]
    wanted = subject.arguments.get("section")
    if course is None:
        return PageHead(title=("学习",), is_missing=subject.is_missing)
    head = course.derive(_course, site)
    if outline is None or wanted is None:
        return replace(head, structured=())
    name = outline.derive(_section_names).get(wanted)
    if name is None:
        return PageHead(title=head.title, is_missing=True)
    return replace(head, title=(name, *head.title), structured=())


def _section_names(answer: PublishedAnswer) -> dict[int, str]:
    sections = (each for chapter in data_of(answer) for each in chapter["coursesections"])
    return {each["id"]: each["name"] for each in sections}


def about_topics(subject: Subject, site: SitePage) -> PageHead:
    """The topics that there are now."""
    return topics.all_topics(data_of(subject.first) if subject.first else [], site)


def about_topic(subject: Subject, site: SitePage) -> PageHead:
    """A topic with its courses."""
    if subject.first is None:
        return PageHead(title=("专题",), is_missing=subject.is_missing)
    return subject.first.derive(_topic)


def _topic(answer: PublishedAnswer) -> PageHead:
    return topics.one_topic(data_of(answer))


def about_announcements(subject: Subject, site: SitePage) -> PageHead:
    """What is announced now."""
    rows = data_of(subject.first) if subject.first else []
    links = [(f"/announcements/{each['id']}", each["title"]) for each in rows if each["has_text"]]
    return PageHead(
        title=("公告",),
        description=f"{site.settings.name}的公告。",
        path="/announcements",
        structured=(structured.breadcrumbs([ANNOUNCEMENTS]),),
        body=readable.links("公告", links),
    )


def text_at(path: str, fallback: str, *parents: tuple[str, str]) -> Describe:
    """A text of the school at a path with the arguments of its URL; `fallback` is its title.

    `parents` are the names and paths of the pages above it.
    """

    def about(subject: Subject, site: SitePage) -> PageHead:
        if subject.first is None:
            return PageHead(title=(fallback,), is_missing=subject.is_missing)
        head = subject.first.derive(_text)
        address = path.format(**subject.arguments)
        steps = [*parents, (head.title[0], address)]
        return replace(head, path=address, structured=(structured.breadcrumbs(steps),))

    return about


def _text(answer: PublishedAnswer) -> PageHead:
    data = data_of(answer)
    title = data.get("title") or data["kind_name"]
    description = readable.plain(data["html"])
    return PageHead((title,), description=description, body=readable.text(title, data["html"]))


NOT_FOUND = PageHead(("页面不存在",), is_missing=True)
# By the module of the page, as in `spa.urlpatterns`.
SUBJECTS: Mapping[str, Describe] = {
    "home/Home": about_home,
    "home/Topics": about_topics,
    "home/Topic": about_topic,
    "course/CourseList": about_list,
    "search/Search": about_search,
    "course/Course": about_course,
    "course/Learn": about_learning,
    "promotion/Packages": about_packages,
    "promotion/Package": about_package,
    "certificate/Certificate": about_certificate,
    "promotion/Vip": about_vip,
    "school/SchoolAnnouncements": about_announcements,
    "school/SchoolAnnouncement": text_at("/announcements/{id}", "公告", ANNOUNCEMENTS),
    "school/SchoolHelp": text_at("/help/{id}", "帮助"),
    "school/SchoolAgreement": text_at("/agreement/{kind}", "协议与规则"),
    "order/PaySuccess": private("支付结果"),
    "user/LoginCallback": private("登录"),
    "user/My": private("我的"),
    "user/MyCourses": private("我的课程"),
    "order/Cart": private("选课车"),
    "user/MyCertificates": private("我的证书"),
    "user/MyFavourites": private("我的收藏"),
    "user/MyQuestions": private("我的问答"),
    "user/MyOrders": private("我的订单"),
    "user/MyOrder": private("订单详情"),
    "user/MyCoupons": private("我的优惠券"),
    "user/MyInvoices": private("我的发票"),
    "user/MyMessages": private("消息"),
    "user/MyProfile": private("个人资料"),
}
