"""Codes by text message, captchas, and the code of the first member of staff."""

from django.db import models

from luffy_api.common.models import TimestampedModel


class SmsPurpose(models.TextChoices):
    """What a code is for; it is valid for that purpose only."""

    LOGIN = "login", "登录"
    REGISTER = "register", "注册"
    RESET = "reset", "重置密码"
    BIND = "bind", "绑定新手机"
    CONNECT = "connect", "绑定微信等"
    CONFIRM = "confirm", "验证本人"


# Purposes that a client may name; a CONFIRM code goes to the account's own mobile only.
ASKABLE_PURPOSES = [choice for choice in SmsPurpose.choices if choice[0] != SmsPurpose.CONFIRM]


class FirstStaffCode(TimestampedModel):
    """The code with which the first account of the back office is made: one row, or none."""

    ONLY_PK = 1

    # MariaDB allows no check of an id that counts up.
    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY_PK, editable=False)
    digest = models.CharField("代码摘要", max_length=64)
    tries = models.PositiveSmallIntegerField("尝试次数", default=0)

    class Meta:
        db_table = "luffy_first_staff_code"
        verbose_name = verbose_name_plural = "首个管理员的代码"
        constraints = [
            models.CheckConstraint(name="first_staff_code_single", condition=models.Q(id=1))
        ]


class SmsCode(TimestampedModel):
    """The newest code of a number and purpose: one row, so a new code replaces the older."""

    mobile = models.CharField("手机号", max_length=11)
    purpose = models.CharField("用途", max_length=10, choices=SmsPurpose)
    digest = models.CharField("验证码摘要", max_length=64)
    tries = models.PositiveSmallIntegerField("错误次数", default=0)
    sent_at = models.DateTimeField("发送时间")
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        db_table = "luffy_sms_code"
        verbose_name = verbose_name_plural = "短信验证码"
        constraints = [
            models.UniqueConstraint(fields=["mobile", "purpose"], name="sms_code_one_per_purpose")
        ]


class SmsMessage(models.Model):
    """A text message that was sent; the rate limits count these rows. Deleted after a day."""

    mobile = models.CharField("手机号", max_length=11)
    address = models.CharField("来源地址", max_length=45)
    sent_at = models.DateTimeField("发送时间", db_index=True)

    class Meta:
        db_table = "luffy_sms_sending"
        verbose_name = verbose_name_plural = "短信发送记录"
        indexes = [
            models.Index(fields=["mobile", "sent_at"], name="sms_sending_by_mobile"),
            models.Index(fields=["address", "sent_at"], name="sms_sending_by_address"),
        ]


class Captcha(models.Model):
    """A picture that nobody has answered yet (captchas.py); its row goes with the first answer."""

    id = models.CharField("编号", max_length=32, primary_key=True)
    digest = models.CharField("答案摘要", max_length=64)
    created_time = models.DateTimeField("创建时间", db_index=True)

    class Meta:
        db_table = "luffy_captcha"
        verbose_name = verbose_name_plural = "图片验证码"


class SmsSendLock(models.Model):
    """A row that every sender locks (locks.py), so that count and insert are atomic.

    Another row is for merges of accounts.
    """

    turn = models.PositiveBigIntegerField("序号", default=0)

    class Meta:
        db_table = "luffy_sms_gate"
        verbose_name = verbose_name_plural = "短信发送锁"
