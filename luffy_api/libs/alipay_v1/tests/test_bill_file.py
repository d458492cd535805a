import io
import random
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from luffy_api.libs.alipay_v1 import BillInvalid, BillLine, BillLineKind, bill_file
from luffy_api.libs.alipay_v1.tests.bills import COLUMNS, DAY, bill, packed, row, text_of

SELLER = "2088000000000001"
PAYMENT = BillLine(
    kind=BillLineKind.PAYMENT,
    trade_no="2026030122001400000000000001",
    out_trade_no="01JABCDEFGHJKMNPQRSTVWXYZ0",
    request_no="",
    amount=Decimal("88.00"),
    fee=Decimal("0.53"),
    net=Decimal("87.47"),
    finished_at=datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC),
    subject="Python 入门",
    buyer="*小明(ming***@example.com)",
)


def read(file: bytes, *, day: date = DAY, seller_id: str | None = SELLER) -> list[BillLine]:
    return list(bill_file.read_bill(io.BytesIO(file), day=day, seller_id=seller_id))


def test_a_payment_and_its_refund():
    refund = row(kind="退款", amount="-8.00", request_no="R1", fee="0.05")

    lines = read(bill(row(), refund))

    assert lines == [
        PAYMENT,
        replace(
            PAYMENT,
            kind=BillLineKind.REFUND,
            request_no="R1",
            amount=Decimal("8.00"),
            fee=Decimal("-0.05"),
            net=Decimal("-7.95"),
        ),
    ]


def test_a_discount_of_the_merchant_lowers_what_is_received_and_not_the_amount():
    (line,) = read(bill(row(received="80.00", fee="-0.48")))

    assert (line.amount, line.net) == (Decimal("88.00"), Decimal("79.52"))


def test_a_bill_may_lack_what_is_for_people_only():
    names = COLUMNS.split(",")
    optional = [names.index(name) for name in ("商品名称", "对方账户", "分润（元）")]

    def without(text: str) -> str:
        return ",".join(cell for n, cell in enumerate(text.split(",")) if n not in optional)

    totals = {
        "payments": "#交易合计：1笔，商家实收共88.00元，商家优惠共0.00元",
        "refunds": "#退款合计：0笔，商家实收退款共0.00元，商家优惠退款共0.00元",
    }
    text = text_of([without(row())], columns=without(COLUMNS), **totals)

    assert read(packed(text)) == [replace(PAYMENT, subject="", buyer="")]


def test_a_day_without_trades():
    assert read(bill()) == []


def test_columns_are_found_by_their_names():
    names = COLUMNS.split(",")
    order = random.Random(7).sample(range(len(names)), len(names))
    shuffled = ",".join(names[n].replace("（", "(").replace("）", ")") + " " for n in order)
    line = ",".join(row().split(",")[n] for n in order)
    totals = {
        "payments": "#交易合计：1笔，商家实收共88.00元，商家优惠共0.00元",
        "refunds": "#退款合计：0笔，商家实收退款共0.00元，商家优惠退款共0.00元",
    }

    assert read(packed(text_of([line], columns=shuffled, **totals))) == [PAYMENT]


@pytest.mark.parametrize(
    ("subject", "remark"),
    [
        ("Python, 入门, 等 2 门课程", ""),
        ("", "付款,备注"),
        ('"Python, 入门"', '"a","b"'),
        ("2026-03-01 08:00:00,2026-03-01 09:00:00", ","),
        ("𠮷野家的课，￥99", ""),
    ],
)
def test_commas_and_quotes_of_a_subject_move_no_column(subject, remark):
    text = text_of([row(subject="", remark="")]).replace(row(subject=""), "@")
    text = text.replace("@", row(subject=subject, remark=remark))

    assert read(packed(text)) == [replace(PAYMENT, subject=subject)]


def test_a_character_that_cannot_be_read_spoils_nothing_else():
    spoiled = text_of([row(subject="坏")]).encode("gb18030")
    spoiled = spoiled.replace("坏".encode("gb18030"), b"\xff")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("bill.csv", spoiled)

    assert read(file.getvalue()) == [replace(PAYMENT, subject="\ufffd")]


def test_an_unknown_kind_of_line_is_kept_apart():
    (line,) = read(bill(row(kind="分账", request_no="S1")))

    assert (line.kind, line.request_no) == (BillLineKind.OTHER, "S1")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (text_of([row()], columns=COLUMNS.replace("服务费", "手续费")), "服务费"),
        (text_of([row()], payments="#交易合计：2笔，商家实收共88.00元"), "incomplete"),
        (text_of([row()], payments="#交易合计：1笔，商家实收共88.01元"), "incomplete"),
        (text_of([row()], refunds="#"), "incomplete"),
        (text_of([row()]).partition("#--")[0] + COLUMNS, "incomplete"),
        (text_of([row()], day=date(2026, 3, 2)), "another day"),
        (text_of([row()], account="20889999999999990156"), "another account"),
        (text_of([row(amount="88.001")]), "amount"),
        (text_of([row(fee="８８")]), "amount"),
        (text_of([row(at="2026-13-01 00:00:00")]), "time"),
        (text_of([row(at="昨天")]), "time"),
        (text_of([row(trade_no="")]), "trade number"),
        (text_of([row(trade_no="1" * 65)]), "trade number"),
        (text_of([row()]).replace(",0.00,\r\n", "\r\n"), "too few"),
        (text_of([row()]).replace("\r\n", "," * 9000 + "\r\n"), "too long"),
    ],
)
def test_a_bill_that_is_not_complete_and_ours_is_refused(text, reason):
    with pytest.raises(BillInvalid, match=reason):
        read(packed(text))


def test_the_account_is_not_compared_when_it_is_unknown():
    text = text_of([row()], account="20889999999999990156")

    assert read(packed(text), seller_id=None) == [PAYMENT]


@pytest.mark.parametrize(
    "file", [b"", b"<html>502</html>", b"PK\x03\x04", bill(row())[:-30], packed()]
)
def test_what_is_no_zip_with_a_bill_is_refused(file):
    with pytest.raises(BillInvalid):
        read(file)


def test_an_encrypted_zip_is_refused():
    file = bytearray(bill(row()))
    while (place := file.find(b"PK\x01\x02")) >= 0:
        file[place + 8] |= 1  # the flag in the directory
        file[place : place + 4] = b"pk\x01\x02"
    encrypted = bytes(file).replace(b"pk\x01\x02", b"PK\x01\x02")

    with pytest.raises(BillInvalid):
        read(encrypted)


def test_a_zip_bomb_is_refused_unpacked(monkeypatch):
    monkeypatch.setattr(bill_file, "MAX_UNPACKED_BYTES", 100_000)
    bomb = packed("#" * 8000 + "\r\n" * 200_000)
    assert len(bomb) < 10_000

    with pytest.raises(BillInvalid, match="too large"):
        read(bomb)


def test_a_zip_that_lies_about_its_size_is_refused():
    honest = packed("#\r\n" * 100_000)
    size, lie = (300_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert size in honest

    with pytest.raises(BillInvalid):
        read(honest.replace(size, lie))


def test_too_many_files_are_refused():
    with pytest.raises(BillInvalid, match="too large"):
        read(packed(*["x"] * 30))


def test_any_damage_is_refused_or_harmless():
    good, chance = bill(row(), row(kind="退款", amount="-8.00", request_no="R1")), random.Random(1)
    for _ in range(400):
        spoiled = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        try:
            assert len(read(bytes(spoiled))) == 2
        except BillInvalid:
            continue


def test_a_long_bill_is_not_held_in_memory():
    file = io.BytesIO(bill(*(row(trade_no=f"20260301{number:020d}") for number in range(4000))))
    tracemalloc.start()

    count = sum(1 for _ in bill_file.read_bill(file, day=DAY, seller_id=SELLER))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 4000
    assert peak < 1 << 20
