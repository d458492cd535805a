"""The school's settings: one row, its defaults, and the form of the back office."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from luffy_api.apps.school import selectors
from luffy_api.apps.school.models import SchoolSettings

pytestmark = [pytest.mark.django_db]
LIST = reverse("admin:school_schoolsettings_changelist")


def test_without_a_row_the_defaults_hold(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert selectors.refund_policy() == selectors.RefundPolicy(days=7, watched_percent=20)


def test_staff_change_the_rule_of_refunds(admin_client):
    assert "退款期限" in admin_client.get(LIST).content.decode()

    saved = admin_client.post(LIST, {"refund_days": 14, "refund_watched_percent": 50})

    assert saved.status_code == 302
    assert selectors.refund_policy() == selectors.RefundPolicy(days=14, watched_percent=50)


@pytest.mark.parametrize(
    ("days", "percent"), [(366, 20), (-1, 20), ("", 20), (7, 101), (7, "abc"), (10**9, 20)]
)
def test_values_out_of_range_are_refused(admin_client, days, percent):
    answer = admin_client.post(LIST, {"refund_days": days, "refund_watched_percent": percent})

    assert answer.status_code == 200
    assert answer.context["errors"]
    assert selectors.refund_policy() == selectors.RefundPolicy(days=7, watched_percent=20)


def test_there_is_never_a_second_row():
    with pytest.raises(IntegrityError), transaction.atomic():
        SchoolSettings.objects.create(pk=2)
