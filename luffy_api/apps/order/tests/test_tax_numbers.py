"""Tax numbers: real ones are accepted, every single mistyped character is noticed."""

import pytest

from luffy_api.apps.order.tax_numbers import (
    CREDIT_ALPHABET,
    InvalidTaxNumber,
    credit_check_character,
    normalize,
)

# From public registrations of companies.
COMPANIES = [
    "9144030071526726XG",
    "914403001922038216",
    "91110108551385082Q",
    "91350100M000100Y43",
    "91110000600037341L",
]
# The example of GB 11643.
RESIDENT = "11010519491231002X"


def credit_code(first: str) -> str:
    """A unified social credit code that begins so."""
    body = f"{first}330106MF7890123"[:17]
    return body + credit_check_character(body)


@pytest.mark.parametrize("number", [*COMPANIES, RESIDENT])
def test_real_numbers_are_accepted(number):
    assert normalize(number) == number


@pytest.mark.parametrize("number", ["44030071526726X", "440300192203821", "110108551385082"])
def test_the_older_numbers_of_the_same_companies_are_accepted(number):
    assert normalize(number) == number


@pytest.mark.parametrize("number", [f"{RESIDENT}00", "11010549123100201"])
def test_numbers_of_individual_businesses_are_accepted(number):
    assert normalize(number) == number


@pytest.mark.parametrize("first", ["11", "52", "A1", "N2", "Y1"])
def test_every_registering_authority_is_accepted(first):
    assert normalize(credit_code(first)) == credit_code(first)


def test_a_remainder_of_zero_is_written_as_zero():
    # 31 - 0 is not a character: a naive check refuses every 31st company.
    codes = [credit_code(f"9{second}") for second in CREDIT_ALPHABET]

    assert [code for code in codes if code.endswith("0")]
    assert [normalize(code) for code in codes] == codes


@pytest.mark.parametrize("number", COMPANIES)
def test_any_one_character_mistyped_is_noticed(number):
    wrong = [
        number[:place] + other + number[place + 1 :]
        for place in range(18)
        for other in CREDIT_ALPHABET
        if other != number[place]
    ]

    accepted = []
    for text in wrong:
        try:
            accepted.append(normalize(text))
        except InvalidTaxNumber:
            continue

    assert accepted == []


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("9144 0300 7152 6726 XG", "9144030071526726XG"),
        ("9144030071526726xg", "9144030071526726XG"),
        ("９１４４０３００７１５２６７２６ＸＧ", "9144030071526726XG"),
        ("91440300-71526726-XG\n", "9144030071526726XG"),
    ],
)
def test_a_number_is_read_however_it_was_pasted(typed, number):
    assert normalize(typed) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "公司",
        "0" * 18,
        "0" * 15,
        "1" * 20,
        "9144030071526726XH",
        "9144030071526726IG",  # no I in the alphabet
        "44030071526726A",
        "440300715267263",
        "11010519491331002X00",  # no 13th month
        "110105194912310021",
        f"{RESIDENT}A0",
        "11010549133100201",
        "9144030071526726X",
        "9" * 5000,
        "=1+1",
        "٩١٤٤٠٣٠٠٧١٥٢٦٧٢٦XG",
        "9144030071526726X\0",
    ],
)
def test_what_is_no_tax_number_is_refused_with_a_sentence(text):
    with pytest.raises(InvalidTaxNumber, match="税号"):
        normalize(text)
