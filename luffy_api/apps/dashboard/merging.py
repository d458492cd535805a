"""Two accounts of one person become one: everything moves, the other account is closed."""

from dataclasses import dataclass

from django.db import transaction

from luffy_api.apps.community import account_moves as community_moves
from luffy_api.apps.community.models import Answer, Favourite, Note, Question, Rating
from luffy_api.apps.course import account_moves as course_moves
from luffy_api.apps.course.locks import lock_students
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.apps.dashboard.exceptions import MergeRefused
from luffy_api.apps.dashboard.figures import daily
from luffy_api.apps.inbox import account_moves as inbox_moves
from luffy_api.apps.inbox.models import Delivery
from luffy_api.apps.learning import account_moves as learning_moves
from luffy_api.apps.learning import study_days
from luffy_api.apps.learning.models import (
    CourseCertificate,
    QuizAttempt,
    SectionAnswer,
    SectionProgress,
)
from luffy_api.apps.order import account_moves as order_moves
from luffy_api.apps.order.models import CartItem, Invoice, OfflinePayment, Order, Refund
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion import account_moves as promotion_moves
from luffy_api.apps.promotion.models import Claim, MembershipPeriod
from luffy_api.apps.user import account_moves as user_moves
from luffy_api.apps.user import locks as user_locks
from luffy_api.apps.user import selectors as user_selectors
from luffy_api.apps.user.models import Consent, StudentNote, User
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks

MAX_NAMES = 20
WITH_ITSELF = "不能与自己合并"


@dataclass(frozen=True)
class Plan:
    """What a merge would do, for people: names with numbers, warnings, and what forbids it."""

    moves: list[tuple[str, int]]
    warnings: list[str]
    obstacles: list[str]


def plan(*, kept: User, other: User) -> Plan:
    """Nothing is written or locked. 26 queries."""
    mine, theirs = Enrollment.objects.filter(user=kept), Enrollment.objects.filter(user=other)
    both = theirs.filter(course__in=mine.values("course"))
    names = list(both.values_list("course__name", flat=True)[:MAX_NAMES])
    bought = EnrollmentGrant.objects.live().filter(source=EnrollmentGrant.Source.ORDER)
    twice = bought.filter(
        user=other, course__in=bought.filter(user=kept).values("course")
    ).values_list("course__name", flat=True)[:MAX_NAMES]
    warnings = []
    if names:
        warnings.append(f"两个账号都有的课程合并为一门：{'、'.join(names)}")
    if paid_twice := list(twice):
        warnings.append(f"两个账号都购买过，如需退款请到订单页发起：{'、'.join(paid_twice)}")
    return Plan(_counts(other), [*warnings, *_identities(kept, other)], _obstacles(kept, other))


@retry_deadlocks
@transaction.atomic
def _merge(kept_id: int, other_id: int, staff_id: int, reason: str) -> None:
    user_locks.lock_merges()
    # Orders before students, as whoever records a payment does.
    order_moves.lock(kept_id, other_id)
    lock_students([kept_id, other_id])
    users = User.objects.in_bulk([kept_id, other_id])
    if len(users) < 2:
        raise MergeRefused("没有这个账号")
    kept, other = users[kept_id], users[other_id]
    if refused := _refusals(kept, other):
        raise MergeRefused(refused[0])
    order_moves.move(source_id=other_id, target_id=kept_id)
    course_moves.move(source_id=other_id, target_id=kept_id)
    daily.forget(study_days.days_of(other_id))
    learning_moves.move(source_id=other_id, target_id=kept_id)
    community_moves.move(source_id=other_id, target_id=kept_id)
    promotion_moves.move(source_id=other_id, target_id=kept_id)
    inbox_moves.move(source_id=other_id, target_id=kept_id)
    audit_log.log_change(
        kept,
        user_id=staff_id,
        message=f"合并账号：#{other_id} 的全部内容并入本账号，原因：{reason}",
    )
    user_moves.move(source=other, target=kept)
    audit_log.log_change(
        other,
        user_id=staff_id,
        message=f"合并账号：全部内容已并入 #{kept_id}，本账号注销，原因：{reason}",
    )


def merge(*, kept_id: int, other_id: int, staff_id: int, reason: str) -> None:
    """Move everything of the other account to the one that is kept, and close the other.

    All of it or nothing. It may be repeated for accounts that are merged already: what has reached
    the closed one since moves too. Raises MergeRefused, and OrdersOpen while one of them has an
    unpaid order.
    """
    if kept_id == other_id:
        raise MergeRefused(WITH_ITSELF)
    learning_moves.flush(kept_id, other_id)
    _merge(kept_id, other_id, staff_id, reason)


def _refusals(kept: User, other: User) -> list[str]:
    """Sentences about the accounts themselves. No query."""
    is_repeated = other.merged_into_id == kept.pk
    found = {
        WITH_ITSELF: kept.pk == other.pk,
        "工作人员的账号不能合并": any(each.is_staff or each.is_superuser for each in (kept, other)),
        "保留的账号已停用或注销": not kept.is_active or kept.closed_at is not None,
        "要并入的账号已注销": other.closed_at is not None and not is_repeated,
    }
    return [sentence for sentence, stands in found.items() if stands]


def _obstacles(kept: User, other: User) -> list[str]:
    unpaid = Order.objects.filter(user__in=[kept, other], order_status=OrderStatus.UNPAID)
    numbers = list(unpaid.values_list("out_trade_no", flat=True)[:5])
    open_ = (
        [
            "还有未支付的订单，请等它付款、取消或超时关闭，待确认的线下收款请先确认或作废："
            + "、".join(numbers)
        ]
        if numbers
        else []
    )
    return [*_refusals(kept, other), *open_]


def _identities(kept: User, other: User) -> list[str]:
    found = []
    if other.mobile:
        fate = "转到保留的账号" if not kept.mobile else "作废，用它登录会成为一个新账号"
        found.append(f"手机号 {other.masked_mobile} 将{fate}")
    if other.email and kept.email:
        found.append("另一个账号的邮箱将作废")
    return [
        *found,
        *_social_accounts(kept, other),
        "另一个账号的用户名、密码、昵称和头像不保留，并立即退出登录",
    ]


def _social_accounts(kept: User, other: User) -> list[str]:
    """What becomes of WeChat and others by which the other account logs in."""
    has = {row.provider for row in user_selectors.social_accounts_of(kept.pk)}
    return [
        f"{row.get_provider_display()}登录将{'作废' if row.provider in has else '转到保留的账号'}"
        for row in user_selectors.social_accounts_of(other.pk)
    ]


def _counts(other: User) -> list[tuple[str, int]]:
    rows = {
        "订单": Order.objects.filter(user=other),
        "退款": Refund.objects.filter(order__user=other),
        "线下收款": OfflinePayment.objects.filter(order__user=other),
        "选课车": CartItem.objects.filter(user=other),
        "发票": Invoice.objects.filter(user=other),
        "课程": Enrollment.objects.filter(user=other),
        "课程授权": EnrollmentGrant.objects.filter(user=other),
        "学习进度": SectionProgress.objects.filter(user=other),
        "练习答案": SectionAnswer.objects.filter(user=other),
        "测验作答": QuizAttempt.objects.filter(user=other),
        "结课证书": CourseCertificate.objects.filter(user=other),
        "会员": MembershipPeriod.objects.filter(user=other),
        "优惠券": Claim.objects.filter(user=other),
        "评价": Rating.objects.filter(user=other),
        "提问": Question.objects.filter(user=other),
        "问答回答": Answer.objects.filter(user=other),
        "笔记": Note.objects.filter(user=other),
        "收藏": Favourite.objects.filter(user=other),
        "消息": Delivery.objects.filter(user=other),
        "备注": StudentNote.objects.filter(user=other),
        "同意记录": Consent.objects.filter(user=other),
    }
    return [(name, found.count()) for name, found in rows.items()]
