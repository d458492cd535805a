"""When the TLS certificate of the public site ends: read once an hour, never in a request."""

import socket
import ssl
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from cryptography import x509
from django.conf import settings
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from luffy_api.apps.monitoring.alerts import Problem
from luffy_api.apps.monitoring.models import SiteCertificate

# For each try; there are four.
CONNECT_SECONDS = 3.0
# A proxy that restarts is none that is away.
PAUSE_SECONDS = 2.0
# certbot renews earlier, so that who hears of it has to do something.
WARN_BEFORE = timedelta(days=14)
DAY_SECONDS = 24 * 3600


class CertificateUnreadable(Exception):
    """Nobody answered with a certificate, or the file holds none; the reason names no secret."""


def find_problems() -> Iterator[Problem]:
    """Of the certificate of PUBLIC_URL. Waits for the network: never in a transaction."""
    site = urlsplit(settings.PUBLIC_URL)
    if site.scheme != "https":
        return
    try:
        expires_at = read(site)
    except CertificateUnreadable as error:
        yield Problem(
            "site_certificate_unread",
            "无法检查网站的 TLS 证书",
            f"从服务器上读不到 {settings.PUBLIC_URL} 的证书（{error}），学员可能也打不开网站。"
            "如果服务器访问不了自己的公网地址，请用 TLS_CERTIFICATE 指定证书文件。",
        )
        return
    values = {"expires_at": expires_at, "read_at": timezone.now()}
    SiteCertificate.objects.update_or_create(host=site.hostname, defaults=values)
    if expires_at - timezone.now() < WARN_BEFORE:
        yield Problem(
            "site_certificate",
            "网站的 TLS 证书即将或已经到期",
            f"{site.hostname} 的证书有效期到 {timezone.localtime(expires_at):%Y-%m-%d %H:%M}，"
            "到期后浏览器会拒绝打开网站，支付通知也收不到。请续期后重新加载 nginx。",
        )


def gauges() -> Iterator[Metric]:
    """What was last read; one query."""
    metric = GaugeMetricFamily(
        "luffy_site_certificate_days_left",
        "Days until the TLS certificate of the public site ends.",
        labels=["host"],
    )
    host = urlsplit(settings.PUBLIC_URL).hostname
    for found in SiteCertificate.objects.filter(host=host):
        left = (found.expires_at - timezone.now()).total_seconds()
        metric.add_metric([found.host], left / DAY_SECONDS)
    yield metric


def read(site: SplitResult) -> datetime:
    """When the certificate of an https address ends; of TLS_CERTIFICATE, where that is set.

    Whoever answers for the public address is asked, and then this machine, which may not reach
    its own public address. Raises CertificateUnreadable.
    """
    if settings.TLS_CERTIFICATE:
        return _read_file(Path(settings.TLS_CERTIFICATE))
    host = site.hostname or ""
    for pause in (PAUSE_SECONDS, 0):
        for address in (host, "127.0.0.1"):
            try:
                return _ask(address, site.port or 443, host)
            except (OSError, ValueError) as error:
                reason = type(error).__name__
        time.sleep(pause)
    raise CertificateUnreadable(reason)


def _ask(address: str, port: int, host: str) -> datetime:
    """Whether somebody trusts the certificate is for browsers to say."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((address, port), CONNECT_SECONDS) as line,
        context.wrap_socket(line, server_hostname=host) as secured,
    ):
        return x509.load_der_x509_certificate(secured.getpeercert(True) or b"").not_valid_after_utc


def _read_file(path: Path) -> datetime:
    """The first one of a chain is that of the site."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        raise CertificateUnreadable(type(error).__name__) from None
