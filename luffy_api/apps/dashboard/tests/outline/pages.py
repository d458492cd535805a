"""What the page of a course asks for and sends, as a member of the staff."""

from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from luffy_api.apps.course.models import CourseChapter, CourseSection
from luffy_api.common import roles
from luffy_api.tests.people import staff

LONG_AGO = "2026-01-01T00:00Z"
# Whoever has less does not see the outline.
VIEW = ("view_course", "view_coursechapter", "view_coursesection")


def outline_of(course):
    return f"/api/v1/course/{course.pk}/outline/"


def browser(**fields):
    client = APIClient()
    client.force_login(staff(roles.OPERATIONS, **fields))
    return client


def with_rights(*codenames):
    """Somebody with these rights alone."""
    user = staff()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = APIClient()
    client.force_login(user)
    return client


def shown(client, course):
    """What the page has: chapters with the names of their sections."""
    data = client.get(outline_of(course)).json()["data"]
    return {row["name"]: [each["name"] for each in row["sections"]] for row in data["chapters"]}


def chapters_of(client, course):
    return {row["name"]: row for row in client.get(outline_of(course)).json()["data"]["chapters"]}


def read_at(client, course):
    return client.get(outline_of(course)).json()["data"]["read_at"]


def ids(names):
    rows = dict(CourseSection.objects.values_list("name", "pk"))
    return [rows[name] for name in names]


def change(chapter, seen, order):
    pk = CourseChapter.objects.get(name=chapter).pk
    return {"chapter": pk, "seen": ids(seen), "order": ids(order)}


def move(client, course, *changes, at=None):
    """Sends what somebody has moved."""
    body = {"read_at": at or read_at(client, course), "chapters": list(changes)}
    return client.put(f"{outline_of(course)}section/order/", body, format="json")


def move_chapters(client, course, seen, order, at=None):
    rows = dict(CourseChapter.objects.values_list("name", "pk"))
    body = {
        "read_at": at or read_at(client, course),
        "seen": [rows[name] for name in seen],
        "order": [rows[name] for name in order],
    }
    return client.put(f"{outline_of(course)}chapter/order/", body, format="json")
