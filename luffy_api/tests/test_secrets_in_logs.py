"""No password, code, token or whole mobile stands in a log or an error, whatever goes wrong.

The console provider of text messages is the one exception: writing the code is its purpose.
"""

import logging
import traceback

import pytest
from django.test import Client
from rest_framework.test import APIClient

from luffy_api.apps.user import services, tokens
from luffy_api.libs.sms import SmsUnavailable
from luffy_api.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
MOBILE, OTHER_MOBILE = "13812345678", "13987654321"
PASSWORD, NEW = "correct horse battery", "another fine staple"
BASE = "/api/v1/user/"


class Log(logging.Handler):
    """Every record of every logger as an operator would read it, with its traceback."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        """Arguments and extra fields as well: another formatter might print them.

        But not Django's `request`, an object whose address may hold what somebody searched for.
        """
        fields = {name: value for name, value in record.__dict__.items() if name != "request"}
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.lines.append(f"{record.getMessage()} {fields} {trace}")


@pytest.fixture
def log(monkeypatch):
    """Listens to all loggers at DEBUG."""
    handler = Log()
    names = [name for name in logging.root.manager.loggerDict if not name.startswith("faker")]
    for logger in [logging.root, *map(logging.getLogger, names)]:
        monkeypatch.setattr(logger, "level", logging.DEBUG)
        monkeypatch.setattr(logger, "disabled", False)
        if logger is logging.root or not logger.propagate:
            monkeypatch.setattr(logger, "handlers", [*logger.handlers, handler])
        logger.manager._clear_cache()
    yield handler
    logging.root.manager._clear_cache()


class Journey:
    """One visitor's requests, the answers, and the secrets that went either way."""

    def __init__(self, monkeypatch):
        self.api = APIClient(raise_request_exception=False)
        self.secrets = {PASSWORD, NEW, MOBILE, OTHER_MOBILE}
        self.answers = []
        self.codes = {}
        self.broken = False
        monkeypatch.setattr("luffy_api.apps.user.sms_codes.sms_backend", lambda: self)
        monkeypatch.setattr(
            "luffy_api.common.throttling.RateThrottle.allow_request", lambda *_: True
        )

    def send_code(self, *, mobile, code):
        """The provider's side."""
        if self.broken:
            raise SmsUnavailable
        self.codes[mobile] = code
        self.secrets.add(code)

    def send(self, path, method="post", **body):
        """Its answer; a token in it is a secret from now on."""
        answer = getattr(self.api, method)(f"{BASE}{path}", body, format="json")
        data = (answer.json() or {}).get("data") or {}
        if "token" in data:
            self.secrets.add(data["token"])
            self.secrets.add(data["token"].rpartition(".")[2])
        self.answers.append((answer.status_code, answer.content.decode()))
        return answer

    def log_in(self, user):
        """With a fresh token."""
        token = tokens.issue(user).token
        self.secrets |= {token, token.rpartition(".")[2], user.password}
        self.api.credentials(HTTP_AUTHORIZATION=f"jwt {token}")


@pytest.fixture
def journey(log, monkeypatch):
    """Somebody on the way."""
    return Journey(monkeypatch)


def register(journey):
    journey.send("sms_code/", mobile=MOBILE, purpose="register")
    code = journey.codes[MOBILE]
    journey.send("register/", mobile=MOBILE, code="000000", password=PASSWORD)
    journey.send("register/", mobile=MOBILE, code=code, password="12345678")
    journey.send("register/", mobile=MOBILE, code=code, password=PASSWORD)
    journey.send("register/", mobile=MOBILE, code=code, password=PASSWORD)


def log_in(journey):
    UserFactory(mobile=MOBILE, password=PASSWORD)
    journey.send("login/", username=MOBILE, password=NEW)
    journey.send("login/", username=PASSWORD, password=PASSWORD)
    journey.send("login/", username=f"+86 {MOBILE}", password=PASSWORD)
    journey.send("sms_code/", mobile=MOBILE, purpose="login")
    journey.send("sms_login/", mobile=MOBILE, code=journey.codes[MOBILE])


def too_many(journey):
    UserFactory(mobile=MOBILE, password=PASSWORD)
    for _ in range(12):
        journey.send("login/", username=MOBILE, password=NEW)


def broken_provider(journey):
    journey.broken = True
    journey.send("sms_code/", mobile=MOBILE, purpose="login")


def reset(journey):
    UserFactory(mobile=MOBILE, password=PASSWORD)
    journey.send("sms_code/", mobile=MOBILE, purpose="reset")
    journey.send("password/reset/", mobile=MOBILE, code=journey.codes[MOBILE], password=NEW)


def account(journey):
    journey.log_in(UserFactory(mobile=MOBILE, password=PASSWORD))
    journey.send("token/refresh/")
    journey.send("profile/", "get")
    journey.send("password/", "put", old_password=NEW, password=NEW)
    journey.send("confirm_code/")
    journey.send("sms_code/", mobile=OTHER_MOBILE, purpose="bind")
    codes = {"code": journey.codes[OTHER_MOBILE], "old_code": journey.codes[MOBILE]}
    journey.send("mobile/", "put", mobile=OTHER_MOBILE, **codes)
    journey.send("close/", password=NEW)
    journey.send("close/", password=PASSWORD)


def odd_bodies(journey):
    for path in ("login/", "register/", "sms_code/", "sms_login/"):
        journey.send(path, username=[PASSWORD], mobile={MOBILE: PASSWORD}, password={"a": NEW})
        journey.api.generic(
            "POST", f"{BASE}{path}", f'{{"mobile": "{MOBILE}", "password": "{PASSWORD}'.encode(),
            "application/json",
        )  # fmt: skip


def bad_token(journey):
    journey.log_in(UserFactory(mobile=MOBILE, password=PASSWORD, is_active=False))
    journey.send("profile/", "get")
    journey.api.get(f"{BASE}profile/?token={PASSWORD}&mobile={MOBILE}")


def back_office(journey):
    UserFactory(mobile=MOBILE, username="boss", password=PASSWORD, is_staff=True)
    browser = Client(raise_request_exception=False)
    for password in (NEW, PASSWORD):
        browser.post("/admin/login/", {"username": MOBILE, "password": password})
    browser.get("/admin/user/user/", {"q": MOBILE})


FLOWS = [
    register,
    log_in,
    too_many,
    broken_provider,
    reset,
    account,
    odd_bodies,
    bad_token,
    back_office,
]


def leaks(journey, log) -> list[str]:
    """Secrets in logs and in answers that are errors."""
    texts = [*log.lines, *(text for status, text in journey.answers if status >= 400)]
    return [secret for secret in journey.secrets if any(secret in text for text in texts)]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_a_flow_leaves_no_secret_in_logs_and_errors(journey, log, flow):
    flow(journey)
    assert log.lines
    assert leaks(journey, log) == []


def test_a_crash_on_the_way_tells_no_secret_either(journey, log, monkeypatch):
    def crash(*args, **kwargs):
        raise RuntimeError("something else")

    monkeypatch.setattr(services, "log_in", crash)
    monkeypatch.setattr(services, "check_password", crash)
    assert journey.send("login/", username=MOBILE, password=PASSWORD).status_code == 500
    register_answer = journey.send("register/", mobile=MOBILE, code="123456", password=PASSWORD)
    assert register_answer.status_code == 500
    assert any("something else" in line for line in log.lines)
    assert leaks(journey, log) == []


def test_the_ear_hears_a_secret_that_is_spoken(journey, log):
    logging.getLogger("luffy_api.apps.user.services").debug("mobile %s", MOBILE)
    assert leaks(journey, log) == [MOBILE]
