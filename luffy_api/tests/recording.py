"""Staff who record money that was paid by bank transfer or in cash."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.school.models import SchoolSettings
from luffy_api.tests.back_office import said
from luffy_api.tests.test_check_pdf import PDF


def two_people_from(amount):
    SchoolSettings.objects.update_or_create(pk=1, defaults={"offline_confirm_above": amount})


def entry(**changes):
    """The form as a browser sends it."""
    file = SimpleUploadedFile(changes.pop("name", "回单.pdf"), changes.pop("content", PDF))
    paid_at = timezone.localtime() - timedelta(hours=1)
    return {
        "payer": "路小飞",
        "reference": "ICBC0001",
        "paid_at": f"{paid_at:%Y-%m-%dT%H:%M}",
        "receipt": file,
        **changes,
    }


def record_url(order):
    return reverse("admin:order_order_offline", args=[order.pk])


def record(browser, order, **changes):
    answer = browser.post(record_url(order), entry(**changes), follow=True)
    assert answer.status_code == 200
    return answer


def decide(browser, row, name):
    answer = browser.post(decision_url(row, name), follow=True)
    assert answer.status_code == 200
    return said(answer)


def decision_url(row, name):
    return reverse("admin:order_offlinepayment_decide", args=[row.pk, name])


def status_of(order):
    order.refresh_from_db()
    return OrderStatus(order.order_status)
