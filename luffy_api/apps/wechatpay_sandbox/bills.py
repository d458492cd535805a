"""The bill of a day: `/v3/bill/tradebill`, and the file itself.

Format: "交易账单文件格式说明" of WeChat Pay's manual (type ALL): UTF-8 with a byte order mark, a
heading, lines whose every field begins with a back quote, a heading of totals, totals.
"""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.core import signing

from luffy_api.apps.wechatpay_sandbox.conf import gateway_settings
from luffy_api.apps.wechatpay_sandbox.exceptions import invalid, refused
from luffy_api.apps.wechatpay_sandbox.models import BillFault, WechatRefund, WechatTrade
from luffy_api.common.dates import SHANGHAI, midnight, today

URL_LIFETIME = timedelta(minutes=5)
SALT = "wechatpay_sandbox.bill"
FEE_RATE = Decimal("0.006")
COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
TOTALS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A payment, or with a refund that."""

    trade: WechatTrade
    at: datetime
    fault: str
    fen: int
    refund: WechatRefund | None = None

    @property
    def amount(self) -> Decimal:
        """The yuan that the file shows."""
        yuan = Decimal(self.fen) / 100
        return yuan + 1 if self.fault == BillFault.AMOUNT else yuan

    @property
    def fee(self) -> Decimal:
        """What WeChat Pay charges, negative when it gives back."""
        fee = (self.amount * FEE_RATE).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return -fee if self.refund else fee

    def cells(self) -> list[str]:
        """The fields of the line, spoiled as `fault` says."""
        trade, refund, gateway = self.trade, self.refund, gateway_settings()
        other = "OTHER" if self.fault == BillFault.ORDER else ""
        paid = "0.00" if refund else f"{self.amount:.2f}"
        back = f"{self.amount:.2f}" if refund else "0.00"
        return [
            f"{self.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
            *(gateway.app_id, gateway.mch_id, "0", ""),
            *(trade.transaction_id, f"{other}{trade.out_trade_no}"[:32], trade.openid),
            *(trade.trade_type, "REFUND" if refund else "SUCCESS", "OTHERS", "CNY", paid, "0.00"),
            *((refund.refund_id, refund.out_refund_no) if refund else ("0", "0")),
            *(back, "0.00", "ORIGINAL" if refund else "", refund.state if refund else ""),
            *(trade.description, "", f"{self.fee:.5f}", "0.60%", paid, back, ""),
        ]


def announce(*, bill_date: str, tar_type: str) -> tuple[str, str]:
    """(token of the URL, SHA-1 of the unpacked file). Raises GatewayError without a bill."""
    try:
        day = date.fromisoformat(bill_date)
    except ValueError:
        raise invalid("参数有误: bill_date") from None
    if tar_type not in {"", "GZIP"}:
        raise invalid("参数有误: tar_type")
    # A bill is made on the next day.
    if day >= today():
        raise refused("INVALID_REQUEST", "账单日期有误, 只能下载昨天及以前的账单")
    lines = list(_lines_of(day))
    if not lines:
        raise refused("NO_STATEMENT_EXIST", "账单文件不存在")
    digest = hashlib.sha1(_text(lines), usedforsecurity=False).hexdigest()
    return signing.dumps([day.isoformat(), tar_type], salt=SALT), digest


def file_of(token: str) -> bytes:
    """The content of a bill; signing.BadSignature for a forged or late token."""
    day, tar_type = signing.loads(token, salt=SALT, max_age=URL_LIFETIME)
    text = _text(list(_lines_of(date.fromisoformat(day))))
    return gzip.compress(text) if tar_type else text


def _lines_of(day: date) -> Iterator[_Line]:
    start = midnight(day)
    span = (start, start + timedelta(days=1))
    paid = WechatTrade.objects.filter(paid_at__gte=span[0], paid_at__lt=span[1])
    for trade in paid.order_by("paid_at", "pk"):
        assert trade.paid_at is not None
        yield _Line(trade, trade.paid_at, trade.bill_fault, trade.total)
    refunds = WechatRefund.objects.filter(created_at__gte=span[0], created_at__lt=span[1])
    for refund in refunds.select_related("trade").order_by("created_at", "pk"):
        yield _Line(refund.trade, refund.created_at, refund.bill_fault, refund.amount, refund)


def _text(lines: list[_Line]) -> bytes:
    kept = [line for line in lines if line.fault != BillFault.OMITTED]
    rows = [COLUMNS, *(_row(line.cells()) for line in kept), TOTALS, _row(_totals(kept))]
    return "".join(f"{row}\r\n" for row in rows).encode("utf-8-sig")


def _totals(lines: list[_Line]) -> list[str]:
    paid = sum((line.amount for line in lines if not line.refund), Decimal(0))
    back = sum((line.amount for line in lines if line.refund), Decimal(0))
    fee = sum((line.fee for line in lines), Decimal(0))
    money = [f"{paid:.2f}", f"{back:.2f}", "0.00", f"{fee:.5f}", f"{paid:.2f}", f"{back:.2f}"]
    return [str(len(lines)), *money]


def _row(cells: list[str]) -> str:
    return ",".join(f"`{cell}" for cell in cells)
