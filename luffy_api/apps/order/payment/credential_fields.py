"""The values of each payment provider that may be entered in the back office, in their order."""

from dataclasses import dataclass

from luffy_api.apps.order.models import PaymentCredential, PayType


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One value: its name in the provider's values, its variable, and its texts for the admin.

    Only an identifier is ever shown; of a secret there is its fingerprint.
    """

    name: str
    variable: str
    label: str
    hint: str
    is_identifier: bool = False


FIELDS: dict[PayType, tuple[CredentialField, ...]] = {
    PayType.ALIPAY: (
        CredentialField(
            "APP_ID", "ALIPAY_APP_ID", "APPID", "控制台里应用的 16 位数字编号", is_identifier=True
        ),
        CredentialField(
            "SELLER_ID",
            "ALIPAY_SELLER_ID",
            "商户 PID",
            "2088 开头的 16 位数字；填写后，收款方不是它的通知会被拒绝",
            is_identifier=True,
        ),
        CredentialField(
            "APP_PRIVATE_KEY",
            "ALIPAY_APP_PRIVATE_KEY",
            "应用私钥",
            "自己生成的 RSA2 私钥，PEM 或一长串字符都可以",
        ),
        CredentialField(
            "ALIPAY_PUBLIC_KEY",
            "ALIPAY_PUBLIC_KEY",
            "支付宝公钥",
            "公钥方式：控制台“查看支付宝公钥”显示的那一把，不是应用公钥",
        ),
        CredentialField(
            "APP_CERT",
            "ALIPAY_APP_CERT",
            "应用公钥证书",
            "证书方式：appCertPublicKey_….crt 的内容；填了任何一张证书，三张都要填",
        ),
        CredentialField(
            "ALIPAY_CERT",
            "ALIPAY_CERT",
            "支付宝公钥证书",
            "证书方式：alipayCertPublicKey_RSA2.crt 的内容",
        ),
        CredentialField(
            "ROOT_CERT", "ALIPAY_ROOT_CERT", "支付宝根证书", "证书方式：alipayRootCert.crt 的内容"
        ),
    ),
}


def label_of(row: PaymentCredential) -> str:
    """What a stored value is called on the page."""
    labels = {field.name: field.label for field in FIELDS[PayType(row.provider)]}
    return labels.get(row.name, row.name)
