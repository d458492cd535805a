"""Users, what they agreed to, their logins, and what staff wrote about them."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.crypto import salted_hmac

from luffy_api.apps.school.models import Agreement
from luffy_api.apps.user.usernames import (
    NormalizedUsernameField,
    normalize_username,
    validate_no_mobile,
)


class UserManager(DjangoUserManager["User"]):
    """Stores a missing e-mail as NULL: the column is unique."""

    def _create_user_object(
        self, username: str, email: str | None, password: str | None, **extra: Any
    ) -> "User":
        user: User = super()._create_user_object(username, email, password, **extra)  # type: ignore[misc]
        user.email = user.email or None
        return user


class User(AbstractUser):
    """A student or an admin. User name, mobile and e-mail are each unique."""

    # Neither "@" nor eleven digits: a user name is never also an e-mail address or a mobile.
    username = models.CharField(
        "用户名",
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(
                r"\A(?!1\d{10}\Z)[\w一-鿿.-]{2,30}\Z",
                "用户名由 2 到 30 个汉字、字母、数字或 . _ - 组成",
            ),
            validate_no_mobile,
        ],
        error_messages={"unique": "该用户名已被使用"},
    )
    # 30 characters, of which NFKD decomposes each into at most 18.
    username_key = NormalizedUsernameField(
        "用户名（归一）", max_length=540, unique=True, editable=False
    )
    nickname = models.CharField("昵称", max_length=30, blank=True)
    signature = models.CharField("个性签名", max_length=100, blank=True)
    mobile = models.CharField(
        "手机号", max_length=11, unique=True, null=True, blank=True, help_text="中国大陆手机号"
    )
    # NULL where there is none, since "" would be a value of the unique column.
    email = models.EmailField("邮箱", unique=True, null=True, blank=True)  # type: ignore[assignment]
    icon = models.ImageField("头像", upload_to="user/icons", blank=True)
    closed_at = models.DateTimeField("注销时间", null=True, blank=True, editable=False)
    # The account of the same person that has everything of this one, which is closed.
    merged_into = models.ForeignKey(
        "self",
        verbose_name="已并入",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    # Part of the signing key of every token: an increment ends all tokens.
    token_epoch = models.PositiveIntegerField("登录批次", default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta(AbstractUser.Meta):
        db_table = "luffy_user"
        verbose_name = verbose_name_plural = "用户"
        indexes = [
            # Who came on a day, for the figures of the school.
            models.Index(fields=["date_joined"], name="user_joined"),
            # The few of them who work here.
            models.Index(fields=["is_staff", "date_joined"], name="user_staff_joined"),
        ]

    def __str__(self) -> str:
        return self.nickname or self.username

    def clean(self) -> None:
        """Stores a missing e-mail as NULL. Raises ValidationError for a name that is taken."""
        super().clean()
        self.email = self.email.lower() if self.email else None
        namesakes = User.objects.filter(username_key=normalize_username(self.username)).exclude(
            pk=self.pk
        )
        if namesakes.exists():
            raise ValidationError({"username": "该用户名已被使用"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Writes `username_key` along with `username`, and the e-mail in lower case."""
        if self.email:
            self.email = self.email.lower()
        fields = kwargs.get("update_fields")
        if fields is not None and "username" in fields:
            kwargs["update_fields"] = [*fields, "username_key"]
        super().save(*args, **kwargs)

    def get_session_auth_hash(self) -> str:
        """Includes `token_epoch`, so that ending the tokens ends sessions of the back office."""
        state = f"{self.password}:{self.token_epoch}"
        return salted_hmac("luffy.sessions", state, algorithm="sha256").hexdigest()

    @property
    def masked_mobile(self) -> str:
        """`138****0001`, or "" without a mobile."""
        return f"{self.mobile[:3]}****{self.mobile[-4:]}" if self.mobile else ""


class RevokedToken(models.Model):
    """A login whose tokens are refused before they expire; `orig_jti` is in all of them."""

    orig_jti = models.CharField("登录编号", max_length=32, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="revoked_tokens")
    expires_at = models.DateTimeField("可清理时间", db_index=True)

    class Meta:
        db_table = "luffy_revoked_token"
        verbose_name = verbose_name_plural = "已注销的登录"


class Consent(models.Model):
    """A user has agreed to a version of an agreement; kept as long as the account's row."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    agreement = models.ForeignKey(
        Agreement, verbose_name="协议版本", on_delete=models.PROTECT, related_name="consents"
    )
    created_time = models.DateTimeField("同意时间", auto_now_add=True)

    class Meta:
        db_table = "luffy_consent"
        verbose_name = verbose_name_plural = "同意记录"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "agreement"], name="consent_once")]

    def __str__(self) -> str:
        return str(self.agreement)


class StudentNote(models.Model):
    """What staff have written about a student for each other; never changed, only added to.

    It is personal data: the student's export has it, and it goes with the account.
    """

    MAX_LENGTH = 1000

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.PROTECT, related_name="notes"
    )
    author = models.ForeignKey(
        User, verbose_name="记录人", on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField("备注", max_length=MAX_LENGTH)
    created_time = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        db_table = "luffy_student_note"
        verbose_name = verbose_name_plural = "学员备注"
        ordering = ["-id"]
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return self.text[:30]


class StudentLogin(models.Model):
    """That a student has logged in, and from where; personal data that is kept for a while."""

    class Way(models.IntegerChoices):
        PASSWORD = 1, "密码"
        SMS = 2, "短信验证码"
        REGISTRATION = 3, "注册"
        RESET = 4, "重设密码"
        WECHAT = 5, "微信"
        ALIPAY = 6, "支付宝"

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.CASCADE, related_name="logins"
    )
    way = models.SmallIntegerField("登录方式", choices=Way)
    address = models.CharField("来源地址", max_length=45)
    created_time = models.DateTimeField("登录时间", auto_now_add=True, db_index=True)

    class Meta:
        db_table = "luffy_student_login"
        verbose_name = verbose_name_plural = "登录记录"
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} {self.get_way_display()}"
