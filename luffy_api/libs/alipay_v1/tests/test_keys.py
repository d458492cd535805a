from base64 import b64encode
from textwrap import wrap

import pytest
from Cryptodome.PublicKey import ECC, RSA
from Cryptodome.Util.asn1 import DerSequence

from luffy_api.libs.alipay_v1.exceptions import AlipayNotConfigured
from luffy_api.libs.alipay_v1.keys import as_pem
from luffy_api.libs.alipay_v1.settings import alipay_config
from luffy_api.libs.payment_settings.rsa_keys import BadKey

BEGIN = f"{'-' * 5}BEGIN PRIVATE KEY{'-' * 5}\n"


def bare(pem: str) -> str:
    return "".join(line for line in pem.splitlines() if not line.startswith("-----"))


def pkcs1(pem: str) -> str:
    return RSA.import_key(pem).export_key(pkcs=1).decode()


def pkcs1_public(pem: str) -> str:
    key = RSA.import_key(pem)
    body = b64encode(DerSequence([key.n, key.e]).encode()).decode()
    return f"-----BEGIN RSA PUBLIC KEY-----\n{body}\n-----END RSA PUBLIC KEY-----"


COPIES = {
    "as it is": lambda pem: pem,
    "bare": bare,
    "bare in lines": lambda pem: "\n".join(pem.splitlines()[1:-1]),
    "literal line ends": lambda pem: pem.replace("\n", "\\n"),
    "literal Windows line ends": lambda pem: pem.replace("\n", "\\r\\n"),
    "Windows line ends": lambda pem: pem.replace("\n", "\r\n"),
    "blanks for line ends": lambda pem: pem.replace("\n", " "),
    "blanks around": lambda pem: f" \t\u3000{bare(pem)}\u00a0\r\n",
    "blanks at every line": lambda pem: pem.replace("\n", "  \n  "),
    "blank lines": lambda pem: pem.replace("\n", "\n\n"),
    "byte order mark": lambda pem: "\ufeff" + pem,
    "byte order mark, bare": lambda pem: "\ufeff" + bare(pem),
    "without padding": lambda pem: bare(pem).rstrip("="),
    "too much padding": lambda pem: bare(pem) + "==",
    "without its last line": lambda pem: pem[: pem.index("-----END")],
    "without its first line": lambda pem: pem[pem.index("\n") :],
    "other line length": lambda pem: "\n".join(wrap(bare(pem), 76)),
    "quoted": lambda pem: f'"{bare(pem)}"',
    "with another marker": lambda pem: pem.replace("KEY-", "THING-"),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("form", [str, pkcs1], ids=["pkcs8", "pkcs1"])
def test_a_private_key_is_read_however_it_was_copied(keys, form, copy):
    assert as_pem(copy(form(keys.app_private)), private=True) == keys.app_private


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("form", [str, pkcs1_public], ids=["spki", "pkcs1"])
def test_a_public_key_is_read_however_it_was_copied(keys, form, copy):
    assert as_pem(copy(form(keys.app_public)), private=False) == keys.app_public


@pytest.mark.parametrize(
    "text",
    [
        *("", "no key", BEGIN + "AAAA", "é", "AAAA", "MA==", "MAA="),
        *("ssh-rsa AAAAB3NzaC1yc2E=", "\x00", "\ud800", "A" * 5000),
    ],
)
def test_an_error_never_repeats_the_text_that_is_no_key(text):
    with pytest.raises(BadKey, match="应用私钥无法识别") as caught:
        as_pem(text, private=True)
    assert not text or text not in str(caught.value)


def test_a_truncated_key_is_refused(keys):
    with pytest.raises(BadKey, match="支付宝公钥无法识别"):
        as_pem(bare(keys.app_public)[:200], private=False)


@pytest.mark.parametrize("damaged", ["d", "p", "n"])
def test_a_private_key_whose_numbers_do_not_belong_together_is_refused(keys, damaged):
    key, other = RSA.import_key(keys.app_private), RSA.generate(2048)
    number = {name: getattr(other if name == damaged else key, name) for name in "nedpq"}
    d, p, q = number["d"], number["p"], number["q"]
    numbers = [0, number["n"], number["e"], d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]

    with pytest.raises(BadKey, match="应用私钥无法识别"):
        as_pem(b64encode(DerSequence(numbers).encode()).decode(), private=True)


def test_a_key_of_another_algorithm_is_refused():
    elliptic = ECC.generate(curve="P-256").public_key().export_key(format="PEM")
    with pytest.raises(BadKey, match="支付宝公钥无法识别"):
        as_pem(elliptic, private=False)


def test_the_wrong_half_of_a_pair_is_named(keys):
    with pytest.raises(BadKey, match=r"这里应填支付宝公钥，填的却是一把私钥"):
        as_pem(keys.app_private, private=False)
    with pytest.raises(BadKey, match=r"这里应填应用私钥，填的却是一把公钥"):
        as_pem(bare(keys.app_public), private=True)


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("private", [True, False])
def test_a_certificate_is_named(certificate, marked, private):
    with pytest.raises(BadKey, match="填的却是一张证书"):
        as_pem(certificate if marked else bare(certificate), private=private)


def test_several_certificates_in_one_file_are_named_too(certificate):
    with pytest.raises(BadKey, match="填的却是一张证书"):
        as_pem(certificate + certificate, private=False)


@pytest.mark.parametrize("pkcs", [1, 8])
def test_a_key_with_a_password_is_named(keys, pkcs):
    locked = RSA.import_key(keys.app_private).export_key(passphrase="x", pkcs=pkcs).decode()
    with pytest.raises(BadKey, match="应用私钥加了密码"):
        as_pem(locked, private=True)


def test_the_configuration_keeps_the_private_key_out_of_its_repr(alipay):
    config = alipay_config()
    assert config.app_private_key == alipay.app_private
    assert bare(alipay.app_private)[:40] not in repr(config)


@pytest.mark.parametrize("name", ["APP_ID", "GATEWAY_URL", "ALIPAY_PUBLIC_KEY", "RETURN_URL"])
def test_a_missing_setting_is_named(alipay, settings, name):
    settings.ALIPAY = {k: v for k, v in settings.ALIPAY.items() if k != name}
    with pytest.raises(AlipayNotConfigured, match=name):
        alipay_config()


def test_a_bad_key_is_named(alipay, settings):
    settings.ALIPAY = {**settings.ALIPAY, "ALIPAY_PUBLIC_KEY": "nonsense"}
    with pytest.raises(AlipayNotConfigured, match="ALIPAY_PUBLIC_KEY"):
        alipay_config()


def test_without_a_loader_nothing_is_configured(monkeypatch):
    monkeypatch.setattr("luffy_api.libs.alipay_v1.settings._registered", {})

    with pytest.raises(AlipayNotConfigured, match="loader"):
        alipay_config()


def test_an_empty_seller_means_any_seller(alipay, settings):
    settings.ALIPAY = {**settings.ALIPAY, "SELLER_ID": ""}
    assert alipay_config().seller_id is None
