"""Takers of coupons and typers of codes at the same moment, each with a control."""

from functools import partial

import pytest
from django.db.models import QuerySet

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.promotion import services
from luffy_api.apps.promotion.models import Claim, Coupon, RedeemCode
from luffy_api.apps.promotion.tests.test_api import batch_of
from luffy_api.tests.factories import CouponFactory, CourseFactory, UserFactory
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 24


def rivals():
    return [user.pk for user in UserFactory.create_batch(RIVALS)]


def test_no_more_coupons_are_taken_than_there_are():
    coupon = CouponFactory(total_limit=5)
    acts = [partial(services.claim_coupon, user_id=pk, coupon_id=coupon.pk) for pk in rivals()]

    ends = at_once(*acts)

    assert (ends.count("done"), ends.count("CouponNotClaimable")) == (5, RIVALS - 5)
    coupon.refresh_from_db()
    assert coupon.claimed_count == Claim.objects.count() == 5


def test_one_student_takes_no_more_than_allowed():
    user, coupon = UserFactory(), CouponFactory(per_student=2)
    act = partial(services.claim_coupon, user_id=user.pk, coupon_id=coupon.pk)

    ends = at_once(*[act] * 12)

    assert ends.count("done") == 2
    coupon.refresh_from_db()
    assert coupon.claimed_count == 2
    assert sorted(Claim.objects.values_list("number", flat=True)) == [1, 2]


def test_a_code_for_a_course_is_used_once():
    course = CourseFactory()
    code = batch_of(1, course=course).codes.get().code

    ends = at_once(*[partial(services.redeem, user_id=pk, text=code) for pk in rivals()])

    assert (ends.count("done"), ends.count("CodeRefused")) == (1, RIVALS - 1)
    assert Enrollment.objects.get().user == RedeemCode.objects.get().used_by


def test_control_without_the_condition_a_code_is_used_by_many(monkeypatch):
    code = batch_of(1, course=CourseFactory()).codes.get().code
    real = QuerySet.update

    def always(rows, **values):
        changed = real(rows, **values)
        return changed or int(rows.model is RedeemCode)

    monkeypatch.setattr(QuerySet, "update", always)
    monkeypatch.setattr(services, "_unused", lambda code, now: RedeemCode.objects.filter(code=code))

    ends = at_once(*[partial(services.redeem, user_id=pk, text=code) for pk in rivals()[:4]])

    assert ends.count("done") > 1
    assert Coupon.objects.count() == 0
