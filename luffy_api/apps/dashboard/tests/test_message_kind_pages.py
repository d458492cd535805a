"""消息类型 and the school's announcements as messages, in the back office."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from luffy_api.apps.inbox.checks import check_templates
from luffy_api.apps.inbox.models import Delivery, Kind, Message, MessageKind
from luffy_api.apps.school.models import Announcement
from luffy_api.common import roles
from luffy_api.libs.rich_text.plain import to_plain
from luffy_api.tests.back_office import log_of, page, said, save
from luffy_api.tests.back_office_messages import SEND, confirmed, filled
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WORDS = "您已购买{subject}，实付{amount}元"


@pytest.fixture
def operator(client):
    """A browser of somebody in 运营."""
    client.force_login(staff(roles.OPERATIONS))
    return client


@pytest.fixture
def bought(operator):
    operator.get(page(MessageKind, "changelist"))
    return MessageKind.objects.get(kind=Kind.BOUGHT)


def errors(answer):
    return dict(answer.context["adminform"].form.errors.items())


def test_every_kind_has_a_row_once_the_list_was_opened(operator):
    for _ in range(2):
        text = operator.get(page(MessageKind, "changelist")).content.decode()

    assert MessageKind.objects.count() == len(Kind)
    assert all(kind.label in text for kind in Kind)
    rows = MessageKind.objects.order_by("kind").values_list("by_sms", flat=True)
    assert list(rows) == [True, True, *[False] * (len(Kind) - 2)]


def test_only_what_goes_to_every_student_of_a_course_warns_of_it(operator, bought):
    warned = "这一类消息会发给课程的每一名学员"
    for row in MessageKind.objects.all():
        text = operator.get(page(MessageKind, "change", row.pk)).content.decode()
        assert "短信按条收费" in text, row
        assert (warned in text) is (row.kind == Kind.NEW_SECTION), row


def test_a_kind_of_a_later_release_is_left_out(operator, bought):
    MessageKind.objects.create(kind=99, sms_template_id="SMS_9", sms_template="{later}")
    answer = operator.get(page(MessageKind, "changelist"))
    assert len(answer.context["cl"].result_list) == len(Kind)
    assert check_templates(databases=["default"]) == []


@pytest.mark.every_database
def test_a_database_without_their_table_can_be_migrated(monkeypatch):
    monkeypatch.setattr(MessageKind._meta, "db_table", "not_there_yet")
    call_command("migrate", plan=True, skip_checks=False, stdout=StringIO())


def test_what_is_always_told_cannot_be_turned_off(operator, bought):
    row = MessageKind.objects.get(kind=Kind.ACCOUNT)
    shown = operator.get(page(MessageKind, "change", row.pk)).content.decode()
    assert "总会发站内信，不能关闭" in shown

    save(operator, row, is_on="")
    save(operator, bought, is_on="")

    row.refresh_from_db()
    bought.refresh_from_db()
    assert (row.is_on, bought.is_on) == (True, False)


def test_a_template_is_entered_with_its_price(operator, bought, settings):
    settings.SMS_PRICE = Decimal("0.05")
    answer = save(operator, bought, by_sms="on", sms_template_id="SMS_300", sms_template=WORDS)

    assert answer.status_code == 302
    bought.refresh_from_db()
    assert (bought.by_sms, bought.sms_template) == (True, WORDS)
    assert len(log_of(bought)) == 1
    shown = operator.get(page(MessageKind, "change", bought.pk)).content.decode()
    assert "您已购买Python 入门，实付99.00元" in shown
    assert "1 条，约 0.05 元" in shown


@pytest.mark.parametrize(
    "changes",
    [
        {"by_sms": "on"},
        {"sms_template_id": "SMS_300"},
        {"sms_template_id": "SMS_300", "sms_template": "您已购买{product}"},
        {"sms_template_id": "x" * 65, "sms_template": WORDS},
    ],
)
def test_what_could_not_be_sent_is_refused(operator, bought, changes):
    assert errors(save(operator, bought, **changes))
    bought.refresh_from_db()
    assert (bought.by_sms, bought.sms_template_id) == (False, "")


def test_a_kind_that_is_off_cannot_be_sent(operator, student):
    MessageKind.objects.create(kind=Kind.ANNOUNCEMENT, is_on=False)

    answer = operator.post(reverse(SEND), filled(kind=2))

    assert "已在“消息类型”里关闭" in str(answer.context["form"].errors)


@pytest.mark.parametrize("role", [roles.FINANCE, roles.TEACHERS])
def test_other_roles_have_no_page(client, role):
    row = MessageKind.objects.create(kind=1)
    client.force_login(staff(role))
    for address in (page(MessageKind, "changelist"), page(MessageKind, "change", row.pk)):
        assert client.get(address).status_code == 403
    client.logout()
    assert client.get(page(MessageKind, "changelist")).status_code == 302


# --- An announcement as a message ---------------------------------------------------------------


@pytest.fixture
def announcement():
    text = "**国庆**放假：\n\n- 客服休息\n- 发票顺延"
    return Announcement.objects.create(title="放假通知", text=text)


def form_of(browser, row):
    form = browser.get(reverse(SEND), {"announcement": row.pk}).context["form"]
    names = ("submission", "announcement", "kind", "title", "text")
    return {name: form[name].value() for name in names}


def test_an_announcement_fills_the_form(operator, announcement):
    assert "放假通知" in operator.get(reverse(SEND)).content.decode()

    assert form_of(operator, announcement) | {"submission": ""} == {
        "submission": "",
        "announcement": announcement.pk,
        "kind": Kind.ANNOUNCEMENT,
        "title": "放假通知",
        "text": "国庆放假：\n客服休息\n发票顺延",
    }


def test_it_goes_out_once_whoever_sends_it(operator, announcement, student, client):
    data = filled(**form_of(operator, announcement))
    agreed = confirmed(operator.post(reverse(SEND), data))
    operator.post(reverse(SEND), agreed)
    again = operator.post(reverse(SEND), agreed, follow=True)
    assert "已经发送过" in said(again)
    client.force_login(staff(roles.OPERATIONS))
    by_other = client.post(reverse(SEND), agreed)

    assert "已由其他同事发送过" in said(by_other)
    sent = Message.objects.get()
    assert (sent.kind, sent.link) == (Kind.ANNOUNCEMENT, f"/announcements/{announcement.pk}")
    assert sent.link in operator.get(page(Message, "change", sent.pk)).content.decode()
    assert Delivery.objects.count() <= 1


@pytest.mark.parametrize("value", ["0", "x", "9" * 40, "-1", ""])
def test_a_link_to_no_announcement_fills_in_nothing(operator, value):
    form = operator.get(reverse(SEND), {"announcement": value}).context["form"]
    assert form["title"].value() is None


def test_what_is_not_shown_yet_fills_in_nothing(operator, announcement):
    Announcement.objects.update(is_show=False)
    assert form_of(operator, announcement)["title"] is None


def test_plain_words_have_no_markup():
    text = '<p>一 &amp; 二<br>三</p><ul><li>四</li></ul><p><img src="x"></p><script>x()</script>'
    assert to_plain(text, text_format="html") == "一 & 二\n三\n四"
    assert to_plain("", text_format="markdown") == ""
