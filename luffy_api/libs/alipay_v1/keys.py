"""The two keys of Alipay's key mode, by the names of its console."""

from luffy_api.libs.payment_settings import rsa_keys

PRIVATE_TITLE, PUBLIC_TITLE = "应用私钥", "支付宝公钥"


def as_pem(text: str, *, private: bool) -> str:
    """Return a key as PEM; raises BadKey, see `payment_settings.rsa_keys.as_pem`."""
    title = PRIVATE_TITLE if private else PUBLIC_TITLE
    return rsa_keys.as_pem(text, private=private, title=title)
