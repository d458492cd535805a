"""What may be shown of the payment credentials: where each comes from, and its fingerprint."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from luffy_api.apps.order.exceptions import InvalidCredential
from luffy_api.apps.order.models import PaymentCredential, PayType
from luffy_api.apps.order.payment import credentials, gateway
from luffy_api.apps.order.payment.credential_fields import (
    FIELDS,
    FINGERPRINT_DIGITS,
    CredentialField,
)
from luffy_api.common import encryption

SOURCES = {"file": "文件", "environment": "环境变量", "generated": "开发密钥"}


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One value; `row` is set when the database holds it, `overrides` when settings do as well."""

    field: CredentialField
    source: str
    shown: str
    expires_at: datetime | None
    row: PaymentCredential | None
    overrides: str


def report(provider: PayType) -> list[ReportLine]:
    """Every value of a provider in its order, read from the table now."""
    rows = {row.name: row for row in credentials.stored_rows(provider)}
    configured: dict[str, Any] = getattr(settings, credentials.SETTINGS[provider])
    return [_line(provider, field, rows.get(field.name), configured) for field in FIELDS[provider]]


def _line(
    provider: PayType,
    field: CredentialField,
    row: PaymentCredential | None,
    configured: dict[str, Any],
) -> ReportLine:
    text = str(configured.get(field.name) or "")
    kind = configured.get("SOURCES", {}).get(field.name, "environment")
    source = SOURCES[kind] if text else ""
    if row is not None and encryption.is_enabled():
        shown = _shown_of_row(field, row)
        return ReportLine(field, "数据库", shown, row.expires_at, row, overrides=source)
    shown, expires_at = _shown_of_text(provider, field, text)
    return ReportLine(field, source or "未填写", shown, expires_at, row, overrides="")


def _shown_of_row(field: CredentialField, row: PaymentCredential) -> str:
    try:
        text = row.decrypt()
    except encryption.DecryptionFailed:
        return "无法解密"
    return text if field.is_identifier else _short(row.fingerprint)


def _shown_of_text(
    provider: PayType, field: CredentialField, text: str
) -> tuple[str, datetime | None]:
    if not text or field.is_identifier:
        return text, None
    try:
        value = gateway.PROVIDERS[provider].read_credential(field.name, text)
    except InvalidCredential:
        return "无法识别", None
    return _short(value.fingerprint), value.expires_at


def _short(fingerprint: str) -> str:
    return fingerprint[:FINGERPRINT_DIGITS] or "已填写"
