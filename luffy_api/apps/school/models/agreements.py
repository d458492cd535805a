"""Agreements between school and student: each publication is a version that stays as it is."""

from datetime import datetime
from typing import Any, NoReturn, Self

from django.db import models

from luffy_api.apps.school.exceptions import AgreementImmutable


class AgreementKind(models.TextChoices):
    """What an agreement is about; also its address."""

    TERMS = "terms", "用户协议"
    PRIVACY = "privacy", "隐私政策"
    REFUND = "refund", "退款规则"


# What a student agrees to when an account is opened.
FOR_ACCOUNTS = (AgreementKind.TERMS, AgreementKind.PRIVACY)


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Versions; none is ever changed or deleted."""

    def at(self, moment: datetime) -> Self:
        """Those that had been published at a moment (UTC)."""
        return self.filter(created_time__lte=moment)

    def update(self, **fields: Any) -> NoReturn:
        """Raises AgreementImmutable."""
        raise AgreementImmutable

    def delete(self) -> NoReturn:
        """Raises AgreementImmutable."""
        raise AgreementImmutable


class Agreement(models.Model):
    """One version of one agreement, in force from `created_time` (UTC) until the next one."""

    kind = models.CharField("协议", max_length=10, choices=AgreementKind)
    version = models.PositiveIntegerField("版本", editable=False)
    text = models.TextField("正文")
    note = models.CharField("修改说明", max_length=200, blank=True)
    asks_again = models.BooleanField("请学员重新同意", default=True)
    created_time = models.DateTimeField("发布时间", auto_now_add=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        db_table = "luffy_agreement"
        verbose_name = verbose_name_plural = "协议与规则"
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="agreement_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} 第 {self.version} 版"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises AgreementImmutable for a version that is published."""
        if not self._state.adding:
            raise AgreementImmutable
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises AgreementImmutable."""
        raise AgreementImmutable
