"""A new course is a draft, and goes on sale once it has all that it takes."""

import pytest
from django.contrib.auth.models import Permission

from luffy_api.apps.course import on_sale
from luffy_api.apps.course.exceptions import NotReadyForSale
from luffy_api.apps.course.models import Course
from luffy_api.common import roles
from luffy_api.tests import factories
from luffy_api.tests.back_office import act, form_of, log_of, page, said, save
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ONLINE, OFFLINE = Course.Status.ONLINE, Course.Status.OFFLINE
NOTHING, COVER, PRICE = on_sale.NOTHING_TO_LEARN, on_sale.NO_COVER, on_sale.NOT_CONFIRMED
LACKING = [
    ({"course_img": ""}, [COVER]),
    ({"price": 0}, [PRICE]),
    ({"price": 0, "course_img": "", "kind": Course.Kind.LIGHT}, [COVER, PRICE]),
]


def status_of(course):
    return Course.objects.values_list("status", flat=True).get(pk=course.pk)


def test_a_new_course_is_a_draft_that_nobody_sees(admin_client, api):
    form = form_of(admin_client, page(Course, "add"))
    parts = {
        "course_category": factories.CategoryFactory().pk,
        "teacher": factories.TeacherFactory().pk,
    }

    admin_client.post(page(Course, "add"), {**form, **parts, "name": "新课"})

    course = Course.objects.get()
    assert (course.status, course.is_listed) == (OFFLINE, False)
    assert api.get(f"/api/v1/course/{course.pk}/").status_code == 404
    assert api.get("/api/v1/course/").json()["data"]["count"] == 0


@pytest.mark.parametrize(("fields", "reasons"), LACKING)
def test_the_form_says_why_a_course_cannot_go_on_sale(admin_client, fields, reasons):
    course = factories.ready_course(**fields)

    answer = save(admin_client, course, status=ONLINE)

    assert answer.context["adminform"].form.errors["status"] == [
        f"还不能上线：{reason}" for reason in reasons
    ]
    assert status_of(course) == OFFLINE


@pytest.mark.parametrize(("fields", "reasons"), LACKING)
def test_the_bulk_action_puts_the_others_on_sale(admin_client, fields, reasons):
    lacking, ready = factories.ready_course(name="缺", **fields), factories.ready_course()

    act(admin_client, "put_on_sale", lacking, ready)

    assert (status_of(lacking), status_of(ready)) == (OFFLINE, ONLINE)
    told = said(admin_client.get(page(Course, "changelist")))
    assert f"《缺》还不能上线：{'；'.join(reasons)}" in told
    assert "已上线 1 门课程" in told
    assert (log_of(lacking), log_of(ready)) == ([], ["上线"])


@pytest.mark.parametrize(
    "section",
    [
        {"video": ""},
        {"is_show": False},
        {"is_delete": True},
        {"chapter__is_show": False},
        {"section_type": 0, "content": "", "video": ""},
    ],
)
def test_a_course_without_anything_to_learn_is_refused(section):
    course = factories.CourseFactory(status=OFFLINE, course_img="a.webp")
    factories.SectionFactory(course=course, **section)

    refused = on_sale.set_status(course_ids=[course.pk], status=ONLINE, user_id=staff().pk)

    assert isinstance(refused[course.pk], NotReadyForSale)
    assert refused[course.pk].reasons == [NOTHING]
    assert status_of(course) == OFFLINE


def test_a_text_is_enough_to_go_on_sale(admin_client):
    course = factories.CourseFactory(status=OFFLINE, course_img="a.webp")
    factories.SectionFactory(course=course, section_type=0, content="正文", video="")

    act(admin_client, "put_on_sale", course)

    assert status_of(course) == ONLINE


def test_a_price_of_nothing_is_confirmed_once_and_the_confirmation_is_kept(
    admin_client, admin_user
):
    course = factories.ready_course(price=0)

    save(admin_client, course, status=ONLINE, confirm_free="on")

    course.refresh_from_db()
    assert (course.status, course.zero_price_confirmed_by_id) == (ONLINE, admin_user.pk)
    confirmed_at = course.zero_price_confirmed_at
    assert confirmed_at is not None
    # Whoever saves the form later neither takes it away nor becomes the one who confirmed it
    admin_client.force_login(staff(is_superuser=True))
    save(admin_client, course, name="新名字")
    course.refresh_from_db()
    assert course.zero_price_confirmed_by_id == admin_user.pk
    assert course.zero_price_confirmed_at == confirmed_at
    text = admin_client.get(page(Course, "change", course.pk)).content.decode()
    assert str(admin_user) in text


def test_a_confirmation_ends_with_the_price_that_it_was_for(admin_client):
    course = factories.ready_course(price=0)
    save(admin_client, course, status=ONLINE, confirm_free="on")

    save(admin_client, course, price="9.00")

    course.refresh_from_db()
    assert (course.zero_price_confirmed_at, course.zero_price_confirmed_by) == (None, None)
    form = form_of(admin_client, page(Course, "change", course.pk))
    form.pop("confirm_free", None)
    answer = admin_client.post(page(Course, "change", course.pk), {**form, "price": "0"})
    assert answer.context["adminform"].form.errors["status"] == [f"还不能上线：{PRICE}"]


def test_a_free_course_needs_no_confirmation(admin_client):
    course = factories.ready_course(free=True)

    save(admin_client, course, status=ONLINE)

    assert status_of(course) == ONLINE


def test_what_is_on_sale_stays_so_whatever_it_lacks(admin_client):
    course = factories.CourseFactory(price=0)

    assert save(admin_client, course, name="新名字").status_code == 302
    act(admin_client, "put_on_sale", course)

    course.refresh_from_db()
    assert (course.status, course.name) == (ONLINE, "新名字")
    assert "课程已经上线，但" in said(admin_client.get(page(Course, "changelist")))


@pytest.mark.parametrize(
    ("change", "reason"), [({"course_img-clear": "on"}, COVER), ({"price": "0.00"}, PRICE)]
)
def test_a_course_on_sale_keeps_what_it_needs(admin_client, change, reason):
    course = factories.ready_course(status=ONLINE)

    answer = save(admin_client, course, **change)

    assert answer.context["adminform"].form.errors["status"] == [f"还不能上线：{reason}"]
    course.refresh_from_db()
    assert course.course_img
    assert course.price == 99


def test_the_page_leads_to_the_public_page_or_to_a_preview(admin_client, api, settings):
    course = factories.ready_course()
    address = page(Course, "change", course.pk)
    public = f"{settings.PUBLIC_URL}/course/{course.pk}"

    link = admin_client.get(address).context["absolute_url"]
    token = link.removeprefix(f"{public}?preview=")
    assert api.get(f"/api/v1/course/{course.pk}/preview/", {"token": token}).status_code == 200
    act(admin_client, "put_on_sale", course)

    assert admin_client.get(address).context["absolute_url"] == public


def test_who_may_only_look_gets_a_preview_and_changes_nothing(client):
    user = staff()
    user.user_permissions.add(Permission.objects.get(codename="view_course"))
    client.force_login(user)
    course = factories.ready_course(price=0)

    answer = client.get(page(Course, "change", course.pk))
    refused = client.post(
        page(Course, "change", course.pk), {"status": ONLINE, "confirm_free": "on"}
    )

    assert "?preview=" in answer.content.decode()
    assert refused.status_code == 403
    assert status_of(course) == OFFLINE


@pytest.mark.parametrize("role", [roles.FINANCE, ""])
def test_who_may_not_see_courses_gets_no_preview(client, role):
    client.force_login(staff(role))
    course = factories.ready_course()

    assert client.get(page(Course, "change", course.pk)).status_code == 403
