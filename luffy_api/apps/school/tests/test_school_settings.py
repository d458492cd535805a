"""The school's settings: one row, its defaults, and the form of the back office."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.urls import reverse

from luffy_api.apps.school import selectors
from luffy_api.apps.school.models import SchoolSettings
from luffy_api.tests.back_office import form_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LIST = reverse("admin:school_schoolsettings_changelist")


def form(days=7, percent=20, above="1000.00"):
    """The form as a browser sends it."""
    return {
        "refund_days": days,
        "refund_watched_percent": percent,
        "offline_confirm_above": above,
    }


def test_without_a_row_the_defaults_hold(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert selectors.refund_policy() == selectors.RefundPolicy(days=7, watched_percent=20)


def test_staff_change_the_rule_of_refunds_and_visitors_read_it(admin_client, api):
    assert "退款期限" in admin_client.get(LIST).content.decode()

    saved = admin_client.post(LIST, {**form_of(admin_client, LIST), **form(14, 50)})

    assert saved.status_code == 302
    assert selectors.refund_policy() == selectors.RefundPolicy(days=14, watched_percent=50)
    told = api.get("/api/v1/home/site/").json()["data"]["refund_policy"]
    assert told == {"days": 14, "watched_percent": 50}


@pytest.mark.parametrize(
    ("days", "percent"), [(366, 20), (-1, 20), ("", 20), (7, 101), (7, "abc"), (10**9, 20)]
)
def test_values_out_of_range_are_refused(admin_client, days, percent):
    answer = admin_client.post(LIST, form(days, percent))

    assert answer.status_code == 200
    assert answer.context["errors"]
    assert selectors.refund_policy() == selectors.RefundPolicy(days=7, watched_percent=20)


@pytest.mark.parametrize("above", ["-0.01", "", "x", "1.001", "1e9", "NaN"])
def test_a_limit_that_is_no_amount_is_refused(admin_client, above):
    assert admin_client.post(LIST, form(above=above)).context["errors"]
    assert selectors.offline_confirm_above() == 1000


def test_a_change_stands_in_the_audit_log(admin_client):
    admin_client.post(LIST, {**form_of(admin_client, LIST), **form(above="0")})

    assert selectors.offline_confirm_above() == 0
    assert "线下收款须两人确认的金额" in LogEntry.objects.get().get_change_message()


def test_there_is_never_a_second_row():
    with pytest.raises(IntegrityError), transaction.atomic():
        SchoolSettings.objects.create(pk=2)
