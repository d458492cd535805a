"""第三方登录 on a student's page: what is connected, and staff who end it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from luffy_api.apps.dashboard import student_page
from luffy_api.apps.user import logins
from luffy_api.apps.user.models import SocialAccount, StudentLogin
from luffy_api.common import roles
from luffy_api.tests.back_office import said
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
OPENID = "oRvxY6DXNEdehn5sPypKvep9zyds"


@pytest.fixture
def operator(client):
    client.force_login(staff(roles.OPERATIONS))
    return client


def connected(user, openid=OPENID, provider="wechat"):
    return SocialAccount.objects.create(user=user, provider=provider, app_id="1", openid=openid)


def url(user, provider="wechat"):
    return reverse("admin:dashboard_student_disconnect", args=[user.pk, provider])


def html_of(browser, user):
    return browser.get(student_page.address(user.pk)).content.decode()


def test_the_page_shows_what_is_connected_and_never_the_whole_openid(operator, student):
    assert "没有绑定微信或支付宝" in html_of(operator, student)
    connected(student)
    html = html_of(operator, student)
    assert "没有记录" in html
    logins.record(user=student, way=StudentLogin.Way.WECHAT, address="10.0.0.1")
    html = html_of(operator, student)
    assert "oRv****zyds" in html
    assert OPENID not in html
    assert "没有记录" not in html
    assert url(student) in html
    # Addresses of logins are for superusers.
    assert "10.0.0.1" not in html


@pytest.mark.every_database
def test_it_is_ended_after_a_question_and_with_a_reason(operator, student):
    connected(student)
    connected(student, "2088", "alipay")
    question = operator.get(url(student)).content.decode()
    assert "oRv****zyds" in question
    assert "已经登录的设备不会退出" in question

    answer = operator.post(url(student), {"reason": "本人来电核实"}, follow=True)

    assert "已解除微信绑定" in said(answer)
    assert SocialAccount.objects.get().provider == "alipay"
    [entry] = LogEntry.objects.filter(object_id=str(student.pk))
    assert entry.get_change_message() == "解除微信绑定：本人来电核实"
    assert "本人来电核实" in html_of(operator, student)

    again = operator.post(url(student), {"reason": "再一次"}, follow=True)
    assert "没有绑定微信" in said(again)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, "a\x00b"])
def test_without_a_reason_it_stays(operator, student, reason):
    connected(student)
    answer = operator.post(url(student), {"reason": reason})
    assert answer.context["form"].errors
    assert SocialAccount.objects.exists()


def test_the_only_way_in_stays(operator):
    user = UserFactory(mobile=None)
    user.set_unusable_password()
    user.save()
    connected(user)
    answer = operator.post(url(user), {"reason": "x"}, follow=True)
    assert "唯一的登录方式" in said(answer)
    assert SocialAccount.objects.exists()
    assert not LogEntry.objects.exists()


def test_that_of_a_deactivated_account_can_be_ended(operator):
    user = UserFactory(is_active=False)
    connected(user)
    operator.post(url(user), {"reason": "停用"})
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("role", [roles.FINANCE, roles.TEACHERS, ""])
def test_other_roles_neither_see_nor_end_it(client, student, role):
    connected(student)
    client.force_login(staff(role))
    assert "第三方登录" not in html_of(client, student)
    for answer in (client.get(url(student)), client.post(url(student), {"reason": "x"})):
        assert answer.status_code == 403
    assert SocialAccount.objects.exists()


def test_unknown_providers_students_and_colleagues_are_not_found(operator, student):
    colleague = UserFactory(is_staff=True)
    connected(colleague)
    for address in (
        url(student, "qq"),
        url(colleague),
        url(student).replace(f"/{student.pk}/", "/999999/"),
    ):
        assert operator.post(address, {"reason": "x"}).status_code in (404, 405), address
    assert SocialAccount.objects.exists()


def test_a_student_and_a_visitor_are_sent_to_the_login(client, student):
    connected(student)
    for _ in range(2):
        assert client.post(url(student), {"reason": "x"}).status_code == 302
        client.force_login(student)
    assert SocialAccount.objects.exists()
