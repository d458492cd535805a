"""The page that shows what a merge would do, and does it."""

import pytest
from django.urls import reverse

from luffy_api.apps.dashboard.tests.merging.accounts import buy
from luffy_api.apps.order.models import Order
from luffy_api.apps.user.models import User
from luffy_api.common import roles
from luffy_api.tests import factories
from luffy_api.tests.back_office import said
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def url(kept) -> str:
    return reverse("admin:dashboard_student_merge", args=[kept.pk])


def test_the_page_shows_first_and_merges_then(admin_client, kept, other):
    buy(other, factories.CourseFactory())
    factories.ClaimFactory(user=other)
    factories.FavouriteFactory(user=other)
    factories.CertificateFactory(user=other)
    form = {"other": "138-1111-0002", "reason": "同一个人"}

    html = admin_client.post(url(kept), form).content.decode()
    assert "订单：<strong>1</strong>" in html
    assert "优惠券：<strong>1</strong>" in html
    assert "收藏：<strong>1</strong>" in html
    assert "结课证书：<strong>1</strong>" in html
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
