"""The login of the gateway, asked by the shop's client."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.alipay_sandbox.models import SandboxAuthCode
from luffy_api.libs.alipay_v1 import (
    AlipayCodeRejected,
    AlipayUnknown,
    authorize_url,
    exchange_code,
)

pytestmark = pytest.mark.django_db(transaction=True)
BACK = "http://127.0.0.1:9/login/callback/alipay"


def path_of(**changes):
    how = {"redirect_uri": BACK, "state": "abc", **changes}
    page = reverse("alipay_sandbox:authorize")
    return authorize_url(page, **how)


def agree(person):
    """What the visitor comes back with."""
    client, path = Client(), path_of()
    assert "支付宝用户甲" in client.get(path).content.decode()
    answer = client.post(path, {"person": person})
    assert answer["Location"].startswith(f"{BACK}?")
    return dict(parse_qsl(urlsplit(answer["Location"]).query))


def test_who_agrees_comes_back_with_a_code_that_is_good_once(live):
    query = agree("a")
    assert (query["state"], query["source"]) == ("abc", "alipay_wallet")

    member = exchange_code(query["auth_code"])

    assert len(member.open_id) == 36
    with pytest.raises(AlipayCodeRejected):
        exchange_code(query["auth_code"])
    assert exchange_code(agree("a")["auth_code"]) == member
    assert exchange_code(agree("b")["auth_code"]) != member


def test_a_guessed_or_old_code_is_rejected(live):
    for code in ("x", "\x00"):
        with pytest.raises(AlipayCodeRejected):
            exchange_code(code)
    code = agree("a")["auth_code"]
    SandboxAuthCode.objects.update(created_at=timezone.now() - timedelta(minutes=4))
    with pytest.raises(AlipayCodeRejected):
        exchange_code(code)


def test_an_app_with_certificates_logs_in_too(live, certificates):
    assert exchange_code(agree("c")["auth_code"]).open_id


def test_another_app_is_told_nothing(live, settings):
    code = agree("a")["auth_code"]
    settings.ALIPAY = {**settings.ALIPAY, "APP_ID": "2021000000000009"}
    with pytest.raises(AlipayUnknown):
        exchange_code(code)


def test_who_refuses_comes_back_without_a_code(live):
    assert agree("") == {"state": "abc"}


def test_what_alipay_would_not_open_is_an_error(live):
    good = path_of()
    faults = {
        "scope=auth_user": "scope=all",
        "app_id=": "app_id=9",
        "state=abc": "state=%3C",
        "redirect_uri=http": "redirect_uri=ftp",
        "redirect_uri=": "other=",
    }
    for right, fault in faults.items():
        assert right in good
        assert Client().get(good.replace(right, fault)).status_code == 400, fault
