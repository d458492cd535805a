"""支付设置: who may see and change what, and that no key is seen anywhere."""

import logging

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from luffy_api.apps.order.models import PaymentCredential, PaymentEvent
from luffy_api.tests.back_office import page
from luffy_api.tests.credential_page import APP_ID, URL, act, lines_of, text_of
from luffy_api.tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("database_source"),
    pytest.mark.any_database,
]


@pytest.fixture
def keeper(client):
    """keeper(*rights): a browser of a member of staff with these rights on the page."""

    def log_in(*rights):
        user = UserFactory(is_staff=True, username="keeper")
        names = [f"{right}_paymentcredential" for right in rights]
        user.user_permissions.add(*Permission.objects.filter(codename__in=names))
        client.force_login(user)
        return client

    return log_in


# --- Rights ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rights", [(), ("add",), ("delete",)])
def test_without_the_right_there_is_no_page(keeper, rights):
    browser = keeper(*rights)

    assert browser.get(URL).status_code == 403
    assert act(browser, "save", APP_ID=APP_ID).status_code == 403
    assert not PaymentCredential.objects.exists()


def test_whoever_may_only_look_changes_and_checks_nothing(keeper):
    browser = keeper("view")

    assert "<textarea" not in text_of(browser.get(URL))
    for action in ("save", "remove:APP_ID", "check"):
        assert act(browser, action, APP_ID=APP_ID).status_code == 403
    assert not PaymentCredential.objects.exists()
    assert not PaymentEvent.objects.exists()


def test_the_right_to_change_is_enough(keeper):
    browser = keeper("change", "view")

    act(browser, "save", APP_ID=APP_ID)

    assert PaymentCredential.objects.get().changed_by.username == "keeper"


def test_a_row_is_never_edited_by_itself(admin_client):
    act(admin_client, "save", APP_ID=APP_ID)
    row = PaymentCredential.objects.get()

    for kind in ("change", "delete"):
        answer = admin_client.post(page(PaymentCredential, kind, row.pk), {"value": "x"})
        assert answer.status_code == 403
    shown = admin_client.get(page(PaymentCredential, "change", row.pk))
    assert row.value not in text_of(shown)
    assert APP_ID not in text_of(shown)


def test_a_forged_form_is_refused(admin_user):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin_user)

    assert act(browser, "save", APP_ID=APP_ID).status_code == 403
    assert not PaymentCredential.objects.exists()


# --- Leaks -------------------------------------------------------------------------------------


def test_a_crash_shows_no_key_in_its_page_or_log(
    admin_client, monkeypatch, settings, caplog, pairs
):
    (private, _), _ = pairs

    def crash(**kwargs):
        raise RuntimeError("something else")

    monkeypatch.setattr("luffy_api.apps.order.payment.credential_entry.store", crash)
    admin_client.raise_request_exception = False
    caplog.set_level(logging.DEBUG)
    settings.DEBUG = True

    answer = act(admin_client, "save", APP_PRIVATE_KEY=private)

    assert answer.status_code == 500
    assert "something else" in caplog.text
    seen = text_of(answer) + caplog.text
    assert not [line for line in lines_of(private) if line in seen]


def test_saving_and_removing_leave_no_key_in_the_log(admin_client, caplog, pairs):
    (private, _), _ = pairs
    caplog.set_level(logging.DEBUG)

    act(admin_client, "save", APP_PRIVATE_KEY=private)
    act(admin_client, "save", APP_PRIVATE_KEY=private[:-40], ALIPAY_PUBLIC_KEY=private)
    act(admin_client, "remove:APP_PRIVATE_KEY")

    assert not [line for line in lines_of(private) if line in caplog.text]
