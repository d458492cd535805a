"""The file of a trade bill: a heading, lines, a heading of totals, totals.

Format: "交易账单文件格式说明" of WeChat Pay's manual (type ALL). UTF-8 with or without a byte order
mark, fields separated by commas. Every field of a line begins with a back quote, which keeps
spreadsheets from rounding long numbers; commas inside a text are therefore no separators.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from io import TextIOWrapper
from typing import IO

from luffy_api.libs.bill_text import read_lines
from luffy_api.libs.china_time import SHANGHAI
from luffy_api.libs.wechatpay_v3.exceptions import WechatPayError

# Fees have up to five decimals.
AMOUNT = re.compile(r"-?\d{1,10}(\.\d{1,6})?", re.ASCII)
COUNT = re.compile(r"\d{1,9}(\.0+)?", re.ASCII)
NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
REQUIRED = (
    *("交易时间", "微信订单号", "商户订单号", "交易状态", "应结订单金额"),
    *("商户退款单号", "退款金额", "退款状态", "手续费"),
)
# Merchants from before 2018 may still get a bill with these names and without the columns that
# were added at the end.
OLD_NAMES = {
    "总金额": "应结订单金额",
    "总交易额": "应结订单总金额",
    "总退款金额": "退款总金额",
}
NO_NUMBER = "0"  # stands where a payment has no number of a refund


class BillInvalid(WechatPayError):
    """The file is not a complete bill of that day; nothing of it may be used."""


class BillLineState(StrEnum):
    """The state when the bill was made; it is not changed afterwards."""

    SUCCESS = "success"
    PROCESSING = "processing"
    FAILED = "failed"


# "退款状态": CHANGE is a refund that could not be delivered.
REFUND_STATES = {
    "SUCCESS": BillLineState.SUCCESS,
    "PROCESSING": BillLineState.PROCESSING,
    "FAIL": BillLineState.FAILED,
    "CHANGE": BillLineState.FAILED,
}


@dataclass(frozen=True, slots=True)
class TradeBillLine:
    """One payment, or one refund. Amounts in yuan, times in UTC.

    A refund's `at` is when it was accepted, not when the money arrived. `amount` is that of the
    order or of the refund, never negative; `fee` is what WeChat Pay charged, negative when it gave
    a fee back; `net` is what the merchant's balance gained. `subject` and `buyer`, an openid, are
    for people.
    """

    is_refund: bool
    state: BillLineState
    transaction_id: str
    out_trade_no: str
    out_refund_no: str
    amount: Decimal
    fee: Decimal
    net: Decimal
    at: datetime
    subject: str = ""
    buyer: str = ""


def read_trade_bill(file: IO[bytes], *, day: date) -> Iterator[TradeBillLine]:
    """Yield the lines of an unpacked bill of a Beijing day, one by one.

    Raises BillInvalid, possibly after some lines.
    """
    text = TextIOWrapper(file, "utf-8-sig", errors="replace", newline="\n")
    try:
        yield from _read_lines(text, day)
    finally:
        # The file is the caller's, who may have closed it already.
        with suppress(ValueError):
            text.detach()


def _read_lines(text: TextIOWrapper, day: date) -> Iterator[TradeBillLine]:
    lines = read_lines(text, invalid=BillInvalid)
    names = _names(next(lines, ""))
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise BillInvalid(f"columns are missing: {', '.join(missing)}")
    sums = _Sums()
    for line in lines:
        if not line.startswith("`"):
            break
        values = _values(line, names)
        sums.add(values)
        yield _read_line(values, day)
    else:
        raise BillInvalid("the totals are missing: the bill is incomplete")
    sums.compare(_values(next(lines, ""), _names(line)))


class _Sums:
    """What the totals at the end say about the lines."""

    def __init__(self) -> None:
        self.count = 0
        self.amounts = {"应结订单金额": Decimal(0), "退款金额": Decimal(0)}

    def add(self, values: Mapping[str, str]) -> None:
        self.count += 1
        for name in self.amounts:
            self.amounts[name] += _amount(values[name])

    def compare(self, totals: Mapping[str, str]) -> None:
        count = totals.get("总交易单数", "")
        if not COUNT.fullmatch(count) or int(Decimal(count)) != self.count:
            raise BillInvalid("the number of lines is not that of the totals")
        for name, amount in self.amounts.items():
            kind = name.removesuffix("金额")
            if amount != _amount(totals.get(f"{kind}总金额", "")):
                raise BillInvalid(f"the lines do not add up to the total of {name}")


def _read_line(values: Mapping[str, str], day: date) -> TradeBillLine:
    state = values["交易状态"]
    is_refund = state != "SUCCESS"  # REFUND, and REVOKED for a payment that was taken back
    settled, fee = _amount(values["应结订单金额"]), _amount(values["手续费"])
    refunded = _amount(values["退款金额"])
    total = _amount(values.get("订单金额") or values["应结订单金额"])
    asked_back = _amount(values.get("申请退款金额") or values["退款金额"])
    refund_no = values["商户退款单号"]
    return TradeBillLine(
        is_refund=is_refund,
        state=_refund_state(values["退款状态"]) if is_refund else BillLineState.SUCCESS,
        transaction_id=_number(values["微信订单号"]),
        out_trade_no=values["商户订单号"][:64],
        out_refund_no=refund_no[:64] if is_refund and refund_no != NO_NUMBER else "",
        amount=asked_back if is_refund else total,
        fee=fee,
        net=-refunded - fee if is_refund else settled - fee,
        at=_time(values["交易时间"], day),
        subject=values.get("商品名称", ""),
        buyer=values.get("用户标识", ""),
    )


def _refund_state(text: str) -> BillLineState:
    if text not in REFUND_STATES:
        raise BillInvalid("a refund has an unknown state")
    return REFUND_STATES[text]


def _names(heading: str) -> list[str]:
    names = [name.strip().removeprefix("`") for name in heading.split(",")]
    return [OLD_NAMES.get(name, name) for name in names]


def _values(line: str, names: list[str]) -> dict[str, str]:
    cells = line.removeprefix("`").split(",`")
    if len(cells) != len(names):
        raise BillInvalid("a line has another number of fields than the heading")
    return {name: cell.strip() for name, cell in zip(names, cells, strict=True)}


def _amount(text: str) -> Decimal:
    if not AMOUNT.fullmatch(text):
        raise BillInvalid("an amount has an impossible form")
    return Decimal(text)


def _number(text: str) -> str:
    if not NUMBER.fullmatch(text):
        raise BillInvalid("a trade number has an impossible form")
    return text


def _time(text: str, day: date) -> datetime:
    if not TIME.fullmatch(text):
        raise BillInvalid("a time has an impossible form")
    try:
        local = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise BillInvalid("a time has an impossible form") from None
    if local.date() != day:
        raise BillInvalid("a line is of another day")
    return local.astimezone(UTC)
