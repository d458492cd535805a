"""Codes by text message: sent, checked, used once.

Six digits are guessable, so what protects them is the number of tries, their short life and the
purpose they are bound to. Everything is kept in the database: it survives a restart and holds over
several processes (docs/decisions/0008-counters-in-the-database.md).
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from luffy_api.apps.user.exceptions import SmsCodeTooSoon, SmsCodeWrong, SmsExhausted, SmsNotSent
from luffy_api.apps.user.models import SmsCode, SmsGate, SmsPurpose, SmsSending
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.libs.sms import SmsUnavailable, sms_backend, within

logger = logging.getLogger(__name__)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NUMBER_HAD_ENOUGH = "该手机号今日获取验证码次数过多,请明天再试"
ADDRESS_HAD_ENOUGH = "您所在网络获取验证码次数过多,请稍后再试"


@dataclass(frozen=True)
class Proof:
    """A code that somebody typed, and the field of the form it stood in."""

    mobile: str
    purpose: SmsPurpose
    code: str
    field: str = "code"


def send(*, mobile: str, purpose: SmsPurpose, address: str) -> None:
    """Sends a fresh code that replaces the older one; `address` is the client's.

    Raises SmsCodeTooSoon (too many for the number or the address), SmsExhausted (for the site) and
    SmsNotSent when the provider fails or hangs; then nothing is counted and no code is alive.
    """
    code = f"{secrets.randbelow(10**6):06d}"
    sending = _claim(mobile=mobile, purpose=purpose, code=code, address=address)
    try:
        within(settings.SMS_DEADLINE, lambda: sms_backend().send_code(mobile=mobile, code=code))
    except SmsUnavailable as error:
        _take_back(sending, purpose)
        raise SmsNotSent from error


@retry_deadlocks
@transaction.atomic
def _claim(*, mobile: str, purpose: SmsPurpose, code: str, address: str) -> SmsSending:
    _pass_gate()
    now = timezone.now()
    _brake(mobile=mobile, address=address, now=now)
    fresh = {"digest": _digest(mobile, purpose, code), "tries": 0, "sent_at": now, "used_at": None}
    SmsCode.objects.update_or_create(mobile=mobile, purpose=purpose, defaults=fresh)
    return SmsSending.objects.create(mobile=mobile, address=address, sent_at=now)


def _pass_gate() -> None:
    """One sender at a time until the end of the transaction: the update locks the row."""
    if not SmsGate.objects.filter(pk=1).update(turn=F("turn") + 1):
        SmsGate.objects.get_or_create(pk=1)
        SmsGate.objects.filter(pk=1).update(turn=F("turn") + 1)


def _brake(*, mobile: str, address: str, now: datetime) -> None:
    to_number = SmsSending.objects.filter(mobile=mobile)
    times = _latest(to_number, settings.SMS_DAILY_PER_NUMBER, DAY, now)
    if times and times[0] > now - settings.SMS_CODE_INTERVAL:
        raise SmsCodeTooSoon(retry_after=_seconds(times[0] + settings.SMS_CODE_INTERVAL - now))
    if len(times) >= settings.SMS_DAILY_PER_NUMBER:
        raise SmsCodeTooSoon(NUMBER_HAD_ENOUGH, retry_after=_seconds(times[-1] + DAY - now))
    from_address = SmsSending.objects.filter(address=address)
    times = _latest(from_address, settings.SMS_HOURLY_PER_ADDRESS, HOUR, now)
    if len(times) >= settings.SMS_HOURLY_PER_ADDRESS:
        raise SmsCodeTooSoon(ADDRESS_HAD_ENOUGH, retry_after=_seconds(times[-1] + HOUR - now))
    if SmsSending.objects.filter(sent_at__gt=now - DAY).count() >= settings.SMS_SITE_DAILY_CAP:
        logger.error("SMS_SITE_DAILY_CAP (%s) is reached", settings.SMS_SITE_DAILY_CAP)
        raise SmsExhausted


def _latest(
    sendings: QuerySet[SmsSending], limit: int, period: timedelta, now: datetime
) -> list[datetime]:
    """When the last `limit` messages of the period went out, newest first."""
    recent = sendings.filter(sent_at__gt=now - period).order_by("-sent_at")
    return list(recent.values_list("sent_at", flat=True)[:limit])


def _seconds(wait: timedelta) -> int:
    return max(1, int(wait.total_seconds()))


def _take_back(sending: SmsSending, purpose: SmsPurpose) -> None:
    with transaction.atomic():
        SmsCode.objects.filter(
            mobile=sending.mobile, purpose=purpose, sent_at=sending.sent_at
        ).delete()
        sending.delete()


def use(*, mobile: str, purpose: SmsPurpose, code: str) -> None:
    """Takes the code if it is the right one; raises SmsCodeWrong otherwise."""
    use_all(Proof(mobile, purpose, code))


def use_all(*proofs: Proof) -> None:
    """Takes every code, once all of them are right; raises SmsCodeWrong otherwise.

    A try is counted before the comparison and outside the caller's success, so a wrong answer costs
    one even when many come at the same moment. Call it outside any transaction.
    """
    now = timezone.now()
    found = [_compare(proof, now) for proof in proofs]
    for row, proof in zip(found, proofs, strict=True):
        alive = SmsCode.objects.filter(pk=row.pk, digest=row.digest, used_at=None)
        if not alive.update(used_at=now):
            raise SmsCodeWrong(proof.field)


def _compare(proof: Proof, now: datetime) -> SmsCode:
    alive = SmsCode.objects.filter(
        mobile=proof.mobile,
        purpose=proof.purpose,
        used_at=None,
        sent_at__gt=now - settings.SMS_CODE_LIFETIME,
    )
    if not alive.filter(tries__lt=settings.SMS_CODE_TRIES).update(tries=F("tries") + 1):
        raise SmsCodeWrong(proof.field)
    row = alive.first()
    right = _digest(proof.mobile, proof.purpose, proof.code)
    if row is None or not constant_time_compare(row.digest, right):
        raise SmsCodeWrong(proof.field)
    return row


def sweep() -> int:
    """Forgets codes and sendings that no rule looks at any more; returns how many."""
    ended = timezone.now() - DAY
    codes, _ = SmsCode.objects.filter(sent_at__lt=ended).delete()
    sendings, _ = SmsSending.objects.filter(sent_at__lt=ended).delete()
    return codes + sendings


def _digest(mobile: str, purpose: str, code: str) -> str:
    message = f"{mobile}:{purpose}:{code}"
    return salted_hmac("luffy.sms_codes", message, algorithm="sha256").hexdigest()
