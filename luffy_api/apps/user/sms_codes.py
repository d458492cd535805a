"""Six-digit codes by text message: sent, checked, used once.

A six-digit code can be guessed, so its protection is a limited number of attempts, a short life and
the purpose that it is bound to. All counters are rows: they survive a restart and hold over several
processes (docs/decisions/0008-counters-in-the-database.md).
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

from luffy_api.apps.user import captchas, locks
from luffy_api.apps.user.exceptions import (
    CaptchaRequired,
    SmsCodeTooSoon,
    SmsCodeWrong,
    SmsExhausted,
    SmsNotSent,
)
from luffy_api.apps.user.models import SmsCode, SmsMessage, SmsPurpose
from luffy_api.common.deletion import delete_in_chunks
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.libs.sms import SmsUnavailable, call_with_deadline, sms_backend

logger = logging.getLogger(__name__)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NUMBER_LIMIT_REACHED = "该手机号今日获取验证码次数过多，请明天再试"
ADDRESS_LIMIT_REACHED = "您所在网络获取验证码次数过多，请稍后再试"


@dataclass(frozen=True)
class CodeSubmission:
    """A code that a user submitted; `field` is the form field that an error is reported under."""

    mobile: str
    purpose: SmsPurpose
    code: str
    field: str = "code"


def send(
    *, mobile: str, purpose: SmsPurpose, address: str, captcha: captchas.Answer | None = None
) -> None:
    """Sends a new code, which replaces the older one of this number and purpose.

    `mobile` is normalised, `address` is the client's IP prefix. Raises SmsCodeTooSoon (rate limit
    of the number or the address), SmsExhausted (cap of the site), CaptchaRequired (half of a budget
    is used, and `captcha` is missing or wrong) and SmsNotSent (the provider failed or did not
    answer within SMS_DEADLINE; the message is not counted, no code is valid).
    Must run outside a transaction, since it calls the provider after its commit.
    """
    code = f"{secrets.randbelow(10**6):06d}"
    solved = captcha is not None and captchas.use(captcha)
    try:
        message = _reserve(
            mobile=mobile, purpose=purpose, code=code, address=address, solved=solved
        )
    except CaptchaRequired as error:
        raise CaptchaRequired(answered=captcha is not None) from error
    try:
        call_with_deadline(
            settings.SMS_DEADLINE, lambda: sms_backend().send_code(mobile=mobile, code=code)
        )
    except SmsUnavailable as error:
        _release(message, purpose)
        raise SmsNotSent from error


@retry_deadlocks
@transaction.atomic
def _reserve(
    *, mobile: str, purpose: SmsPurpose, code: str, address: str, solved: bool
) -> SmsMessage:
    locks.lock_sms_sending()
    now = timezone.now()
    of_address, of_site = _check_rate_limits(mobile=mobile, address=address, now=now)
    half_used = (
        2 * of_address >= settings.SMS_HOURLY_PER_ADDRESS
        or 2 * of_site >= settings.SMS_SITE_DAILY_CAP
    )
    if half_used and not solved:
        raise CaptchaRequired(answered=False)
    fresh = {"digest": _digest(mobile, purpose, code), "tries": 0, "sent_at": now, "used_at": None}
    SmsCode.objects.update_or_create(mobile=mobile, purpose=purpose, defaults=fresh)
    return SmsMessage.objects.create(mobile=mobile, address=address, sent_at=now)


def _check_rate_limits(*, mobile: str, address: str, now: datetime) -> tuple[int, int]:
    """How many messages the address had in an hour, and the site in a day."""
    to_number = SmsMessage.objects.filter(mobile=mobile)
    times = _latest(to_number, settings.SMS_DAILY_PER_NUMBER, DAY, now)
    if times and times[0] > now - settings.SMS_CODE_INTERVAL:
        raise SmsCodeTooSoon(retry_after=_seconds(times[0] + settings.SMS_CODE_INTERVAL - now))
    if len(times) >= settings.SMS_DAILY_PER_NUMBER:
        raise SmsCodeTooSoon(NUMBER_LIMIT_REACHED, retry_after=_seconds(times[-1] + DAY - now))
    from_address = SmsMessage.objects.filter(address=address)
    times = _latest(from_address, settings.SMS_HOURLY_PER_ADDRESS, HOUR, now)
    if len(times) >= settings.SMS_HOURLY_PER_ADDRESS:
        raise SmsCodeTooSoon(ADDRESS_LIMIT_REACHED, retry_after=_seconds(times[-1] + HOUR - now))
    of_site = SmsMessage.objects.filter(sent_at__gt=now - DAY).count()
    if of_site >= settings.SMS_SITE_DAILY_CAP:
        logger.error("SMS_SITE_DAILY_CAP (%s) is reached", settings.SMS_SITE_DAILY_CAP)
        raise SmsExhausted
    return len(times), of_site


def _latest(
    messages: QuerySet[SmsMessage], limit: int, period: timedelta, now: datetime
) -> list[datetime]:
    """When the last `limit` messages of the period were sent (UTC), newest first."""
    recent = messages.filter(sent_at__gt=now - period).order_by("-sent_at")
    return list(recent.values_list("sent_at", flat=True)[:limit])


def _seconds(wait: timedelta) -> int:
    return max(1, int(wait.total_seconds()))


@retry_deadlocks
@transaction.atomic
def _release(message: SmsMessage, purpose: SmsPurpose) -> None:
    of_message = {"mobile": message.mobile, "sent_at": message.sent_at}
    SmsCode.objects.filter(purpose=purpose, **of_message).delete()
    SmsMessage.objects.filter(pk=message.pk).delete()


def use(*, mobile: str, purpose: SmsPurpose, code: str) -> None:
    """Uses up the code. Raises SmsCodeWrong: wrong, used, expired or too many attempts."""
    use_all(CodeSubmission(mobile, purpose, code))


def use_all(*submissions: CodeSubmission) -> None:
    """Uses up every code if all of them are right, none otherwise. Raises SmsCodeWrong.

    An attempt is counted before the comparison and stays counted on failure, so concurrent guesses
    get no more than SMS_CODE_TRIES; those that were right beside a wrong one are not counted. Must
    run outside a transaction, whose rollback would undo that.
    """
    now = timezone.now()
    codes: list[SmsCode] = []
    try:
        for submission in submissions:
            codes.append(_check(submission, now))
    except SmsCodeWrong:
        for code in codes:
            _unused(code).update(tries=F("tries") - 1)
        raise
    for code, submission in zip(codes, submissions, strict=True):
        if not _unused(code).update(used_at=now):
            raise SmsCodeWrong(submission.field)


def _unused(code: SmsCode) -> QuerySet[SmsCode]:
    """Its row, unless it was used or replaced by a newer code meanwhile."""
    return SmsCode.objects.filter(pk=code.pk, digest=code.digest, used_at=None)


def _check(submission: CodeSubmission, now: datetime) -> SmsCode:
    valid = SmsCode.objects.filter(
        mobile=submission.mobile,
        purpose=submission.purpose,
        used_at=None,
        sent_at__gt=now - settings.SMS_CODE_LIFETIME,
    )
    if not valid.filter(tries__lt=settings.SMS_CODE_TRIES).update(tries=F("tries") + 1):
        raise SmsCodeWrong(submission.field)
    row = valid.first()
    digest = _digest(submission.mobile, submission.purpose, submission.code)
    if row is None or not constant_time_compare(row.digest, digest):
        raise SmsCodeWrong(submission.field)
    return row


def clear_expired() -> int:
    """Deletes codes and messages older than the longest rate limit, a day; returns how many."""
    ended = timezone.now() - DAY
    codes = delete_in_chunks(SmsCode.objects.filter(sent_at__lt=ended))
    return codes + delete_in_chunks(SmsMessage.objects.filter(sent_at__lt=ended))


def _digest(mobile: str, purpose: str, code: str) -> str:
    message = f"{mobile}:{purpose}:{code}"
    return salted_hmac("luffy.sms_codes", message, algorithm="sha256").hexdigest()
