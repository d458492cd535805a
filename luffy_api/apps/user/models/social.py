"""Accounts of WeChat and others by which students log in."""

from django.db import models

from luffy_api.apps.user.models.accounts import User


class SocialAccount(models.Model):
    """An account of a student elsewhere, by which they log in here; one for each app of a provider.

    `openid` is the person at that app. `unionid` is the person at all apps of one owner (WeChat's
    UnionID); only one row of a student has it, so that it is unique like the openid.
    """

    class Provider(models.TextChoices):
        WECHAT = "wechat", "微信"
        ALIPAY = "alipay", "支付宝"

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.CASCADE, related_name="social_accounts"
    )
    provider = models.CharField("来源", max_length=16, choices=Provider)
    app_id = models.CharField("应用", max_length=32)
    openid = models.CharField("OpenID", max_length=128)
    unionid = models.CharField("UnionID", max_length=128, null=True)
    created_time = models.DateTimeField("绑定时间", auto_now_add=True)

    class Meta:
        db_table = "luffy_social_account"
        verbose_name = verbose_name_plural = "第三方账号"
        ordering = ["id"]
        default_permissions = ("view", "delete")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "app_id", "openid"], name="social_account_openid"
            ),
            models.UniqueConstraint(fields=["provider", "unionid"], name="social_account_unionid"),
            models.UniqueConstraint(
                fields=["user", "provider", "app_id"], name="social_account_one_per_app"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.masked_openid}"

    @property
    def masked_openid(self) -> str:
        """Its first three characters and its last four."""
        return f"{self.openid[:3]}****{self.openid[-4:]}"


class UsedNonce(models.Model):
    """A state or ticket of a login elsewhere that was used; neither counts twice."""

    digest = models.CharField("摘要", max_length=64, unique=True)
    created_time = models.DateTimeField("使用时间", auto_now_add=True, db_index=True)

    class Meta:
        db_table = "luffy_used_nonce"
        verbose_name = verbose_name_plural = "已用的随机数"
        default_permissions = ()
