"""Fixtures: a fake SMS provider, and codes read from it."""

import json

import pytest
from captcha.image import ImageCaptcha

from luffy_api.common.throttling import RateThrottle
from luffy_api.libs import sms

BASE = "/api/v1/user/"


class Phone:
    """Keeps the newest code of every number, as a phone would."""

    def __init__(self):
        self.codes = {}
        self.sent = 0
        self.broken = False

    def send_code(self, *, mobile, code):
        """The provider's side."""
        if self.broken:
            raise sms.SmsUnavailable
        self.codes[mobile] = code
        self.sent += 1


@pytest.fixture
def phone(monkeypatch):
    """Every code that the shop sends."""
    phone = Phone()
    monkeypatch.setattr("luffy_api.apps.user.sms_codes.sms_backend", lambda: phone)
    return phone


@pytest.fixture
def code_for(api, phone):
    """code_for(mobile, purpose): asks for a code and reads it from the phone."""

    def ask(mobile, purpose):
        answer = post(api, "sms_code/", mobile=mobile, purpose=purpose)
        assert answer.status_code == 200, answer.json()
        return phone.codes[mobile]

    return ask


@pytest.fixture
def eyes(monkeypatch):
    """The characters of every captcha, as a person reads them in its picture."""
    read = []
    draw = ImageCaptcha.generate_image

    def generate_image(self, chars, **colours):
        read.append(chars)
        return draw(self, chars, **colours)

    monkeypatch.setattr(ImageCaptcha, "generate_image", generate_image)
    return read


@pytest.fixture(autouse=True)
def _no_throttles(monkeypatch):
    """Throttles of visitors and of passwords are off except in test_throttles.py."""
    count = RateThrottle.allow_request

    def allow(self, request, view):
        is_off = self.scope == "login" or not request.user.is_authenticated
        return is_off or count(self, request, view)

    monkeypatch.setattr(RateThrottle, "allow_request", allow)


def post(client, path, **body):
    """A JSON body to user/<path>."""
    return client.post(f"{BASE}{path}", json.dumps(body), content_type="application/json")


def wrong(code):
    """Another code."""
    return f"{(int(code) + 1) % 10**6:06d}"
