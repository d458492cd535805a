"""The bill of a day: `alipay.data.dataservice.bill.downloadurl.query`, and the file itself.

Format of the file: "业务明细" of Alipay's manual. A zip of two texts in GB18030 whose names are in
GBK without a mark of it; comments, a heading, one line for each payment and refund, totals.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core import signing
from django.utils import timezone

from luffy_api.apps.alipay_sandbox import values
from luffy_api.apps.alipay_sandbox.conf import gateway_settings
from luffy_api.apps.alipay_sandbox.exceptions import refused
from luffy_api.apps.alipay_sandbox.models import BillFault, SandboxRefund, SandboxTrade
from luffy_api.common.dates import SHANGHAI, midnight, today

URL_LIFETIME = timedelta(seconds=30)
SALT = "alipay_sandbox.bill"
FEE_RATE = Decimal("0.006")
CENT = Decimal("0.01")
COLUMNS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,"
    "券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,"
    "分润（元）,备注"
)
SUMMARY_COLUMNS = "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）"


@dataclass(frozen=True, slots=True)
class _Line:
    """A payment, or with a negative amount a refund."""

    trade: SandboxTrade
    fault: str
    amount: Decimal
    finished_at: datetime
    request_no: str = ""

    @property
    def kind(self) -> str:
        return "退款" if self.amount < 0 else "交易"

    def text(self) -> str:
        """The line as it is in the file, spoiled as `fault` says."""
        number = self.trade.out_trade_no
        if self.fault == BillFault.ORDER:
            number = f"OTHER{number}"[:64]
        fee = Decimal(0) if self.amount < 0 else self.charged().copy_abs() * FEE_RATE
        return (
            f"{self.trade.trade_no}\t,{number}\t,{self.kind}\t,{self.trade.subject},"
            f"{values.beijing(self.trade.created_at)},{values.beijing(self.finished_at)},"
            f"\t,\t,\t,\t,*小明(ming***@luffy.test)\t,{self.charged():.2f},{self.charged():.2f},"
            f"0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,{self.request_no}\t,"
            f"{-fee.quantize(CENT, ROUND_HALF_UP):.2f},0.00,"
        )

    def charged(self) -> Decimal:
        """The amount that the file shows."""
        return self.amount + 1 if self.fault == BillFault.AMOUNT else self.amount


def sign_day(content: dict[str, Any]) -> str:
    """The signed part of a bill's URL. Raises GatewayError when there is no such bill."""
    if content.get("bill_type") != "trade":
        raise refused("isv.invalid_arguments", "只支持 trade 账单")
    try:
        day = date.fromisoformat(str(content.get("bill_date")))
    except ValueError:
        raise refused("isv.invalid_arguments", "bill_date 有误") from None
    # A bill is made on the next day.
    if day >= today():
        raise refused("isv.invalid_arguments", "只能下载昨天及以前的账单")
    if not any(True for _ in _lines_of(day)):
        raise refused("isp.bill_not_exist", "账单不存在")
    return signing.dumps(day.isoformat(), salt=SALT)


def file_of(token: str) -> tuple[str, bytes]:
    """Name and content of a bill; signing.BadSignature for a forged or late URL."""
    day = date.fromisoformat(signing.loads(token, salt=SALT, max_age=URL_LIFETIME))
    account = f"{gateway_settings().seller_id}0156"
    lines = [line for line in _lines_of(day) if line.fault != BillFault.OMITTED]
    return f"{account}_{day:%Y%m%d}.csv.zip", _packed(account, day, lines)


def _lines_of(day: date) -> Iterator[_Line]:
    start = midnight(day)
    span = (start, start + timedelta(days=1))
    paid = SandboxTrade.objects.filter(paid_at__gte=span[0], paid_at__lt=span[1])
    for trade in paid.order_by("paid_at", "pk"):
        assert trade.paid_at is not None
        yield _Line(trade, trade.bill_fault, trade.total_amount, trade.paid_at)
    refunds = SandboxRefund.objects.filter(created_at__gte=span[0], created_at__lt=span[1])
    for refund in refunds.select_related("trade").order_by("created_at", "pk"):
        yield _Line(
            refund.trade, refund.bill_fault, -refund.amount, refund.created_at, refund.request_no
        )


class _GbkName(zipfile.ZipInfo):
    """zipfile would mark a Chinese name as UTF-8; Alipay's are in GBK and not marked."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits


def _packed(account: str, day: date, lines: list[_Line]) -> bytes:
    file = io.BytesIO()
    texts = {"业务明细(汇总)": _summary(lines), "业务明细": _bill(account, day, lines)}
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in texts.items():
            member = _GbkName(f"{account}_{day:%Y%m%d}_{name}.csv")
            archive.writestr(member, text.encode("gb18030"), zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _bill(account: str, day: date, lines: list[_Line]) -> str:
    next_day = day + timedelta(days=1)
    paid, back = _total(lines, "交易"), _total(lines, "退款")
    return _text(
        "#支付宝业务明细查询",
        f"#账号：[{account}]",
        f"#起始日期：[{day:%Y年%m月%d日} 00:00:00]   终止日期：[{next_day:%Y年%m月%d日} 00:00:00]",
        f"#{'-' * 41}业务明细列表{'-' * 40}",
        COLUMNS,
        *(line.text() for line in lines),
        f"#{'-' * 41}业务明细列表结束{'-' * 36}",
        f"#交易合计：{paid[0]}笔，商家实收共{paid[1]:.2f}元，商家优惠共0.00元",
        f"#退款合计：{back[0]}笔，商家实收退款共{back[1]:.2f}元，商家优惠退款共0.00元",
        f"#导出时间：[{timezone.now().astimezone(SHANGHAI):%Y年%m月%d日 %H:%M:%S}]",
    )


def _summary(lines: list[_Line]) -> str:
    paid, back = _total(lines, "交易"), _total(lines, "退款")
    total = paid[1] + back[1]
    return _text(SUMMARY_COLUMNS, f"合计,,{paid[0]},{back[0]},{total:.2f},{total:.2f}")


def _total(lines: list[_Line], kind: str) -> tuple[int, Decimal]:
    amounts = [line.charged() for line in lines if line.kind == kind]
    return len(amounts), sum(amounts, Decimal(0))


def _text(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in lines)
