"""The figures of one course: its sales, how much it is watched, and where students stop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add

from luffy_api.apps.community import favourites
from luffy_api.apps.course import view_counts
from luffy_api.apps.course.models import Course
from luffy_api.apps.dashboard.figures import reading
from luffy_api.apps.dashboard.figures.blocks import paid_orders
from luffy_api.apps.dashboard.figures.facts import CourseFigures
from luffy_api.apps.dashboard.figures.overview import LEARNING, MONEY, sees
from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.apps.dashboard.figures.tables import (
    Chart,
    DayLinks,
    Number,
    Row,
    Table,
    days,
    list_url,
    moments,
    shown,
)
from luffy_api.apps.learning import section_selectors
from luffy_api.apps.learning.section_selectors import PARTS, SectionStatistics
from luffy_api.apps.order.models import RefundStatus

May = Callable[[str], bool]
Days = Mapping[date, CourseFigures]


@dataclass(frozen=True)
class CoursePage:
    """What one user sees of a course; money and learning as on the first page."""

    course: Course
    span: Span
    numbers: list[Number]
    tables: list[Table]


@dataclass(frozen=True)
class Parts:
    """What of a course somebody sees: amounts, how often it was sold, how it is learned from."""

    money: bool = False
    sold: bool = False
    learning: bool = False


def parts_for(may: May) -> Parts:
    """By the rights to the lists of the whole school."""
    money = sees(may, MONEY)
    return Parts(money=money, sold=money, learning=sees(may, LEARNING))


def course_page(course: Course, span: Span, parts: Parts, may: May) -> CoursePage:
    """About twenty queries, whatever the number of students. `may` says which lists open."""
    found = reading.read_course(span, course.pk)
    views = view_counts.views_by_day(course_id=course.pk, first=span.first, last=span.last)
    tables = [_views(span, views)]
    if parts.money:
        tables.append(_sales(course, span, found, may))
    elif parts.sold:
        tables.append(_sold(found))
    if parts.learning:
        sections = section_selectors.section_statistics(course.pk)
        tables += [_learning(course, span, found, may), _sections(sections, may), _stops(sections)]
    students = list_url("course_enrollment", course__id__exact=course.pk)
    shown_students = students if may("course.view_enrollment") else ""
    kept = list_url("community_favourite", course__id__exact=course.pk)
    numbers = [
        Number("现有学员", str(course.students), shown_students),
        Number(
            "收藏",
            str(favourites.count_of(course.pk)),
            kept if may("community.view_favourite") else "",
            "此刻收藏了这门课程的学员",
        ),
    ]
    return CoursePage(course, span, numbers, tables)


def _views(span: Span, views: Mapping[date, int]) -> Table:
    total = sum(views.values())
    return Table(
        "views",
        "浏览",
        ["日期", "浏览"],
        [Row(day, [views.get(day, 0)]) for day in span.days],
        Chart.BARS,
        "课程页被打开的次数，约数：搜索引擎等程序的访问也计算在内",
        total=Row("合计", [total]),
        numbers=[Number("浏览（约）", str(total))],
    )


def _total(found: Days) -> CourseFigures:
    return reduce(add, found.values(), CourseFigures())


def _sales(course: Course, span: Span, found: Days, may: May) -> Table:
    total = _total(found)

    def orders(of: Span) -> str:
        opens = may("order.view_order")
        return paid_orders(of, course=course.pk) if opens else ""

    def refunds(of: Span) -> str:
        if not may("order.view_refund"):
            return ""
        status, finished = RefundStatus.REFUNDED.value, moments("finished_at", of)
        return list_url("order_refund", **finished, status=status, course=course.pk)

    all_orders, all_refunds = orders(span), refunds(span)
    links = DayLinks.of(span, lambda day: [orders(day), orders(day), refunds(day), orders(day)])
    return Table(
        "sales",
        "销售",
        ["日期", "售出", "收款（元）", "退款（元）", "净收入（元）"],
        [
            Row(
                day,
                [each.sold, each.income, each.refunded, each.net],
                links=links.on(day),
            )
            for day, each in found.items()
        ],
        Chart.BARS,
        "不指明课程的退款按订单中各课程余下的价格分摊；点开的订单和退款可能还包括其他课程",
        total=Row("合计", [total.sold, total.income, total.refunded, total.net]),
        numbers=[
            Number("购买人次", str(total.sold), all_orders),
            Number("净收入（元）", shown(total.net), all_orders),
            Number("收款（元）", shown(total.income), all_orders),
            Number("退款（元）", shown(total.refunded), all_refunds),
        ],
    )


def _sold(found: Days) -> Table:
    """Without amounts."""
    total = _total(found).sold
    return Table(
        "sold",
        "购买",
        ["日期", "购买人次"],
        [Row(day, [each.sold]) for day, each in found.items()],
        Chart.BARS,
        total=Row("合计", [total]),
        numbers=[Number("购买人次", str(total))],
    )


def _learning(course: Course, span: Span, found: Days, may: May) -> Table:
    total = _total(found)

    def studied(of: Span) -> str:
        if not may("learning.view_studyday"):
            return ""
        return list_url("learning_studyday", **days("day", of), course__id__exact=course.pk)

    url = studied(span)
    links = DayLinks.of(span, lambda day: [studied(day)] * 2)
    return Table(
        "learning",
        "学习",
        ["日期", "学习学员", "观看（分钟）"],
        [
            Row(day, [each.learners, each.minutes], links=links.on(day))
            for day, each in found.items()
        ],
        Chart.LINES,
        total=Row("合计（人次）", [total.learners, total.minutes]),
        numbers=[
            Number("学习人次", str(total.learners), url, "一名学员学习了两天计两次"),
            Number("观看（分钟）", str(total.minutes), url),
        ],
    )


def _sections(sections: list[SectionStatistics], may: May) -> Table:
    opens = may("course.view_coursesection")
    return Table(
        "sections",
        "各课时的进度",
        ["课时", "开始学习", "学完", "学完（%）", "平均看到（%）"],
        [
            Row(
                f"{each.chapter} · {each.name}",
                [each.begun, each.done, each.done_percent, each.watched_percent],
                list_url("course_coursesection", id__exact=each.section_id) if opens else "",
            )
            for each in sections
        ],
        Chart.BARS,
        "从开课至今的全部学员，与所选日期无关；看了九成算学完",
    )


def _stops(sections: list[SectionStatistics]) -> Table:
    step = 100 // PARTS
    parts = [f"{step * part}–{step * (part + 1)}%" for part in range(PARTS)]
    return Table(
        "stops",
        "没有学完的学员停在哪里",
        ["课时", *parts],
        [Row(f"{each.chapter} · {each.name}", list(each.stops)) for each in sections if each.begun],
        Chart.STACK,
        "视频按长度等分为十段，数字是停在这一段的学员",
    )
