"""Messages as staff send them in the back office."""

from uuid import uuid4

from django.urls import reverse

SEND = "admin:inbox_message_send"


def filled(**fields):
    """The form for a message to everybody in the site."""
    return {
        "submission": str(uuid4()),
        "audience": "everybody",
        "kind": 1,
        "title": "停机维护",
        "text": "周六凌晨停机两小时。",
        "channels": [1],
        **fields,
    }


def preview(browser, **fields):
    """The page with the preview, or with what is wrong."""
    return browser.post(reverse(SEND), filled(**fields))


def confirmed(answer):
    """The form of a preview with the button pressed."""
    context = answer.context
    estimate = context["estimate"]
    agreed = {"people": estimate.people, "cost": estimate.cost, "digest": context["digest"]}
    data = {
        name: value
        for name, value in context["form"].data.lists()
        if name not in {"people", "cost", "digest", "apply"}
    }
    return {**data, **agreed, "apply": "yes"}


def send(browser, **fields):
    """Both clicks."""
    return browser.post(reverse(SEND), confirmed(preview(browser, **fields)))
