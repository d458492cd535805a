"""Codes by text message: sent, checked, used once.

Six digits are guessable, so what protects them is the number of tries, their short life and the
purpose they are bound to. Everything is kept in the database: it survives a restart and holds over
several processes.
"""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from luffy_api.apps.user.exceptions import SmsCodeTooSoon, SmsCodeWrong, SmsNotSent
from luffy_api.apps.user.models import SmsCode, SmsPurpose
from luffy_api.libs.sms import SmsUnavailable, sms_backend


def send(*, mobile: str, purpose: SmsPurpose) -> None:
    """Sends a fresh code that replaces the older one.

    Raises SmsCodeTooSoon within settings.SMS_CODE_INTERVAL of the last one, and SmsNotSent when the
    provider fails; then no code is alive.
    """
    now = timezone.now()
    code = f"{secrets.randbelow(10**6):06d}"
    _claim(mobile=mobile, purpose=purpose, code=code, now=now)
    try:
        sms_backend().send_code(mobile=mobile, code=code)
    except SmsUnavailable as error:
        SmsCode.objects.filter(mobile=mobile, purpose=purpose, sent_at=now).delete()
        raise SmsNotSent from error


@transaction.atomic
def _claim(*, mobile: str, purpose: SmsPurpose, code: str, now: datetime) -> None:
    fresh = {"digest": _digest(mobile, purpose, code), "tries": 0, "sent_at": now, "used_at": None}
    row, created = SmsCode.objects.get_or_create(mobile=mobile, purpose=purpose, defaults=fresh)
    if created:
        return
    replaced = SmsCode.objects.filter(
        pk=row.pk, sent_at__lte=now - settings.SMS_CODE_INTERVAL
    ).update(**fresh, updated_time=now)
    if not replaced:
        wait = settings.SMS_CODE_INTERVAL - (now - row.sent_at)
        raise SmsCodeTooSoon(retry_after=max(1, int(wait.total_seconds())))


def use(*, mobile: str, purpose: SmsPurpose, code: str) -> None:
    """Takes the code if it is the right one; raises SmsCodeWrong otherwise.

    A try is counted before the comparison and outside the caller's success, so a wrong answer costs
    one even when many come at the same moment. Call it outside any transaction.
    """
    now = timezone.now()
    alive = SmsCode.objects.filter(
        mobile=mobile,
        purpose=purpose,
        used_at=None,
        sent_at__gt=now - settings.SMS_CODE_LIFETIME,
    )
    if not alive.filter(tries__lt=settings.SMS_CODE_TRIES).update(tries=F("tries") + 1):
        raise SmsCodeWrong
    row = alive.first()
    if row is None or not constant_time_compare(row.digest, _digest(mobile, purpose, code)):
        raise SmsCodeWrong
    if not alive.filter(pk=row.pk, digest=row.digest).update(used_at=now):
        raise SmsCodeWrong


def _digest(mobile: str, purpose: str, code: str) -> str:
    message = f"{mobile}:{purpose}:{code}"
    return salted_hmac("luffy.sms_codes", message, algorithm="sha256").hexdigest()
