"""Keys of the payment providers that the back office entered."""

from django.db import models

from luffy_api.apps.order.models.orders import PayType
from luffy_api.apps.user.models import User
from luffy_api.common import encryption


class PaymentCredential(models.Model):
    """One value of a provider, encrypted; without a row the file or the environment holds it."""

    provider = models.SmallIntegerField("支付方式", choices=PayType)
    # A name of the provider's values, such as APP_PRIVATE_KEY.
    name = models.CharField("项目", max_length=32)
    value = models.TextField("密文", editable=False)
    # SHA-256 of the public half of a key or of a certificate; empty for what may be shown itself.
    fingerprint = models.CharField("指纹", max_length=64, blank=True)
    expires_at = models.DateTimeField("到期时间", null=True, blank=True)
    # No database constraint: see docs/decisions/0002.
    changed_by = models.ForeignKey(
        User,
        verbose_name="修改人",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_constraint=False,
    )
    changed_time = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        db_table = "luffy_payment_credential"
        verbose_name = verbose_name_plural = "支付设置"
        ordering = ["provider", "name"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "name"], name="payment_credential_once_per_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.name}"

    @property
    def place(self) -> str:
        """What the encrypted value is bound to."""
        return f"{self._meta.db_table}.{self.provider}.{self.name}"

    def encrypt(self, text: str) -> None:
        """Set the value, not saved."""
        self.value = encryption.encrypt(text, place=self.place)

    def decrypt(self) -> str:
        """The value in plain text; raises encryption.DecryptionFailed."""
        return encryption.decrypt(self.value, place=self.place)
