"""The values of each payment provider that may be entered in the back office, in their order."""

from dataclasses import dataclass

from luffy_api.apps.order.models import PaymentCredential, PayType

FINGERPRINT_DIGITS = 16


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
    PayType.WECHAT: (
        CredentialField(
            "MCH_ID",
            "WECHATPAY_MCH_ID",
            "商户号",
            "商户平台“账户中心”里的 8 到 10 位数字",
            is_identifier=True,
        ),
        CredentialField(
            "APP_ID",
            "WECHATPAY_APP_ID",
            "AppID",
            "与商户号绑定的公众号或小程序，wx 开头",
            is_identifier=True,
        ),
        CredentialField(
            "SERIAL_NO",
            "WECHATPAY_SERIAL_NO",
            "证书序列号",
            "商户 API 证书的 40 位序列号，与下面的私钥是一对",
            is_identifier=True,
        ),
        CredentialField(
            "PRIVATE_KEY",
            "WECHATPAY_PRIVATE_KEY",
            "商户 API 私钥",
            "apiclient_key.pem 的内容",
        ),
        CredentialField(
            "CERT",
            "WECHATPAY_CERT",
            "商户 API 证书",
            "apiclient_cert.pem 的内容，可以不填；填写后显示到期时间，并提前 30 天提醒",
        ),
        CredentialField(
            "API_V3_KEY",
            "WECHATPAY_API_V3_KEY",
            "APIv3 密钥",
            "在商户平台“API 安全”里设置的 32 个字符",
        ),
        CredentialField(
            "PUBLIC_KEY_ID",
            "WECHATPAY_PUBLIC_KEY_ID",
            "微信支付公钥 ID",
            "PUB_KEY_ID_ 开头；与公钥一起填，或者都不填而使用平台证书",
            is_identifier=True,
        ),
        CredentialField(
            "PUBLIC_KEY",
            "WECHATPAY_PUBLIC_KEY",
            "微信支付公钥",
            "pub_key.pem 的内容，不是商户自己的公钥",
        ),
        CredentialField(
            "APP_SECRET",
            "WECHATPAY_APP_SECRET",
            "公众号 AppSecret",
            "在微信里付款才需要：公众平台“基本配置”里的 32 个字符",
        ),
    ),
}


def label_of(row: PaymentCredential) -> str:
    """What a stored value is called on the page."""
    labels = {field.name: field.label for field in FIELDS[PayType(row.provider)]}
    return labels.get(row.name, row.name)
