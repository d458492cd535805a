"""What students buy besides single courses: packages, and memberships that open courses."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order import cancellation
from luffy_api.apps.order.models import Order, OrderDetail, Refund
from luffy_api.apps.order.payment import reconciliation, refunds
from luffy_api.apps.promotion.models import MembershipTerm, Package
from luffy_api.common.exceptions import DomainError
from luffy_api.tests.payment_machine.base import ORDERS, PEOPLE
from luffy_api.tests.payment_machine.students import WAYS, Students, Way

TERMS = st.integers(0, 1)
WRONG = st.sampled_from([False, False, False, True])


class Goods(Students):
    """Packages, memberships, and the time that eats them."""

    @rule(target=ORDERS, person=PEOPLE, way=WAYS, wrong_total=WRONG)
    def place_a_package(self, person: int, way: Way, wrong_total: bool = False) -> Any:
        """The rest of it, at the sum that its page says to the student."""
        package = self.world.package
        answer = self.ask(person, "get", f"promotion/package/{package.pk}/").json()
        page = answer.get("data") or {"courses": [], "owned": [], "total_amount": "1.00"}
        rest = [each for each in page["courses"] if each["id"] not in page["owned"]]
        total = Decimal(page["total_amount"]) + wrong_total
        # No cent is lost or gained, and nobody pays more than course by course.
        shares = sum((Decimal(each["share"]) for each in rest), Decimal(0))
        assert total == shares + wrong_total or not answer.get("data")
        assert all(Decimal(each["share"]) <= Decimal(each["real_price"]) for each in rest)
        body = {"package": package.pk, "courses": [each["id"] for each in rest]}
        savings = {each["id"]: Decimal(each["vip_amount"]) for each in rest}
        return self.send(person, body, total, way, wrong_total=wrong_total, savings=savings)

    @rule(target=ORDERS, person=PEOPLE, term=TERMS, way=WAYS, wrong_total=WRONG)
    def place_a_membership(
        self, person: int, term: int, way: Way, wrong_total: bool = False
    ) -> Any:
        """A first one, or a renewal."""
        wanted = MembershipTerm.objects.get(pk=self.world.terms[term].pk)
        body = {"membership": wanted.pk}
        total = wanted.price + wrong_total
        return self.send(person, body, total, way, wrong_total=wrong_total)

    @rule(target=ORDERS, number=ORDERS, price=st.sampled_from(["", "0.01", "7.00"]), way=WAYS)
    def place_the_same(self, number: str, price: str, way: Way) -> Any:
        """Perhaps at a new price, whatever the state of the earlier order."""
        person, order = self.owner(number), Order.objects.get(out_trade_no=number)
        lines = list(OrderDetail.objects.filter(order=order))
        if not lines:
            return self._place_the_same_term(order, price, way)
        wanted = {line.course_id for line in lines}
        if price:
            Course.objects.filter(pk__in=wanted, price__gt=0).update(price=price)
        if lines[0].package_id:
            return self.place_a_package(person=person, way=way, wrong_total=False)
        picks = {i for i, course in enumerate(self.world.courses) if course.pk in wanted}
        return self.place(person=person, picks=picks, way=way, wrong_total=False)

    def _place_the_same_term(self, order: Order, price: str, way: Way) -> Any:
        term = order.membership_line.term
        if price:
            MembershipTerm.objects.filter(pk=term.pk).update(price=price)
        person = self.owner(order.out_trade_no)
        return self.place_a_membership(
            person=person, term=self.world.terms.index(term), way=way, wrong_total=False
        )

    @rule(
        days=st.sampled_from([1, 7, 30]),
        shown=st.sampled_from([True, True, False]),
        price=st.sampled_from(["33.33", "0.20", "99.00"]),
        status=st.sampled_from([Package.Status.ON_SALE] * 3 + [Package.Status.OFF]),
    )
    def edit_the_offers(self, days: int, shown: bool, price: str, status: int) -> None:
        """Another length of the second term, which may be hidden; another package."""
        second = MembershipTerm.objects.filter(pk=self.world.terms[1].pk)
        second.update(days=days, is_show=shown)
        Package.objects.filter(pk=self.world.package.pk).update(price=price, status=status)

    @rule(person=PEOPLE)
    def study_as_a_member(self, person: int) -> None:
        """会员免费学习, of the one course that is for members."""
        student, vip = self.world.students[person], self.world.courses[1]
        model = self.history.memberships
        model.observe()
        has = Enrollment.objects.filter(user=student, course=vip).exists()
        is_sold = Course.objects.get(pk=vip.pk).status == Course.Status.ONLINE
        answer = self.ask(person, "post", f"promotion/membership/course/{vip.pk}/")
        may = has or (is_sold and model.end_of(student.pk) is not None)
        assert (answer.status_code == 200) == may, answer.content
        if may and not has:
            model.opened.add((student.pk, vip.pk))

    @rule(number=ORDERS)
    def refund_by_days(self, number: str) -> None:
        """Staff end a membership; what goes back is the price of its whole days that are left."""
        order = Order.objects.get(out_trade_no=number)
        if order.order_courses.exists():
            return
        self.history.memberships.observe()
        value = self.history.memberships.unused_value(order)
        with suppress(DomainError):
            origin = Refund.Origin.STAFF
            refund = refunds.start(out_trade_no=number, reason="退", origin=origin, by_days=True)
            assert refund.amount == value

    @rule(days=st.sampled_from([1, 6, 29, 31]))
    def wait_for_days(self, days: int) -> None:
        self.now.shift(timedelta(days=days, minutes=1))
        cancellation.close_expired()
        reconciliation.reconcile()
        enrollment.end_expired_grants()
