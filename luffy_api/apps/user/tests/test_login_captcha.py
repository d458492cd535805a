"""A captcha before a login once the address has used up its budget of wrong passwords."""

import pytest
from axes.models import AccessAttempt

from luffy_api.apps.user.models import Captcha
from luffy_api.apps.user.tests.concurrency import run_concurrently
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
ELSEWHERE = {"REMOTE_ADDR": "9.9.9.9"}
OK, FAILED, LOCKED, REQUIRED = (200, 100), (400, 2001), (429, 1029), (400, 2006)


@pytest.fixture(autouse=True)
def budget(settings):
    """Three wrong passwords for an address."""
    settings.RATE_LIMITS = {
        **settings.RATE_LIMITS,
        "wrong_password": {"account": (10, 3600), "address": (3, 900)},
    }


@pytest.fixture
def used_up(api, budget):
    """One pupil tried three names that nobody has."""
    assert [login(api, f"nobody{n}", "guess") for n in range(3)] == [FAILED] * 3


def log_in(api, username="xiaoming", password=PASSWORD, captcha=None, **extra):
    body = {"username": username, "password": password, **(captcha or {})}
    return api.post("/api/v1/user/login/", body, format="json", **extra)


def login(*args, **kwargs):
    """Status and code of the answer."""
    answer = log_in(*args, **kwargs)
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def solved(api, eyes):
    """solved(): the answer to a new captcha."""

    def solve():
        picture = api.post("/api/v1/user/captcha/").json()["data"]
        return {"captcha_id": picture["id"], "captcha_text": eyes[-1]}

    return solve


def wrong(captcha):
    return {**captcha, "captcha_text": "QQQQQ"}


def test_one_pupil_does_not_lock_a_school_out(api, student, used_up, solved):
    refused = log_in(api)
    assert (refused.status_code, refused.json()["code"]) == REQUIRED
    assert refused.json()["errors"] == {"captcha_text": ["请先输入图片中的字符"]}
    assert refused.json()["captcha_url"] == "/api/v1/user/captcha/"

    assert login(api, captcha=solved()) == OK
    assert login(api, **ELSEWHERE) == OK


def test_without_a_captcha_a_right_password_is_refused_as_a_wrong_one(api, student, used_up):
    answers = [log_in(api, password=password).json() for password in (PASSWORD, "guess")]

    assert answers[0] == answers[1]
    assert not AccessAttempt.objects.filter(username=f"user-{student.pk}").exists()


def test_a_wrong_answer_asks_for_another_captcha_and_looks_at_no_password(
    api, student, used_up, solved
):
    answer = log_in(api, captcha=wrong(solved()))

    assert (answer.status_code, answer.json()["code"]) == REQUIRED
    assert answer.json()["errors"] == {
        "captcha_text": ["图片中的字符不对或已过期，请按新的图片输入"]
    }
    assert not AccessAttempt.objects.filter(username=f"user-{student.pk}").exists()


@pytest.mark.parametrize(
    ("password", "spoil"),
    [(PASSWORD, dict), ("guess", dict), (PASSWORD, wrong)],
    ids=["right", "wrong password", "wrong captcha"],
)
def test_a_captcha_is_for_one_attempt_whatever_its_outcome(
    api, student, used_up, solved, password, spoil
):
    captcha = solved()
    login(api, password=password, captcha=spoil(captcha))

    assert login(api, captcha=captcha) == REQUIRED
    assert not Captcha.objects.exists()


def test_a_captcha_given_before_it_was_needed_is_used_up_too(api, student, solved):
    captcha = solved()
    assert login(api, captcha=captcha) == OK

    for n in range(3):
        login(api, f"nobody{n}", "guess")
    assert login(api, captcha=captcha) == REQUIRED


def test_a_captcha_does_not_open_a_locked_account(api, student, used_up, solved):
    assert [login(api, password="guess", captcha=solved()) for _ in range(10)] == [FAILED] * 10

    assert login(api, captcha=solved()) == LOCKED
    # Another pupil of that school is not affected.
    assert login(api, UserFactory().username, captcha=solved()) == OK


def test_logins_with_a_captcha_give_no_budget_back(api, student, used_up, solved):
    for _ in range(4):
        assert login(api, captcha=solved()) == OK

    assert login(api) == REQUIRED


def test_a_captcha_within_the_budget_does_not_spare_it(api, solved):
    for n in range(3):
        assert login(api, f"nobody{n}", "guess", captcha=solved()) == FAILED

    assert login(api, "nobody", "guess") == REQUIRED


def test_who_is_logged_in_is_asked_for_no_captcha(student, used_up):
    body = {"old_password": PASSWORD, "password": "another good password"}

    answer = logged_in(student).put("/api/v1/user/password/", body, format="json")

    assert answer.status_code == 200


@pytest.mark.any_database
@pytest.mark.parametrize(
    "captcha",
    [
        {"captcha_id": ["a"], "captcha_text": {"a": 1}},
        {"captcha_id": "a" * 100, "captcha_text": "QQQQQ"},
        {"captcha_id": "\0", "captcha_text": "\0"},
        {"captcha_id": None, "captcha_text": None},
        {"captcha_id": "no such captcha", "captcha_text": "QQQQQ"},
    ],
)
def test_hostile_answers_are_refused(api, student, used_up, captcha):
    assert log_in(api, captcha=captcha).status_code == 400


def test_a_captcha_costs_two_queries(api, student, solved, django_assert_num_queries):
    captcha = solved()
    with django_assert_num_queries(18):
        log_in(api)
    with django_assert_num_queries(18 + 2):
        log_in(api, captcha=captcha)


@pytest.mark.django_db(transaction=True)
def test_of_16_logins_at_the_same_moment_one_passes_with_one_captcha(api, student, used_up, solved):
    captcha = solved()

    answers = run_concurrently(16, lambda n: login(api.__class__(), captcha=captcha))

    assert sorted(answers) == [OK] + [REQUIRED] * 15


class BackOffice:
    """The login page, as a browser sees it."""

    def __init__(self, client, eyes):
        self.client, self.eyes = client, eyes

    def enter(self, username="chief", password=PASSWORD, captcha=None):
        form = {"username": username, "password": password, **(captcha or {})}
        return self.client.post("/admin/login/?next=/admin/", form)

    def read(self, page):
        """The answer to the captcha of a page."""
        shown = page.context["form"].captcha
        assert shown.data_url in page.content.decode()
        assert f'name="captcha_id" value="{shown.id}"' in page.content.decode()
        return {"captcha_id": shown.id, "captcha_text": self.eyes[-1]}


@pytest.fixture
def office(client, eyes):
    UserFactory(username="chief", is_staff=True, is_superuser=True)
    return BackOffice(client, eyes)


def test_one_pupil_does_not_lock_the_staff_of_a_school_out(office, used_up):
    page = office.enter()
    assert (page.status_code, page.context["user"].is_anonymous) == (200, True)
    assert page.context["form"].non_field_errors() == ["请先输入图片中的字符"]

    answer = office.enter(captcha=office.read(page))

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_wrong_passwords_at_the_back_office_use_the_same_budget(api, office, student):
    for n in range(3):
        page = office.enter(f"chief{n}", "guess")
        assert page.context["form"].captcha is None

    assert office.enter("chief", "guess").context["form"].captcha
    assert login(api) == REQUIRED


@pytest.mark.any_database
def test_each_answer_at_the_back_office_needs_a_new_picture(office, used_up):
    first = office.read(office.enter())
    page = office.enter(password="guess", captcha=first)
    assert page.context["form"].has_error("__all__", "invalid_login")
    second = office.read(page)

    repeated = office.enter(captcha=first)
    assert repeated.context["form"].non_field_errors() == [
        "图片中的字符不对或已过期，请按新的图片输入"
    ]
    assert office.enter(captcha=wrong(second)).status_code == 200
    assert office.enter(captcha=second).status_code == 200


@pytest.mark.any_database
def test_the_back_office_draws_no_more_pictures_than_the_api(office, used_up, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "captcha": {"address": (2, 60)}}

    assert [office.enter().status_code for _ in range(3)] == [200, 200, 429]
    assert Captcha.objects.count() == 2
