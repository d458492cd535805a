"""The back office as admins use it."""

from decimal import Decimal

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.course.models import Course, CourseChapter, CourseSection, Enrollment
from luffy_api.apps.order.models import PaymentEvent
from luffy_api.apps.user.models import User
from luffy_api.tests import factories

pytestmark = pytest.mark.django_db
# The local gateway tests its own tables.
OURS = [
    model
    for model in admin.site._registry
    if model.__module__.startswith("luffy_api.") and model._meta.app_label != "alipay_sandbox"
]
ROWS = {
    "course": lambda: (
        factories.SectionFactory(chapter__course__course_img="course/covers/a.webp").chapter.course
    ),
    "coursecategory": factories.CategoryFactory,
    "teacher": factories.TeacherFactory,
    "coursechapter": lambda: factories.SectionFactory().chapter,
    "coursesection": factories.SectionFactory,
    "coursediscount": factories.DiscountFactory,
    "enrollment": factories.EnrollmentFactory,
    "user": factories.UserFactory,
    "order": factories.OrderFactory,
    "paymentevent": lambda: PaymentEvent.objects.create(
        source="notification", out_trade_no="N1", accepted=False, reason="amount_differs"
    ),
    "hotword": factories.HotWordFactory,
    "banner": factories.BannerFactory,
}


def page(model, kind, *args):
    """The address of an admin page."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=args)


def form_of(client, url):
    """Every field of the form on a page with its value, as a browser would send it."""
    context = client.get(url).context
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    forms = [context["adminform"].form]
    for formset in formsets:
        forms += [formset.management_form, *formset.forms]
    data = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False or isinstance(value, FieldFile):
                continue
            if hasattr(bound.field, "fields"):
                parts = bound.field.widget.decompress(value)
                data |= {f"{bound.html_name}_{n}": part for n, part in enumerate(parts)}
            else:
                data[bound.html_name] = value
    return data


def save(client, row, **changes):
    """Changes a row on its page."""
    url = page(type(row), "change", row.pk)
    return client.post(url, {**form_of(client, url), **changes})


def act(client, action, *rows):
    """A bulk action on the list, confirmed."""
    data = {"action": action, "_selected_action": [row.pk for row in rows], "post": "yes"}
    return client.post(page(type(rows[0]), "changelist"), data)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.model_name)
def test_every_list_and_form_opens_and_is_in_chinese(admin_client, model):
    row = ROWS[model._meta.model_name]()
    assert admin_client.get(page(model, "changelist")).status_code == 200
    assert admin_client.get(page(model, "change", row.pk)).status_code == 200
    names = [model._meta.verbose_name, model._meta.app_config.verbose_name]
    names += [
        model._meta.get_field(name).verbose_name
        for name in admin.site._registry[model].list_display
        if name in {field.name for field in model._meta.fields}
    ]
    assert [name for name in names if str(name).isascii()] == []


@pytest.mark.parametrize("name", ["course", "order", "enrollment", "coursesection", "user"])
def test_the_length_of_a_list_costs_no_queries(admin_client, name, django_assert_max_num_queries):
    [model] = [model for model in OURS if model._meta.model_name == name]
    for _ in range(12):
        ROWS[name]()
    with django_assert_max_num_queries(14):
        admin_client.get(page(model, "changelist"))


def test_whoever_is_no_admin_stays_outside(client, student):
    client.force_login(student)
    for model in OURS:
        assert client.get(page(model, "changelist")).status_code == 302


@pytest.mark.parametrize("word", ["爬虫", "陈老师"])
def test_courses_are_found_by_name_and_teacher(admin_client, word):
    factories.CourseFactory(name="Python 爬虫", teacher__name="陈老师")
    factories.CourseFactory(name="Linux")
    rows = admin_client.get(page(Course, "changelist"), {"q": word}).context["cl"].result_list
    assert [row.name for row in rows] == ["Python 爬虫"]


def test_bulk_actions_show_and_hide_and_put_on_sale(admin_client):
    courses = factories.CourseFactory.create_batch(2)
    for action, field, value in [
        ("hide", "is_show", False),
        ("show", "is_show", True),
        ("take_off_sale", "status", Course.Status.OFFLINE),
        ("put_on_sale", "status", Course.Status.ONLINE),
    ]:
        assert act(admin_client, action, *courses).status_code == 302
        assert set(Course.objects.values_list(field, flat=True)) == {value}


@pytest.mark.parametrize("by", ["page", "action"])
def test_a_course_is_deleted_softly_though_people_bought_it(admin_client, by):
    course = factories.EnrollmentFactory().course
    factories.OrderFactory(courses=[course])
    if by == "page":
        admin_client.post(page(Course, "delete", course.pk), {"post": "yes"})
    else:
        act(admin_client, "delete_selected", course)
    course.refresh_from_db()
    assert course.is_delete
    assert Enrollment.objects.count() == 1
    assert admin_client.get(page(Course, "changelist")).context["cl"].result_count == 0
    assert admin_client.get(page(Course, "change", course.pk)).status_code == 302


@pytest.mark.parametrize("needed", ["course_category", "teacher"])
def test_what_courses_need_stays_until_they_are_gone(admin_client, needed):
    course = factories.CourseFactory()
    row = getattr(course, needed)
    for answer in (
        admin_client.post(page(type(row), "delete", row.pk), {"post": "yes"}),
        act(admin_client, "delete_selected", row),
    ):
        assert answer.status_code in {200, 403}
        row.refresh_from_db()
        assert not row.is_delete
    Course.objects.update(is_delete=True)
    act(admin_client, "delete_selected", row)
    row.refresh_from_db()
    assert row.is_delete


@pytest.mark.parametrize(
    ("factory", "field"), [(factories.CategoryFactory, "name"), (factories.HotWordFactory, "word")]
)
def test_the_name_of_a_deleted_row_is_free_again(admin_client, factory, field):
    row = factory(**{field: "x" * 32})
    act(admin_client, "delete_selected", row)
    admin_client.post(page(type(row), "add"), {field: "x" * 32, "orders": 1, "is_show": "on"})
    alive = type(row).objects.alive().values_list(field, flat=True)
    assert list(alive) == ["x" * 32]


def test_the_html_of_a_course_is_filtered_when_it_is_saved(admin_client):
    course = factories.CourseFactory()
    html = '<h3>好</h3><script>alert(1)</script><p onclick="x()">段<a href="//x.co">落</a></p>'
    assert save(admin_client, course, detail=html).status_code == 302
    course.refresh_from_db()
    assert course.detail == "<h3>好</h3><p>段落</p>"


@pytest.mark.parametrize(
    "changes", [{"kind": 1, "price": "9.00"}, {"price": "-1"}, {"price": "1e9"}, {"orders": -1}]
)
def test_a_course_that_breaks_a_rule_is_told_on_the_form(admin_client, changes):
    course = factories.CourseFactory()
    answer = save(admin_client, course, **changes)
    assert answer.status_code == 200
    assert answer.context["errors"]


@pytest.mark.parametrize(
    "changes",
    [
        {"discount_type": 1, "value": "5"},
        {"discount_type": 2, "value": "8.5"},
        {"discount_type": 3, "value": "0"},
        {"ends_at_0": "2020-01-01"},
        {"courses": []},
    ],
)
def test_an_activity_that_breaks_a_rule_is_told_on_the_form(admin_client, changes):
    discount = factories.DiscountFactory(courses=[factories.CourseFactory()])
    answer = save(admin_client, discount, **changes)
    assert answer.status_code == 200
    assert answer.context["errors"]
    discount.refresh_from_db()
    assert (discount.discount_type, discount.value) == (2, Decimal("0.80"))


def counted(course):
    course.refresh_from_db()
    return course.sections, course.pub_sections


def test_the_numbers_of_a_course_follow_its_sections(admin_client):
    first = factories.SectionFactory()
    course, chapter = first.chapter.course, first.chapter
    second = factories.SectionFactory(chapter=chapter)
    # When nothing but "save" is pressed
    save(admin_client, chapter)
    assert counted(course) == (2, 2)
    # When a section is hidden on the chapter's page, shown in bulk, deleted on its own page
    url = page(CourseChapter, "change", chapter.pk)
    form = form_of(admin_client, url)
    admin_client.post(url, {k: v for k, v in form.items() if k != "coursesections-1-is_show"})
    assert counted(course) == (2, 1)
    act(admin_client, "show", second)
    assert counted(course) == (2, 2)
    admin_client.post(page(CourseSection, "delete", second.pk), {"post": "yes"})
    assert counted(course) == (1, 1)
    # When the chapter is deleted as a line of the course's page
    save(admin_client, course, **{"coursechapters-0-DELETE": "on"})
    assert counted(course) == (0, 0)
    chapter.refresh_from_db()
    assert chapter.is_delete


def test_a_chapter_with_its_sections_is_entered_on_one_page(admin_client):
    course = factories.CourseFactory()
    lines = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "0-name": "一", "0-section_type": 2}
    lines |= {"0-orders": 1, "0-duration": 60, "0-is_show": "on"}
    data = {"course": course.pk, "chapter": 1, "name": "第一章", "is_show": "on"}
    data |= {f"coursesections-{name}": value for name, value in lines.items()}
    assert admin_client.post(page(CourseChapter, "add"), data).status_code == 302
    assert CourseSection.objects.get().chapter.course == course
    assert counted(course) == (1, 1)


def test_a_film_of_an_unknown_type_is_refused(admin_client, folders):
    section = factories.SectionFactory()
    answer = save(admin_client, section, video=SimpleUploadedFile("a.html", b"<script>"))
    assert answer.context["errors"]


def test_a_course_is_given_away_once_and_counts_the_student(admin_client, student):
    course = factories.CourseFactory(students=5)
    gift = {"user": student.mobile, "course": course.pk}
    assert admin_client.post(page(Enrollment, "add"), gift).status_code == 302
    enrollment = Enrollment.objects.get()
    assert enrollment.source == Enrollment.Source.GRANT
    again = admin_client.post(page(Enrollment, "add"), gift)
    assert again.status_code == 200
    assert again.context["errors"]
    course.refresh_from_db()
    assert course.students == 6


@pytest.mark.parametrize("word", ["xiaoming", "13812345678", "爬虫"])
def test_rights_are_found_by_student_and_course(admin_client, student, word):
    factories.EnrollmentFactory(user=student, course__name="Python 爬虫")
    factories.EnrollmentFactory()
    assert (
        admin_client.get(page(Enrollment, "changelist"), {"q": word}).context["cl"].result_count
        == 1
    )


@pytest.mark.parametrize("name", ["order", "paymentevent", "enrollment"])
def test_books_are_never_edited(admin_client, name):
    row = ROWS[name]()
    for kind in ("change", "delete"):
        url = page(type(row), kind, row.pk)
        assert admin_client.post(url, {"post": "yes", "reason": "x"}).status_code == 403
    if name != "enrollment":
        assert admin_client.get(page(type(row), "add")).status_code == 403
    actions = admin_client.get(page(type(row), "changelist")).context["action_form"]
    assert actions is None or "delete_selected" not in dict(actions.fields["action"].choices)


@pytest.mark.parametrize("by", ["out_trade_no", "trade_no", "username", "mobile"])
def test_an_order_is_found_by_its_numbers_and_its_student(admin_client, student, by):
    order = factories.OrderFactory(user=student, trade_no="2026030122001")
    factories.OrderFactory()
    word = getattr(student if by in {"username", "mobile"} else order, by)
    rows = admin_client.get(page(type(order), "changelist"), {"q": word}).context["cl"].result_list
    assert list(rows) == [order]


@pytest.mark.parametrize(
    "query",
    [
        {"order_status__exact": 1},
        {"created_time__gte": "2026-01-01 00:00:00+08:00"},
        {"created_time__gte": "rubbish"},
        {"order_status__exact": "x"},
        {"user__password__startswith": "a"},
        {"p": "999"},
        {"o": "99.-99"},
        {"q": "\0"},
    ],
)
def test_no_filter_of_orders_is_a_server_error(admin_client, query):
    factories.OrderFactory(pay_time=timezone.now(), order_status=1)
    answer = admin_client.get(page(factories.OrderFactory._meta.model, "changelist"), query)
    assert answer.status_code in {200, 302, 400}


def test_an_account_is_found_by_its_mobile_which_the_list_masks(admin_client, student):
    url = page(User, "changelist")
    rows = admin_client.get(url, {"q": "13812345678"}).context["cl"].result_list
    assert list(rows) == [student]
    html = admin_client.get(url, {"q": "xiaoming"}).content.decode()
    assert "138****5678" in html
    assert "13812345678" not in html


def test_no_email_is_null_and_identities_have_one_spelling(admin_client, student):
    factories.UserFactory(email=None, mobile=None)
    assert save(admin_client, student, email="", mobile="+86 139-1111-2222").status_code == 302
    student.refresh_from_db()
    assert (student.email, student.mobile) == (None, "13911112222")
    save(admin_client, student, email="Ming@X.cn", mobile="")
    student.refresh_from_db()
    assert (student.email, student.mobile) == ("ming@x.cn", None)
    assert save(admin_client, student, mobile="12345").context["errors"]


def test_the_form_of_an_account_shows_no_whole_hash_and_deletes_nobody(admin_client, student):
    student.set_password("some words")
    student.save()
    url = page(User, "change", student.pk)
    assert student.password.rpartition("$")[2] not in admin_client.get(url).content.decode()
    assert admin_client.post(page(User, "delete", student.pk), {"post": "yes"}).status_code == 403


def test_an_account_is_added_by_hand(admin_client):
    words = {"password1": "some good words", "password2": "some good words"}
    data = {"username": "newone", "usable_password": "true", **words}
    assert admin_client.post(page(User, "add"), data).status_code == 302
    assert User.objects.get(username="newone").email is None
