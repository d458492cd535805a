"""Bills as Alipay makes them, for tests that spoil one thing of them."""

import io
import zipfile
from datetime import date
from decimal import Decimal

DAY = date(2026, 3, 1)
ACCOUNT = "20880000000000010156"
COLUMNS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,"
    "券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,"
    "分润（元）,备注"
)
SUMMARY = (
    "门店编号,门店名称,交易订单总笔数,订单金额（元）,商家实收（元）\r\n合计,,1,88.00,88.00\r\n"
)


def row(
    trade_no: str = "2026030122001400000000000001",
    out_trade_no: str = "01JABCDEFGHJKMNPQRSTVWXYZ0",
    kind: str = "交易",
    amount: str = "88.00",
    *,
    request_no: str = "",
    fee: str = "-0.53",
    at: str = "2026-03-01 23:59:59",
    subject: str = "Python 入门",
    received: str = "",
    remark: str = "",
) -> str:
    """A line of a bill; a refund's `amount` begins with a minus."""
    money = f"{amount},{received or amount},0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00"
    times = f"2026-03-01 08:00:00,{at}"
    place = "\t,\t,\t,\t,*小明(ming***@example.com)\t"
    return (
        f"{trade_no}\t,{out_trade_no} \t,{kind}\t,{subject},{times},{place},{money},"
        f"{request_no}\t,{fee},0.00,{remark}"
    )


def total(rows: list[str], kind: str) -> tuple[int, Decimal]:
    """How many lines of a kind, and what was received by them; for rows without extra commas."""
    amounts = [Decimal(text.split(",")[12]) for text in rows if text.split(",")[2].strip() == kind]
    return len(amounts), sum(amounts, Decimal("0.00"))


def text_of(rows: list[str], *, day: date = DAY, account: str = ACCOUNT, **changes: str) -> str:
    """The text of a bill; `columns`, `payments` and `refunds` replace the heading and totals."""
    paid, back = total(rows, "交易"), total(rows, "退款")
    lines = [
        "#支付宝业务明细查询",
        f"#账号：[{account}]",
        f"#起始日期：[{day:%Y年%m月%d日} 00:00:00]   终止日期：[{day:%Y年%m月%d日} 00:00:00]",
        f"#{'-' * 41}业务明细列表{'-' * 40}",
        changes.get("columns", COLUMNS),
        *rows,
        f"#{'-' * 41}业务明细列表结束{'-' * 36}",
        changes.get("payments", f"#交易合计：{paid[0]}笔，商家实收共{paid[1]}元，商家优惠共0.00元"),
        changes.get(
            "refunds", f"#退款合计：{back[0]}笔，商家实收退款共{back[1]}元，商家优惠退款共0.00元"
        ),
        "#导出时间：[2026年03月02日 05:46:49]",
    ]
    return "".join(f"{line}\r\n" for line in lines)


class GbkName(zipfile.ZipInfo):
    """A member whose name is in GBK and not marked, as in Alipay's files."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits


def packed(*texts: str) -> bytes:
    """A zip of these texts in GB18030, the bill's summary by shop first."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, text in enumerate([SUMMARY, *texts]):
            name = GbkName(f"{ACCOUNT}_20260301_业务明细{number or '(汇总)'}.csv")
            archive.writestr(name, text.encode("gb18030"), zipfile.ZIP_DEFLATED)
    return file.getvalue()


def bill(*rows: str) -> bytes:
    """The file of a bill with these lines."""
    return packed(text_of(list(rows)))
