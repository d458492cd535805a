"""Orders of memberships that an older release has dealt with; a fake gateway."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from luffy_api.apps.course.models import Course, EnrollmentGrant
from luffy_api.apps.order import membership_repair
from luffy_api.apps.order.models import RefundStatus
from luffy_api.apps.promotion.membership import opened
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.tests.factories import (
    CourseFactory,
    UserFactory,
)
from luffy_api.tests.fake_gateway import FINISHED
from luffy_api.tests.memberships import bought, days_left, days_left_of
from luffy_api.tests.refunding import finish, start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]
DAY = timedelta(days=1)
VIP = Course.CourseType.VIP


def test_what_an_older_release_has_recorded_is_made_good(student, term, fake_alipay, capsys):
    """It takes the money of an order without a course, and gives nothing for it."""
    paid, back = [bought(fake_alipay, student.pk, term) for _ in range(2)]
    MembershipPeriod.objects.filter(reference=paid.out_trade_no).delete()
    start(back)
    finish()
    MembershipPeriod.objects.update(ended_at=None)

    call_command("repair_memberships")

    assert "已补办 2 笔" in capsys.readouterr().out
    assert days_left(student.pk) == 30
    assert membership_repair.repair() == 0


def test_a_refund_by_days_that_an_older_release_has_finished_ends_it(student, term, fake_alipay):
    """It knows nothing of the column, records that the money is back, and ends nothing."""
    back, kept = [bought(fake_alipay, student.pk, term) for _ in range(2)]
    vip = CourseFactory(course_type=VIP)
    opened.join(user_id=student.pk, course_id=vip.pk)
    other = bought(fake_alipay, UserFactory().pk, term)
    fake_alipay.trades[other.out_trade_no].status = FINISHED
    assert start(other, by_days=True).status == RefundStatus.FAILED
    refund = start(back, by_days=True)
    MembershipPeriod.objects.filter(reference=back.out_trade_no).update(ended_at=None)
    EnrollmentGrant.objects.update(ends_at=timezone.now() + 60 * DAY)

    assert membership_repair.repair() == 1

    assert refund.status == RefundStatus.REFUNDED
    [live] = MembershipPeriod.objects.live(timezone.now()).filter(user=student)
    assert (live.reference, days_left(student.pk)) == (kept.out_trade_no, 30)
    assert days_left_of(EnrollmentGrant.objects.get().ends_at) == 30
    assert membership_repair.repair() == 0
