"""Who may come in, and with what."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.crypto import salted_hmac

from luffy_api.apps.user.names import FoldedNameField, fold
from luffy_api.apps.user.querysets import UserManager
from luffy_api.common.models import TimestampedModel


class SmsPurpose(models.TextChoices):
    """What a code may be used for; a code for one purpose opens no other door."""

    LOGIN = "login", "登录"
    REGISTER = "register", "注册"
    RESET = "reset", "重置密码"
    BIND = "bind", "绑定新手机"
    CONFIRM = "confirm", "验证本人"


# A code to confirm goes to the account's own number only, so nobody names a number for it.
ASKABLE_PURPOSES = [choice for choice in SmsPurpose.choices if choice[0] != SmsPurpose.CONFIRM]


class User(AbstractUser):
    """A student or an admin. Name, mobile and e-mail each identify exactly one account."""

    # Neither "@" nor eleven digits: a name can never be mistaken for an e-mail or a mobile.
    username = models.CharField(
        "用户名",
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(
                r"\A(?!1\d{10}\Z)[\w一-鿿.-]{2,30}\Z",
                "用户名由 2 到 30 个汉字、字母、数字或 . _ - 组成",
            )
        ],
        error_messages={"unique": "该用户名已被使用"},
    )
    # A letter may unfold to eighteen, hence the length.
    username_key = FoldedNameField("用户名(归一)", max_length=540, unique=True, editable=False)
    nickname = models.CharField("昵称", max_length=30, blank=True)
    signature = models.CharField("个性签名", max_length=100, blank=True)
    mobile = models.CharField(
        "手机号", max_length=11, unique=True, null=True, blank=True, help_text="中国大陆手机号"
    )
    # NULL where there is none: "" could belong to one account only.
    email = models.EmailField("邮箱", unique=True, null=True, blank=True)  # type: ignore[assignment]
    icon = models.ImageField("头像", upload_to="user/icons", blank=True)
    closed_at = models.DateTimeField("注销时间", null=True, blank=True, editable=False)

    # Part of the key of every token: one more ends them all.
    token_epoch = models.PositiveIntegerField("登录批次", default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta(AbstractUser.Meta):
        db_table = "luffy_user"
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.nickname or self.username

    def clean(self) -> None:
        """Django's own makes "" of a missing e-mail, which only one account could have."""
        super().clean()
        self.email = self.email.lower() if self.email else None
        namesakes = User.objects.filter(username_key=fold(self.username)).exclude(pk=self.pk)
        if namesakes.exists():
            raise ValidationError({"username": "该用户名已被使用"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The folded name goes with the name, and an e-mail has one spelling."""
        if self.email:
            self.email = self.email.lower()
        fields = kwargs.get("update_fields")
        if fields is not None and "username" in fields:
            kwargs["update_fields"] = [*fields, "username_key"]
        super().save(*args, **kwargs)

    def get_session_auth_hash(self) -> str:
        """What ends the tokens ends the sessions of the back office too."""
        state = f"{self.password}:{self.token_epoch}"
        return salted_hmac("luffy.sessions", state, algorithm="sha256").hexdigest()

    @property
    def masked_mobile(self) -> str:
        """138****0001: enough for its owner, useless to anyone else."""
        return f"{self.mobile[:3]}****{self.mobile[-4:]}" if self.mobile else ""


class RevokedToken(models.Model):
    """A login that was ended on the server before its tokens expired."""

    orig_jti = models.CharField("登录编号", max_length=32, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="revoked_tokens")
    expires_at = models.DateTimeField("可清理时间", db_index=True)

    class Meta:
        db_table = "luffy_revoked_token"
        verbose_name = verbose_name_plural = "已注销的登录"


class SmsCode(TimestampedModel):
    """The newest code of a number and purpose: one row, so a newer code kills the older."""

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


class SmsSending(models.Model):
    """A message that went out: what the brakes count. Kept for a day."""

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


class SmsGate(models.Model):
    """One row that every sender locks for a moment, so that counting and writing is one step."""

    turn = models.PositiveBigIntegerField("序号", default=0)

    class Meta:
        db_table = "luffy_sms_gate"
        verbose_name = verbose_name_plural = "短信发送锁"
