"""The checklist of the first page: from an empty shop to one that sells."""

import pytest
from cryptography.fernet import Fernet

from luffy_api.apps.course.models import Course
from luffy_api.apps.dashboard.first_steps import first_steps
from luffy_api.apps.order.models import PaymentCredential, PayType
from luffy_api.apps.order.payment import credentials, gateway
from luffy_api.apps.school.models import AgreementKind, SiteSettings
from luffy_api.apps.school.services import publish_agreement
from luffy_api.common import roles
from luffy_api.tests.factories import CategoryFactory, CourseFactory, SectionFactory, TeacherFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def done() -> set[str]:
    return {step.title for step in first_steps() if step.done}


def test_an_empty_shop_has_everything_before_it(admin_client):
    assert [step.title for step in first_steps()] == [
        *("网站信息", "分类", "讲师", "课程", "视频", "支付", "上线")
    ]
    assert done() <= {"支付"}
    page = admin_client.get("/admin/").content.decode()
    assert "开张清单" in page
    for step in first_steps():
        assert admin_client.get(step.url).status_code == 200


def test_each_step_is_done_by_its_rows():
    SiteSettings.objects.create(name="海豚学院")
    [site, *_] = first_steps()
    assert not site.done
    assert "用户协议、隐私政策、退款规则" in site.hint
    for kind in AgreementKind:
        publish_agreement(kind=kind, text="条款", after_version=0)
    assert "网站信息" in done()

    CategoryFactory()
    TeacherFactory()
    assert done() >= {"分类", "讲师"}
    course = CourseFactory(status=Course.Status.OFFLINE)
    assert "课程" in done()
    SectionFactory(course=course)
    assert "视频" in done()


def test_a_shop_with_everything_done_is_led_no_more(admin_client, django_assert_max_num_queries):
    SiteSettings.objects.create(name="海豚学院")
    CourseFactory(price="0.00", kind=Course.Kind.FREE)
    assert {step.title for step in first_steps() if not step.done} == {"网站信息"}
    assert "开张清单" in admin_client.get("/admin/").content.decode()
    for kind in AgreementKind:
        publish_agreement(kind=kind, text="条款", after_version=0)

    with django_assert_max_num_queries(9):
        assert first_steps() == []
    assert "开张清单" not in admin_client.get("/admin/").content.decode()


def test_what_is_sold_needs_a_way_to_pay(monkeypatch):
    monkeypatch.setattr(gateway, "configured", list)
    CourseFactory(price="9.00")

    assert "支付" not in done()


def test_a_fixed_number_of_queries(django_assert_max_num_queries):
    TeacherFactory.create_batch(3)
    with django_assert_max_num_queries(9):
        first_steps()


def test_only_who_may_do_all_of_it_is_led(client):
    client.force_login(staff(roles.OPERATIONS))

    assert "开张清单" not in client.get("/admin/").content.decode()


def test_keys_that_cannot_be_read_close_no_page(admin_client, settings, monkeypatch):
    """The way to where they are entered anew leads over the first page."""
    settings.KEY_ENCRYPTION_KEY = [Fernet.generate_key().decode()]
    monkeypatch.setattr(credentials, "_cache", credentials._Cache())
    PaymentCredential.objects.create(
        provider=PayType.ALIPAY, name="APP_ID", value="of another key", fingerprint="0" * 64
    )

    [payment] = [step for step in first_steps() if step.title == "支付"]

    assert (payment.done, payment.hint) == (False, "保存的商户资料读不出来，请打开看一看")
    assert admin_client.get("/admin/").status_code == 200
    assert admin_client.get(payment.url).status_code == 200


def test_the_local_gateway_is_not_taken_for_a_merchant(settings, monkeypatch):
    monkeypatch.setattr(gateway, "configured", lambda: ["local"])
    hints = {}
    for settings.ALIPAY_SANDBOX_ALLOWED in (True, False):
        [payment] = [step for step in first_steps() if step.title == "支付"]
        hints[settings.ALIPAY_SANDBOX_ALLOWED] = payment.hint
    assert "本地测试网关" in hints[True]
    assert "本地测试网关" not in hints[False]
