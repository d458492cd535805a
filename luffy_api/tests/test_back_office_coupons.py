"""优惠券 and 兑换码 in the back office."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.promotion.models import CodeBatch, Coupon, RedeemCode
from luffy_api.common import roles
from luffy_api.tests import factories
from luffy_api.tests.back_office import log_of, page, save, table_cells
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def fields(**more):
    """What a browser sends for a new coupon."""
    day = timezone.localdate()
    return {
        "name": "新人券",
        "kind": "2",
        "value": "8",
        "threshold": "0",
        "scope": "1",
        "stacking": "1",
        "per_student": "1",
        "orders": "100",
        "claimable": "on",
        "is_show": "on",
        "starts_at_0": f"{day}",
        "starts_at_1": "00:00:00",
        "ends_at_0": f"{day + timedelta(days=9)}",
        "ends_at_1": "00:00:00",
        **more,
    }


def test_a_coupon_is_entered_as_it_is_spoken_and_shows_its_prices(admin_client):
    factories.CourseFactory(name="爬虫", price="99.00")

    answer = admin_client.post(page(Coupon, "add"), fields(), follow=True)

    coupon = Coupon.objects.get()
    assert (answer.status_code, coupon.value) == (200, Decimal("0.80"))
    text = table_cells(admin_client.get(page(Coupon, "change", coupon.pk)).text)
    assert "<td>爬虫</td><td>￥99.00</td><td>￥79.20</td>" in text
    assert "无门槛，8 折" in admin_client.get(page(Coupon, "changelist")).content.decode()


def test_what_cannot_be_is_refused_at_its_field(admin_client):
    wrong = [
        ({"value": "0"}, "value"),
        ({"value": "x"}, "value"),
        ({"kind": "1", "value": "20", "threshold": "20"}, "__all__"),
        ({"kind": "3", "value": "0"}, "__all__"),
        ({"threshold": "-1"}, "threshold"),
        ({"scope": "2"}, "course_type"),
        ({"scope": "3"}, "categories"),
        ({"scope": "4"}, "courses"),
        ({"per_student": "0"}, "per_student"),
        ({"per_student": "21"}, "per_student"),
        ({"total_limit": "0"}, "total_limit"),
        ({"ends_at_0": "2020-01-01"}, "__all__"),
    ]

    for changes, field in wrong:
        answer = admin_client.post(page(Coupon, "add"), fields(**changes))
        assert answer.status_code == 200, changes
        assert field in answer.context["adminform"].form.errors, changes
    assert not Coupon.objects.exists()


@pytest.mark.every_database
def test_what_students_have_stays_as_it_was_promised(admin_client):
    coupon = factories.CouponFactory(total_limit=9, claimed_count=3)
    factories.ClaimFactory(coupon=coupon)

    refused = save(admin_client, coupon, value="1", kind="4", stacking="1", threshold="0")
    assert set(refused.context["adminform"].form.errors) >= {"value", "kind"}
    save(admin_client, coupon, name="改名", total_limit="3")
    coupon.refresh_from_db()
    assert (coupon.name, coupon.value, coupon.kind) == ("改名", Decimal("20.00"), 3)
    assert (coupon.claimed_count, coupon.total_limit) == (3, 3)

    answer = save(admin_client, coupon, total_limit="2")
    assert answer.context["adminform"].form.errors["total_limit"]


@pytest.mark.every_database
def test_codes_are_made_exported_and_void(admin_client, client):
    coupon = factories.CouponFactory()
    form = {"note": "线下活动", "coupon": coupon.pk, "count": "25"}
    for wrong in ({"count": "0"}, {"count": "10001"}, {"coupon": ""}, {"course": "1"}):
        assert admin_client.post(page(CodeBatch, "add"), {**form, **wrong}).status_code == 200
    assert not CodeBatch.objects.exists()

    admin_client.post(page(CodeBatch, "add"), form)

    batch = CodeBatch.objects.get()
    assert batch.codes.count() == 25
    export = reverse("admin:promotion_codebatch_export", args=[batch.pk])
    lines = b"".join(admin_client.get(export).streaming_content).decode("utf-8-sig").split("\r\n")
    assert len([line for line in lines if "未使用" in line]) == 25
    used = RedeemCode.objects.filter(pk=batch.codes.first().pk)
    used.update(used_by=factories.UserFactory(), used_at=timezone.now())
    void = reverse("admin:promotion_codebatch_void", args=[batch.pk])
    assert "立即失效" in admin_client.get(void).content.decode()
    for _ in range(2):
        admin_client.post(void)
    batch.refresh_from_db()
    assert batch.voided_at
    assert log_of(batch)[-1] == "作废兑换码，未使用的 24 个不能再用"
    assert (
        "作废未使用" not in admin_client.get(page(CodeBatch, "change", batch.pk)).content.decode()
    )

    client.force_login(staff(roles.FINANCE))
    assert (client.get(export).status_code, client.post(void).status_code) == (403, 403)
    client.force_login(staff(roles.OPERATIONS))
    assert client.get(export).status_code == 200
    assert client.get(reverse("admin:promotion_codebatch_void", args=[10**9])).status_code == 404
