"""操作日志: what rows were given when they were made, and what they were when they went."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from luffy_api.apps.course.models import CourseChapter, CourseDiscount, Enrollment
from luffy_api.apps.dashboard.admin.audit import address_of, table_of, told
from luffy_api.apps.dashboard.imports.running import run
from luffy_api.apps.dashboard.models import AuditEntry
from luffy_api.apps.dashboard.tests import sheets
from luffy_api.apps.monitoring.models import AuditOrigin
from luffy_api.apps.user import role_rights
from luffy_api.tests import factories
from luffy_api.tests.back_office import act, form_of, page

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def newest() -> AuditEntry:
    return AuditEntry.objects.order_by("-pk")[0]


def values(entry) -> dict[str, tuple[str, str]]:
    return {label: (before, after) for _, (label, before, after) in entry.values}


@pytest.mark.every_database
def test_what_is_added_is_logged_with_what_it_was_given(admin_client):
    courses = [factories.CourseFactory(name=name) for name in ("甲课", "乙课")]
    data = {
        "name": "减到零",
        "discount_type": "3",
        "value": "100",
        "orders": "1",
        "is_show": "on",
        "starts_at_0": "2030-01-01",
        "starts_at_1": "10:00:00",
        "ends_at_0": "2030-02-01",
        "ends_at_1": "10:00:00",
        "courses": [course.pk for course in courses],
    }
    assert admin_client.post(page(CourseDiscount, "add"), data).status_code == 302

    entry = newest()
    assert values(entry)["优惠值"] == ("（空）", "100")
    assert values(entry)["优惠类型"] == ("（空）", "限时减免")
    assert values(entry)["参与课程"] == ("（空）", "甲课、乙课")
    assert "优惠值：（空） → 100" in told(entry)


def test_rows_that_are_added_on_a_page_are_logged_with_what_they_were_given(admin_client):
    section = factories.SectionFactory(name="旧")
    url = page(CourseChapter, "change", section.chapter.pk)
    data = form_of(admin_client, url)
    prefix = next(key for key in data if key.endswith("-TOTAL_FORMS")).removesuffix("-TOTAL_FORMS")
    new = {"name": "新课时", "orders": "7", "section_type": "2", "is_show": "on"}
    more = {f"{prefix}-1-{name}": value for name, value in new.items()}

    answer = admin_client.post(url, {**data, **more, f"{prefix}-TOTAL_FORMS": "2"})

    assert answer.status_code == 302
    found = [change for row, change in newest().values if "新课时" in row]
    assert ["课时标题", "（空）", "新课时"] in found


def test_what_is_deleted_is_logged_with_what_it_was(admin_client):
    discount = factories.DiscountFactory(
        name="活动甲", value="0.80", courses=[factories.CourseFactory(name="甲课")]
    )
    course = factories.CourseFactory(price="88.00", detail="很长" * 500)
    admin_client.post(page(CourseDiscount, "delete", discount.pk), {"post": "yes"})
    act(admin_client, "delete_selected", course, factories.CourseFactory(price="66.00"))

    gone, first, second = AuditEntry.objects.order_by("pk")
    assert values(gone)["优惠值"] == ("0.80", "（空）")
    assert values(gone)["优惠类型"] == ("限时折扣", "（空）")
    assert values(gone)["参与课程"] == ("甲课", "（空）")
    assert gone.get_change_message() == "删除了 优惠活动“活动甲”。"
    prices = [values(entry)["价格（元）"][0] for entry in (first, second)]
    assert prices == ["88.00", "66.00"]
    assert values(first)["讲师"][0] == str(course.teacher)
    assert all(len(before) < 250 for before, _ in values(first).values())
    assert AuditOrigin.objects.count() == 3


def test_a_role_that_is_made_or_deleted_is_logged_with_its_rights(admin_client):
    right = Permission.objects.get(codename="view_order", content_type__app_label="order")
    admin_client.post(page(Group, "add"), {"name": "客服", "permissions": [right.pk]})
    role = Group.objects.get(name="客服")
    made = next(entry for entry in AuditEntry.objects.all() if entry.values)
    words = role_rights.sentence_of(right)
    assert values(made)["可以做什么"] == ("（空）", words)
    assert table_of(made) == "角色"

    admin_client.post(page(Group, "delete", role.pk), {"post": "yes"})
    assert words in str(newest().values)
    listed_tables = admin_client.get(page(AuditEntry, "changelist")).content.decode()
    assert ">角色<" in listed_tables.replace(" ", "").replace("\n", "")


def test_a_gift_does_not_copy_the_mobile_by_which_the_student_was_found(admin_client):
    student, course = factories.UserFactory(mobile="13900002222"), factories.CourseFactory()
    data = {"user": "13900002222", "course": course.pk, "reason": "补偿"}
    answer = admin_client.post(page(Enrollment, "add"), {**data, "ends_at_0": "", "ends_at_1": ""})
    assert answer.status_code == 302
    assert Enrollment.objects.filter(user=student).exists()
    assert "13900002222" not in "".join(LogEntry.objects.values_list("change_message", flat=True))


def test_rows_of_an_import_come_from_where_it_was_begun(admin_client):
    job = sheets.checked("categories", sheets.csv("名称", "Python", "Linux"))
    begin = reverse("admin:dashboard_import_action", args=[job.pk, "apply"])
    admin_client.post(begin, REMOTE_ADDR="203.0.113.5")
    run(job.pk, seconds=60)

    written = AuditEntry.objects.filter(change_message__contains=f"导入 #{job.pk}")
    assert [address_of(entry) for entry in written] == ["203.0.113.5"] * 2
