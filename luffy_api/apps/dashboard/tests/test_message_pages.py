"""消息 in the back office: the form, its preview, what was sent, and the end of it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from luffy_api.apps.inbox import expansion
from luffy_api.apps.inbox.models import Delivery, Message
from luffy_api.apps.inbox.tests.outbox import draft, sent
from luffy_api.common import roles
from luffy_api.tests.back_office import log_of, page, said
from luffy_api.tests.back_office_messages import SEND, confirmed, filled, preview, send
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, UserFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def operator(client):
    """A browser of somebody in 运营."""
    client.force_login(staff(roles.OPERATIONS))
    return client


def errors(answer):
    return {name: texts[0] for name, texts in answer.context["form"].errors.items()}


def test_a_preview_says_what_it_would_do_and_does_nothing(operator, student, settings):
    settings.SMS_PRICE = Decimal("0.1")
    UserFactory(mobile=None)

    text = preview(operator, channels=[1, 2], sms_text="课" * 71).content.decode()

    assert "共 <strong>2</strong> 人" in text
    assert "站内信：<strong>2</strong> 人" in text
    assert "短信：<strong>1</strong> 人" in text
    assert "每人 2 条，费用约 <strong>0.20</strong> 元" in text
    assert "周六凌晨停机两小时。" in text
    assert not Message.objects.exists()


def test_the_second_click_sends_it_to_everybody(
    operator, student, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(operator)

    message = Message.objects.get()
    assert answer.url == page(Message, "change", message.pk)
    assert [row.user for row in Delivery.objects.all()] == [student]
    assert log_of(message) == ["发送消息：全体学员，站内信 1 人"]


@pytest.mark.every_database
def test_to_one_student_by_any_name(operator, student):
    for name in (student.mobile, student.username, student.email, f"#{student.pk}"):
        send(operator, audience="student", student=name)
    assert {(row.audience, row.audience_id) for row in Message.objects.all()} == {
        ("student", student.pk)
    }
    assert Message.objects.count() == 4


def test_to_the_students_of_a_course(operator, student):
    course = CourseFactory(name="爬虫")
    EnrollmentFactory(user=student, course=course)
    UserFactory()

    send(operator, audience="course", course=course.pk)

    assert Message.objects.get().audience_name == "《爬虫》的学员"


@pytest.mark.every_database
def test_a_double_click_is_one_message(operator, student):
    data = confirmed(preview(operator))
    for _ in range(2):
        assert operator.post(reverse(SEND), data).status_code == 302
    assert Message.objects.count() == 1


def test_what_was_changed_after_the_preview_is_previewed_again(operator, student):
    data = confirmed(preview(operator))

    answer = operator.post(reverse(SEND), {**data, "title": "另一个标题"})

    assert "内容已修改，没有发送" in said(answer)
    assert not Message.objects.exists()
    assert operator.post(reverse(SEND), confirmed(answer)).status_code == 302
    assert Message.objects.get().title == "另一个标题"


def test_more_people_than_agreed_to_are_previewed_again(operator, student):
    data = confirmed(preview(operator))
    UserFactory()

    answer = operator.post(reverse(SEND), data)

    assert "人数或费用有变化" in said(answer)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"audience": "aliens"}, "audience"),
        ({"audience": "student", "student": ""}, "student"),
        ({"audience": "student", "student": "nobody"}, "student"),
        ({"audience": "student", "student": f"#{'9' * 40}"}, "student"),
        ({"audience": "course", "course": ""}, "course"),
        ({"audience": "course", "course": "9" * 18}, "course"),
        ({"audience": "course", "course": "x"}, "course"),
        ({"kind": "9"}, "kind"),
        ({"title": "长" * 61}, "title"),
        ({"title": " "}, "title"),
        ({"text": "长" * 2001}, "text"),
        ({"text": "\x00"}, "text"),
        ({"channels": []}, "channels"),
        ({"channels": ["x"]}, "channels"),
        ({"channels": ["9"]}, "channels"),
        ({"channels": [2], "text": "两\n行"}, "sms_text"),
        ({"submission": "x"}, "submission"),
    ],
)
def test_bad_input_is_named_at_its_field(operator, student, fields, field):
    answer = preview(operator, **fields)

    assert answer.status_code == 200
    assert field in errors(answer)
    assert "estimate" not in answer.context


@pytest.mark.parametrize(
    "agreed",
    [
        {},
        {"people": "x", "cost": "0", "digest": "x"},
        {"people": "1", "cost": "NaN", "digest": "x"},
        {"people": "-1", "cost": "0", "digest": "x"},
        {"people": "9" * 30, "cost": "9" * 30, "digest": "y" * 9999},
    ],
)
def test_without_a_preview_nothing_is_sent(operator, student, agreed):
    answer = operator.post(reverse(SEND), {**filled(), **agreed, "apply": "yes"})

    assert answer.status_code == 200
    assert not Message.objects.exists()


def test_who_works_here_is_no_student_for_operators(operator, admin_client):
    colleague = staff()
    name = f"#{colleague.pk}"
    assert "student" in errors(preview(operator, audience="student", student=name))
    assert not errors(preview(admin_client, audience="student", student=name))


@pytest.mark.parametrize("role", [roles.FINANCE, ""])
def test_others_neither_read_nor_send(client, role):
    message = sent(draft(UserFactory()))
    client.force_login(staff(role))
    for address in (
        reverse(SEND),
        page(Message, "changelist"),
        page(Message, "change", message.pk),
        reverse("admin:inbox_message_stop", args=[message.pk]),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, filled()).status_code == 403


def test_who_is_not_logged_in_is_asked_to(client):
    for address in (reverse(SEND), reverse("admin:inbox_message_stop", args=[1])):
        assert client.get(address).status_code == 302


def test_a_link_fills_in_whom_it_is_for(operator, student):
    text = operator.get(reverse(SEND), {"student": student.pk}).content.decode()
    assert f'value="#{student.pk}"' in text
    for odd in ("x", "9" * 50, "1' OR 1", ""):
        assert operator.get(reverse(SEND), {"student": odd, "course": odd}).status_code == 200


def test_the_page_of_a_student_leads_to_a_message(operator, student):
    address = reverse("admin:dashboard_student_change", args=[student.pk])
    assert f"{reverse(SEND)}?student={student.pk}" in operator.get(address).content.decode()


@pytest.mark.every_database
def test_a_message_shows_what_became_of_it_and_is_never_edited(operator, student):
    UserFactory(mobile=None)
    message = sent(draft(channels=[1, 2]))

    text = operator.get(page(Message, "change", message.pk)).content.decode()

    for cell in ('data-label="人数">2<', 'data-label="人数">1<', "待发送", "已发送"):
        assert cell in text
    for kind in ("change", "delete"):
        assert operator.post(page(Message, kind, message.pk), {"title": "x"}).status_code == 403
    assert operator.get(page(Message, "add")).status_code == 403


def test_the_number_of_recipients_costs_no_queries(operator, django_assert_max_num_queries):
    UserFactory.create_batch(30)
    message = sent(draft(channels=[1, 2]))
    with django_assert_max_num_queries(14):
        operator.get(page(Message, "change", message.pk))
    # One of them for what the school has chosen for the kind.
    with django_assert_max_num_queries(15):
        preview(operator, channels=[1, 2])


def test_sending_is_stopped_after_a_question(operator, student):
    message = sent(draft(channels=[1, 2]))
    address = reverse("admin:inbox_message_stop", args=[message.pk])

    assert "不能撤回" in operator.get(address).content.decode()
    operator.post(address)
    expansion.run(message.pk, seconds=9)

    message.refresh_from_db()
    assert message.state == Message.State.STOPPED
    assert "已经停止发送" in said(operator.post(address, follow=True))
    assert "停止发送</a>" not in operator.get(page(Message, "change", message.pk)).content.decode()
    missing = reverse("admin:inbox_message_stop", args=[10**9])
    assert operator.get(missing).status_code == 404
