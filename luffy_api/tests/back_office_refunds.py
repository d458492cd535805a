"""The pages of 退款 in the back office, as a browser of 财务 uses them."""

from django.urls import reverse

from luffy_api.tests.back_office import said


def decide(browser, refund, name, **data):
    """Press the button of a decision; what the page says then."""
    answer = browser.post(decision_url(refund, name), data, follow=True)
    assert answer.status_code == 200
    return said(answer)


def decision_url(refund, name):
    return reverse("admin:order_refund_decide", args=[refund.pk, name])


def start_form(browser, order):
    """The form of 发起退款 as a browser would send it."""
    form = browser.get(start_url(order)).context["form"]
    return {"reason": "讲师停课", **form.initial}


def start(browser, order, **changes):
    answer = browser.post(start_url(order), {**start_form(browser, order), **changes}, follow=True)
    assert answer.status_code == 200
    return answer


def start_url(order):
    return reverse("admin:order_order_refund", args=[order.pk])
