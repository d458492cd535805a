"""Whatever the other account has moves to the one that is kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from luffy_api.apps.community import rating_counts, ratings
from luffy_api.apps.community.models import Favourite, Rating
from luffy_api.apps.course import enrollment, gifts
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.apps.dashboard import merging
from luffy_api.apps.dashboard.figures import daily, reading
from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.apps.dashboard.tests.merging.accounts import buy, courses_of, merge
from luffy_api.apps.inbox.models import Delivery, Kind, Message, OptOut
from luffy_api.apps.inbox.tests.outbox import draft, sent
from luffy_api.apps.learning import certificates
from luffy_api.apps.learning import integrity as learning_integrity
from luffy_api.apps.learning.models import CourseCertificate, SectionProgress, StudyDay
from luffy_api.apps.order import integrity
from luffy_api.apps.order.models import CartItem, Invoice, Order, Refund
from luffy_api.apps.promotion.models import Claim, MembershipPeriod
from luffy_api.apps.school.models import Agreement, AgreementKind
from luffy_api.apps.user import locks as user_locks
from luffy_api.apps.user import notes
from luffy_api.apps.user.models import Consent, SocialAccount, StudentNote, User
from luffy_api.conftest import logged_in
from luffy_api.tests import factories
from luffy_api.tests.back_office import log_of
from luffy_api.tests.counting import students
from luffy_api.tests.violations import violations

pytestmark = pytest.mark.django_db
Source = EnrollmentGrant.Source


def test_everything_moves_and_the_other_account_is_closed(kept, other, admin):
    order = buy(other, factories.CourseFactory())
    payment = order.payments.get()
    factories.RefundFactory(payment=payment)
    factories.OfflinePaymentFactory(
        order=order, status=2, decided_by=admin, decided_at=timezone.now()
    )
    factories.InvoiceFactory(user=other, orders=[order])
    factories.ProgressFactory(user=other, position=30)
    notes.write(user_id=other.pk, author_id=admin.pk, text="老学员")
    device = logged_in(other)

    merge(kept, other, admin)

    for model in (Order, Invoice, Enrollment, EnrollmentGrant, SectionProgress, StudentNote):
        assert {row.user for row in model.objects.all()} == {kept}, model
    assert Refund.objects.get().requested_by == kept
    other.refresh_from_db()
    assert (other.is_active, other.mobile, other.merged_into) == (False, None, kept)
    assert device.get("/api/v1/user/profile/").status_code == 401
    assert "并入本账号，原因：同一个人" in log_of(kept)[0]
    assert "本账号注销" in log_of(other)[0]
    assert violations() == []


# What holds a user and does not move: rows of staff, of logins, and what is deleted.
NOT_MOVED = {
    *("LogEntry.user", "RevokedToken.user", "IdempotencyKey.user", "User.merged_into"),
    *("StudentNote.author", "Course.zero_price_confirmed_by", "Import.created_by"),
    *("Import.applied_by", "Invoice.handled_by", "OfflinePayment.recorded_by"),
    *("OfflinePayment.decided_by", "PaymentCredential.changed_by", "BillDifference.resolved_by"),
    *("Refund.decided_by", "VideoUpload.user", "Message.created_by"),
    *("Teacher.account", "Rating.answered_by", "CodeBatch.created_by"),
}
MOVED = {
    *("Order.user", "Invoice.user", "Refund.requested_by", "Enrollment.user"),
    *("EnrollmentGrant.user", "SectionProgress.user", "StudentNote.user", "Consent.user"),
    *("Rating.user", "Question.user", "Answer.user", "Report.user"),
    *("Note.user", "Favourite.user"),
    *(
        "StudyDay.user",
        "Delivery.user",
        "OptOut.user",
        "SectionAnswer.user",
        "QuizAttempt.user",
        "StudentLogin.user",
    ),
    *("Claim.user", "RedeemCode.used_by", "CartItem.user", "SocialAccount.user"),
    "CourseCertificate.user",
    "MembershipPeriod.user",
}


def test_every_table_with_a_user_is_moved_or_known_to_stay():
    found = {
        f"{relation.related_model.__name__}.{relation.field.name}"
        for relation in User._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and not relation.many_to_many
    }
    through = {name for name in found if name.startswith("User_")}
    assert found - through == MOVED | NOT_MOVED


def test_messages_of_both_are_in_one_place_and_once(kept, other, admin):
    both, one = sent(draft()), sent(draft(other))
    OptOut.objects.create(user=kept, kind=1, channel=2)
    for channel in (2, 3):
        OptOut.objects.create(user=other, kind=1, channel=channel)

    merge(kept, other, admin)

    rows = Delivery.objects.order_by("pk")
    assert [(row.message, row.user) for row in rows] == [(both, kept), (one, kept)]
    assert [(row.user, row.channel) for row in OptOut.objects.order_by("channel")] == [
        (kept, 2),
        (kept, 3),
    ]
    one.refresh_from_db()
    assert one.audience_id == kept.pk


def test_of_two_ratings_the_later_one_stays_but_a_hidden_one_always(kept, other, admin):
    later, hidden, moved = factories.CourseFactory.create_batch(3)
    for user, stars in ((kept, 5), (other, 2)):
        for course in (later, hidden):
            factories.RatingFactory(user=user, course=course, stars=stars)
    first = Rating.objects.get(user=kept, course=hidden)
    ratings.hide(rating_id=first.pk, reason="广告", staff_id=admin.pk)
    factories.RatingFactory(user=other, course=moved, stars=4)

    merge(kept, other, admin)

    rows = Rating.objects.order_by("course")
    assert [(row.user, row.stars) for row in rows] == [(kept, 2), (kept, 5), (kept, 4)]
    assert rating_counts.differences() == []


def test_a_course_that_both_keep_is_kept_once(kept, other, admin):
    both, one = factories.CourseFactory.create_batch(2)
    for user, course in ((kept, both), (other, both), (other, one)):
        factories.FavouriteFactory(user=user, course=course)

    merge(kept, other, admin)

    rows = Favourite.objects.order_by("course")
    assert [(row.user, row.course) for row in rows] == [(kept, both), (kept, one)]


def test_of_two_certificates_of_a_course_both_numbers_stay_good(kept, other, admin):
    both, moved = factories.CourseFactory.create_batch(2)
    older, left, only = (
        factories.CertificateFactory(user=user, course=course, name=name)
        for user, course, name in (
            (other, both, "王小明"),
            (kept, both, "王晓明"),
            (other, moved, "王小明"),
        )
    )

    merge(kept, other, admin)

    rows = CourseCertificate.objects.order_by("pk").values_list("number", "user", "name")
    assert list(rows) == [
        (older.number, kept.pk, "王小明"),
        (left.number, None, "王*明"),
        (only.number, kept.pk, "王小明"),
    ]
    assert [row for rule in learning_integrity.RULES.values() for row in rule()] == []


def test_a_revoked_certificate_is_left_over_for_a_good_one(kept, other, admin):
    course = factories.CourseFactory()
    first, _ = (factories.CertificateFactory(user=user, course=course) for user in (kept, other))
    certificates.revoke(certificate_id=first.pk, reason="冒名", staff_id=admin.pk)

    merge(kept, other, admin)

    rows = CourseCertificate.objects.order_by("pk").values_list("user", "reason")
    assert list(rows) == [(None, "冒名"), (kept.pk, "")]


def test_coupons_of_both_are_counted_on(kept, other, admin):
    coupon = factories.CouponFactory()
    for user in (kept, other):
        factories.ClaimFactory(user=user, coupon=coupon)

    merge(kept, other, admin)

    assert [(row.user, row.number) for row in Claim.objects.order_by("pk")] == [
        (kept, 1),
        (kept, 2),
    ]


def test_of_two_memberships_no_day_is_lost(kept, other, admin):
    now = timezone.now()
    mine = factories.MembershipPeriodFactory(user=kept, number=1, starts_at=now - timedelta(days=5))
    theirs = factories.MembershipPeriodFactory(
        user=other, number=1, starts_at=now - timedelta(days=10)
    )
    next_one = factories.MembershipPeriodFactory(user=other, number=2, starts_at=theirs.ends_at)

    merge(kept, other, admin)

    # 20 days were left of the other one, 25 of this one, and 30 had not begun.
    rows = MembershipPeriod.objects.filter(user=kept).order_by("starts_at")
    assert [row.pk for row in rows] == [theirs.pk, mine.pk, next_one.pk]
    assert [(row.ends_at - now).days for row in rows] == [20, 44, 74]
    assert sorted(row.number for row in rows) == [1, 2, 3]
    assert [row.starts_at for row in rows[1:]] == [row.ends_at for row in rows[:2]]


def test_of_two_carts_one_is_made(kept, other, admin):
    both, moved = factories.CourseFactory.create_batch(2)
    for user, course in ((kept, both), (other, both), (other, moved)):
        CartItem.objects.create(user=user, course=course, price_seen=1)

    merge(kept, other, admin)

    rows = CartItem.objects.order_by("course").values_list("user", "course")
    assert list(rows) == [(kept.pk, both.pk), (kept.pk, moved.pk)]


def test_of_a_section_the_further_progress_stays(kept, other, admin):
    sections = factories.SectionFactory.create_batch(2)
    for section, mine, theirs in zip(sections, (10, 200), (90, 20), strict=True):
        factories.ProgressFactory(user=kept, section=section, position=mine)
        factories.ProgressFactory(user=other, section=section, position=theirs)

    merge(kept, other, admin)

    rows = SectionProgress.objects.order_by("section")
    assert [(row.user, row.position, row.watched) for row in rows] == [
        (kept, 90, 90),
        (kept, 200, 200),
    ]


def test_days_of_learning_are_added_and_summed_anew(kept, other, admin):
    day, course = timezone.localdate() - timedelta(days=3), factories.CourseFactory()
    User.objects.update(date_joined=timezone.now() - timedelta(days=9))
    for user, seconds in ((kept, 60), (other, 30)):
        StudyDay.objects.create(day=day, user=user, course=course, seconds=seconds)
    daily.refresh()

    merge(kept, other, admin)

    assert [(row.user, row.seconds) for row in StudyDay.objects.all()] == [(kept, 90)]
    assert reading.read(Span(day, day)).total.active_students == 1
    daily.refresh()
    assert list(daily.differences()) == []


def test_a_course_of_both_stays_once_and_counts_one_student(kept, other, admin):
    course = factories.CourseFactory()
    first, second = buy(kept, course), buy(other, course)

    merge(kept, other, admin)

    assert students() == [1]
    assert courses_of(kept) == {course.pk}
    enrollment.end_grants(source=Source.ORDER, reference=first.out_trade_no)
    assert courses_of(kept) == {course.pk}
    enrollment.end_grants(source=Source.ORDER, reference=second.out_trade_no)
    assert courses_of(kept) == set()
    assert students() == [0]


@pytest.mark.parametrize(
    ("mine", "theirs", "left"), [(5, None, None), (None, 5, None), (5, 9, 9), (9, 5, 9)]
)
def test_of_two_gifts_the_longer_one_stays(kept, other, admin, mine, theirs, left):
    now, course = timezone.now(), factories.CourseFactory()

    def after(days):
        return days and now + timedelta(days=days)

    for user, days in ((kept, mine), (other, theirs)):
        gifts.give(
            user_id=user.pk,
            course_id=course.pk,
            ends_at=after(days),
            staff_id=admin.pk,
            reason="开班",
        )

    merge(kept, other, admin)

    [grant] = EnrollmentGrant.objects.all()
    assert (grant.user, grant.ends_at) == (kept, after(left))


def test_a_consent_of_both_keeps_its_earlier_time(kept, other, admin):
    both, one = [
        Agreement.objects.create(kind=kind, version=1, text="条款")
        for kind in (AgreementKind.PRIVACY, AgreementKind.REFUND)
    ]
    early = timezone.now() - timedelta(days=9)
    for user, agreement in ((kept, both), (other, both), (other, one)):
        Consent.objects.create(user=user, agreement=agreement)
    Consent.objects.filter(user=other, agreement=both).update(created_time=early)

    merge(kept, other, admin)

    assert set(Consent.objects.values_list("user", "agreement")) == {
        (kept.pk, both.pk),
        (kept.pk, one.pk),
    }
    assert Consent.objects.get(agreement=both).created_time == early


def test_wechat_of_the_other_account_logs_in_to_the_kept_one_unless_it_has_its_own(
    kept, other, admin
):
    rows = [(other, "wechat", "o-1"), (other, "alipay", "2088-1"), (kept, "alipay", "2088-2")]
    for user, provider, openid in rows:
        SocialAccount.objects.create(user=user, provider=provider, app_id="1", openid=openid)

    sentences = merging.plan(kept=kept, other=other).warnings
    merge(kept, other, admin)

    assert {"微信登录将转到保留的账号", "支付宝登录将作废"} <= {*sentences}
    assert set(SocialAccount.objects.values_list("user", "openid")) == {
        (kept.pk, "o-1"),
        (kept.pk, "2088-2"),
    }
    told = Message.objects.filter(kind=Kind.ACCOUNT)
    assert set(told.values_list("title", "audience_id")) == {
        ("已绑定微信", kept.pk),
        ("已解除支付宝绑定", kept.pk),
    }
    dropped = told.get(title="已解除支付宝绑定")
    assert "被并入的账号绑定的支付宝不能再登录" in dropped.text
    # The kept account's own is connected still.
    assert dropped.parameters == {"provider": "支付宝", "event": "停用另一个"}


def test_what_the_kept_account_lacks_it_takes_over(other, admin):
    kept = factories.UserFactory(mobile=None, email="kept@example.com")

    merge(kept, other, admin)

    kept.refresh_from_db()
    assert (kept.mobile, kept.email) == ("13811110002", "kept@example.com")


def test_a_deactivated_account_can_be_merged(kept, admin):
    other = factories.UserFactory(is_active=False)
    course = factories.EnrollmentFactory(user=other).course

    merge(kept, other, admin)

    assert courses_of(kept) == {course.pk}


def test_what_reached_the_closed_account_since_is_found_and_moves_too(kept, other, admin):
    merge(kept, other, admin)
    late = buy(other, factories.CourseFactory())
    assert any(late.out_trade_no == each.row for each in integrity.run_checks())

    merge(kept, other, admin)

    assert Order.objects.get().user == kept
    assert violations() == []


def test_two_merges_of_many_rows_cost_the_same_queries(kept, admin, django_assert_max_num_queries):
    user_locks.lock_merges()  # the first one ever makes its row
    for count in (2, 12):
        other = factories.UserFactory()
        for _ in range(count):
            buy(other, factories.CourseFactory())
            factories.ProgressFactory(user=other, position=30)
        with django_assert_max_num_queries(89):
            merge(kept, other, admin)
