"""Pages of back office and cashier while the database is unavailable."""

import logging
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from django.test import Client

from luffy_api.apps.course.models import CourseSection
from luffy_api.common import database_errors
from luffy_api.common.codes import Code
from luffy_api.tests import factories
from luffy_api.tests.back_office import page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(admin_client) -> Client:
    """An admin's client that gets error pages instead of exceptions."""
    admin_client.raise_request_exception = False
    return admin_client


def assert_kind(answer: Any) -> None:
    """A page with 503 in Chinese, without technical details."""
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert answer["Content-Type"].startswith("text/html")
    html = answer.content.decode()
    assert "服务暂时不可用" in html
    assert 'lang="zh-CN"' in html
    for word in ("Traceback", "Error", "sqlite", "127.0.0.1", "SELECT"):
        assert word not in html


def test_every_page_of_the_back_office_is_503(office, cut, caplog):
    section = factories.SectionFactory()
    form = page(CourseSection, "change", section.pk)
    pages = ["/admin/", page(CourseSection, "changelist"), form]
    assert {office.get(url).status_code for url in pages} == {200}

    cut(True)
    with caplog.at_level(logging.ERROR, logger="django.request"):
        answers = [office.get(url) for url in pages]
        answers.append(office.post(form, {"name": "改"}))
        answers.append(office.post("/admin/login/", {"username": "admin", "password": "x"}))

    for answer in answers:
        assert_kind(answer)
    logged = [record.exc_info for record in caplog.records if record.name == "django.request"]
    assert len(logged) == len(answers)
    assert all(info and database_errors.is_unavailable(info[1]) for info in logged)
    # When it is back nobody has to log in again
    cut(False)
    assert {office.get(url).status_code for url in pages} == {200}


@pytest.mark.skipif(not apps.is_installed("luffy_api.apps.alipay_sandbox"), reason="development")
def test_the_cashier_is_503(office, cut):
    cut(True)

    assert_kind(office.get("/alipay/cashier/abcdefghijklmnopqrstuvwxyz/"))


def test_the_api_answers_503_in_the_envelope(office, cut):
    cut(True)

    answer = office.get("/api/v1/course/")

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert answer.json()["code"] == Code.UNAVAILABLE


@pytest.mark.parametrize(
    "wrong",
    [
        "SELECT no_such_column FROM luffy_course",
        "SELECT 1 FROM no_such_table",
        "SELEC 1",
        "SELECT no_such_function(1)",
    ],
)
def test_a_wrong_statement_does_not_count_as_unavailable(wrong):
    with pytest.raises(DatabaseError) as raised, connection.cursor() as cursor:
        cursor.execute(wrong)

    assert not database_errors.is_unavailable(raised.value)
