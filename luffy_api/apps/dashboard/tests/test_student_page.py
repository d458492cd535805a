"""学员: what each role sees of a student, notes, and courses given and taken back by hand."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from luffy_api.apps.community import moderation
from luffy_api.apps.community.models import Answer, Question
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.apps.dashboard import student_page
from luffy_api.apps.dashboard.models import Student
from luffy_api.apps.order.models import Order
from luffy_api.apps.school.models import Agreement, AgreementKind
from luffy_api.apps.user import account_deletion, consents, notes, personal_data
from luffy_api.apps.user.exceptions import StudentClosed
from luffy_api.apps.user.models import StudentNote, User
from luffy_api.common import roles
from luffy_api.tests import factories
from luffy_api.tests.back_office import page, said
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def as_role(client):
    """as_role(role): a browser of somebody with that role."""

    def log_in(role):
        client.force_login(staff(role))
        return client

    return log_in


def html_of(browser, student) -> str:
    return browser.get(student_page.address(student.pk)).content.decode()


def url(name, *args):
    return reverse(f"admin:dashboard_student_{name}", args=args)


def customer(student):
    """A student with something in every part of the page."""
    section = factories.SectionFactory(name="第一节", duration=100)
    course = section.chapter.course
    payment = factories.OrderPaymentFactory(order__user=student, order__courses=[course])
    enrollment.enroll_in_all(
        user_id=student.pk,
        course_ids=[course.pk],
        source=EnrollmentGrant.Source.ORDER,
        reference=payment.order.out_trade_no,
    )
    factories.ProgressFactory(user=student, section=section, position=95)
    factories.RefundFactory(payment=payment, reason="不想学了")
    factories.OfflinePaymentFactory(order__user=student, reference="BANK-77")
    factories.InvoiceFactory(user=student, title="路飞公司")
    notes.write(user_id=student.pk, author_id=staff().pk, text="请下午联系")
    agreement = Agreement.objects.create(kind=AgreementKind.PRIVACY, version=1, text="条款")
    consents.record(student, [agreement])
    return payment.order


def test_a_superuser_sees_every_part(admin_client, student):
    order = customer(student)
    html = html_of(admin_client, student)
    for text in (
        *(order.out_trade_no, "不想学了", "BANK-77", "路飞公司", "请下午联系", "100%"),
        *("第一节，95 秒", "138****5678", "同意记录（1）", "主动退出"),
    ):
        assert text in html, text
    assert "13812345678" not in html


def spoken(student):
    """What a student has said in courses, in each state."""
    section = factories.SectionFactory(name="第三节", course__name="爬虫")
    asked = factories.QuestionFactory(user=student, section=section, title="为什么超时")
    factories.AnswerFactory(question=asked)
    hidden = factories.QuestionFactory(user=student, section=section, title="<b>广告</b>")
    moderation.hide_question(question_id=hidden.pk, staff_id=staff().pk, reason="广告")
    factories.QuestionFactory(title="别人的提问")
    factories.AnswerFactory(user=student, text="可以试试重试")
    factories.RatingFactory(user=student, course=section.chapter.course, stars=4, text="讲得清楚")
    return asked


def test_questions_answers_and_ratings_lead_to_their_pages(as_role, admin_client, student):
    asked = spoken(student)
    for browser in (as_role(roles.OPERATIONS), admin_client):
        html = html_of(browser, student)
        for text in (
            *("提问（2）", "为什么超时", "爬虫", "第三节", "1 个", "未回答", "已隐藏"),
            *("回答（1）", "可以试试重试", "课程评价（1）", "讲得清楚", "未回复"),
            page(type(asked), "change", asked.pk),
        ):
            assert text in html, text
        assert "别人的提问" not in html
        assert "<b>广告</b>" not in html
        for row in (*Question.objects.filter(user=student), *Answer.objects.filter(user=student)):
            assert browser.get(page(type(row), "change", row.pk)).status_code == 200


def test_who_moderates_nothing_sees_what_nobody_has_said(as_role, student):
    spoken(student)
    parts = ('id="questions"', 'id="answers"', 'id="ratings"')
    html = html_of(as_role(roles.FINANCE), student)
    assert not [part for part in parts if part in html]
    # A teacher sees those of their own courses on their own pages.
    colleague = staff(roles.FINANCE)
    colleague.groups.add(Group.objects.get(name=roles.TEACHERS))
    browser = Client()
    browser.force_login(colleague)
    html = html_of(browser, student)
    assert 'id="orders"' in html
    assert not [part for part in parts if part in html]


def test_operations_sees_courses_and_no_money(as_role, student):
    order = customer(student)
    html = html_of(as_role(roles.OPERATIONS), student)
    assert "第一节" in html
    assert "请下午联系" in html
    for text in ('id="orders"', "不想学了", "BANK-77", "路飞公司", "同意记录", student.email):
        assert text not in html, text
    # The order by which the student has the course is named, not its amount.
    assert order.out_trade_no in html


def test_finance_sees_money_and_no_courses(as_role, student):
    order = customer(student)
    html = html_of(as_role(roles.FINANCE), student)
    for text in (order.out_trade_no, "不想学了", "BANK-77", "路飞公司"):
        assert text in html, text
    assert "第一节" not in html
    assert "赠送课程" not in html


def test_whoever_has_no_role_sees_nothing(as_role, student):
    browser = as_role("")
    for name, args in (("change", [student.pk]), ("give", [student.pk]), ("gifts", [])):
        assert browser.get(url(name, *args)).status_code == 403
    assert browser.post(url("note", student.pk), {"text": "x"}).status_code == 403
    assert not StudentNote.objects.exists()


def test_a_student_and_a_visitor_are_sent_to_the_login(client, student):
    for _ in range(2):
        assert client.get(student_page.address(student.pk)).status_code == 302
        assert client.post(url("note", student.pk), {"text": "x"}).status_code == 302
        client.force_login(student)
    assert not StudentNote.objects.exists()


def test_the_number_of_queries_does_not_grow(admin_client, student, django_assert_max_num_queries):
    for _ in range(2):
        customer_again(student)
        with django_assert_max_num_queries(45):
            html_of(admin_client, student)
        for _ in range(6):
            customer_again(student)


def customer_again(student):
    payment = factories.OrderPaymentFactory(order__user=student)
    factories.EnrollmentFactory(user=student)
    factories.ProgressFactory(user=student, position=5)
    factories.RefundFactory(payment=payment)
    factories.OfflinePaymentFactory(order__user=student)
    factories.InvoiceFactory(user=student)
    notes.write(user_id=student.pk, author_id=staff().pk, text="x")
    factories.AnswerFactory(user=student, question=factories.QuestionFactory(user=student))
    factories.RatingFactory(user=student)


@pytest.mark.every_database
def test_many_courses_stand_on_several_pages(admin_client, student):
    for _ in range(student_page.COURSES_PER_PAGE + 1):
        factories.EnrollmentFactory(user=student)
    assert "第 1 页，共 2 页" in html_of(admin_client, student)
    address = student_page.address(student.pk)
    for number in ("2", "99", "x"):
        assert admin_client.get(address, {"page": number}).status_code == 200


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30, "x"])
def test_nobody_has_no_page(admin_client, pk):
    answer = admin_client.get(f"/admin/dashboard/student/{pk}/change/")
    assert answer.status_code == 302
    for part in ("note", "give", "take/1"):
        answer = admin_client.post(f"/admin/dashboard/student/{pk}/{part}/")
        assert answer.status_code in (302, 404, 405)


# --- Finding somebody --------------------------------------------------------------------------


@pytest.mark.every_database
@pytest.mark.parametrize("role", [roles.OPERATIONS, roles.FINANCE])
def test_a_role_finds_one_student_by_the_whole_identity_and_reads_no_list(as_role, role, student):
    browser = as_role(role)
    factories.UserFactory.create_batch(3)

    def found(**query) -> list[User]:
        return list(browser.get(page(Student, "changelist"), query).context["cl"].result_list)

    assert found() == []
    assert found(q="1381234") == []
    assert found(q="小") == []
    for identity in ("13812345678", "+86 138-1234-5678", student.username, student.email):
        assert [row.pk for row in found(q=identity)] == [student.pk]


def test_a_role_reads_nothing_of_colleagues(as_role):
    colleague = factories.UserFactory(is_staff=True)
    browser = as_role(roles.OPERATIONS)
    assert browser.get(page(Student, "changelist"), {"q": colleague.mobile}).status_code == 200
    assert browser.get(student_page.address(colleague.pk)).status_code == 302
    assert browser.get(url("give", colleague.pk)).status_code == 404


def test_the_page_is_reached_from_accounts_and_orders(admin_client, student):
    order = factories.OrderFactory(user=student)
    address = f'href="{student_page.address(student.pk)}"'
    for model, kind, args in (
        (User, "changelist", []),
        (Student, "changelist", []),
        (Order, "changelist", []),
        (Order, "change", [order.pk]),
    ):
        html = admin_client.get(page(model, kind, *args)).content.decode()
        assert address in html or f'href="{student_page.address(student.pk)}?' in html, model


# --- Notes -------------------------------------------------------------------------------------


def test_a_note_says_who_and_when_and_stays(as_role, student):
    browser = as_role(roles.FINANCE)
    browser.post(url("note", student.pk), {"text": "<b>很急</b>"})
    [note] = StudentNote.objects.all()
    assert (note.user, note.text) == (student, "<b>很急</b>")
    html = html_of(browser, student)
    assert "&lt;b&gt;很急" in html
    assert str(note.author) in html


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001, "a\x00b"])
def test_a_bad_note_is_refused_in_words(admin_client, student, text):
    answer = admin_client.post(url("note", student.pk), {"text": text})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not StudentNote.objects.exists()


def test_notes_are_personal_data(student):
    notes.write(user_id=student.pk, author_id=staff().pk, text="请下午联系")
    [copied] = personal_data.export(student)["notes"]
    assert copied["text"] == "请下午联系"

    account_deletion.close(student.pk)

    assert not StudentNote.objects.exists()
    with pytest.raises(StudentClosed):
        notes.write(user_id=student.pk, author_id=staff().pk, text="还有")


# --- Courses -----------------------------------------------------------------------------------


def gift(given, **fields):
    return {"course": given.pk, "reason": "补偿", **fields}


def test_operations_gives_a_course_and_takes_it_back(as_role, student):
    browser, course = as_role(roles.OPERATIONS), factories.CourseFactory()
    assert "赠送课程" in html_of(browser, student)
    assert browser.get(url("give", student.pk)).status_code == 200

    answer = browser.post(url("give", student.pk), gift(course))
    assert answer.status_code == 302
    assert Enrollment.objects.get().user == student

    assert "只能通过退款收回" in browser.get(url("take", student.pk, course.pk)).content.decode()
    answer = browser.post(url("take", student.pk, course.pk), {"reason": "送错人"}, follow=True)
    assert not Enrollment.objects.exists()
    assert "已收回" in said(answer)


def test_a_purchase_is_not_taken(admin_client, student):
    bought = factories.EnrollmentFactory(user=student, reference="N1")
    assert url("take", student.pk, bought.course.pk) not in html_of(admin_client, student)

    answer = admin_client.post(
        url("take", student.pk, bought.course.pk), {"reason": "x"}, follow=True
    )

    assert "只能通过退款收回" in said(answer)
    assert Enrollment.objects.get() == bought


def test_finance_gives_and_takes_nothing(as_role, student):
    browser = as_role(roles.FINANCE)
    given = factories.EnrollmentFactory(user=student, source=EnrollmentGrant.Source.GRANT)
    for address in (
        *(url("give", student.pk), url("take", student.pk, given.course.pk), url("gifts")),
    ):
        assert browser.post(address, gift(given.course)).status_code == 403
    assert Enrollment.objects.get() == given


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "x" * 201},
        {"course": "x"},
        {"course": "999999"},
        {"course": "9" * 40},
        {"ends_at": "2001-01-01T00:00"},
        {"ends_at": "昨天"},
    ],
)
def test_a_gift_that_makes_no_sense_is_refused_in_words(admin_client, student, wrong):
    course = factories.CourseFactory()
    answer = admin_client.post(url("give", student.pk), gift(course, **wrong))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Enrollment.objects.exists()
