"""Two people in one form of the back office: each is told what the other has changed."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.utils import timezone

from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    CourseDiscount,
    CourseSection,
    Teacher,
)
from luffy_api.apps.course.models.courses import CourseQuerySet
from luffy_api.apps.home.models import Banner
from luffy_api.apps.order.models import BillDifference, PaymentCredential
from luffy_api.apps.search.models import HotWord
from luffy_api.common.edit_conflicts.admin import EditConflictsAdmin
from luffy_api.tests import factories
from luffy_api.tests.back_office import ROWS, form_of, log_of, page, save
from luffy_api.tests.people import staff

# Locks are in test_edit_conflict_races.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def browser(name="王五"):
    """Somebody who may change everything."""
    client = Client()
    client.force_login(staff(username=name, is_superuser=True))
    return client


def url_of(row):
    return page(type(row), "change", row.pk)


def errors_of(answer):
    """What the form says of each field, without tags."""
    errors = answer.context["adminform"].form.errors
    return {name: re.sub("<[^>]+>|\\s+", "", str(text)) for name, text in errors.items()}


def decide(form, **decisions):
    """The form sent again with a decision for each field."""
    asked = {f"{name}-asked": "1" for name in decisions}
    return {**form, **asked, **{f"{name}-decision": choice for name, choice in decisions.items()}}


def again(answer, form, **decisions):
    """What a browser sends after it was asked: the snapshot of the page that asks."""
    snapshot = answer.context["adminform"].form["snapshot"].value()
    return {**decide(form, **decisions), "snapshot": snapshot}


FORMS = {
    "course": (factories.CourseFactory, "name"),
    "category": (factories.CategoryFactory, "name"),
    "teacher": (factories.TeacherFactory, "title"),
    "chapter": (factories.ChapterFactory, "name"),
    "section": (factories.SectionFactory, "name"),
    "discount": (lambda: factories.DiscountFactory(courses=[factories.CourseFactory()]), "name"),
    "package": (ROWS["package"], "name"),
    "membershipterm": (ROWS["membershipterm"], "name"),
    "banner": (factories.BannerFactory, "title"),
    "topic": (factories.TopicFactory, "brief"),
    "hot word": (factories.HotWordFactory, "word"),
    "account": (factories.UserFactory, "nickname"),
    "site": (ROWS["sitesettings"], "slogan"),
    "announcement": (ROWS["announcement"], "title"),
    "help page": (ROWS["helppage"], "title"),
    "footer link": (ROWS["footerlink"], "title"),
    "coupon": (factories.CouponFactory, "name"),
    "alias": (ROWS["searchalias"], "meaning"),
    "blocked word": (ROWS["blockedword"], "word"),
    "filtered word": (ROWS["filteredword"], "word"),
    "role": (lambda: Group.objects.create(name="助教"), "name"),
}
# Which compare notes, and keys, by themselves.
OWN_WAYS = {BillDifference, PaymentCredential}


def test_every_form_that_can_be_changed_tells(admin_user):
    request = RequestFactory().get("/")
    request.user = admin_user
    silent = {
        model
        for model, model_admin in admin.site._registry.items()
        if model_admin.has_change_permission(request)
        and not isinstance(model_admin, EditConflictsAdmin)
    }
    assert silent == OWN_WAYS


@pytest.mark.parametrize("name", FORMS)
def test_whoever_saves_second_is_told_and_decides(name, admin_client):
    make, field = FORMS[name]
    row = make()
    form = form_of(admin_client, url_of(row))
    assert save(browser("李四"), row, **{field: "李四写的"}).status_code == 302

    answer = admin_client.post(url_of(row), {**form, field: "我写的"})

    told = errors_of(answer)
    assert set(told) == {field, "__all__"}
    assert "李四在" in told[field]
    assert "改成了「李四写的」" in told[field]
    row.refresh_from_db()
    assert getattr(row, field) == "李四写的"
    # When it is sent again without a decision, for the other's value, and for one's own
    mine = {**form, field: "我写的"}
    undecided = admin_client.post(url_of(row), {**again(answer, mine), f"{field}-asked": "1"})
    assert field in errors_of(undecided)
    for choice, value in (("theirs", "李四写的"), ("mine", "我写的")):
        decided = admin_client.post(url_of(row), again(answer, mine, **{field: choice}))
        assert decided.status_code == 302
        row.refresh_from_db()
        assert getattr(row, field) == value


def test_what_somebody_else_changed_is_kept_though_it_was_not_touched_here(admin_client):
    course = factories.CourseFactory(name="旧", price=99, level=0)
    form = form_of(admin_client, url_of(course))
    save(browser(), course, price="88.00", level=2)

    answer = admin_client.post(url_of(course), {**form, "name": "新"})

    assert set(errors_of(answer)) == {"price", "level", "__all__"}
    assert "改成了「高级」，您没有改动这一项" in errors_of(answer)["level"]
    assert answer.content.decode().count('value="theirs" required checked') == 2
    sent = again(answer, {**form, "name": "新"}, price="theirs", level="theirs")
    assert admin_client.post(url_of(course), sent).status_code == 302
    course.refresh_from_db()
    assert (course.name, course.price, course.level) == ("新", Decimal(88), 2)


def test_the_same_change_and_no_change_ask_nothing(admin_client):
    course = factories.CourseFactory(name="旧", brief="一\n二 ", price="99.00")
    form = form_of(admin_client, url_of(course))
    save(browser(), course, name="新")

    sent = {**form, "name": "新", "brief": "一\r\n二", "price": "99.0"}

    assert admin_client.post(url_of(course), sent).status_code == 302


def test_line_ends_of_a_browser_are_no_change(admin_client):
    teacher = factories.TeacherFactory(brief="一\n二")
    form = {**form_of(admin_client, url_of(teacher)), "brief": "一\r\n二"}

    assert admin_client.post(url_of(teacher), form).status_code == 302

    assert log_of(teacher) == ["[]"]


def test_a_third_change_is_asked_about_again(admin_client):
    category = factories.CategoryFactory()
    form = {**form_of(admin_client, url_of(category)), "name": "我的"}
    save(browser("李四"), category, name="第二")
    asked = admin_client.post(url_of(category), form)
    save(browser("王五"), category, name="第三")

    answer = admin_client.post(url_of(category), again(asked, form, name="mine"))

    assert "王五" in errors_of(answer)["name"]
    assert "「第三」" in errors_of(answer)["name"]
    category.refresh_from_db()
    assert category.name == "第三"


def test_the_program_is_told_apart_from_people(admin_client):
    course = factories.CourseFactory()
    form = form_of(admin_client, url_of(course))
    Course.objects.filter(pk=course.pk).update(name="导入的")

    told = errors_of(admin_client.post(url_of(course), {**form, "name": "我的"}))["name"]

    assert "系统" in told
    assert "改成了「导入的」" in told


def test_courses_of_a_discount_are_one_decision(admin_client):
    one, two, three = factories.CourseFactory.create_batch(3)
    discount = factories.DiscountFactory(courses=[one])
    form = form_of(admin_client, url_of(discount))
    discount.courses.set([two])

    mine = {**form, "courses": [one.pk, three.pk]}
    answer = admin_client.post(url_of(discount), mine)

    assert f"改成了「{two}」" in errors_of(answer)["courses"]
    admin_client.post(url_of(discount), again(answer, mine, courses="theirs"))
    assert list(discount.courses.all()) == [two]
    admin_client.post(url_of(discount), again(answer, mine, courses="mine"))
    assert set(discount.courses.all()) == {one, three}


def test_what_cannot_be_read_is_decided_for_the_other(admin_client):
    course = factories.CourseFactory(price=99)
    form = {**form_of(admin_client, url_of(course)), "price": "很多"}
    save(browser(), course, price="88.00")

    answer = admin_client.post(url_of(course), form)
    decided = admin_client.post(url_of(course), again(answer, form, price="theirs"))

    assert decided.status_code == 302
    course.refresh_from_db()
    assert course.price == 88


@pytest.mark.parametrize(
    "snapshot",
    [None, "", "x", "[]", "{}", '{"names":1,"rows":2,"at":3}', '{"names":[],"rows":{},"at":1e99}'],
)
def test_a_form_without_its_snapshot_overwrites_nothing(admin_client, snapshot):
    category = factories.CategoryFactory(name="有")
    form = {**form_of(admin_client, url_of(category)), "name": "改"}
    form = {**form, "snapshot": snapshot} if snapshot is not None else without(form, "snapshot")

    answer = admin_client.post(url_of(category), form)

    assert "改成了「有」" in errors_of(answer)["name"]
    category.refresh_from_db()
    assert category.name == "有"


def without(form, name):
    return {key: value for key, value in form.items() if key != name}


# Rows on the page of another row


def row_errors(answer, number=0):
    formset = answer.context["inline_admin_formsets"][0].formset
    errors = formset.forms[number].errors
    return {name: re.sub("<[^>]+>|\\s+", "", str(text)) for name, text in errors.items()}


def rows_again(answer, form):
    formset = answer.context["inline_admin_formsets"][0].formset
    key = formset.management_form["snapshot"]
    return {**form, key.html_name: key.value()}


def test_a_line_that_somebody_changed_on_its_own_page_is_asked_about(admin_client):
    section = factories.SectionFactory(name="旧")
    chapter = section.chapter
    form = {**form_of(admin_client, url_of(chapter)), "coursesections-0-name": "我的"}
    save(browser("李四"), section, name="李四写的")

    answer = admin_client.post(url_of(chapter), form)

    assert "李四在" in row_errors(answer)["name"]
    assert "请在标出的地方逐项选择" in errors_of(answer)["__all__"]
    section.refresh_from_db()
    assert section.name == "李四写的"
    sent = decide(rows_again(answer, form), **{"coursesections-0-name": "mine"})
    assert admin_client.post(url_of(chapter), sent).status_code == 302
    section.refresh_from_db()
    assert section.name == "我的"


def test_a_line_that_was_added_meanwhile_stays(admin_client):
    chapter = factories.ChapterFactory()
    form = form_of(admin_client, url_of(chapter))
    section = factories.SectionFactory(chapter=chapter)

    assert admin_client.post(url_of(chapter), {**form, "name": "新"}).status_code == 302

    section.refresh_from_db()
    assert not section.is_delete


def test_a_line_that_was_deleted_meanwhile_is_told_and_stays_deleted(admin_client):
    first = factories.SectionFactory(name="一", orders=1)
    second = factories.SectionFactory(name="二", orders=2, chapter=first.chapter)
    chapter = first.chapter
    form = {**form_of(admin_client, url_of(chapter)), "coursesections-0-name": "我的"}
    form["coursesections-1-name"] = "二改"
    browser("李四").post(page(CourseSection, "delete", first.pk), {"post": "yes"})

    answer = admin_client.post(url_of(chapter), form)

    assert "删除了「一」" in row_errors(answer)["__all__"]
    sent = {**rows_again(answer, form), "coursesections-0--asked": "1"}
    assert admin_client.post(url_of(chapter), sent).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.name, first.is_delete, second.name) == ("一", True, "二改")


def test_a_line_that_somebody_changed_is_not_deleted_unawares(admin_client):
    section = factories.SectionFactory(name="旧")
    chapter = section.chapter
    form = {**form_of(admin_client, url_of(chapter)), "coursesections-0-DELETE": "on"}
    save(browser("李四"), section, name="重要的")

    answer = admin_client.post(url_of(chapter), form)

    [formset] = [each.formset for each in answer.context["inline_admin_formsets"]]
    assert "修改了您要删除的「重要的」" in str(formset.non_form_errors())
    section.refresh_from_db()
    assert not section.is_delete
    sent = {**rows_again(answer, form), "coursesections-0-DELETE-asked": "1"}
    assert admin_client.post(url_of(chapter), sent).status_code == 302
    section.refresh_from_db()
    assert section.is_delete


# Lists whose columns can be changed


def list_form(client, model):
    """The fields of the list as a browser sends them."""
    formset = client.get(page(model, "changelist")).context["cl"].formset
    fields = [*formset.management_form, *(bound for form in formset.forms for bound in form)]
    values = {bound.html_name: bound.value() for bound in fields}
    return {**{name: value for name, value in values.items() if value}, "_save": "1"}


@pytest.mark.parametrize("model", [CourseCategory, Teacher, Course, Banner, HotWord])
def test_a_list_that_was_open_overwrites_no_rank(admin_client, model):
    make = {
        CourseCategory: factories.CategoryFactory,
        Teacher: factories.TeacherFactory,
        Course: factories.CourseFactory,
        Banner: factories.BannerFactory,
        HotWord: factories.HotWordFactory,
    }[model]
    first, second = make(orders=1), make(orders=2)
    form = {**list_form(admin_client, model), "form-1-orders": "20"}
    model.objects.filter(pk=first.pk).update(orders=5)

    answer = admin_client.post(page(model, "changelist"), form)

    formset = answer.context["cl"].formset
    assert "改成了「5」" in str(formset.forms[0].errors["orders"])
    assert not formset.forms[1].errors
    ranks = dict(model.objects.values_list("pk", "orders"))
    assert ranks == {first.pk: 5, second.pk: 2}
    key = formset.management_form["snapshot"]
    sent = decide({**form, key.html_name: key.value()}, **{"form-0-orders": "theirs"})
    assert admin_client.post(page(model, "changelist"), sent).status_code == 302
    assert dict(model.objects.values_list("pk", "orders")) == {first.pk: 5, second.pk: 20}


def test_actions_write_their_own_fields_alone(admin_client, monkeypatch):
    """What somebody else writes between the reading and the writing of an action stays."""
    course = factories.ready_course()
    save_of, update_of, rows = Course.save, CourseQuerySet.update, Course.objects.all()

    def overtaken_save(row, *args, **kwargs):
        update_of(rows.filter(pk=row.pk), brief="别人刚写的")
        save_of(row, *args, **kwargs)

    def overtaken_update(written, **values):
        update_of(rows.all(), brief="别人刚写的")
        return update_of(written, **values)

    monkeypatch.setattr(Course, "save", overtaken_save)
    monkeypatch.setattr(CourseQuerySet, "update", overtaken_update)
    for action in ("hide", "show", "put_on_sale", "take_off_sale", "delete_selected"):
        update_of(rows.all(), brief="旧", is_delete=False)
        admin_client.post(
            page(Course, "changelist"),
            {"action": action, "_selected_action": [course.pk], "post": "yes"},
        )
        assert Course.objects.get().brief == "别人刚写的", action


def test_a_moment_is_shown_as_people_read_it(admin_client):
    discount = factories.DiscountFactory(courses=[factories.CourseFactory()])
    form = form_of(admin_client, url_of(discount))
    later = timezone.localtime() + timedelta(days=9)
    save(browser("李四"), discount, ends_at_0=later.strftime("%Y-%m-%d"), ends_at_1="20:00:00")

    told = errors_of(admin_client.post(url_of(discount), {**form, "name": "新"}))

    assert set(told) == {"ends_at", "__all__"}
    assert "李四在" in told["ends_at"]
    assert "20:00" in told["ends_at"]
    assert CourseDiscount.objects.get().name == "促销"
