"""Entering, removing and re-encrypting the keys of payment providers."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from luffy_api.apps.order.exceptions import CredentialsRefused, InvalidCredential
from luffy_api.apps.order.models import PaymentCredential, PayType
from luffy_api.apps.order.payment import credentials, gateway
from luffy_api.apps.order.payment.credential_fields import FINGERPRINT_DIGITS, label_of
from luffy_api.apps.order.payment.interface import CredentialValue
from luffy_api.common import audit_log, encryption
from luffy_api.common.transactions import retry_deadlocks


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many values were encrypted anew, and the rows that no key opens."""

    changed: int
    unreadable: list[PaymentCredential]


def store(*, provider: PayType, texts: Mapping[str, str], user_id: int) -> None:
    """Check and store entered values, by field name; all of them or none.

    Raises CredentialsRefused for what cannot be used, and for a conflict between values that was
    not there before. What is still missing is no conflict.
    """
    values = _read_all(provider, texts)
    _refuse_new_conflicts(provider, {name: value.value for name, value in values.items()})
    _write(provider, values, user_id)


@retry_deadlocks
@transaction.atomic
def remove(*, provider: PayType, name: str, user_id: int) -> PaymentCredential | None:
    """Delete a stored value, so that the file or the environment holds again; None without one."""
    row = PaymentCredential.objects.filter(provider=provider, name=name).first()
    # Of two at once one deletes it.
    if row is None or not PaymentCredential.objects.filter(pk=row.pk).delete()[0]:
        return None
    _log("删除", row, user_id)
    transaction.on_commit(credentials.forget)
    return row


def rotate() -> Rotation:
    """Encrypt every stored value with the first key of KEY_ENCRYPTION_KEY.

    May run twice, and beside a site that reads and changes values: a row that is changed meanwhile
    is left as it is and read again.
    """
    changed = 0
    while True:
        moved, unreadable = _rotate_once()
        changed += moved
        if not moved:
            return Rotation(changed, unreadable)


def count_old() -> int:
    """How many stored values are not encrypted with the first key."""
    tokens = PaymentCredential.objects.values_list("value", flat=True)
    return sum(not encryption.uses_first_key(token) for token in tokens)


def _read_all(provider: PayType, texts: Mapping[str, str]) -> dict[str, CredentialValue]:
    values: dict[str, CredentialValue] = {}
    errors: dict[str, str] = {}
    for name, text in texts.items():
        try:
            values[name] = gateway.PROVIDERS[provider].read_credential(name, text)
        except InvalidCredential as error:
            errors[name] = error.sentence
    if errors:
        raise CredentialsRefused(errors, [])
    return values


def _refuse_new_conflicts(provider: PayType, changes: Mapping[str, str]) -> None:
    before, after = (
        [
            message.msg
            for message in gateway.PROVIDERS[provider].check_credentials(
                credentials.values_on_trial(provider, trial)
            )
        ]
        for trial in ({}, changes)
    )
    if conflicts := [sentence for sentence in after if sentence not in before]:
        raise CredentialsRefused({}, conflicts)


@retry_deadlocks
@transaction.atomic
def _write(provider: PayType, values: Mapping[str, CredentialValue], user_id: int) -> None:
    for name, value in values.items():
        draft = PaymentCredential(provider=provider, name=name)
        draft.encrypt(value.value)
        row, is_new = PaymentCredential.objects.update_or_create(
            provider=provider,
            name=name,
            defaults={
                "value": draft.value,
                "fingerprint": value.fingerprint,
                "expires_at": value.expires_at,
                "changed_by_id": user_id,
            },
        )
        _log("填写" if is_new else "更换", row, user_id)
    transaction.on_commit(credentials.forget)


def _log(verb: str, row: PaymentCredential, user_id: int) -> None:
    """In the audit log: which value it is and its fingerprint, never the value."""
    digits = row.fingerprint[:FINGERPRINT_DIGITS]
    text = f"{verb}{label_of(row)}（指纹 {digits}）" if digits else f"{verb}{label_of(row)}"
    audit_log.log_change(row, user_id=user_id, message=text)


def _rotate_once() -> tuple[int, list[PaymentCredential]]:
    moved, unreadable = 0, []
    for row in PaymentCredential.objects.all():
        if encryption.uses_first_key(row.value):
            continue
        old = row.value
        try:
            row.encrypt(row.decrypt())
        except encryption.DecryptionFailed:
            unreadable.append(row)
            continue
        moved += PaymentCredential.objects.filter(pk=row.pk, value=old).update(value=row.value)
    return moved, unreadable
