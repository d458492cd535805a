"""操作日志: values before and after, where they came from, filters, export; read-only for all."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.community import ratings
from luffy_api.apps.course.models import Course, CourseChapter, CourseSection
from luffy_api.apps.dashboard.admin.audit import told
from luffy_api.apps.dashboard.audit_kinds import KINDS
from luffy_api.apps.dashboard.models import AuditEntry
from luffy_api.apps.learning import certificates
from luffy_api.apps.monitoring.models import AuditOrigin
from luffy_api.apps.promotion.models import Package
from luffy_api.apps.user.models import User
from luffy_api.apps.video import subtitles
from luffy_api.common import audit_log, roles
from luffy_api.tests import factories
from luffy_api.tests.back_office import ROWS, act, form_of, page, save
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
EXPORT = "admin:dashboard_auditentry_export"


def newest() -> AuditEntry:
    return AuditEntry.objects.order_by("-pk")[0]


def listed(browser, **query) -> list[AuditEntry]:
    return list(browser.get(page(AuditEntry, "changelist"), query).context["cl"].queryset)


# --- What is entered ---------------------------------------------------------------------------


def test_a_price_is_logged_with_its_values_before_and_after(admin_client):
    course = factories.CourseFactory(price="99.00")

    assert save(admin_client, course, price="49.50").status_code == 302

    assert ("", ["价格（元）", "99.00", "49.50"]) in newest().values
    assert "价格（元）：99.00 → 49.50" in told(newest())


def test_choices_and_rows_are_logged_in_words(admin_client):
    course = factories.CourseFactory()
    teacher = factories.TeacherFactory(name="欧阳老师")
    before = str(course.teacher)

    save(admin_client, course, level="2", teacher=str(teacher.pk))

    values = {label: (old, new) for _, (label, old, new) in newest().values}
    assert values["讲师"] == (before, str(teacher))
    assert not any(each.isdigit() for each in values["难度"])


def test_a_row_on_the_page_of_another_is_named_with_its_values(admin_client):
    section = factories.SectionFactory(name="旧名")
    url = page(CourseChapter, "change", section.chapter.pk)
    data = form_of(admin_client, url)
    [name] = [key for key, value in data.items() if value == "旧名"]

    assert admin_client.post(url, {**data, name: "新名"}).status_code == 302

    [(row, change)] = newest().values
    assert "新名" in row
    assert change[1:] == ["旧名", "新名"]
    assert CourseSection.objects.get().name == "新名"


def test_a_list_that_is_edited_in_place_is_logged_with_values(admin_client):
    course = factories.CourseFactory(orders=1)
    url = page(Course, "changelist")
    formset = admin_client.get(url).context["cl"].formset
    data = {bound.html_name: bound.value() for form in formset.forms for bound in form}
    data |= {bound.html_name: bound.value() for bound in formset.management_form}
    data = {key: value for key, value in data.items() if value not in (None, False)}

    admin_client.post(url, {**data, "form-0-orders": "7", "_save": "yes"})

    course.refresh_from_db()
    assert course.orders == 7
    assert newest().values[0][1][1:] == ["1", "7"]


def test_roles_are_logged_with_what_there_was_before(admin_client):
    colleague = staff(roles.OPERATIONS)
    finance = Group.objects.get(name=roles.FINANCE)

    save(admin_client, colleague, groups=[finance.pk], is_superuser="on")

    values = {label: (old, new) for _, (label, old, new) in newest().values}
    assert values["角色"] == (roles.OPERATIONS, roles.FINANCE)
    assert ("否", "是") in values.values()


def test_personal_data_and_passwords_are_not_copied_into_the_log(admin_client, student):
    save(admin_client, student, mobile="13900001111", email="new@example.com", nickname="小王")
    words = {"password1": "some good words", "password2": "some good words"}
    admin_client.post(
        reverse("admin:auth_user_password_change", args=[student.pk]),
        {**words, "usable_password": "true"},
    )
    admin_client.post(page(User, "add"), {"username": "neu", "usable_password": "true", **words})

    text = "".join(LogEntry.objects.values_list("change_message", flat=True))
    assert "手机号" in text
    for secret in ("13812345678", "13900001111", "example.com", "小王", "good words"):
        assert secret not in text


def test_every_entry_of_a_request_has_its_address(student, admin_client):
    course = factories.CourseFactory()
    save(admin_client, course, price="1.00")
    act(admin_client, "hide", course)
    act(admin_client, "delete_selected", course, factories.CourseFactory())
    act(admin_client, "log_out_everywhere", student)
    admin_client.post(
        reverse("admin:dashboard_import_export"), {"kind": "teachers", "format": "csv"}
    )

    assert LogEntry.objects.count() == AuditOrigin.objects.count() == 6
    assert set(AuditOrigin.objects.values_list("address", flat=True)) == {"127.0.0.1"}


def test_what_no_request_has_done_has_no_address(student):
    with audit_log.acting_from("203.0.113.9"):
        pass
    audit_log.log_change(student, user_id=student.pk, message="停用账号")

    assert not AuditOrigin.objects.exists()


def test_two_requests_of_one_process_keep_their_own_addresses(student, admin_user):
    for address in ("203.0.113.1", "203.0.113.2"):
        browser = Client(REMOTE_ADDR=address)
        browser.force_login(admin_user)
        act(browser, "log_out_everywhere", student)

    origins = AuditOrigin.objects.order_by("pk").values_list("address", flat=True)
    assert list(origins) == ["203.0.113.1", "203.0.113.2"]


# --- The page ----------------------------------------------------------------------------------


@pytest.fixture
def everything(admin_client, student):
    """One entry of each kind at least."""
    course = factories.CourseFactory(price="9.00")
    save(admin_client, course, price="8.00")
    act(admin_client, "take_off_sale", course)
    act(admin_client, "deactivate", student)
    gift = {"course": course.pk, "reason": "补偿"}
    other = factories.UserFactory()
    admin_client.post(reverse("admin:dashboard_student_give", args=[other.pk]), gift)
    order = factories.OrderFactory()
    audit_log.log_change(order, user_id=student.pk, message="发起退款 1.00 元")
    audit_log.log_change(ROWS["message"](), user_id=other.pk, message="发送消息：全体学员")
    admin_client.post(
        reverse("admin:dashboard_import_export"), {"kind": "teachers", "format": "csv"}
    )
    save(admin_client, factories.CourseFactory(price="9.00"), vip_price="7.00")
    save(admin_client, factories.QuizFactory(), pass_percent="70")
    package = factories.PackageFactory(courses=factories.CourseFactory.create_batch(2))
    save(admin_client, package, status=Package.Status.DRAFT)
    certificate = factories.CertificateFactory()
    certificates.revoke(certificate_id=certificate.pk, staff_id=other.pk, reason="退款")
    subtitles.withdraw(section_id=_with_subtitles().pk, language="en", user_id=other.pk)
    ratings.hide(rating_id=factories.RatingFactory().pk, staff_id=other.pk, reason="广告")
    return LogEntry.objects.count()


def _with_subtitles() -> CourseSection:
    section = factories.SectionFactory()
    subtitles.save(section_id=section.pk, language="en", webvtt="WEBVTT\n")
    return section


EXAMPLES = {
    "money": "退款",
    "access": "赠送课程",
    "prices": "会员价",
    "publication": "下线",
    "videos": "字幕",
    "certificates": "吊销",
    "community": "广告",
    "accounts": "停用",
    "roles": "停用",
    "messages": "发送",
    "exports": "导出",
}


def each_kind_finds_its_own(admin_client, everything):
    for kind, word in EXAMPLES.items():
        found = [told(entry) for entry in listed(admin_client, kind=kind)]
        assert any(word in text for text in found), kind
        assert len(found) < everything, kind


def publication_is_of_packages_and_quizzes_too(admin_client):
    text = "".join(told(entry) for entry in listed(admin_client, kind="publication"))
    assert "草稿" in text
    assert "及格线" in text


def test_every_kind_has_its_example():
    assert set(KINDS) == set(EXAMPLES)


def it_is_filtered_by_person_object_time_and_address(admin_client, everything, student):
    assert [entry.user for entry in listed(admin_client, by=student.pk)] == [student]
    table = LogEntry.objects.filter(user=student).values_list("content_type", flat=True)[0]
    assert {entry.content_type_id for entry in listed(admin_client, table=table)} == {table}
    later = (timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S+00:00")
    assert listed(admin_client, action_time__gte=later) == []
    assert len(listed(admin_client, action_time__lte=later)) == everything
    # Five were logged by no request.
    assert len(listed(admin_client, q="127.0.0.1")) == everything - 5
    assert listed(admin_client, q="203.0.113.9") == []
    assert len(listed(admin_client, q="补偿")) == 1


SENSELESS = [
    *({"kind": "x"}, {"by": "x"}, {"by": "9" * 30}, {"table": "-1"}, {"table": "٣"}),
    *({"q": "\x00"}, {"p": "x"}, {"o": "99"}, {"action_time__gte": "gestern"}, {"nix": "1"}),
]


def senseless_filters_are_no_error(admin_client):
    for query in SENSELESS:
        for url in (page(AuditEntry, "changelist"), reverse(EXPORT)):
            assert admin_client.get(url, query).status_code in (200, 302), query


def test_an_entry_shows_its_values_and_escapes_them(admin_client):
    course = factories.CourseFactory(name="旧")
    save(admin_client, course, name="<script>alert(1)</script>")
    for url in (page(AuditEntry, "changelist"), page(AuditEntry, "change", newest().pk)):
        html = admin_client.get(url).content.decode()
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert(1)" not in html


def nobody_changes_or_deletes_it(admin_client, everything):
    entry = newest()
    for kind, args in (("change", [entry.pk]), ("delete", [entry.pk]), ("add", [])):
        assert admin_client.post(page(AuditEntry, kind, *args), {"post": "yes"}).status_code == 403
    act(admin_client, "delete_selected", entry)
    assert LogEntry.objects.count() == everything


@pytest.mark.parametrize("role", ["", roles.OPERATIONS, roles.FINANCE])
def test_only_superusers_read_it(client, role):
    client.force_login(staff(role))
    for url in (page(AuditEntry, "changelist"), reverse(EXPORT)):
        assert client.get(url).status_code == 403
    assert client.post(reverse(EXPORT)).status_code == 403


def test_a_visitor_is_sent_to_the_login(client):
    for url in (page(AuditEntry, "changelist"), reverse(EXPORT)):
        assert client.get(url).status_code == 302


def an_export_has_what_the_filters_leave_and_is_logged(admin_client):
    url = f"{reverse(EXPORT)}?kind=access"
    assert "（1 条）" in admin_client.get(url).content.decode()

    answer = admin_client.post(url)
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert lines[0].startswith("时间,操作人,来源地址")
    assert len(lines) == 2
    assert "赠送课程" in lines[1]
    assert newest().change_message.startswith("导出 操作日志_")


@pytest.mark.every_database
def test_the_page_of_one_log(admin_client, everything, student):
    each_kind_finds_its_own(admin_client, everything)
    publication_is_of_packages_and_quizzes_too(admin_client)
    it_is_filtered_by_person_object_time_and_address(admin_client, everything, student)
    senseless_filters_are_no_error(admin_client)
    nobody_changes_or_deletes_it(admin_client, everything)
    an_export_has_what_the_filters_leave_and_is_logged(admin_client)


def test_the_length_of_the_list_costs_no_queries(
    admin_client, student, django_assert_max_num_queries
):
    for _ in range(2):
        for _ in range(10):
            audit_log.log_change(student, user_id=student.pk, message="停用账号")
        with django_assert_max_num_queries(14):
            admin_client.get(page(AuditEntry, "changelist"))


def test_old_entries_and_those_of_others_are_read_too(admin_client, student):
    for message in ('[{"changed": {"fields": ["价格"]}}]', "[broken", "", '[{"added": {}}]'):
        audit_log.log_change(student, user_id=student.pk, message=message)
    LogEntry.objects.update(content_type=None)

    html = admin_client.get(page(AuditEntry, "changelist")).content.decode()

    assert "价格" in html
    assert "[broken" in html
