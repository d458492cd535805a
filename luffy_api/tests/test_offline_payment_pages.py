"""The pages of 线下收款: its form, the receipt, and who may see and do what."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from luffy_api.apps.order.models import (
    OfflinePayment,
    OfflineStatus,
)
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user.models import User
from luffy_api.common import roles
from luffy_api.libs.storage import private_storage
from luffy_api.tests.back_office import page
from luffy_api.tests.factories import (
    CourseFactory,
    OfflinePaymentFactory,
    OrderFactory,
)
from luffy_api.tests.people import staff
from luffy_api.tests.recording import decision_url, record, record_url, status_of
from luffy_api.tests.test_check_pdf import PDF

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("folders", "fake_alipay"),
    pytest.mark.any_database,
]


@pytest.fixture
def order(student):
    """Unpaid, for 99 yuan."""
    return OrderFactory(user=student, courses=[CourseFactory(price="99.00")])


NO_RECEIPTS = [
    ({"payer": ""}, "payer"),
    ({"payer": "长" * 101}, "payer"),
    ({"reference": " "}, "reference"),
    ({"reference": "9" * 65}, "reference"),
    ({"reference": "a\0b"}, "reference"),
    ({"paid_at": ""}, "paid_at"),
    ({"paid_at": "2999-01-01T00:00"}, "paid_at"),
    ({"paid_at": "yesterday"}, "paid_at"),
    ({"receipt": ""}, "receipt"),
    ({"content": b"<html>"}, "receipt"),
    ({"name": "a.exe"}, "receipt"),
    ({"content": b""}, "receipt"),
]


def test_what_is_no_receipt_is_refused_by_the_form(finance, order):
    for changes, field in NO_RECEIPTS:
        answer = record(finance, order, **changes)

        assert field in answer.context["form"].errors, changes
        assert not OfflinePayment.objects.exists(), changes
        assert list(private_storage().list_names("order/receipts/")) == [], changes


def test_the_receipt_is_for_finance_only(finance, order):
    record(finance, order)
    row = OfflinePayment.objects.get()
    url = reverse("admin:order_offlinepayment_receipt", args=[row.pk])

    answer = finance.get(url)

    assert b"".join(answer.streaming_content) == PDF
    assert "attachment" in answer["Content-Disposition"]
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    stranger = Client()
    stranger.force_login(staff(roles.OPERATIONS))
    assert stranger.get(url).status_code == 403
    assert Client().get(url).status_code == 302
    assert "回单" not in row.receipt.name


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [roles.OPERATIONS, ""])
def test_nobody_else_records_or_confirms(client, order, role, method):
    row = OfflinePaymentFactory(order=order)
    user = staff(role)
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_offlinepayment", "view_order"])
    )
    client.force_login(User.objects.get(pk=user.pk))
    urls = [record_url(order), *(decision_url(row, name) for name in ("confirm", "void"))]

    assert {getattr(client, method)(url).status_code for url in urls} == {403}
    row.refresh_from_db()
    assert row.status == OfflineStatus.WAITING
    text = client.get(page(OfflinePayment, "change", row.pk)).content.decode()
    assert "确认入账" not in text


def test_without_the_token_of_its_form_nothing_is_confirmed(order):
    row = OfflinePaymentFactory(order=order)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff(roles.FINANCE))

    assert strict.post(decision_url(row, "confirm")).status_code == 403
    assert status_of(order) is OrderStatus.UNPAID


def test_the_menu_says_how_many_wait(finance, order):
    OfflinePaymentFactory(order=order)

    assert (
        "线下收款（1）".encode("unicode-escape").decode() in finance.get("/admin/").content.decode()
    )
