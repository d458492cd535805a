"""Consent to the school's agreements: kept by version and time, asked for, never in the way."""

import threading

import pytest
from django.db import connection

from luffy_api.apps.school.models import AgreementKind
from luffy_api.apps.school.services import publish_agreement
from luffy_api.apps.user import consents
from luffy_api.apps.user.models import Consent, User
from luffy_api.apps.user.tests.conftest import post
from luffy_api.tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db]
MOBILE = "13700000000"
URL = "/api/v1/user/consent/"
TERMS, PRIVACY, REFUND = AgreementKind.TERMS, AgreementKind.PRIVACY, AgreementKind.REFUND


def publish(kind, version=1, *, asks_again=True):
    return publish_agreement(
        kind=kind, text="条款", after_version=version - 1, asks_again=asks_again
    )


@pytest.fixture
def current():
    """Ids of the versions in force; a rule of refunds is no part of them."""
    publish(REFUND)
    return [publish(TERMS).pk, publish(PRIVACY).pk]


def register(api, code, **extra):
    return post(api, "register/", mobile=MOBILE, code=code, password=PASSWORD, **extra)


def kept() -> list[tuple[str, int]]:
    rows = Consent.objects.order_by("agreement_id").select_related("agreement")
    return [(row.agreement.kind, row.agreement.version) for row in rows]


def test_who_registers_agrees_to_the_versions_in_force(api, code_for, current):
    answer = register(api, code_for(MOBILE, "register"), agreements=current)

    assert answer.status_code == 201
    assert answer.json()["data"]["consent_needed"] is False
    assert kept() == [("terms", 1), ("privacy", 1)]


@pytest.mark.any_database
@pytest.mark.parametrize("given", [None, "none", "first", "other", "unknown"])
def test_without_the_box_there_is_no_account_and_the_code_stays_good(api, code_for, current, given):
    lists = {
        "none": [],
        "first": current[:1],
        "other": [*current, current[0] - 1],
        "unknown": [10**12],
    }
    extra = {} if given is None else {"agreements": lists[given]}
    code = code_for(MOBILE, "register")

    answer = register(api, code, **extra)

    assert (answer.status_code, answer.json()["code"]) == (400, 2007)
    assert "agreements" in answer.json()["errors"]
    assert not User.objects.exists()
    assert register(api, code, agreements=current).status_code == 201


@pytest.mark.any_database
@pytest.mark.parametrize(
    "wrong", ["x", [0], [-1], ["a"], [None], [1.5], [2**63], [1] * 11, {"a": 1}]
)
def test_what_are_no_ids_is_refused(api, code_for, current, student_api, wrong):
    assert register(api, "000000", agreements=wrong).status_code == 400
    assert student_api.post(URL, {"agreements": wrong}, format="json").status_code == 400
    assert kept() == []


def test_a_version_that_was_overtaken_meanwhile_is_not_agreed_to(api, code_for, current):
    newer = publish(TERMS, 2)

    answer = register(api, code_for(MOBILE, "register"), agreements=current)

    assert answer.json()["code"] == 2007
    fresh = [newer.pk, current[1]]
    assert {row.pk for row in consents.require_current(fresh)} == set(fresh)


def test_where_nothing_is_published_nothing_is_asked(api, code_for):
    answer = register(api, code_for(MOBILE, "register"))

    assert (answer.status_code, answer.json()["data"]["consent_needed"]) == (201, False)


def test_a_login_by_code_keeps_the_consent_of_a_new_account(api, code_for, current):
    sent = {"mobile": MOBILE, "code": code_for(MOBILE, "login"), "agreements": current}

    assert post(api, "sms_login/", **sent).status_code == 200
    assert kept() == [("terms", 1), ("privacy", 1)]


def test_a_login_by_code_without_the_box_is_asked_afterwards(api, code_for, current):
    answer = post(api, "sms_login/", mobile=MOBILE, code=code_for(MOBILE, "login"))

    assert answer.json()["data"]["consent_needed"] is True
    assert kept() == []


def test_an_old_account_is_asked_and_nothing_is_closed_to_it(api, student, student_api, current):
    login = post(api, "login/", username="xiaoming", password=PASSWORD).json()["data"]
    assert login["consent_needed"] is True
    assert student_api.get("/api/v1/course/mine/").status_code == 200
    asked = student_api.get(URL).json()["data"]
    assert [(row["kind"], row["version"]) for row in asked["pending"]] == [
        ("terms", 1),
        ("privacy", 1),
    ]

    answer = student_api.post(URL, {"agreements": current}, format="json").json()["data"]

    assert answer["pending"] == []
    assert {row["agreement"]["kind"] for row in answer["agreed"]} == {"terms", "privacy"}
    again = student_api.post("/api/v1/user/token/refresh/").json()["data"]
    assert again["consent_needed"] is False


@pytest.mark.parametrize(("asks_again", "pending"), [(True, ["terms"]), (False, [])])
def test_a_new_version_is_asked_about_unless_it_is_a_trifle(
    student, student_api, current, asks_again, pending
):
    consents.give(user=student, agreement_ids=current)

    publish(TERMS, 2, asks_again=asks_again)

    asked = student_api.get(URL).json()["data"]["pending"]
    assert [row["kind"] for row in asked] == pending


def test_nobody_agrees_to_what_is_not_in_force(student_api, current):
    publish(TERMS, 2)

    answer = student_api.post(URL, {"agreements": current}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, 2007)
    assert kept() == []


def test_a_visitor_has_no_consents(api):
    assert api.get(URL).status_code == 401
    assert api.post(URL, {"agreements": [1]}, format="json").status_code == 401


def test_a_repeated_consent_keeps_the_first_time(student, current):
    consents.give(user=student, agreement_ids=current)
    first = list(Consent.objects.values_list("pk", "created_time"))

    consents.give(user=student, agreement_ids=current)

    assert list(Consent.objects.values_list("pk", "created_time")) == first


def test_the_copy_of_ones_data_and_the_back_office_have_them(
    student, student_api, current, admin_client
):
    consents.give(user=student, agreement_ids=current)

    copied = student_api.get("/api/v1/user/export/").json()["data"]["consents"]
    assert {(row["agreement"], row["version"]) for row in copied} == {("terms", 1), ("privacy", 1)}
    page = admin_client.get(f"/admin/user/user/{student.pk}/change/").content.decode()
    assert "用户协议 第 1 版" in page


@pytest.mark.any_database
def test_a_fixed_number_of_queries(student, student_api, current, django_assert_num_queries):
    for version in range(2, 6):
        publish(TERMS, version)
    with django_assert_num_queries(5):
        student_api.get(URL)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_consent(student, current):
    barrier, faults = threading.Barrier(4), []

    def run():
        barrier.wait()
        try:
            consents.give(user=student, agreement_ids=current)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert faults == []
    assert kept() == [("terms", 1), ("privacy", 1)]
