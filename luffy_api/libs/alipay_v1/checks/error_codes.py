"""Alipay's error codes that have to do with settings ("公共错误码" of its manual)."""

from typing import Any

from luffy_api.libs.payment_settings.messages import printable

KEYS_DIFFER = (
    "支付宝不接受我们的签名：ALIPAY_APP_PRIVATE_KEY 与控制台里上传的应用公钥不是一对，"
    "请重新上传与这把私钥配对的应用公钥，或换成配对的私钥。"
)
NO_KEY = "支付宝那边还没有我们的应用公钥，请在控制台的“接口加签方式”里上传（RSA2、公钥方式）。"
UNKNOWN_APP = (
    "支付宝不认识应用 {app_id}：请核对 ALIPAY_APP_ID，并确认 ALIPAY_GATEWAY 与它相符"
    "（沙箱应用只能用 sandbox，正式应用只能用 production）。"
)
NO_PERMISSION = (
    "应用 {app_id} 没有权限调用支付接口：请在控制台签约并绑定“电脑网站支付”，并确认应用已上线。"
)
CERTIFICATES_WANTED = (
    "这个应用在控制台里用的是证书方式：请填写三张证书（ALIPAY_APP_CERT、ALIPAY_CERT、"
    "ALIPAY_ROOT_CERT），或在控制台把接口加签方式改为公钥。"
)
WRONG_CERTIFICATE = (
    "支付宝不认识我们的应用公钥证书：请到控制台重新下载应用公钥证书，填到 ALIPAY_APP_CERT。"
)
SENTENCES = {
    "isv.invalid-signature": KEYS_DIFFER,
    "isv.missing-signature": KEYS_DIFFER,
    "isv.missing-signature-config": NO_KEY,
    "isv.missing-signature-key": NO_KEY,
    "isv.invalid-signature-type": "支付宝不接受签名类型 RSA2，请在控制台把接口加签方式改为 RSA2。",
    "isv.missing-app-cert-sn": CERTIFICATES_WANTED,
    "isv.missing-alipay-root-cert-sn": CERTIFICATES_WANTED,
    "isv.app-cert-not-exist": WRONG_CERTIFICATE,
    "isv.app-cert-expired": "应用公钥证书已过期：请到控制台下载新的证书，填到 ALIPAY_APP_CERT。",
    "isv.invalid-alipay-root-cert-sn": (
        "支付宝不接受我们的根证书：请到控制台重新下载 alipayRootCert.crt，填到 ALIPAY_ROOT_CERT。"
    ),
    "isv.missing-app-id": UNKNOWN_APP,
    "isv.invalid-app-id": UNKNOWN_APP,
    "isv.app-id-not-exist": UNKNOWN_APP,
    "isv.app-unbind-partner": "应用 {app_id} 没有绑定商户账号，请在支付宝商家中心完成绑定。",
    "isv.insufficient-isv-permissions": NO_PERMISSION,
    "isv.insufficient-user-permissions": NO_PERMISSION,
    "isv.not-online-app": NO_PERMISSION,
    "ACQ.ACCESS_FORBIDDEN": NO_PERMISSION,
    "ACQ.INVALID_PARAMETER": "支付宝说参数有误，网关可能不是支付宝的：请核对 ALIPAY_GATEWAY。",
    "isv.invalid-timestamp": "支付宝不接受请求里的时间：请校准这台服务器的时钟。",
    "isv.app-call-limited": "支付宝说请求太频繁，请过几分钟再检查。",
}
BUSY = "支付宝暂时不可用（code {code}），请过几分钟再检查。"
PERMISSION_CODES = frozenset({"20001", "40006"})
OTHER = "支付宝拒绝了查询：code {code}，{sub_code}，{sub_msg}。"


def sentence(answer: dict[str, Any], *, app_id: str) -> str:
    """The cause of a refusal and what to do about it, as one sentence for the admin."""
    code, sub_code, sub_msg = (printable(answer.get(k)) for k in ("code", "sub_code", "sub_msg"))
    # Some families have endings that Alipay adds to from time to time.
    family = "isv.app-unbind-partner" if sub_code.startswith("isv.app-unbind") else sub_code
    words = SENTENCES.get(family)
    if words is None and code in PERMISSION_CODES:
        words = NO_PERMISSION
    if words is None:
        words = BUSY if code == "20000" else OTHER
    return words.format(app_id=app_id, code=code, sub_code=sub_code, sub_msg=sub_msg)
