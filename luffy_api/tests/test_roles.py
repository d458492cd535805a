"""Who may see and change what in the back office: every registered table, by role."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.urls import reverse

from luffy_api.apps.course.models import Course, CourseCategory, Enrollment
from luffy_api.apps.user.models import User
from luffy_api.common import roles
from luffy_api.tests import factories
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ALL = frozenset({"view", "add", "change", "delete"})
VIEW = frozenset({"view"})
OPERATIONS = {
    "community.favourite": VIEW,
    "community.filteredword": ALL,
    "community.rating": VIEW,
    "community.question": VIEW,
    "community.answer": VIEW,
    "course.coursecategory": ALL,
    "course.teacher": ALL,
    "course.course": ALL,
    "course.coursechapter": ALL,
    "course.coursesection": ALL,
    "course.coursediscount": ALL,
    "course.enrollment": frozenset({"view", "add"}),
    "course.enrollmentgrant": VIEW,
    "dashboard.dailyfigures": VIEW,
    "dashboard.import": frozenset({"view", "add"}),
    "dashboard.student": VIEW,
    "home.banner": ALL,
    "home.topic": ALL,
    "inbox.message": VIEW,
    "inbox.messagekind": frozenset({"view", "change"}),
    "learning.coursecertificate": VIEW,
    "learning.quiz": frozenset({"view", "add", "change"}),
    "learning.quizattempt": VIEW,
    "learning.studyday": VIEW,
    "monitoring.alert": VIEW,
    "monitoring.jobrun": VIEW,
    "promotion.coupon": ALL,
    "promotion.package": ALL,
    "promotion.membershipterm": ALL,
    "promotion.membershipperiod": VIEW,
    "promotion.codebatch": frozenset({"view", "add"}),
    "promotion.claim": VIEW,
    "promotion.redemption": VIEW,
    "school.agreement": frozenset({"view", "add"}),
    "school.announcement": ALL,
    "school.footerlink": ALL,
    "school.helppage": ALL,
    "school.sitesettings": frozenset({"view", "change"}),
    "search.hotword": ALL,
    "search.blockedword": ALL,
    "search.searchalias": ALL,
    "search.missedsearch": VIEW,
    "search.searchword": VIEW,
    "search.searchday": VIEW,
}
FINANCE = {
    "dashboard.student": VIEW,
    "dashboard.dailyfigures": VIEW,
    "monitoring.alert": VIEW,
    "monitoring.jobrun": VIEW,
    "order.bill": VIEW,
    "order.billline": VIEW,
    "order.billdifference": frozenset({"view", "change"}),
    "school.schoolsettings": frozenset({"view", "change"}),
    "order.order": VIEW,
    "order.invoice": VIEW,
    "order.orderexport": VIEW,
    "order.offlinepayment": VIEW,
    "order.orderpayment": VIEW,
    "order.paymentevent": VIEW,
    "order.refund": VIEW,
    "order.refunddueorder": VIEW,
    "order.gatewaycounter": VIEW,
    "promotion.coupon": VIEW,
    "promotion.package": VIEW,
    "promotion.membershipterm": VIEW,
    "promotion.membershipperiod": VIEW,
    "promotion.claim": VIEW,
    "promotion.redemption": VIEW,
}
TEACHERS = {
    "community.rating": VIEW,
    "community.question": VIEW,
    "community.answer": VIEW,
    "dashboard.taughtcourse": VIEW,
    "dashboard.taughtquiz": VIEW,
    "dashboard.taughtstudent": VIEW,
}
MATRIX = {
    roles.OPERATIONS: OPERATIONS,
    roles.FINANCE: FINANCE,
    roles.TEACHERS: TEACHERS,
    "": {},
}
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)
MIGRATIONS = [
    ("course", "0002_rights_of_operations"),
    ("course", "0011_rights_of_operations_on_grants"),
    ("home", "0002_rights_of_operations"),
    ("search", "0002_rights_of_operations"),
    ("search", "0004_rights_to_counts"),
    ("search", "0008_rights_to_aliases"),
    ("order", "0002_rights_of_finance"),
    ("order", "0004_rights_of_finance_on_refunds"),
    ("order", "0009_rights_of_finance_on_payments"),
    ("order", "0013_rights_of_finance_on_invoices"),
    ("order", "0015_rights_of_finance_to_export"),
    ("order", "0018_right_of_finance_to_refund"),
    ("order", "0019_rights_of_finance_on_bills"),
    ("order", "0022_rights_of_finance_on_offline_payments"),
    ("school", "0002_rights_of_finance"),
    ("school", "0006_rights_of_operations"),
    ("monitoring", "0003_rights"),
    ("dashboard", "0002_rights_of_operations"),
    ("dashboard", "0004_rights_on_students"),
    ("dashboard", "0007_rights_to_figures"),
    ("dashboard", "0009_rights_of_teachers"),
    ("learning", "0005_rights_to_study_days"),
    ("learning", "0009_rights_on_certificates"),
    ("learning", "0011_rights_on_quizzes"),
    ("learning", "0013_rights_on_attempts"),
    ("inbox", "0002_rights_of_operations"),
    ("inbox", "0005_rights_to_kinds"),
    ("community", "0002_rights_on_ratings"),
    ("community", "0004_rights_on_questions"),
    ("community", "0007_rights_on_favourites"),
    ("home", "0007_rights_on_topics"),
    ("promotion", "0002_rights"),
    ("promotion", "0004_rights_on_packages"),
    ("promotion", "0006_rights_on_memberships"),
    ("promotion", "0008_rights_on_paths"),
    ("user", "0017_rights_of_operations"),
]


@pytest.fixture
def as_role(client):
    """as_role(role): a browser of somebody with that role."""

    def log_in(role):
        client.force_login(staff(role))
        return client

    return log_in


def rights(user: User, model) -> frozenset[str]:
    """What the table's admin lets the user do."""
    request = type("Request", (), {"user": user})()
    table = admin.site._registry[model]
    return frozenset(right for right in ALL if getattr(table, f"has_{right}_permission")(request))


def page(model, kind, *args):
    """The address of an admin page."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=args)


@pytest.mark.parametrize("role", MATRIX)
def test_a_role_may_do_what_the_table_says_and_nothing_else(role):
    user = staff(role)
    allowed = {model._meta.label_lower: rights(user, model) for model in MODELS}
    assert {label: may for label, may in allowed.items() if may} == MATRIX[role]


@pytest.mark.any_database
@pytest.mark.parametrize("role", MATRIX)
def test_the_lists_and_forms_open_for_their_role_only(as_role, role):
    browser = as_role(role)
    for model in MODELS:
        may = MATRIX[role].get(model._meta.label_lower, frozenset())
        for kind, right in (("changelist", "view"), ("add", "add")):
            expected = 200 if right in may else 403
            assert browser.get(page(model, kind)).status_code == expected, f"{model} {kind}"


def test_a_student_in_a_role_has_no_back_office(client, student):
    student.groups.add(*Group.objects.all())
    client.force_login(User.objects.get(pk=student.pk))
    for model in MODELS:
        assert client.get(page(model, "changelist")).status_code == 302


def test_a_disabled_member_of_staff_has_no_rights():
    user = staff(roles.OPERATIONS, is_active=False)
    assert not any(rights(user, model) for model in MODELS)


@pytest.mark.any_database
@pytest.mark.parametrize("role", MATRIX)
def test_nobody_gives_oneself_rights(as_role, role):
    browser = as_role(role)
    user = User.objects.get(pk=browser.session["_auth_user_id"])
    group = Group.objects.get(name=roles.FINANCE)
    attempts = [
        (page(User, "change", user.pk), {"is_superuser": "on"}),
        (page(User, "add"), {"username": "mole", "password1": "x", "password2": "x"}),
        (reverse("admin:auth_user_password_change", args=[user.pk]), {"password1": "x"}),
        (page(User, "changelist"), {"action": "activate", "_selected_action": user.pk}),
        (page(Group, "change", group.pk), {"name": group.name, "permissions": ["1"]}),
        (page(Group, "delete", group.pk), {"post": "yes"}),
    ]
    assert {browser.post(address, data).status_code for address, data in attempts} == {403}
    user.refresh_from_db()
    assert not user.is_superuser


@pytest.mark.any_database
@pytest.mark.parametrize("role", [roles.OPERATIONS, roles.FINANCE, roles.TEACHERS])
def test_not_even_a_right_on_accounts_opens_them(as_role, role):
    Group.objects.get(name=role).permissions.add(
        *Permission.objects.filter(content_type__app_label__in=["user", "auth"])
    )
    browser = as_role(role)
    assert browser.get(page(User, "changelist")).status_code == 403
    assert browser.get(page(Group, "changelist")).status_code == 403


@pytest.mark.any_database
@pytest.mark.parametrize("role", MATRIX)
def test_accounts_cannot_be_browsed_through_another_form(as_role, role):
    factories.UserFactory(mobile="13812345678")
    field = {"app_label": "course", "model_name": "enrollment", "field_name": "user", "term": "1"}
    answer = as_role(role).get("/admin/autocomplete/", field)
    assert answer.status_code == 403


def test_the_figures_of_a_course_are_for_who_sees_its_learning_or_its_sales(as_role):
    course = factories.CourseFactory()
    url = reverse("admin:dashboard_dailyfigures_course", args=[course.pk])
    opens = {role: as_role(role).get(url).status_code for role in MATRIX}
    assert opens == {roles.OPERATIONS: 200, roles.FINANCE: 200, roles.TEACHERS: 403, "": 403}


def test_finance_moves_no_money_and_no_course(as_role):
    order, course = factories.OrderFactory(), factories.CourseFactory()
    browser = as_role(roles.FINANCE)
    assert browser.get(page(type(order), "change", order.pk)).status_code == 200
    assert (
        browser.post(page(type(order), "change", order.pk), {"order_status": 1}).status_code == 403
    )
    browser.post(page(Course, "changelist"), {"action": "hide", "_selected_action": course.pk})
    course.refresh_from_db()
    assert course.is_show


def test_operations_enters_a_category_and_gives_a_course_away(as_role, student):
    browser = as_role(roles.OPERATIONS)
    course = factories.CourseFactory()
    category = {"name": "爬虫", "orders": 1, "is_show": "on"}
    assert browser.post(page(CourseCategory, "add"), category).status_code == 302
    gift = {"user": student.mobile, "course": course.pk}
    assert browser.post(page(Enrollment, "add"), gift).status_code == 302
    assert Enrollment.objects.get().user == student


@pytest.mark.parametrize("action", ["hide", "take_off_sale"])
def test_who_may_only_look_hides_nothing(client, action):
    user = staff()
    user.user_permissions.add(Permission.objects.get(codename="view_course"))
    client.force_login(user)
    course = factories.CourseFactory()
    client.post(page(Course, "changelist"), {"action": action, "_selected_action": course.pk})
    course.refresh_from_db()
    assert (course.is_show, course.status) == (True, Course.Status.ONLINE)


def test_granting_twice_or_after_a_loss_restores_the_rights():
    group = Group.objects.get(name=roles.OPERATIONS)
    before = set(group.permissions.values_list("codename", flat=True))
    group.permissions.clear()
    Permission.objects.filter(codename="add_banner").delete()
    editor = SimpleNamespace(connection=connection)
    for app, name in MIGRATIONS * 2:
        migration = import_module(f"luffy_api.apps.{app}.migrations.{name}").Migration
        for operation in migration.operations:
            operation.code(apps, editor)
    assert set(group.permissions.values_list("codename", flat=True)) == before


def test_a_renamed_model_keeps_the_permissions_of_its_groups():
    # As left by a database that was migrated before SmsSending became SmsMessage
    permission = Permission.objects.get(codename="view_smsmessage")
    Permission.objects.filter(pk=permission.pk).update(codename="view_smssending")
    group = Group.objects.create(name="审计")
    group.permissions.add(permission)
    rename = roles.rename_permissions("user", "smssending", "smsmessage")
    for _ in range(2):
        rename(apps, SimpleNamespace(connection=connection))
    assert [each.codename for each in group.permissions.all()] == ["view_smsmessage"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", [roles.OPERATIONS, roles.FINANCE] * 2)
def test_roles_outlive_tests_that_empty_the_tables(role):
    group = Group.objects.get(name=role)
    user = factories.UserFactory(is_staff=True)
    user.groups.add(group)

    allowed = {model._meta.label_lower: rights(user, model) for model in MODELS}

    assert {label: may for label, may in allowed.items() if may} == MATRIX[role]
