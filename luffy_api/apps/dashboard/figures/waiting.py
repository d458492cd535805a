"""What waits for a person now, whatever span a page shows."""

from collections.abc import Callable

from luffy_api.apps.community import review
from luffy_api.apps.community.models import Answer, PostState, Question
from luffy_api.apps.dashboard.figures.tables import Number, list_url
from luffy_api.apps.monitoring.models import Alert
from luffy_api.apps.order import attention_selectors, refund_selectors
from luffy_api.apps.order.models import GatewayCounter, OfflineStatus, RefundStatus
from luffy_api.apps.video import selectors as videos
from luffy_api.apps.video.models import Video
from luffy_api.common import dates

May = Callable[[str], bool]


def waiting(may: May) -> list[Number]:
    """The numbers of those lists that the user may see. Ten queries at most, by indexes."""
    return [number for permission, find in SOURCES.items() if may(permission) for number in find()]


def _refunds() -> list[Number]:
    counts = refund_selectors.refund_counts()
    notes = {RefundStatus.REQUESTED: "学员在等答复", RefundStatus.FAILED: "支付平台没有退成"}
    labels = {RefundStatus.REQUESTED: "待处理的退款", RefundStatus.FAILED: "失败的退款"}
    return [
        _open(
            labels[status],
            counts.get(status, 0),
            list_url("order_refund", status=status.value),
            note,
        )
        for status, note in notes.items()
    ]


def _due_back() -> list[Number]:
    url = list_url("order_refunddueorder")
    return [_open("待退款订单", attention_selectors.orders_owing(), url, "多付的款项还没有退")]


def _offline() -> list[Number]:
    url = list_url("order_offlinepayment", status__exact=OfflineStatus.WAITING.value)
    count = attention_selectors.waiting_offline_payments()
    return [_open("待确认的线下收款", count, url, "确认或作废之前，订单不会关闭")]


def _differences() -> list[Number]:
    count = attention_selectors.open_bill_differences()
    return [_open("账单差异", count, list_url("order_billdifference", state="open"), "尚未处理")]


def _gateway() -> list[Number]:
    today = dates.today()
    found = attention_selectors.gateway_day(today)
    url = list_url("order_gatewaycounter", day=today, outcome__exact=GatewayCounter.Outcome.UNKNOWN)
    note = f"今天查询 {found.queries} 次中，没有得到可信答复的次数"
    return [_open("支付平台未答复", found.unanswered, url, note)]


def _videos() -> list[Number]:
    url = list_url("course_coursesection", video_state=Video.State.FAILED.value)
    return [_open("转码失败的课时", videos.failed_sections(), url, "学员看不到这些视频")]


def _alerts() -> list[Number]:
    return [_open("告警", Alert.objects.open().count(), list_url("monitoring_alert"), "尚未恢复")]


def _questions() -> list[Number]:
    asked = list_url("community_question", state__exact=PostState.SHOWN.value, answered="no")
    found = [_open("未回答的提问", review.count_unanswered(), asked, "还没有人回答")]
    for label, model in (("待处理的提问", Question), ("待处理的回答", Answer)):
        url = list_url(f"community_{model._meta.model_name}", review="open")
        found.append(_open(label, review.count_open(model), url, "待审核或被举报"))
    return found


def _open(label: str, count: int, url: str, note: str) -> Number:
    return Number(label, str(count), url, note, is_open=count > 0)


SOURCES: dict[str, Callable[[], list[Number]]] = {
    "order.view_refund": _refunds,
    "order.view_refunddueorder": _due_back,
    "order.view_offlinepayment": _offline,
    "order.view_billdifference": _differences,
    "order.view_gatewaycounter": _gateway,
    "course.view_coursesection": _videos,
    "community.moderate_question": _questions,
    "monitoring.view_alert": _alerts,
}
