"""Two accounts of one person become one, also while an order of one of them is being paid."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from threading import Event

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.course import enrollment, gifts
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.apps.dashboard import merging
from luffy_api.apps.dashboard.exceptions import MergeRefused
from luffy_api.apps.dashboard.figures import daily, reading
from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.apps.inbox.models import Delivery, OptOut
from luffy_api.apps.inbox.tests.outbox import draft, sent
from luffy_api.apps.learning.models import SectionProgress, StudyDay
from luffy_api.apps.order import integrity
from luffy_api.apps.order.exceptions import OrdersOpen
from luffy_api.apps.order.models import Invoice, Order, PayType, Refund
from luffy_api.apps.order.payment import services
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.school.models import Agreement, AgreementKind
from luffy_api.apps.user import account_moves, notes
from luffy_api.apps.user.models import Consent, StudentNote, User
from luffy_api.common import roles
from luffy_api.conftest import logged_in
from luffy_api.tests import factories
from luffy_api.tests.back_office import log_of, said
from luffy_api.tests.counting import students
from luffy_api.tests.people import staff

pytestmark = pytest.mark.django_db
Source = EnrollmentGrant.Source


@pytest.fixture
def kept():
    return factories.UserFactory(nickname="保留", mobile="13811110001")


@pytest.fixture
def other():
    return factories.UserFactory(nickname="另一个", mobile="13811110002")


@pytest.fixture
def admin():
    return factories.UserFactory(is_staff=True, is_superuser=True)


def merge(kept, other, admin) -> None:
    merging.merge(kept_id=kept.pk, other_id=other.pk, staff_id=admin.pk, reason="同一个人")


def buy(user, course) -> Order:
    order = factories.OrderFactory(user=user, courses=[course])
    pay(order)
    return Order.objects.get(pk=order.pk)


def pay(order) -> None:
    services.record_payment(
        Payment(
            pay_type=PayType.ALIPAY,
            out_trade_no=order.out_trade_no,
            trade_no=f"T{order.pk}",
            total_amount=Decimal(order.total_amount),
            paid_at=timezone.now(),
            source="notification",
        )
    )


def courses_of(user) -> set[int]:
    return set(Enrollment.objects.filter(user=user).values_list("course_id", flat=True))


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
    assert list(integrity.run_checks()) == []


# What holds a user and does not move: rows of staff, of logins, and what is deleted.
NOT_MOVED = {
    *("LogEntry.user", "RevokedToken.user", "IdempotencyKey.user", "User.merged_into"),
    *("StudentNote.author", "Course.zero_price_confirmed_by", "Import.created_by"),
    *("Import.applied_by", "Invoice.handled_by", "OfflinePayment.recorded_by"),
    *("OfflinePayment.decided_by", "PaymentCredential.changed_by", "BillDifference.resolved_by"),
    *("Refund.decided_by", "VideoUpload.user", "Message.created_by"),
    "Teacher.account",
}
MOVED = {
    *("Order.user", "Invoice.user", "Refund.requested_by", "Enrollment.user"),
    *("EnrollmentGrant.user", "SectionProgress.user", "StudentNote.user", "Consent.user"),
    *("StudyDay.user", "Delivery.user", "OptOut.user", "SectionAnswer.user"),
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
    assert list(integrity.run_checks()) == []


def test_accounts_that_must_not_be_merged_are_refused(kept, other, admin):
    closed = factories.UserFactory(is_active=False, closed_at=timezone.now())
    idle = factories.UserFactory(is_active=False)
    refused = [(kept, kept), (kept, admin), (admin, other), (kept, closed), (closed, other)]
    for one, another in [*refused, (idle, other)]:
        with pytest.raises(MergeRefused):
            merge(one, another, admin)
        assert merging.plan(kept=one, other=another).obstacles
    with pytest.raises(MergeRefused):
        merging.merge(kept_id=kept.pk, other_id=999_999, staff_id=admin.pk, reason="x")
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("whose", ["kept", "other"])
def test_an_unpaid_order_of_either_forbids_it(kept, other, admin, whose):
    order = factories.OrderFactory(user={"kept": kept, "other": other}[whose])
    assert order.out_trade_no in merging.plan(kept=kept, other=other).obstacles[0]

    with pytest.raises(OrdersOpen):
        merge(kept, other, admin)

    other.refresh_from_db()
    assert other.is_active


def test_it_is_all_or_nothing(kept, other, admin, monkeypatch):
    course = buy(other, factories.CourseFactory()).order_courses.get().course

    def fail(**kwargs):
        raise RuntimeError

    monkeypatch.setattr(account_moves, "move", fail)
    with pytest.raises(RuntimeError):
        merge(kept, other, admin)

    assert courses_of(other) == {course.pk}
    assert Order.objects.get().user == other


def test_two_merges_of_many_rows_cost_the_same_queries(kept, admin, django_assert_max_num_queries):
    for count in (2, 12):
        other = factories.UserFactory()
        for _ in range(count):
            buy(other, factories.CourseFactory())
            factories.ProgressFactory(user=other, position=30)
        with django_assert_max_num_queries(60):
            merge(kept, other, admin)


# --- At the same moment ------------------------------------------------------------------------


def late_order(other) -> Order:
    """One whose time is over: it may still be paid, and does not forbid a merge."""
    return factories.OrderFactory(
        user=other, order_status=OrderStatus.EXPIRED, courses=[factories.CourseFactory()]
    )


def together(*acts) -> None:
    def run(act) -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for future in [pool.submit(run, act) for act in acts]:
            future.result(timeout=60)


def pay_while_merged(kept, other, admin, order, monkeypatch, lock) -> None:
    """The payment has read the order, by `lock`, and goes on when the merge is over or waits."""
    has_read, is_merged = Event(), Event()

    def read(number: str) -> Order:
        found = lock(number)
        has_read.set()
        is_merged.wait(timeout=1)
        return found

    def merge_then() -> None:
        assert has_read.wait(timeout=60)
        merge(kept, other, admin)
        is_merged.set()

    with monkeypatch.context() as patch:
        patch.setattr(services.locks, "lock_order", read)
        together(lambda: pay(order), merge_then)


@pytest.mark.django_db(transaction=True)
def test_an_order_that_is_paid_at_the_same_moment_belongs_to_the_kept_account(
    kept, other, admin, monkeypatch
):
    order = late_order(other)

    pay_while_merged(kept, other, admin, order, monkeypatch, services.locks.lock_order)

    order.refresh_from_db()
    assert (order.user, order.order_status) == (kept, OrderStatus.PAID)
    assert courses_of(other) == set()
    assert len(courses_of(kept)) == 1
    assert list(integrity.run_checks()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
def test_control_a_payment_without_lock_gives_the_course_to_the_closed_account(
    kept, other, admin, monkeypatch
):
    order = late_order(other)

    def plain(number: str) -> Order:
        return Order.objects.get(out_trade_no=number)

    pay_while_merged(kept, other, admin, order, monkeypatch, plain)

    assert len(courses_of(other)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_payment_that_comes_during_a_merge_waits_and_finds_the_kept_account(
    kept, other, admin, monkeypatch
):
    order = late_order(other)
    has_locked, is_paid = Event(), Event()
    lock = merging.order_moves.lock

    def lock_and_wait(*ids: int) -> None:
        lock(*ids)
        has_locked.set()
        is_paid.wait(timeout=1)

    def pay_then() -> None:
        assert has_locked.wait(timeout=60)
        pay(order)
        is_paid.set()

    with monkeypatch.context() as patch:
        patch.setattr(merging.order_moves, "lock", lock_and_wait)
        together(lambda: merge(kept, other, admin), pay_then)

    assert courses_of(other) == set()
    assert len(courses_of(kept)) == 1
    assert list(integrity.run_checks()) == []


@pytest.mark.django_db(transaction=True)
def test_two_merges_of_the_same_accounts_into_each_other_end_with_one(kept, other, admin):
    factories.EnrollmentFactory(user=kept)
    factories.EnrollmentFactory(user=other)

    def attempt(one, another) -> None:
        with suppress(MergeRefused):
            merge(one, another, admin)

    together(lambda: attempt(kept, other), lambda: attempt(other, kept))

    [left] = User.objects.filter(pk__in=[kept.pk, other.pk], is_active=True)
    assert len(courses_of(left)) == 2


# --- The page ----------------------------------------------------------------------------------


def url(kept) -> str:
    return reverse("admin:dashboard_student_merge", args=[kept.pk])


def test_the_page_shows_first_and_merges_then(admin_client, kept, other):
    buy(other, factories.CourseFactory())
    form = {"other": "138-1111-0002", "reason": "同一个人"}

    html = admin_client.post(url(kept), form).content.decode()
    assert "订单：<strong>1</strong>" in html
    assert "用它登录会成为一个新账号" in html
    assert Order.objects.get().user == other

    answer = admin_client.post(url(kept), {**form, "confirmed": other.pk}, follow=True)
    assert "已合并" in said(answer)
    assert Order.objects.get().user == kept


def test_another_account_than_the_one_that_was_shown_is_not_merged(admin_client, kept, other):
    third = factories.UserFactory()
    form = {"other": third.mobile, "reason": "x", "confirmed": other.pk}
    assert admin_client.post(url(kept), form).status_code == 200
    assert User.objects.filter(merged_into=None).count() == User.objects.count()


@pytest.mark.parametrize("text", ["", "#", "#x", "#" + "9" * 40, "x" * 255, "13800000000", "#٣"])
def test_nobody_is_found_by_nonsense(admin_client, kept, text):
    answer = admin_client.post(url(kept), {"other": text, "reason": "x"})
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_a_refusal_is_said_on_the_page(admin_client, kept, other):
    factories.OrderFactory(user=other)
    form = {"other": other.mobile, "reason": "x"}
    html = admin_client.post(url(kept), form).content.decode()
    assert "还有未支付的订单" in html
    assert "确认合并" not in html
    answer = admin_client.post(url(kept), {**form, "confirmed": other.pk})
    assert "还有未支付的订单" in said(answer)


@pytest.mark.parametrize("role", ["", roles.OPERATIONS, roles.FINANCE])
def test_only_superusers_merge(client, kept, other, role):
    client.force_login(staff(role))
    form = {"other": other.mobile, "reason": "x", "confirmed": other.pk}
    for answer in (client.get(url(kept)), client.post(url(kept), form)):
        assert answer.status_code == 403
    other.refresh_from_db()
    assert other.is_active
