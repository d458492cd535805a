"""A captcha before a text message once half of a budget is used."""

import base64
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.utils import timezone
from PIL import Image

from luffy_api.apps.user import captchas, cleanup, sms_codes
from luffy_api.apps.user.models import Captcha, SmsMessage, SmsPurpose
from luffy_api.apps.user.tests.concurrency import run_concurrently
from luffy_api.apps.user.tests.conftest import post
from luffy_api.conftest import logged_in

pytestmark = pytest.mark.django_db
REQUIRED = 2006
ELSEWHERE = {"REMOTE_ADDR": "9.9.9.9"}


@pytest.fixture
def budget(settings):
    """Four messages for an address, of which two need no captcha."""
    settings.SMS_HOURLY_PER_ADDRESS = 4


@pytest.fixture
def half_used(budget, api, phone):
    """This address has used the first half of its messages."""
    assert [ask(api, f"1360000000{n}").status_code for n in range(2)] == [200, 200]


def ask(api, mobile="13700000000", captcha=None, **extra):
    body = {"mobile": mobile, "purpose": "login", **(captcha or {})}
    return api.post("/api/v1/user/sms_code/", body, format="json", **extra)


def solved(api, eyes, **extra):
    """The answer to a new captcha."""
    picture = api.post("/api/v1/user/captcha/", **extra).json()["data"]
    return {"captcha_id": picture["id"], "captcha_text": eyes[-1]}


def is_required(answer):
    return (answer.status_code, answer.json()["code"]) == (400, REQUIRED)


def test_the_second_half_of_an_address_needs_a_captcha(api, phone, half_used, eyes):
    refused = ask(api)
    assert is_required(refused)
    assert refused.json()["errors"] == {"captcha_text": ["请先输入图片中的字符"]}
    assert refused.json()["captcha_url"] == "/api/v1/user/captcha/"
    assert phone.sent == 2
    assert ask(api, **ELSEWHERE).status_code == 200

    picture = api.post(refused.json()["captcha_url"]).json()["data"]
    answer = {"captcha_id": picture["id"], "captcha_text": eyes[-1]}

    assert ask(api, "13700000001", answer).status_code == 200
    assert phone.sent == 4


def test_the_second_half_of_the_site_needs_a_captcha(api, phone, eyes, settings):
    settings.SMS_SITE_DAILY_CAP = 4
    for n in range(2):
        assert ask(api, f"1360000000{n}", REMOTE_ADDR=f"9.9.9.{n}").status_code == 200

    assert is_required(ask(api, **ELSEWHERE))
    assert ask(api, captcha=solved(api, eyes), **ELSEWHERE).status_code == 200


def test_a_captcha_does_not_pass_the_limits(api, phone, half_used, eyes):
    for n in range(2):
        assert ask(api, f"1350000000{n}", solved(api, eyes)).status_code == 200

    assert ask(api, captcha=solved(api, eyes)).json()["code"] == 2003


def test_a_captcha_is_for_one_message(api, half_used, eyes):
    answer = solved(api, eyes)
    assert ask(api, captcha=answer).status_code == 200

    refused = ask(api, "13700000001", answer)

    assert is_required(refused)
    assert "不对或已过期" in refused.json()["msg"]


def test_a_captcha_has_one_try(api, half_used, eyes):
    answer = solved(api, eyes)
    refused = ask(api, captcha={**answer, "captcha_text": "QQQQQ"})
    assert is_required(refused)
    assert refused.json()["errors"]["captcha_text"] == [refused.json()["msg"]]

    assert is_required(ask(api, captcha=answer))


def test_a_captcha_lives_for_five_minutes(api, half_used, eyes):
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        kept = [solved(api, eyes) for _ in range(2)]
        clock.shift(timedelta(minutes=4, seconds=59))
        assert ask(api, captcha=kept[0]).status_code == 200
        clock.shift(timedelta(seconds=2))
        assert is_required(ask(api, "13700000001", kept[1]))


def test_one_captcha_does_not_answer_another(api, half_used, eyes):
    first, second = solved(api, eyes), solved(api, eyes)

    assert is_required(ask(api, captcha={**first, "captcha_text": second["captcha_text"]}))


@pytest.mark.any_database
@pytest.mark.parametrize(
    "spell",
    [str.lower, lambda text: f" {text} ", lambda text: chr(ord(text[0]) + 0xFEE0) + text[1:]],
)
def test_case_width_and_blanks_are_the_same_to_a_reader(api, half_used, eyes, spell):
    answer = solved(api, eyes)

    spelt = {**answer, "captcha_text": spell(answer["captcha_text"])}

    assert ask(api, captcha=spelt).status_code == 200


def test_a_code_to_confirm_needs_it_too(student, api, half_used, eyes):
    client = logged_in(student)
    assert is_required(post(client, "confirm_code/"))

    assert post(client, "confirm_code/", **solved(api, eyes)).status_code == 200


def test_nobody_is_asked_below_half_and_a_wrong_answer_is_no_error(api, budget, phone):
    wrong = {"captcha_id": "no such captcha", "captcha_text": "QQQQQ"}

    assert ask(api, captcha=wrong).status_code == 200


@pytest.mark.any_database
@pytest.mark.parametrize(
    "captcha",
    [
        {"captcha_id": ["a"], "captcha_text": {"a": 1}},
        {"captcha_id": "a" * 100, "captcha_text": "QQQQQ"},
        {"captcha_id": "\0", "captcha_text": "\0"},
        {"captcha_id": None, "captcha_text": None},
    ],
)
def test_hostile_answers_are_refused(api, half_used, captcha):
    assert ask(api, captcha=captcha).status_code == 400


@pytest.mark.any_database
def test_half_an_answer_is_none(api, half_used, eyes):
    answer = solved(api, eyes)

    assert is_required(ask(api, captcha={"captcha_id": answer["captcha_id"]}))
    assert ask(api, captcha=answer).status_code == 200


@pytest.mark.any_database
def test_the_picture_shows_dark_characters_on_white(api, eyes):
    answer = api.post("/api/v1/user/captcha/")

    head, _, png = answer.json()["data"]["picture"].partition(",")
    picture = Image.open(BytesIO(base64.b64decode(png)))
    assert head == "data:image/png;base64"
    assert answer["Cache-Control"] == "no-store"
    assert (picture.format, picture.size) == ("PNG", captchas.SIZE)
    dark = sum(picture.histogram()[:80])
    assert 0.05 < dark / (picture.width * picture.height) < 0.5
    assert len(eyes[-1]) == 5
    assert set(eyes[-1]) <= set(captchas.ALPHABET)


def test_the_row_holds_no_answer_and_nothing_personal(api, eyes):
    solved(api, eyes)

    (row,) = Captcha.objects.values()
    assert set(row) == {"id", "digest", "created_time"}
    assert eyes[-1] not in str(row)


def test_the_same_characters_have_another_digest_in_each_captcha(monkeypatch):
    monkeypatch.setattr(captchas, "ALPHABET", "A")

    for _ in range(2):
        captchas.create()

    assert len(set(Captcha.objects.values_list("digest", flat=True))) == 2


def test_captchas_that_nobody_answered_are_removed(api, eyes):
    with time_machine.travel(timezone.now() - timedelta(minutes=6), tick=False):
        solved(api, eyes)
    solved(api, eyes)

    cleanup.clear_expired()

    assert Captcha.objects.count() == 1


def test_a_message_costs_no_more_queries_than_before(api, phone, eyes, django_assert_num_queries):
    ask(api)
    with django_assert_num_queries(13):
        ask(api, "13700000001")
    answer = solved(api, eyes)
    with django_assert_num_queries(13 + 2):
        ask(api, "13700000002", answer)
    with django_assert_num_queries(1):
        api.post("/api/v1/user/captcha/")


@pytest.mark.django_db(transaction=True)
def test_of_16_answers_at_the_same_moment_one_is_right(eyes):
    picture = captchas.create()
    answer = captchas.Answer(picture.id, eyes[-1])

    used = run_concurrently(16, lambda n: captchas.use(answer))

    assert sorted(used) == [False] * 15 + [True]


@pytest.mark.django_db(transaction=True)
def test_of_16_messages_at_the_same_moment_one_passes_with_one_captcha(budget, phone, eyes):
    for n in range(2):
        SmsMessage.objects.create(
            mobile=f"1360000000{n}", address="1.1.1.1", sent_at=timezone.now()
        )
    picture = captchas.create()
    answer = captchas.Answer(picture.id, eyes[-1])

    def send(n):
        try:
            sms_codes.send(
                mobile=f"137000000{n:02d}",
                purpose=SmsPurpose.LOGIN,
                address="1.1.1.1",
                captcha=answer,
            )
        except sms_codes.CaptchaRequired:
            return "refused"
        return "sent"

    assert sorted(run_concurrently(16, send)) == ["refused"] * 15 + ["sent"]
