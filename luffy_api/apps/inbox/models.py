"""Messages of the school to its students, and the outbox of their deliveries."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel


class Kind(models.IntegerChoices):
    """What a message is about; students turn each kind that leaves the site off by channel."""

    MESSAGE = 1, "消息"
    ANNOUNCEMENT = 2, "公告"
    ANSWER = 3, "问答"
    BOUGHT = 4, "购买"
    REFUNDED = 5, "退款"
    MEMBERSHIP_EXPIRING = 6, "会员到期"
    NEW_SECTION = 7, "课程更新"
    ACCOUNT = 8, "账号安全"
    COURSE_EXPIRING = 9, "课程到期"
    RATING_ANSWERED = 10, "评价回复"
    ANSWER_ACCEPTED = 11, "回答被采纳"


# What staff write; the rest the shop tells by itself (notifications.py, kinds.py).
WRITTEN = (Kind.MESSAGE, Kind.ANNOUNCEMENT)
# What the owner of an account has to hear of: in the site whatever staff choose, and also while the
# account is not active.
ALWAYS_TOLD = (Kind.ACCOUNT,)
# What goes to many people, and may be stopped.
TO_MANY = (*WRITTEN, Kind.NEW_SECTION)


class Channel(models.IntegerChoices):
    """How a message reaches a student."""

    SITE = 1, "站内信"
    SMS = 2, "短信"
    MAIL = 3, "邮件"


# Those that leave the site: they may be turned off, cost money or may fail.
OUTSIDE = (Channel.SMS, Channel.MAIL)


class MessageKind(TimestampedModel):
    """What the school has chosen for a kind of messages; see kinds.py for one without a row.

    A template is one that the provider of text messages has approved: its id there, and its words
    with the parameters of the kind in braces.
    """

    kind = models.SmallIntegerField("类型", choices=Kind, unique=True, editable=False)
    is_on = models.BooleanField("发送", default=True, help_text="关闭后不再发送这一类消息")
    by_sms = models.BooleanField("也发短信", default=False)
    by_mail = models.BooleanField("也发邮件", default=False)
    sms_template_id = models.CharField("短信模板编号", max_length=64, blank=True)
    sms_template = models.CharField("短信模板内容", max_length=300, blank=True)

    class Meta:
        db_table = "luffy_message_kind"
        verbose_name = verbose_name_plural = "消息类型"
        ordering = ["kind"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                name="message_kind_template_has_words",
                condition=Q(sms_template_id="") | ~Q(sms_template=""),
                violation_error_message="请填写短信模板内容",
            ),
            models.CheckConstraint(
                name="message_kind_texts_have_template",
                condition=Q(by_sms=False) | ~Q(sms_template_id="") | Q(kind__in=[1, 2]),
                violation_error_message="发短信须先填写短信模板编号",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Checkpoint(TimestampedModel):
    """How far a scheduled job has come: all that happened before `since` (UTC) has been told.

    `position` is the last key that a job has looked at which goes through a table by its keys.
    """

    name = models.CharField(max_length=32, unique=True)
    since = models.DateTimeField()
    position = models.PositiveBigIntegerField(null=True)

    class Meta:
        db_table = "luffy_message_sweep"

    def __str__(self) -> str:
        return self.name


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages by what is to be done with them."""

    def waiting_for_work(self) -> Self:
        """Whose deliveries are being written, or stopped."""
        return self.filter(state__in=[Message.State.EXPANDING, Message.State.STOPPING])


class Message(TimestampedModel):
    """One text to one student or to many; it stays as it was sent.

    `audience` is a key of audiences.py and `audience_id` whose audience that is (0: of nobody in
    particular). Deliveries are written in the order of the ids of accounts; `cursor` is the last.
    """

    class State(models.IntegerChoices):
        EXPANDING = 1, "正在生成"
        EXPANDED = 2, "已生成"
        STOPPING = 3, "正在停止"
        STOPPED = 4, "已停止"

    ENDED = (State.STOPPING, State.STOPPED)

    MAX_TITLE, MAX_TEXT, MAX_SMS, MAX_LINK = 60, 2000, 300, 100

    kind = models.SmallIntegerField("类型", choices=Kind)
    title = models.CharField("标题", max_length=MAX_TITLE)
    text = models.TextField("正文", max_length=MAX_TEXT)
    sms_text = models.CharField("短信内容", max_length=MAX_SMS, blank=True)
    # The page of the site that it speaks of, from its first slash on; blank where there is none.
    link = models.CharField("链接", max_length=MAX_LINK, blank=True, default="", db_default="")
    # For the template of its kind: names to texts.
    parameters = models.JSONField("模板参数", null=True, editable=False)
    audience = models.CharField("对象类型", max_length=20)
    audience_id = models.PositiveBigIntegerField("对象编号", default=0)
    audience_name = models.CharField("发送对象", max_length=150)
    # Members of Channel.
    channels = models.JSONField("发送方式", default=list)
    # None: the shop itself.
    created_by = models.ForeignKey(
        User, verbose_name="发送人", on_delete=models.PROTECT, related_name="+", null=True
    )
    # Made with the form: the same form sent twice is one message.
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    state = models.SmallIntegerField("状态", choices=State, default=State.EXPANDING)
    cursor = models.PositiveBigIntegerField(default=0)
    recipients = models.PositiveIntegerField("人数", default=0)

    objects = MessageQuerySet.as_manager()

    class Meta:
        db_table = "luffy_message"
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions = [("send_message", "发送消息")]
        indexes = [
            models.Index(fields=["state"], name="message_state"),
            models.Index(fields=["created_time"], name="message_created"),
            models.Index(fields=["audience", "audience_id"], name="message_audience"),
            # What staff have written is little of what the shop tells.
            models.Index(fields=["kind"], name="message_kind"),
        ]

    def __str__(self) -> str:
        return self.title


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Rows of the outbox."""

    def in_inbox(self, user_id: int) -> Self:
        """What a student finds in the site."""
        return self.filter(user_id=user_id, channel=Channel.SITE)

    def unread(self, user_id: int) -> Self:
        """What of it was not opened."""
        return self.in_inbox(user_id).filter(read_at=None)

    def of_kind(self, kind: int) -> Self:
        """Those of messages of a kind: by an index, unless an older release has left rows."""
        known = self.filter(kind=kind)
        if not self.filter(kind=None).exists():
            return known
        return self.filter(Q(kind=kind) | Q(kind=None, message__kind=kind))

    def due(self, channel: Channel, now: datetime) -> Self:
        """What is to be sent by a channel, the longest due first, in the order of an index.

        Also of messages that were stopped: to look at these here would sort all that waits.
        """
        waiting = self.filter(state=Delivery.State.WAITING, channel=channel, next_at__lte=now)
        return waiting.order_by("next_at")


class Delivery(models.Model):
    """A row of the outbox: one message for one student by one channel, sent at most once.

    A message in the site is delivered by being here. Whoever sends the others holds a lease, which
    is committed before the provider is asked; times in UTC.
    """

    class State(models.IntegerChoices):
        WAITING = 1, "待发送"
        SENDING = 2, "发送中"
        SENT = 3, "已发送"
        FAILED = 4, "发送失败"
        SKIPPED = 5, "不发送"
        UNKNOWN = 6, "结果未知"
        STOPPED = 7, "已停止"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.SmallIntegerField("发送方式", choices=Channel)
    # That of the message, for the lists of students; None until `cleanup.fill_kinds` where an older
    # release has written the row.
    kind = models.SmallIntegerField("类型", choices=Kind, null=True, editable=False)
    state = models.SmallIntegerField("状态", choices=State)
    created_time = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("阅读时间", null=True)
    # When it is due, and while it is being sent, when the lease ends.
    next_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    sent_at = models.DateTimeField("发送时间", null=True)
    # A provider's code, or why it was not sent; never a number, an address or a name.
    problem = models.CharField("说明", max_length=60, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        db_table = "luffy_delivery"
        verbose_name = verbose_name_plural = "消息发送记录"
        constraints = [
            models.UniqueConstraint(fields=["message", "user", "channel"], name="delivery_once"),
            models.CheckConstraint(
                name="delivery_in_the_site_is_sent",
                condition=~Q(channel=Channel.SITE) | Q(state=3),
            ),
            models.CheckConstraint(
                name="delivery_read_in_the_site",
                condition=Q(read_at=None) | Q(channel=Channel.SITE),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "channel", "next_at"], name="delivery_due"),
            models.Index(fields=["user", "channel", "read_at"], name="delivery_unread"),
            models.Index(fields=["user", "channel", "kind"], name="delivery_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.user_id}"


class OptOut(models.Model):
    """A student does not want messages of a kind by a channel that leaves the site."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="opt_outs")
    kind = models.SmallIntegerField(choices=Kind)
    channel = models.SmallIntegerField(choices=Channel)
    created_time = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "luffy_opt_out"
        verbose_name = verbose_name_plural = "拒收设置"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "channel"], name="opt_out_once"),
            models.CheckConstraint(
                name="opt_out_of_outside", condition=Q(channel__in=[Channel.SMS, Channel.MAIL])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}：{self.get_kind_display()}、{self.get_channel_display()}"
