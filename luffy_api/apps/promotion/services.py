"""Taking coupons, by button or by a typed code; codes that open a course."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.locks import lock_writer
from luffy_api.apps.course.models import Course, EnrollmentGrant
from luffy_api.apps.promotion import codes
from luffy_api.apps.promotion.exceptions import (
    CodeNotNeeded,
    CodeRefused,
    CouponNotClaimable,
    CouponNotFound,
)
from luffy_api.apps.promotion.models import Claim, Coupon, RedeemCode
from luffy_api.common.database_errors import is_taken
from luffy_api.common.exceptions import Conflict
from luffy_api.common.transactions import retry_deadlocks

MAX_ATTEMPTS = 4
Result = TypeVar("Result")


@dataclass(frozen=True)
class Redeemed:
    """What a code has brought: a coupon or a course."""

    claim: Claim | None = None
    course: Course | None = None


def claim_coupon(*, user_id: int, coupon_id: int) -> Claim:
    """Take one of a coupon that is offered. Raises CouponNotFound, CouponNotClaimable."""
    return _again_when_rivalled(lambda: _claim(user_id, coupon_id))


@retry_deadlocks
@transaction.atomic
def _claim(user_id: int, coupon_id: int) -> Claim:
    now = timezone.now()
    coupons = Coupon.objects.visible().filter(pk=coupon_id, claimable=True)
    # One conditional UPDATE first: it locks the row and counts, whoever asks at the same moment.
    free = Q(total_limit=None) | Q(claimed_count__lt=F("total_limit"))
    in_time = coupons.filter(free, starts_at__lte=now, ends_at__gt=now)
    if not in_time.update(claimed_count=F("claimed_count") + 1):
        coupon = coupons.first()
        if coupon is None:
            raise CouponNotFound
        raise CouponNotClaimable(_why_not(coupon))
    return _add_claim(Coupon.objects.get(pk=coupon_id), user_id, None)


def _why_not(coupon: Coupon) -> str:
    now = timezone.now()
    if now < coupon.starts_at:
        return "还没有到领取时间"
    return "活动已结束" if now >= coupon.ends_at else "已经领完了"


def _add_claim(coupon: Coupon, user_id: int, code: RedeemCode | None) -> Claim:
    """Raises IntegrityError when a rival request of the same student was first."""
    known = Claim.objects.filter(user_id=user_id, coupon=coupon).count()
    if known >= coupon.per_student:
        raise CouponNotClaimable(f"每人限领 {coupon.per_student} 张，您已经领过了")
    return Claim.objects.create(coupon=coupon, user_id=user_id, number=known + 1, code=code)


def redeem(*, user_id: int, text: str) -> Redeemed:
    """Use a code that a student has typed.

    Raises CodeRefused, CodeNotNeeded, CouponNotClaimable; the code stays good after the last two.
    """
    code = codes.parse(text)
    if code is None:
        raise CodeRefused
    return _again_when_rivalled(lambda: _redeem(user_id, code))


@retry_deadlocks
@transaction.atomic
def _redeem(user_id: int, code: str) -> Redeemed:
    now = timezone.now()
    lock_writer(user_id)
    row = _unused(code, now).select_related("batch__coupon", "batch__course").first()
    if row is None:
        raise CodeRefused
    # Of two students with one code the conditional UPDATE lets one pass, on every database.
    mine = RedeemCode.objects.filter(pk=row.pk, used_by=None)
    if not mine.update(used_by_id=user_id, used_at=now):
        raise CodeRefused
    if row.batch.coupon is not None:
        return Redeemed(claim=_claim_by_code(row.batch.coupon, user_id, row))
    assert row.batch.course is not None
    return Redeemed(course=_open_course(row.batch.course, user_id, row))


def _unused(code: str, now: datetime) -> "QuerySet[RedeemCode]":
    in_time = Q(batch__expires_at=None) | Q(batch__expires_at__gt=now)
    return RedeemCode.objects.filter(in_time, code=code, used_by=None, batch__voided_at=None)


def _claim_by_code(coupon: Coupon, user_id: int, code: RedeemCode) -> Claim:
    if coupon.is_delete or timezone.now() >= coupon.ends_at:
        raise CouponNotClaimable("这张优惠券已过期或停用")
    return _add_claim(coupon, user_id, code)


def _open_course(course: Course, user_id: int, code: RedeemCode) -> Course:
    if course.is_delete:
        raise CodeRefused
    if EnrollmentGrant.objects.owned().filter(user=user_id, course=course).exists():
        raise CodeNotNeeded("您已经拥有这门课程，兑换码没有使用，可以送给别人")
    enrollment.enroll_in_all(
        user_id=user_id,
        course_ids=[course.pk],
        source=EnrollmentGrant.Source.CODE,
        reference=str(code.pk),
        study_months={course.pk: course.study_months},
    )
    return course


def _again_when_rivalled(attempt: Callable[[], Result]) -> Result:
    """Repeat it when another request of the same student has taken the same number of a claim."""
    for _ in range(MAX_ATTEMPTS):
        try:
            return attempt()
        except IntegrityError as error:
            if not is_taken(error, Claim, "user", "coupon", "number"):
                raise
    raise Conflict
