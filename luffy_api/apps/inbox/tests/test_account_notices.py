"""账号安全: the owner of an account hears of what logs in to it."""

import pytest

from luffy_api.apps.inbox import account_notices
from luffy_api.apps.inbox.models import Channel, Delivery, Kind, Message, MessageKind
from luffy_api.apps.user import account_deletion
from luffy_api.apps.user.exceptions import NotConnected, SocialAccountTaken
from luffy_api.apps.user.models import SocialAccount, User
from luffy_api.apps.user.social import accounts, changes
from luffy_api.apps.user.social.interface import Identity
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.people import staff

pytestmark = pytest.mark.django_db
WECHAT = SocialAccount.Provider.WECHAT


def connect(user, openid="o-one", app_id="wx1", unionid="u"):
    accounts.connect(user_id=user.pk, identity=Identity(WECHAT, app_id, openid, unionid))


def titles(user):
    rows = Delivery.objects.filter(user=user, channel=Channel.SITE).order_by("pk")
    assert all(row.message.kind == Kind.ACCOUNT for row in rows.select_related("message"))
    return list(rows.values_list("message__title", flat=True))


def test_the_owner_hears_of_each_change_once(student):
    connect(student)
    connect(student)
    # The same person inside WeChat.
    connect(student, "o-inside", "wx2")
    assert titles(student) == ["已绑定微信"]

    accounts.disconnect(user_id=student.pk, provider="wechat")
    with pytest.raises(NotConnected):
        accounts.disconnect(user_id=student.pk, provider="wechat")
    connect(student)

    assert titles(student) == ["已绑定微信", "已解除微信绑定", "已绑定微信"]
    rows = Message.objects.values_list("text", "link")
    assert all("如果不是您本人的操作" in text for text, _ in rows)
    assert {link for _, link in rows} == {"/user/profile"}


def test_nobody_hears_of_what_was_refused(student):
    connect(UserFactory())
    with pytest.raises(SocialAccountTaken):
        connect(student)
    assert titles(student) == []


def test_what_cannot_be_told_is_not_done(student, monkeypatch):
    def fail(notice):
        raise RuntimeError

    monkeypatch.setattr(account_notices, "notify", fail)
    with pytest.raises(RuntimeError):
        connect(student)
    assert not SocialAccount.objects.exists()


def test_staff_who_end_it_are_named_as_such_and_their_reason_is_not(student):
    connect(student)
    accounts.disconnect_by_staff(
        user_id=student.pk, provider="wechat", staff_id=staff().pk, reason="本人来电"
    )
    text = Message.objects.latest("pk").text
    assert "学校的工作人员" in text
    assert "本人来电" not in text


def test_an_inactive_account_finds_it_later_and_nothing_leaves_the_site(settings):
    settings.SMS_MESSAGES = True
    user = UserFactory()
    connect(user)
    MessageKind.objects.create(
        kind=Kind.ACCOUNT, by_sms=True, sms_template_id="SMS_9", sms_template="{event}"
    )
    User.objects.filter(pk=user.pk).update(is_active=False)

    accounts.disconnect_by_staff(
        user_id=user.pk, provider="wechat", staff_id=staff().pk, reason="停用"
    )

    assert titles(user) == ["已绑定微信", "已解除微信绑定"]
    assert not Delivery.objects.exclude(channel=Channel.SITE).exists()


def test_whoever_turns_the_kind_off_silences_nothing_in_the_site(student):
    MessageKind.objects.create(
        kind=Kind.ACCOUNT,
        is_on=False,
        by_sms=True,
        sms_template_id="SMS_9",
        sms_template="{event}",
    )
    connect(student)
    assert titles(student) == ["已绑定微信"]
    assert Delivery.objects.count() == 1


@pytest.mark.usefixtures("any_hour")
def test_a_text_message_goes_out_where_the_school_has_turned_it_on(student, settings):
    words = "您的账号已{event}{provider}"
    MessageKind.objects.create(
        kind=Kind.ACCOUNT, by_sms=True, sms_template_id="SMS_9", sms_template=words
    )
    connect(student)
    [row] = Delivery.objects.filter(channel=Channel.SMS)
    assert row.message.parameters == {"provider": "微信", "event": "绑定"}


def test_who_closes_the_account_is_told_nothing(student, monkeypatch):
    connect(student)
    told = []
    monkeypatch.setattr(changes, "_listeners", [told.append])
    account_deletion.close(student.pk)
    assert told == []
    assert not SocialAccount.objects.exists()
