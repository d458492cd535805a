"""The vendor's SDK, with one HTTP call and one kind of failure."""

import json
import logging
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from luffy_api.libs.alipay_v1.exceptions import AlipayUnknown
from luffy_api.libs.alipay_v1.sdk import load_sdk
from luffy_api.libs.alipay_v1.settings import AlipayConfig, alipay_config
from luffy_api.libs.alipay_v1.signatures import Signatures
from luffy_api.libs.alipay_v1.wire import format_time
from luffy_api.libs.direct_http import opener

logger = logging.getLogger(__name__)
MAX_ANSWER_BYTES = 1 << 20


@lru_cache(maxsize=8)
def sdk_client(config: AlipayConfig) -> Any:
    """Return the SDK's client for this configuration; one serves all threads."""
    client = _client_class()(
        appid=config.app_id,
        app_private_key_string=config.app_private_key,
        alipay_public_key_string=config.alipay_public_key,
        sign_type="RSA2",
    )
    client._get_string_to_be_signed = signed_node
    signatures = signatures_of(config)
    client._sign, client._verify = signatures.sign, signatures.verify
    return client


@lru_cache(maxsize=8)
def signatures_of(config: AlipayConfig) -> Signatures:
    """Our key and Alipay's of this configuration, read; one serves all threads."""
    return Signatures(private_pem=config.app_private_key, public_pem=config.alipay_public_key)


@lru_cache(maxsize=1)
def _client_class() -> Any:
    class Client(load_sdk().AliPay):  # type: ignore[misc]
        """The SDK's client, without the keys that `Signatures` holds.

        Its own reader tests their primes, for a tenth of a second or more in each process.
        """

        def _load_key(self) -> None:
            pass

    return Client


def signed_node(raw: str, response_type: str) -> str:
    """Return the exact text of the signed node, as "同步返回验签" of Alipay's manual demands.

    The SDK counts braces and miscounts those inside strings, so that a genuine answer with an
    unbalanced brace in a text was refused; the JSON reader knows where the node ends.
    """
    start = raw.index("{", raw.index(f'"{response_type}"'))
    _, end = json.JSONDecoder().raw_decode(raw, start)
    return raw[start:end]


def signed_url(method: str, biz_content: dict[str, Any], **extra: str) -> str:
    """Return the gateway's URL with a signed request; the time in it is Beijing's."""
    config = alipay_config()
    client = sdk_client(config)
    # The SDK would send the process's local time, which Alipay reads as Beijing time.
    now = format_time(datetime.now(UTC))
    body = client.build_body(method, biz_content, timestamp=now, **config.serials, **extra)
    return f"{config.gateway_url}?{client.sign_data(body)}"


def call(
    method: str, biz_content: dict[str, Any], *, timeout: float | None = None
) -> dict[str, Any]:
    """Send a request and return the verified node of the answer.

    `timeout` in seconds is the configured one by default.

    Raises AlipayUnknown for everything else: no network, HTML, GBK, a bad or missing signature.
    It waits for the network: never call it inside a transaction or under a lock.
    """
    config = alipay_config()
    url = signed_url(method, biz_content)
    try:
        raw = fetch(url, timeout or config.timeout)
        return verified_node(config, raw, f"{method.replace('.', '_')}_response")
    except Exception as error:
        # The SDK and urllib raise many kinds; none of them says what happened to the trade.
        logger.warning("No trustworthy answer to %s: %s", method, type(error).__name__)
        raise AlipayUnknown(f"no trustworthy answer to {method}") from error


def verified_node(config: AlipayConfig, raw: str, name: str) -> dict[str, Any]:
    """Return the named node of an answer; raises whatever the SDK does when it is not verified."""
    return dict(sdk_client(config)._verify_and_return_sync_response(raw, name))


def fetch(url: str, timeout: float) -> str:
    """Return what the gateway answers to a GET; raises OSError, HTTPException or ValueError."""
    with opener(url).open(url, timeout=timeout) as answer:
        body: bytes = answer.read(MAX_ANSWER_BYTES + 1)
    if len(body) > MAX_ANSWER_BYTES:
        raise ValueError("the answer is too long")
    return body.decode("utf-8")
