"""What a reader without scripts sees of a page, such as a crawler: safe HTML, a few lines."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from typing import Any

from django.utils.html import escape

# Courses of the first page, with links to them.
MAX_LINKS = 60
_TAG = re.compile(r"<[^>]*>")

Course = Mapping[str, Any]
Link = tuple[str, str]


def price(course: Course) -> str:
    """In words, with the one it is reduced from."""
    now, before = course["real_price"], course["price"]
    if float(now) == 0:
        return "免费" if before == now else f"限时免费（原价 ¥{before}）"
    return f"¥{now}" if before == now else f"¥{now}（原价 ¥{before}）"


def course(data: Course) -> str:
    """Name, price, description, teacher and first sections."""
    facts = {
        "价格": price(data),
        "难度": data["level_name"],
        "课时": str(data["sections"]),
        "讲师": data["teacher"]["name"] if data["teacher"] else "",
    }
    lines = "".join(f"<li>{name}：{escape(fact)}</li>" for name, fact in facts.items() if fact)
    sections = "".join(f"<li>{escape(each['name'])}</li>" for each in data["section_list"])
    return (
        f"<h1>{escape(data['name'])}</h1><p>{escape(data['brief'])}</p><ul>{lines}</ul>"
        f"<h2>课程章节</h2><ul>{sections}</ul>"
    )


def course_list(title: str, courses: Sequence[Course]) -> str:
    """Links to courses, with their prices."""
    return f"<h1>{escape(title)}</h1><ul>{_courses(courses)}</ul>"


def topic(data: Mapping[str, Any]) -> str:
    """What it is about, and links to its courses with their prices."""
    intro = f"<h1>{escape(data['title'])}</h1><p>{escape(data['brief'])}</p>{data['html']}"
    courses = _courses(data["courses"])
    return f"{intro}<h2>专题课程</h2><ul>{courses}</ul>" if courses else intro


def package(data: Mapping[str, Any]) -> str:
    """Its price, and links to its courses with theirs."""
    total = f"套餐价 ¥{data['total_amount']}，单独购买 ¥{data['single_amount']}"
    head = f"<h1>{escape(data['name'])}</h1><p>{escape(data['brief'])}</p>"
    return f"{head}<p>{total}</p><ul>{_courses(data['courses'])}</ul>"


def memberships(data: Mapping[str, Any]) -> str:
    """The terms with their prices."""
    rows = "".join(
        f"<li>{escape(each['name'])} ¥{each['price']} {escape(each['brief'])}</li>"
        for each in data["terms"]
    )
    opens = f"会员期内免费学习全部 {data['course_count']} 门 VIP 专享课程。"
    return f"<h1>会员</h1><p>{opens}</p><ul>{rows}</ul>"


def home(title: str, lists: Sequence[Link], courses: Sequence[Course]) -> str:
    """Links to the lists and to what they begin with."""
    return f"{links(title, lists)}<ul>{_courses(courses)}</ul>"


def links(title: str, found: Iterable[Link]) -> str:
    """A title with links below it: paths and names."""
    lines = "".join(f'<li><a href="{escape(path)}">{escape(name)}</a></li>' for path, name in found)
    return f"<h1>{escape(title)}</h1><ul>{lines}</ul>"


def _courses(courses: Sequence[Course]) -> str:
    return "".join(
        f'<li><a href="/course/{each["id"]}">{escape(each["name"])}</a>，{escape(price(each))}</li>'
        for each in courses[:MAX_LINKS]
    )


def text(title: str, html: str) -> str:
    """A text of the school; `html` is sanitised already."""
    return f"<h1>{escape(title)}</h1>{html}"


def plain(html: str) -> str:
    """The words of sanitised HTML."""
    return unescape(_TAG.sub(" ", html))
