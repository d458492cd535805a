"""The blocks of the first page that are about money, students, courses and searches.

Each is made from figures that were read before, and has its numbers, its table by day and its
lists. `may` is `User.has_perm`: a number leads to a list only for who may see that list.
"""

from collections.abc import Callable, Iterable, Mapping

from django.conf import settings
from django.urls import reverse

from luffy_api.apps.course.models import Course
from luffy_api.apps.dashboard.figures.facts import CourseFigures, Figures
from luffy_api.apps.dashboard.figures.reading import SpanFigures
from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.apps.dashboard.figures.tables import (
    Chart,
    DayLinks,
    Number,
    Row,
    Table,
    Value,
    days,
    list_url,
    moments,
    shown,
)
from luffy_api.apps.order.models import RefundStatus
from luffy_api.apps.order.sales_selectors import PAID
from luffy_api.apps.search import count_selectors as search

May = Callable[[str], bool]
TOP = 10
PAID_STATES = ",".join(map(str, PAID))
NET_NOTE = "收款按付款时间，退款按退款完成的时间；净收入 = 收款 - 退款"


def orders(found: SpanFigures, may: May) -> Table:
    """Placed, paid and refunded by day."""
    total, span = found.total, found.span
    placed = list_url("order_order", **moments("created_time", span))
    converted = list_url(
        "order_order", **moments("created_time", span), order_status__in=PAID_STATES
    )
    paid = paid_orders(span)
    numbers = [
        Number("下单", str(total.placed), placed),
        Number("付款订单", str(total.paid), paid),
        Number(
            "转化率",
            "-" if total.conversion is None else f"{total.conversion:.1f}%",
            converted,
            f"期间下的 {total.placed} 单中，{total.converted} 单已付款",
        ),
        Number("退款", str(total.refunds), _refunds(span, may), "退款完成的笔数"),
    ]
    return Table(
        "orders",
        "订单",
        ["日期", "下单", "付款订单", "退款笔数"],
        _by_day(
            found,
            lambda day: [day.placed, day.paid, day.refunds],
            _orders_of,
            lambda day: [_orders_of(day), paid_orders(day), _refunds(day, may)],
        ),
        Chart.BARS,
        total=Row("合计", [total.placed, total.paid, total.refunds]),
        numbers=numbers,
    )


def income(found: SpanFigures, may: May) -> Table:
    """Money that came and went back by day, in yuan."""
    total, span = found.total, found.span
    payments = list_url("order_orderpayment", **moments("paid_at", span))
    numbers = [
        Number("净收入（元）", shown(total.net), payments),
        Number("收款（元）", shown(total.income), payments),
        Number("退款（元）", shown(total.refunded), _refunds(span, may)),
    ]
    return Table(
        "income",
        "收入",
        ["日期", "收款（元）", "退款（元）", "净收入（元）"],
        _by_day(
            found,
            lambda day: [day.income, day.refunded, day.net],
            _payments_of,
            lambda day: [_payments_of(day), _refunds(day, may), _payments_of(day)],
        ),
        Chart.LINES,
        NET_NOTE,
        total=Row("合计", [total.income, total.refunded, total.net]),
        numbers=numbers,
    )


def students(found: SpanFigures, may: May) -> Table:
    """New and active students, and how long they watched."""
    total, span = found.total, found.span
    joined, studied = _joined(span, may), _studied(span, may)
    average = total.active_students / len(found.days)
    numbers = [
        Number("新学员", str(total.new_students), joined, "期间注册的账号，不含同事的"),
        Number("日均学习学员", f"{average:.1f}", studied, "当天看过视频的学员"),
        Number("观看（分钟）", str(total.minutes), studied),
    ]
    return Table(
        "students",
        "学员",
        ["日期", "新学员", "学习学员", "观看（分钟）"],
        _by_day(
            found,
            lambda day: [day.new_students, day.active_students, day.minutes],
            _studied_on if may("learning.view_studyday") else None,
            lambda day: [_joined(day, may), _studied(day, may), _studied(day, may)],
        ),
        Chart.LINES,
        "合计中的学习学员是人次：一名学员学习了两天计两次",
        total=Row("合计", [total.new_students, total.active_students, total.minutes]),
        numbers=numbers,
    )


def best_sellers(found: SpanFigures) -> Table:
    """The courses that brought most, for who may see money, and so the page of each. One query."""
    rows = _top(found.courses, lambda each: (each.net, each.sold), lambda each: bool(each.sold))
    names = _names(rows)
    return Table(
        "best_sellers",
        "销售最多的课程",
        ["课程", "售出", "收款（元）", "退款（元）", "净收入（元）"],
        [
            Row(
                names.get(pk, f"课程 {pk}"),
                [each.sold, each.income, each.refunded, each.net],
                course_url(pk, found.span),
            )
            for pk, each in rows
        ],
        note="不指明课程的退款按订单中各课程余下的价格分摊",
    )


def most_watched(found: SpanFigures) -> Table:
    """The courses that were watched most. One query."""
    rows = _top(found.courses, lambda each: (each.watched_seconds, 0), lambda each: each.learners)
    names = _names(rows)
    return Table(
        "most_watched",
        "学习最多的课程",
        ["课程", "学习人次", "观看（分钟）"],
        [
            Row(
                names.get(pk, f"课程 {pk}"),
                [each.learners, each.minutes],
                course_url(pk, found.span),
            )
            for pk, each in rows
        ],
    )


def searches(span: Span) -> Table:
    """Searches by day. One query."""
    found = search.searches_by_day(span.first, span.last)
    total = [sum(pair) for pair in zip(*found.values(), strict=True)] or [0, 0]
    names = DayLinks.of(span, lambda day: [list_url("search_searchword", day=day.first)])
    cells = DayLinks.of(
        span,
        lambda day: [
            list_url("search_searchday", **days("day", day)),
            list_url("search_searchword", **days("day", day), found="no"),
        ],
    )
    numbers = [
        Number("搜索", str(total[0]), list_url("search_searchday", **days("day", span))),
        Number(
            "没有结果",
            str(total[1]),
            list_url("search_searchword", **days("day", span), found="no"),
        ),
    ]
    return Table(
        "searches",
        "搜索",
        ["日期", "搜索", "没有结果"],
        [
            Row(
                day,
                list(found.get(day, (0, 0))),
                names.on(day)[0],
                cells.on(day),
            )
            for day in span.days
        ],
        Chart.BARS,
        total=Row("合计", total),
        numbers=numbers,
    )


def words_without_result(span: Span) -> Table:
    """What people wanted and did not find. One query."""
    words = search.words_without_result(span.first, span.last, limit=TOP)
    return Table(
        "words",
        "没有结果的搜索词",
        ["搜索词", "人数（约）", "次数"],
        [
            Row(
                word.text,
                [word.people, word.searches],
                list_url("search_searchword", **days("day", span), q=word.text),
            )
            for word in words
        ],
        note=f"搜索词只保留最近 {settings.SEARCH_WORD_RETENTION.days} 天",
    )


def course_url(pk: int, span: Span) -> str:
    """The page with the figures of one course."""
    address = reverse("admin:dashboard_dailyfigures_course", args=[pk])
    return f"{address}?first={span.first}&last={span.last}"


def _by_day(
    found: SpanFigures,
    numbers: Callable[[Figures], list[Value]],
    url: Callable[[Span], str] | None,
    links: Callable[[Span], list[str]],
) -> list[Row]:
    names = DayLinks.of(found.span, lambda day: [url(day) if url else ""])
    cells = DayLinks.of(found.span, links)
    return [
        Row(day, numbers(figures), names.on(day)[0], cells.on(day))
        for day, figures in found.days.items()
    ]


def paid_orders(span: Span, **more: object) -> str:
    """The list of orders that were paid within the span."""
    paid = moments("pay_time", span)
    return list_url("order_order", **paid, order_status__in=PAID_STATES, **more)


def _joined(span: Span, may: May) -> str:
    if not may("user.view_user"):
        return ""
    return list_url("user_user", **moments("date_joined", span), is_staff__exact=0)


def _studied(span: Span, may: May) -> str:
    if not may("learning.view_studyday"):
        return ""
    return list_url("learning_studyday", **days("day", span), seconds__gt=0)


def _orders_of(span: Span) -> str:
    return list_url("order_order", **moments("created_time", span))


def _payments_of(span: Span) -> str:
    return list_url("order_orderpayment", **moments("paid_at", span))


def _studied_on(span: Span) -> str:
    return list_url("learning_studyday", day=span.first)


def _refunds(span: Span, may: May) -> str:
    if not may("order.view_refund"):
        return ""
    status = RefundStatus.REFUNDED.value
    return list_url("order_refund", **moments("finished_at", span), status=status)


def _top(
    courses: Mapping[int, CourseFigures],
    rank: Callable[[CourseFigures], tuple[object, object]],
    counts: Callable[[CourseFigures], object],
) -> list[tuple[int, CourseFigures]]:
    ranked: Iterable[tuple[int, CourseFigures]] = (
        (pk, each) for pk, each in courses.items() if counts(each)
    )
    return sorted(ranked, key=lambda pair: (rank(pair[1]), -pair[0]), reverse=True)[:TOP]  # type: ignore[arg-type, return-value]


def _names(rows: Iterable[tuple[int, CourseFigures]]) -> dict[int, str]:
    pks = [pk for pk, _ in rows]
    return dict(Course.objects.filter(pk__in=pks).values_list("pk", "name"))
