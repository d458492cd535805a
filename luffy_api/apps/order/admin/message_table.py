"""A provider's message as a table of fields, for people who look into one payment."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# What both providers' manuals call their fields; others are shown by their own name.
NAMES = {
    "out_trade_no": "商户订单号",
    "trade_no": "支付宝交易号",
    "transaction_id": "微信支付订单号",
    "trade_status": "交易状态",
    "trade_state": "交易状态",
    "trade_state_desc": "状态说明",
    "trade_type": "交易类型",
    "total_amount": "订单金额（元）",
    "receipt_amount": "实收金额（元）",
    "buyer_pay_amount": "买家付款（元）",
    "amount.total": "订单金额（分）",
    "amount.payer_total": "买家付款（分）",
    "amount.refund": "退款金额（分）",
    "refund_fee": "累计退款（元）",
    "out_biz_no": "退款请求号",
    "out_refund_no": "退款请求号",
    "refund_status": "退款状态",
    "gmt_create": "交易创建时间",
    "gmt_payment": "付款时间",
    "gmt_refund": "退款时间",
    "gmt_close": "交易结束时间",
    "success_time": "成功时间",
    "notify_time": "通知时间",
    "notify_id": "通知编号",
    "notify_type": "通知类型",
    "app_id": "应用编号",
    "appid": "应用编号",
    "mchid": "商户号",
    "seller_id": "收款方",
    "buyer_id": "买家编号",
    "buyer_logon_id": "买家账号",
    "payer.openid": "买家编号",
    "subject": "商品名称",
    "passback_params": "附加数据",
    "attach": "附加数据",
    "sign": "签名",
    "sign_type": "签名算法",
}
# A genuine message has some thirty; anybody may send another one.
MAX_FIELDS = 200
# Of nested objects; what is deeper is shown as JSON.
DEPTH = 2


def message_table(text: str) -> SafeString:
    """Name in Chinese, name in the protocol and value of each field; the text where it has none."""
    fields = _fields(text)
    if not fields:
        return format_html('<pre class="provider-message">{}</pre>', text)
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td><code>{}</code></td><td>{}</td></tr>',
        ((NAMES.get(name, ""), name, value) for name, value in fields),
    )
    heading = "<thead><tr><th>字段</th><th>原名</th><th>内容</th></tr></thead>"
    table = format_html(
        '<table class="provider-message">' + heading + "<tbody>{}</tbody></table>", rows
    )
    raw = '<details><summary>原文</summary><pre class="provider-message">{}</pre></details>'
    return table + format_html(raw, text)


def _fields(text: str) -> list[tuple[str, str]]:
    """(name, value) of a form or of a JSON object; empty for everything else."""
    try:
        if text.lstrip().startswith("{"):
            return list(_flat(orjson.loads(text)))[:MAX_FIELDS]
        if "=" in text.partition("&")[0]:
            return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except (ValueError, TypeError):  # neither, or cut off: the text is shown
        pass
    return []


def _flat(value: Any, prefix: str = "", depth: int = DEPTH) -> Iterator[tuple[str, str]]:
    for name, part in value.items():
        if isinstance(part, dict) and part and depth:
            yield from _flat(part, f"{prefix}{name}.", depth - 1)
        else:
            text = part if isinstance(part, str) else orjson.dumps(part).decode()
            yield f"{prefix}{name}", text
