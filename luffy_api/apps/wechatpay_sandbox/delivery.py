"""Delivers notifications until the merchant answers 200 or 204, each attempt once.

Source of the delays and of the answer: "支付成功回调通知" of WeChat Pay's manual.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Thread
from urllib.parse import urlsplit

from django.db import connections
from django.db.models import QuerySet
from django.utils import timezone

from luffy_api.apps.wechatpay_sandbox.conf import gateway_settings
from luffy_api.apps.wechatpay_sandbox.messages import signed
from luffy_api.apps.wechatpay_sandbox.models import WechatNotification

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 5
# 15s/15s/30s/3m/10m/20m/30m/30m/30m/60m/3h/3h/3h/6h/6h
DELAYS_SECONDS = (
    *(15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600),
    *(10800, 10800, 10800, 21600, 21600),
)
# While an attempt is running no other process may start the next one.
LEASE = timedelta(seconds=3 * TIMEOUT_SECONDS)
CONNECTIONS = {"http": HTTPConnection, "https": HTTPSConnection}


def deliver_soon(notification_id: int) -> None:
    """Make one attempt in the background, so that the buyer does not wait for the merchant."""
    # When no threads are left the periodic task makes it.
    with suppress(RuntimeError):
        Thread(target=_deliver_and_close_connections, args=(notification_id,), daemon=True).start()


def deliver_due() -> int:
    """Attempt all notifications that are due; return how many attempts were made."""
    due = _due().order_by("next_attempt_at").values_list("pk", flat=True)
    return sum(deliver(pk) for pk in list(due[:100]))


def deliver(notification_id: int) -> bool:
    """Make one attempt if it is due and unclaimed; True when an attempt was made."""
    message = _due().filter(pk=notification_id).first()
    if message is None or not _claim(message):
        return False
    accepted, answer = _post(message.url, *signed(message))
    if not accepted:
        logger.info("Notification %s was answered with %r", message.pk, answer)
    mine = WechatNotification.objects.filter(pk=message.pk, attempts=message.attempts)
    mine.update(
        last_answer=answer,
        delivered_at=timezone.now() if accepted else None,
        next_attempt_at=None if accepted else _next_time(message.attempts),
    )
    return True


def send_again(notification_id: int) -> None:
    """Restart the series of attempts, delivered or not."""
    WechatNotification.objects.filter(pk=notification_id).update(
        attempts=0, delivered_at=None, next_attempt_at=timezone.now(), last_answer=""
    )
    deliver_soon(notification_id)


def _due() -> QuerySet[WechatNotification]:
    return WechatNotification.objects.filter(delivered_at=None, next_attempt_at__lte=timezone.now())


def _claim(message: WechatNotification) -> bool:
    unchanged = _due().filter(pk=message.pk, attempts=message.attempts)
    message.attempts += 1
    leased_until = timezone.now() + LEASE
    return unchanged.update(attempts=message.attempts, next_attempt_at=leased_until) == 1


def _next_time(attempts: int) -> datetime | None:
    if attempts > len(DELAYS_SECONDS):
        return None
    seconds = DELAYS_SECONDS[attempts - 1] * gateway_settings().retry_scale
    return timezone.now() + timedelta(seconds=seconds)


def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[bool, str]:
    # http.client follows no redirect and uses no proxy, as WeChat Pay's servers.
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    line = CONNECTIONS[parts.scheme](parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        line.request("POST", target, body, headers)
        response = line.getresponse()
        answer = response.read(200)
    except (OSError, HTTPException) as error:
        return False, type(error).__name__
    finally:
        line.close()
    text = answer.decode("utf-8", "replace").replace("\x00", "")
    return response.status in {200, 204}, f"{response.status} {text}"[:200]


def _deliver_and_close_connections(notification_id: int) -> None:
    try:
        deliver(notification_id)
    except Exception:
        logger.exception("Notification %s could not be attempted", notification_id)
    finally:
        connections.close_all()
