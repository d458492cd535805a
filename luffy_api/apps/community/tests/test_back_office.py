"""课程评价 in the back office: moderation, answers, and whose ratings a teacher finds."""

import pytest

from luffy_api.apps.community.models import Rating
from luffy_api.common import roles
from luffy_api.tests.back_office import act, log_of, page
from luffy_api.tests.factories import RatingFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def as_role(client, role):
    user = staff(role)
    client.force_login(user)
    return user


def test_staff_hide_show_and_answer_and_the_log_says_so(client, api):
    admin = as_role(client, roles.OPERATIONS)
    rating = RatingFactory(stars=1, text="<script>骂人</script>")
    url = page(Rating, "change", rating.pk)
    assert "&lt;script&gt;" in client.get(url).content.decode()

    blank = client.post(page(Rating, "hide", rating.pk), {"reason": " "})
    assert (blank.status_code, Rating.objects.get().state) == (200, Rating.State.SHOWN)
    client.post(page(Rating, "hide", rating.pk), {"reason": "请文明用语"})
    assert "请文明用语" in client.get(url).content.decode()
    assert client.get(page(Rating, "show", rating.pk)).status_code == 200
    client.post(page(Rating, "show", rating.pk))
    client.post(page(Rating, "hide", rating.pk), {"reason": "又改回来了"})
    act(client, "show", rating)
    client.post(page(Rating, "answer", rating.pk), {"text": "谢谢反馈"})

    list_url = f"/api/v1/community/rating/?course={rating.course_id}"
    [row] = api.get(list_url).json()["data"]["results"]
    assert row["answer"] == "谢谢反馈"
    assert "谢谢反馈" in client.get(url).content.decode()
    assert Rating.objects.get().answered_by == admin
    client.post(page(Rating, "answer", rating.pk), {"text": ""})
    [row] = api.get(list_url).json()["data"]["results"]
    assert (row["answer"], row["answered_at"]) == ("", None)
    assert log_of(rating) == [
        "隐藏评价，原因：请文明用语",
        "展示评价",
        "隐藏评价，原因：又改回来了",
        "展示评价",
        "回复评价",
        "删除评价的回复",
    ]


def test_a_teacher_answers_ratings_of_the_own_courses_and_finds_no_others(client):
    teacher = as_role(client, roles.TEACHERS)
    own, other = RatingFactory(text="我的"), RatingFactory(text="别人的")
    own.course.teacher.account = teacher
    own.course.teacher.save()

    found = client.get(page(Rating, "changelist")).content.decode()
    assert "我的" in found
    assert "别人的" not in found
    for kind, pk, code in (
        *(("answer", own.pk, 200), ("hide", own.pk, 403), ("show", own.pk, 403)),
        *(("answer", other.pk, 404), ("change", own.pk, 200), ("change", other.pk, 302)),
    ):
        assert client.get(page(Rating, kind, pk)).status_code == code, (kind, pk)
    client.post(page(Rating, "answer", own.pk), {"text": "谢谢"})
    client.post(page(Rating, "answer", other.pk), {"text": "谢谢"})
    assert [row.answer for row in Rating.objects.order_by("pk")] == ["谢谢", ""]


def test_other_roles_see_none(client):
    as_role(client, roles.FINANCE)
    rating = RatingFactory()
    for kind in ("hide", "show", "answer"):
        assert client.post(page(Rating, kind, rating.pk), {"reason": "x"}).status_code == 403
    assert client.get(page(Rating, "changelist")).status_code == 403
    assert client.get(page(Rating, "answer", 999999)).status_code == 403


def test_the_filters_of_the_list_choose(admin_client):
    RatingFactory(text="没有回复的")
    for query, found in (("answered=no", True), ("answered=yes", False), ("stars__exact=5", True)):
        answer = admin_client.get(f"{page(Rating, 'changelist')}?{query}")
        assert ("没有回复的" in answer.content.decode()) is found, query
    assert admin_client.get(page(Rating, "hide", 999999)).status_code == 404
