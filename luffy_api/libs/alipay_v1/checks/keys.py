"""The two keys and the seller's number, checked without the network."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.checks import CheckMessage

from luffy_api.libs.alipay_v1.fields import SELLER_ID
from luffy_api.libs.alipay_v1.keys import PRIVATE_TITLE, PUBLIC_TITLE, as_pem
from luffy_api.libs.payment_settings.messages import error, info
from luffy_api.libs.payment_settings.rsa_keys import KEY_BITS, BadKey, bits, public_half

OWN_KEY = (
    "ALIPAY_PUBLIC_KEY 填成了我们自己的应用公钥，应填控制台里“查看支付宝公钥”显示的那一把，"
    "否则支付宝的每条通知都会被拒绝。"
)


@dataclass(frozen=True, slots=True)
class KeyReport:
    """The result for the keys; `own` says that Alipay's key is our own public one."""

    messages: list[CheckMessage]
    readable: bool
    own: bool


def check_keys(values: Mapping[str, Any]) -> KeyReport:
    """Check both keys of key mode: readable, the right half, long enough, Alipay's."""
    private, about_private = look_at_key(values, "APP_PRIVATE_KEY", "ALIPAY_APP_PRIVATE_KEY")
    public, about_public = look_at_key(values, "ALIPAY_PUBLIC_KEY", "ALIPAY_PUBLIC_KEY")
    if not private or not public:
        return KeyReport([about_private, about_public], readable=False, own=False)
    own = public_half(private) == public
    if own:
        about_public = error(3, OWN_KEY)
    return KeyReport([about_private, about_public], readable=True, own=own)


def look_at_key(values: Mapping[str, Any], name: str, variable: str) -> tuple[str, CheckMessage]:
    """The key as PEM, empty when it cannot be read, and what there is to say about it."""
    private = name == "APP_PRIVATE_KEY"
    title = PRIVATE_TITLE if private else PUBLIC_TITLE
    try:
        pem = as_pem(str(values.get(name) or ""), private=private)
    except BadKey as bad:
        return "", error(1, f"{variable} 无法使用：{bad}。")
    if (length := bits(pem)) < KEY_BITS:
        return pem, error(
            2,
            f"{variable} 太短：这把{title}只有 {length} 位，支付宝的 RSA2 要求 {KEY_BITS} 位，"
            "请重新生成密钥。",
        )
    return pem, info(2, f"{variable} 是一把可用的 {length} 位 RSA {title}。")


def check_seller(values: Mapping[str, Any]) -> CheckMessage:
    """Check the seller's number (PID), which is optional."""
    seller = str(values.get("SELLER_ID") or "")
    if not seller:
        return info(3, "ALIPAY_SELLER_ID 没有填写，收到通知时不核对收款账户；建议填写商户的 PID。")
    if not SELLER_ID.fullmatch(seller):
        return error(
            4, f"ALIPAY_SELLER_ID 应是 2088 开头的 16 位数字（商户 PID），现在是 {seller!r}。"
        )
    return info(4, f"ALIPAY_SELLER_ID 是 {seller}，付给别人的通知会被拒绝。")
