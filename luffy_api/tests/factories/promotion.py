"""What is sold for less, together, or for a time."""

from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from luffy_api.apps.promotion.models import Claim, Coupon, MembershipPeriod, MembershipTerm, Package
from luffy_api.tests.factories.catalogue import UserFactory


class CouponFactory(factory.django.DjangoModelFactory):
    """20 yuan less for any course, for a month around now."""

    class Meta:
        model = Coupon

    name = factory.Sequence(lambda n: f"优惠券 {n}")
    kind = Coupon.Kind.MINUS
    value = Decimal("20.00")
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=15))
    ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=15))


class ClaimFactory(factory.django.DjangoModelFactory):
    """A coupon of 20 yuan that a student has."""

    class Meta:
        model = Claim

    coupon = factory.SubFactory(CouponFactory)
    user = factory.SubFactory(UserFactory)
    number = 1


class PackageFactory(factory.django.DjangoModelFactory):
    """A package on sale for 120 yuan, with `courses`."""

    class Meta:
        model = Package
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"套餐 {n}")
    price = Decimal("120.00")
    status = Package.Status.ON_SALE

    @classmethod
    def _create(cls, model_class, *args, **fields):
        courses = fields.pop("courses", ())
        package = super()._create(model_class, *args, **{"course_count": len(courses), **fields})
        package.courses.set(courses)
        return package


class MembershipTermFactory(factory.django.DjangoModelFactory):
    """A month for 30 yuan, on sale."""

    class Meta:
        model = MembershipTerm

    name = factory.Sequence(lambda n: f"会员 {n}")
    months = 1
    price = Decimal("30.00")


class MembershipPeriodFactory(factory.django.DjangoModelFactory):
    """30 days from now for 30 yuan, of an order that is not there."""

    class Meta:
        model = MembershipPeriod

    user = factory.SubFactory(UserFactory)
    number = factory.Sequence(lambda n: n + 1)
    reference = factory.Sequence(lambda n: f"period{n}")
    name = "月度会员"
    price = Decimal("30.00")
    days = 30
    starts_at = factory.LazyFunction(timezone.now)
    ends_at = factory.LazyAttribute(lambda period: period.starts_at + timedelta(days=period.days))
