"""The back office as a browser drives it: addresses, forms, bulk actions, a row of each table."""

import re
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.db.models.fields.files import FieldFile
from django.template.response import TemplateResponse
from django.urls import reverse

from luffy_api.apps.community.models import FilteredWord
from luffy_api.apps.dashboard.models import (
    AuditEntry,
    DailyFigures,
    Import,
    Student,
    TaughtCourse,
    TaughtQuiz,
    TaughtStudent,
)
from luffy_api.apps.inbox.models import Message, MessageKind
from luffy_api.apps.learning.models import StudyDay
from luffy_api.apps.monitoring.models import Alert, JobRun
from luffy_api.apps.order.models import (
    GatewayCounter,
    PaymentCredential,
    PaymentEvent,
    PayType,
    RefundDueOrder,
)
from luffy_api.apps.promotion.models import CodeBatch, Redemption
from luffy_api.apps.school.models import (
    Agreement,
    AgreementKind,
    Announcement,
    FooterLink,
    HelpPage,
    SchoolSettings,
    SiteSettings,
)
from luffy_api.apps.search.models import (
    BlockedWord,
    MissedSearch,
    SearchAlias,
    SearchDay,
    SearchWord,
)
from luffy_api.apps.video.admin.subtitles import StoredSubtitle
from luffy_api.tests import factories

NOW = datetime(2026, 11, 22, tzinfo=UTC)
# The local gateways test their own tables.
OURS = [
    model
    for model in admin.site._registry
    if model.__module__.startswith("luffy_api.") and not model._meta.app_label.endswith("_sandbox")
]


def _paid_twice():
    payment = factories.OrderPaymentFactory()
    factories.OrderPaymentFactory(order=payment.order, trade_no="second")
    return payment.order


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
    "schoolsettings": lambda: SchoolSettings.objects.create(pk=1),
    "sitesettings": lambda: SiteSettings.objects.create(pk=1),
    "footerlink": lambda: FooterLink.objects.create(title="关于我们", link="/about", orders=1),
    "helppage": lambda: HelpPage.objects.create(title="如何开发票", text="联系客服。", orders=1),
    "announcement": lambda: Announcement.objects.create(title="放假通知", orders=1),
    "agreement": lambda: Agreement.objects.create(
        kind=AgreementKind.values[0], version=1, text="条款"
    ),
    "dailyfigures": lambda: DailyFigures.objects.create(
        day=date(2026, 11, 22), placed=1, computed_at=NOW
    ),
    "favourite": factories.FavouriteFactory,
    "rating": factories.RatingFactory,
    "question": factories.QuestionFactory,
    "answer": factories.AnswerFactory,
    "filteredword": lambda: FilteredWord.objects.create(word="外挂"),
    "studyday": lambda: StudyDay.objects.create(
        day=date(2026, 11, 22),
        user=factories.UserFactory(),
        course=factories.CourseFactory(),
        seconds=90,
    ),
    "quiz": factories.QuizFactory,
    "quizattempt": lambda: factories.attempt_at(factories.QuizFactory(), factories.UserFactory()),
    "coursecertificate": factories.CertificateFactory,
    "message": lambda: Message.objects.create(
        kind=1,
        title="停机维护",
        text="周六凌晨停机两小时。",
        audience="everybody",
        audience_name="全体学员",
        channels=[1, 2],
        created_by=factories.UserFactory(is_staff=True),
    ),
    "messagekind": lambda: MessageKind.objects.create(kind=1),
    "coupon": factories.CouponFactory,
    "membershipterm": factories.MembershipTermFactory,
    "membershipperiod": factories.MembershipPeriodFactory,
    "package": lambda: factories.PackageFactory(courses=factories.CourseFactory.create_batch(2)),
    "codebatch": lambda: CodeBatch.objects.create(
        coupon=factories.CouponFactory(),
        note="线下活动",
        count=1,
        created_by=factories.UserFactory(is_staff=True),
    ),
    "claim": factories.ClaimFactory,
    "redemption": lambda: Redemption.objects.create(
        claim=(claim := factories.ClaimFactory()),
        live_claim=claim.pk,
        reference="N1",
        cart_key="c",
        amount=20,
    ),
    "taughtcourse": lambda: TaughtCourse.objects.get(pk=factories.CourseFactory().pk),
    "taughtquiz": lambda: TaughtQuiz.objects.get(pk=factories.QuizFactory().pk),
    "taughtstudent": lambda: TaughtStudent.objects.get(pk=factories.EnrollmentFactory().pk),
    "import": lambda: Import.objects.create(
        kind="categories",
        file_name="分类.xlsx",
        state=Import.State.CANCELLED,
        created_by=factories.UserFactory(is_staff=True),
    ),
    "user": factories.UserFactory,
    "student": lambda: Student.objects.get(pk=factories.UserFactory().pk),
    "auditentry": lambda: AuditEntry.objects.create(
        user=factories.UserFactory(is_staff=True),
        content_type=ContentType.objects.get_for_model(Import),
        object_repr="分类.xlsx",
        action_flag=CHANGE,
        change_message="导出 分类.xlsx",
    ),
    "order": factories.OrderFactory,
    "paymentevent": lambda: PaymentEvent.objects.create(
        source="notification", out_trade_no="N1", accepted=False, reason="amount_differs"
    ),
    "refunddueorder": lambda: RefundDueOrder.objects.get(pk=_paid_twice().pk),
    "bill": factories.BillFactory,
    "billline": factories.BillLineFactory,
    "billdifference": factories.BillDifferenceFactory,
    "orderexport": factories.OrderFactory,
    "refund": factories.RefundFactory,
    "offlinepayment": factories.OfflinePaymentFactory,
    "orderpayment": factories.OrderPaymentFactory,
    "enrollmentgrant": lambda: factories.EnrollmentFactory().user.enrollment_grants.get(),
    "invoice": factories.InvoiceFactory,
    "paymentcredential": lambda: PaymentCredential.objects.create(
        provider=PayType.ALIPAY, name="APP_PRIVATE_KEY", value="token", fingerprint="0" * 64
    ),
    "gatewaycounter": lambda: GatewayCounter.objects.create(
        day="2026-03-01", outcome=GatewayCounter.Outcome.UNKNOWN, count=3
    ),
    "hotword": factories.HotWordFactory,
    "blockedword": lambda: BlockedWord.objects.create(word="外挂"),
    "searchalias": lambda: SearchAlias.objects.create(alias="小可", meaning="Python"),
    "missedsearch": lambda: MissedSearch.objects.create(
        day=date(2026, 11, 22), key="m", text="没有的课"
    ),
    "searchword": lambda: SearchWord.objects.create(day=date(2026, 11, 22), key="k", text="爬虫"),
    "searchday": lambda: SearchDay.objects.create(day=date(2026, 11, 22)),
    "topic": factories.TopicFactory,
    "banner": factories.BannerFactory,
    "alert": lambda: Alert.objects.create(
        key="disk", title="磁盘", text="将满", opened_at=NOW, seen_at=NOW, told_at=NOW
    ),
    "jobrun": lambda: JobRun.objects.create(name="reconcile_payments", succeeded_at=NOW),
}


def page(model, kind, *args):
    """The address of an admin page."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=args)


# Forms that were drawn by this process: of which model, with which fields and kinds of rows.
_drawn = set()


@contextmanager
def drawn_once():
    """A page of a form is drawn if none like it was: tests of values fetch hundreds of them.

    Whatever it would tell counts as told.
    """
    draw = TemplateResponse.rendered_content.fget

    def draw_new(response):
        context = response.context_data or {}
        if "adminform" not in context:
            return draw(response)
        form = context["adminform"].form
        rows = tuple((each.formset.prefix, *_kinds(each.formset)) for each in _inlines(context))
        is_new = form.instance._state.adding
        like = (type(form.instance), is_new, tuple(form.fields), form.is_bound, rows)
        if like not in _drawn:
            _drawn.add(like)
            return draw(response)
        list(get_messages(response._request))
        return ""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TemplateResponse, "rendered_content", property(draw_new))
        yield


def _inlines(context):
    return context["inline_admin_formsets"]


def _kinds(formset):
    """Whether it has rows, and whether there is room for new ones."""
    return formset.initial_form_count() > 0, bool(formset.extra_forms)


def form_of(client, url):
    """Every field of the form on a page with its value, as a browser would send it."""
    with drawn_once():
        context = client.get(url).context_data
    formsets = [inline.formset for inline in _inlines(context)]
    forms = [context["adminform"].form]
    for formset in formsets:
        forms += [formset.management_form, *formset.forms]
    data = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False or isinstance(value, FieldFile | StoredSubtitle):
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


def tries(client, row, *attempts):
    """The answers to changes that are refused, in turn: all are sent from the form as it was."""
    url = page(type(row), "change", row.pk)
    form = form_of(client, url)
    for changes in attempts:
        yield client.post(url, {**form, **changes})


def act(client, action, *rows):
    """A bulk action on the list, confirmed."""
    data = {"action": action, "_selected_action": [row.pk for row in rows], "post": "yes"}
    return client.post(page(type(rows[0]), "changelist"), data)


NEVER_SHOWN = r"<(script|style|code|template|textarea)\b.*?</\1>|<!--.*?-->"
# Words go on behind the end of a link.
WITHIN_LINES = r"</?(?:a|b|strong|em|span|i|time)\b[^>]*>"
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:,? [a-z’']{2,}){3}")
HALF_WIDTH = re.compile(
    "[\u4e00-\u9fff”] ?[,;:?!()]|[,;:?!()] ?[\u4e00-\u9fff“]|[\u4e00-\u9fff]\\.(?!\\w)|\\.\\.\\."
)


def shown(answer):
    """The lines of a page, and what it says about its fields and pictures."""
    page = re.sub(NEVER_SHOWN, " ", answer.content.decode(), flags=re.S)
    hints = re.findall(r'(?:title|placeholder|alt|aria-label)="([^"]*)"', page)
    lines = re.sub(r"<[^>]*>", "\n", re.sub(WITHIN_LINES, "", page)).splitlines()
    return [text.strip() for text in (*lines, *hints)]


def english(answer, texts=None):
    """What a page shows in English: four words in a row are no name."""
    return [text for text in texts or shown(answer) if ENGLISH.search(text)]


def half_width(answer, texts=None):
    """What a page shows with punctuation of half width beside Chinese."""
    return [text for text in texts or shown(answer) if HALF_WIDTH.search(text)]


def not_chinese(answer):
    """Both."""
    texts = shown(answer)
    return english(answer, texts) + half_width(answer, texts)


def said(answer):
    """What the page tells, all messages in one text."""
    return "".join(str(message) for message in answer.context["messages"])


def log_of(row):
    """The audit log of a row, the oldest first."""
    entries = LogEntry.objects.filter(object_id=row.pk, content_type__model=row._meta.model_name)
    return [entry.change_message for entry in entries.order_by("pk")]


def table_cells(html: str) -> str:
    """The page without the attributes of its table cells."""
    return re.sub(r"<td [^>]*>", "<td>", html)
