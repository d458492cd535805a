"""Small tables on forms of the back office: amounts stay whole, rows become blocks on a phone."""

from decimal import Decimal

import pytest

from luffy_api.apps.course.models import CourseDiscount
from luffy_api.common.admin_tables import small_table
from luffy_api.tests.back_office import page
from luffy_api.tests.factories import CouponFactory, CourseFactory, DiscountFactory, PackageFactory

MINUS = {"discount_type": CourseDiscount.Type.MINUS}
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_cells_know_their_headings_and_amounts_are_marked():
    html = small_table(
        ["课程", "现价"], [("<b>", Decimal("9.90"))], total=("合计", Decimal("1.00"))
    )

    assert '<td data-label="课程">&lt;b&gt;</td>' in html
    assert '<td data-label="现价" class="amount">￥9.90</td>' in html
    assert '<tfoot><tr><td data-label="课程">合计</td>' in html


def test_every_preview_of_prices_is_one(admin_client):
    courses = CourseFactory.create_batch(2, price="99.00")
    package, discount = PackageFactory(courses=courses), DiscountFactory(value="1.00", **MINUS)
    discount.courses.set(CourseFactory.create_batch(1, price="99.00"))

    for row in (package, discount, CouponFactory()):
        html = admin_client.get(page(type(row), "change", row.pk)).content.decode()
        assert 'class="amount">￥99.00</td>' in html, row
