"""The file of a bill: a zip of GB18030 texts with comments, a heading, rows and totals.

Format: "业务明细" of Alipay's manual for `alipay.data.dataservice.bill.downloadurl.query`. Lines
that begin with `#` are comments, the first other line names the columns. Texts end in blanks and
tabs, which keep spreadsheets from rounding long numbers. Nothing is quoted. The zip has a second
text with sums by shop, and file names in GBK without a mark of it, so texts are told apart by
their columns.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import TextIOWrapper
from operator import itemgetter
from typing import IO

from luffy_api.libs.alipay_v1 import wire
from luffy_api.libs.alipay_v1.exceptions import BillInvalid
from luffy_api.libs.bill_text import read_lines

# What zipfile raises for damaged, encrypted and unknown contents.
DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(RuntimeError, ValueError, OverflowError),
)
COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
MAX_UNPACKED_BYTES = 512 << 20  # a line has some 300 bytes: more than a million of them
MAX_MEMBERS = 20
UNIT = re.compile(r"[(（]元[)）]$")
AMOUNT = re.compile(r"-?\d{1,10}(\.\d{1,2})?", re.ASCII)
NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
PAYMENT, REFUND = "交易", "退款"
# In this order, then the optional ones with what stands for a missing one.
COLUMNS = (
    *("支付宝交易号", "商户订单号", "业务类型", "完成时间"),
    *("订单金额", "商家实收", "退款批次号/请求号", "服务费"),
)
OPTIONAL = {"分润": "0", "商品名称": "", "对方账户": ""}
DAY = re.compile(r"起始日期[:：]\[(\d{4})年(\d\d)月(\d\d)日", re.ASCII)
ACCOUNT = re.compile(r"账号[:：]\[(\d+)\]", re.ASCII)
TOTALS = {
    PAYMENT: re.compile(r"交易合计[:：](\d{1,9})笔.*?商家实收共(-?[\d.]+)元", re.ASCII),
    REFUND: re.compile(r"退款合计[:：](\d{1,9})笔.*?商家实收退款共(-?[\d.]+)元", re.ASCII),
}


class BillLineKind(StrEnum):
    """What a line is about; OTHER is a 业务类型 that the manual does not describe."""

    PAYMENT = "payment"
    REFUND = "refund"
    OTHER = "other"


KINDS = {PAYMENT: BillLineKind.PAYMENT, REFUND: BillLineKind.REFUND}


@dataclass(frozen=True, slots=True)
class BillLine:
    """One payment or refund. Amounts in yuan, times in UTC.

    `amount` is never negative; `fee` is what Alipay charged (negative when it gave a fee back);
    `net` is what the merchant's balance gained, negative for a refund. `request_no` is that of
    the refund, empty for a payment. `subject` and `buyer`, a masked account, are for people.
    """

    kind: BillLineKind
    trade_no: str
    out_trade_no: str
    request_no: str
    amount: Decimal
    fee: Decimal
    net: Decimal
    finished_at: datetime
    subject: str = ""
    buyer: str = ""


def read_bill(file: IO[bytes], *, day: date, seller_id: str | None) -> Iterator[BillLine]:
    """Yield the lines of a bill one by one, so that its size does not matter.

    `day` is the Beijing day that was asked for; `seller_id` is compared with the account where
    it is known. Raises BillInvalid, possibly after some lines, for anything but a complete bill
    of that day and account.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            yield from _read_archive(archive, day, seller_id)
    except DAMAGES as error:
        raise BillInvalid("the file is not a readable zip") from error


def _read_archive(archive: zipfile.ZipFile, day: date, seller_id: str | None) -> Iterator[BillLine]:
    members = archive.infolist()
    # zipfile never unpacks more of a member than the size that is declared for it.
    if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED_BYTES:
        raise BillInvalid("the file is too large")
    if not {member.compress_type for member in members} <= COMPRESSIONS:
        raise BillInvalid("the file is not a readable zip")
    bills = False
    for member in members:
        with archive.open(member) as packed:
            # A character that cannot be read stands in a subject, which nothing compares.
            text = TextIOWrapper(packed, "gb18030", errors="replace", newline="\n")
            bill = _Bill(day, seller_id)
            bills |= yield from bill.read(text)
    if not bills:
        raise BillInvalid("no text of the file has the columns of a bill")


class _Bill:
    """One text of the zip while it is read: its columns, and sums to compare with its totals."""

    def __init__(self, day: date, seller_id: str | None) -> None:
        self.day, self.seller_id = day, seller_id
        self.columns: _Columns | None = None
        self.sums = {kind: _Sum() for kind in TOTALS}
        self.totals: dict[str, _Sum] = {}

    def read(self, text: TextIOWrapper) -> Generator[BillLine, None, bool]:
        """Yield the lines; the generator returns False for a text that is no bill."""
        for line in read_lines(text, invalid=BillInvalid):
            if line.startswith("#"):
                self._read_comment(line)
            elif self.columns is None:
                names = [UNIT.sub("", name.strip()) for name in line.split(",")]
                if "支付宝交易号" not in names:
                    return False
                self.columns = _Columns(names)
            else:
                yield self._line(self.columns.values(line))
        if self.columns is None:
            return False
        if self.totals != self.sums:
            raise BillInvalid("the lines and the totals differ: the bill is incomplete")
        return True

    def _line(self, values: list[str]) -> BillLine:
        trade_no, out_trade_no, kind, at, amount, receipt, request_no, charge, *optional = values
        share, subject, buyer = optional
        received, fee = _amount(receipt), _amount(charge or "0")
        if kind in self.sums:
            self.sums[kind].add(received)
        if not NUMBER.fullmatch(trade_no):
            raise BillInvalid("a trade number has an impossible form")
        return BillLine(
            kind=KINDS.get(kind, BillLineKind.OTHER),
            trade_no=trade_no,
            out_trade_no=out_trade_no[:64],
            request_no=request_no[:64] if kind != PAYMENT else "",
            amount=abs(_amount(amount)),
            fee=-fee,
            net=received + fee + _amount(share or "0"),
            finished_at=_time(at),
            subject=subject,
            buyer=buyer,
        )

    def _read_comment(self, comment: str) -> None:
        if (found := DAY.search(comment)) and "".join(found.groups()) != f"{self.day:%Y%m%d}":
            raise BillInvalid("the bill is of another day")
        found = ACCOUNT.search(comment)
        # The account is the seller's number and four digits.
        if found and self.seller_id and not found[1].startswith(self.seller_id):
            raise BillInvalid("the bill is of another account")
        for kind, pattern in TOTALS.items():
            if found := pattern.search(comment):
                self.totals[kind] = _Sum(int(found[1]), _amount(found[2]))


@dataclass(slots=True)
class _Sum:
    """How many lines, and what the merchant received by them in yuan."""

    count: int = 0
    received: Decimal = Decimal(0)

    def add(self, received: Decimal) -> None:
        self.count += 1
        self.received += received


class _Columns:
    """Finds the values of a line by the names in the heading."""

    def __init__(self, names: list[str]) -> None:
        """Raises BillInvalid when a column is missing."""
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            raise BillInvalid(f"columns are missing: {', '.join(missing)}")
        self.width = len(names)
        self.time, self.amount = names.index("完成时间"), names.index("订单金额")
        self.subject = names.index("商品名称") if "商品名称" in names else self.width - 1
        # What is missing is picked from behind the cells of a line.
        behind = {name: self.width + n for n, name in enumerate(OPTIONAL)}
        places = {**behind, **{name: n for n, name in enumerate(names)}}
        self._pick = itemgetter(*(places[name] for name in (*COLUMNS, *OPTIONAL)))
        self._missing = list(OPTIONAL.values())

    def values(self, line: str) -> list[str]:
        """The values of COLUMNS and OPTIONAL, without blanks and tabs around them."""
        cells = line.split(",")
        if len(cells) < self.width:
            raise BillInvalid("a line has too few fields")
        if len(cells) > self.width:
            cells = self._rejoin(cells)
        return [cell.strip() for cell in self._pick(cells + self._missing)]

    def _rejoin(self, cells: list[str]) -> list[str]:
        """Put together texts that contain commas: the subject, and the remark at the end.

        How many of the surplus fields belong to the subject is seen by where the time and the
        amount are, which follow it.
        """
        for extra in range(len(cells) - self.width + 1):
            end = self.subject + extra + 1
            moved = [*cells[: self.subject], ",".join(cells[self.subject : end]), *cells[end:]]
            joined = [*moved[: self.width - 1], ",".join(moved[self.width - 1 :])]
            time, amount = joined[self.time].strip(), joined[self.amount].strip()
            if TIME.fullmatch(time) and AMOUNT.fullmatch(amount):
                return joined
        raise BillInvalid("a line has too many fields")


def _amount(text: str) -> Decimal:
    if not AMOUNT.fullmatch(text):
        raise BillInvalid("an amount has an impossible form")
    return Decimal(text)


def _time(text: str) -> datetime:
    try:
        return wire.parse_time(text)
    except (ValueError, OverflowError):
        raise BillInvalid("a time has an impossible form") from None
