"""What a student writes to others, or is called, can be seen."""

import pytest
from rest_framework import serializers

from luffy_api.apps.community.models import Note, Rating
from luffy_api.apps.order.models import Refund
from luffy_api.common.fields import ReadableField
from luffy_api.tests.factories import EnrollmentFactory, OrderFactory, SectionFactory

pytestmark = pytest.mark.django_db
UNSEEN = ["\u200b", "\u200d\ufe0f", "\u2800", "\u3164", "\u202e", "\u00ad\u2060", "\x07"]


class Written(serializers.Serializer):
    title = ReadableField()
    text = ReadableField(allow_blank=True, default="")


@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_nobody_sees_is_no_text(unseen):
    refused = Written(data={"title": unseen})
    assert not refused.is_valid()
    assert refused.errors == {"title": ["请输入看得见的文字。"]}

    taken = Written(data={"title": f"{unseen}1", "text": unseen})
    assert taken.is_valid()
    assert taken.validated_data == {"title": f"{unseen}1", "text": ""}


def test_a_character_that_ends_texts_is_named_as_what_it_is():
    refused = Written(data={"title": "小明\0"})

    assert not refused.is_valid()
    assert refused.errors == {"title": ["不能有看不见的空字符（U+0000）。"]}


@pytest.mark.parametrize("broken", ["\0", "\ud800"])
def test_what_no_database_takes_is_refused_not_left_out(broken):
    refused = Written(data={"title": "问", "text": broken})

    assert not refused.is_valid()
    assert list(refused.errors) == ["text"]


def test_a_student_is_called_by_what_can_be_seen(student, student_api):
    body = {"nickname": "\u200b", "signature": "\u2800"}
    answer = student_api.patch("/api/v1/user/profile/", body, format="json")

    data = answer.json()["data"]
    assert (data["nickname"], data["signature"]) == ("", "")


def test_notes_ratings_and_reasons_say_something(student, student_api):
    section = SectionFactory()
    course = section.chapter.course
    EnrollmentFactory(user=student, course=course)
    order = OrderFactory(user=student)
    community, unseen = "/api/v1/community", {"text": "\u200b"}

    note = student_api.post(f"{community}/section/{section.pk}/note/", unseen, format="json")
    rating = {"stars": 5, **unseen}
    rated = student_api.put(f"{community}/course/{course.pk}/rating/", rating, format="json")
    refund = f"/api/v1/order/{order.out_trade_no}/refund/"
    asked = student_api.post(refund, {"reason": "\u200b"}, format="json")

    assert [each.status_code for each in (note, rated, asked)] == [400, 200, 400]
    assert Rating.objects.get().text == ""
    assert not Note.objects.exists()
    assert not Refund.objects.exists()
