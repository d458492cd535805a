"""Malformed and foreign tokens prove nothing: 401 in the envelope, whatever they are."""

import base64
import json
import time

import jwt
import pytest
from django.conf import settings

from luffy_api.apps.user import tokens
from luffy_api.apps.user.models import User
from luffy_api.tests.factories import UserFactory

# A token is judged by its bytes and by one row of its user.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
REMOVED = object()


def _after(forge, **changes):
    """The genuine token, once its user has changed."""
    User.objects.filter(pk=forge.user.pk).update(**changes)
    return forge.genuine


def b64(data):
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Forge:
    """Makes tokens that are almost right: signed with the student's true secret."""

    def __init__(self, user):
        self.user = user
        self.genuine = tokens.issue(user).token
        self.secret = tokens._secret(user)
        self.payload = jwt.decode(self.genuine, options={"verify_signature": False})
        self.head, self.body, self.sign = self.genuine.split(".")

    def claims(self, **changes):
        """Signed; a claim that is REMOVED is missing."""
        payload = {k: v for k, v in {**self.payload, **changes}.items() if v is not REMOVED}
        return self.signed({"alg": "HS256", "typ": "JWT"}, payload)

    def header(self, header):
        """Signed, with another header."""
        return self.signed(header, self.payload)

    def signed(self, header, payload, algorithm="HS256"):
        text = f"{b64(header)}.{b64(payload)}"
        sign = jwt.get_algorithm_by_name(algorithm).sign(text.encode(), self.secret)
        return f"{text}.{b64(sign)}"

    def by(self, secret):
        return jwt.encode(self.payload, secret, "HS256")


NOW = int(time.time())
FORGED = {
    "nothing after jwt": lambda f: "",
    "blank": lambda f: "   ",
    "garbage": lambda f: "garbage",
    "two words": lambda f: f"{f.genuine} {f.genuine}",
    "dots": lambda f: "..",
    "many dots": lambda f: "." * 50,
    "not base64": lambda f: "!.!.!",
    "bytes": lambda f: "\xff\xfe\x00",
    "chinese": lambda f: "令牌".encode().decode("latin-1"),
    "null byte": lambda f: f.genuine + "\0",
    "huge": lambda f: f.genuine + "A" * 100_000,
    "trailing data": lambda f: f.genuine + "AAAA",
    "trailing part": lambda f: f.genuine + ".AAAA",
    "quoted": lambda f: f'"{f.genuine}"',
    "no signature": lambda f: f"{f.head}.{f.body}.",
    "two parts": lambda f: f"{f.head}.{f.body}",
    "swapped": lambda f: f"{f.body}.{f.head}.{f.sign}",
    "alg none": lambda f: f"{b64({'alg': 'none'})}.{f.body}.",
    "alg None": lambda f: f"{b64({'alg': 'None'})}.{f.body}.{f.sign}",
    "alg missing": lambda f: f.header({"typ": "JWT"}),
    "alg null": lambda f: f.header({"alg": None}),
    "alg list": lambda f: f.header({"alg": ["HS256"]}),
    "alg number": lambda f: f.header({"alg": 256}),
    "alg HS512": lambda f: f.signed({"alg": "HS512"}, f.payload, "HS512"),
    "alg RS256": lambda f: f.header({"alg": "RS256"}),
    "unknown crit": lambda f: f.header({"alg": "HS256", "crit": ["exp2"], "exp2": 1}),
    "header list": lambda f: f.header([]),
    "header text": lambda f: f.header("HS256"),
    "header no json": lambda f: f"{b64(b'{')}.{f.body}.{f.sign}",
    "payload list": lambda f: f.signed({"alg": "HS256"}, [1]),
    "payload null": lambda f: f.signed({"alg": "HS256"}, None),
    "payload deep": lambda f: f"{f.head}.{b64(b'[' * 1400)}.{f.sign}",
    "empty secret": lambda f: f.by(b"\0" * 32),
    "other user's secret": lambda f: f.by(tokens._secret(UserFactory(password="other words"))),
    "other user's sub": lambda f: f.claims(sub=str(UserFactory(password="other words").pk)),
    **{
        f"no {name}": lambda f, name=name: f.claims(**{name: REMOVED})
        for name in ("sub", "exp", "iat", "jti", "iss", "aud", "orig_iat", "orig_jti")
    },
    "sub null": lambda f: f.claims(sub=None),
    "sub int": lambda f: f.claims(sub=f.user.pk),
    "sub list": lambda f: f.claims(sub=[str(f.user.pk)]),
    "sub negative": lambda f: f.claims(sub=f"-{f.user.pk}"),
    "sub padded": lambda f: f.claims(sub=f" {f.user.pk}"),
    "sub full width": lambda f: f.claims(sub="１"),
    "sub 2**63": lambda f: f.claims(sub=str(2**63)),
    "sub 1200 digits": lambda f: f.claims(sub="9" * 1200),
    "sub of nobody": lambda f: f.claims(sub="999999"),
    "expired": lambda f: f.claims(exp=NOW - 60),
    "exp text": lambda f: f.claims(exp="soon"),
    "exp infinite": lambda f: f.claims(exp=float("-inf")),
    "iat in the future": lambda f: f.claims(iat=NOW + 3600),
    "nbf in the future": lambda f: f.claims(nbf=NOW + 3600),
    "wrong iss": lambda f: f.claims(iss="someone"),
    "iss list": lambda f: f.claims(iss=["luffy"]),
    "wrong aud": lambda f: f.claims(aud="someone"),
    "jti int": lambda f: f.claims(jti=1),
    "orig_jti short": lambda f: f.claims(orig_jti="1"),
    "orig_jti int": lambda f: f.claims(orig_jti=1),
    "orig_jti with a wildcard": lambda f: f.claims(orig_jti="%" * 32),
    "orig_jti with a null byte": lambda f: f.claims(orig_jti="a" * 31 + "\0"),
    "orig_jti list": lambda f: f.claims(orig_jti=["a" * 32]),
    "orig_jti null": lambda f: f.claims(orig_jti=None),
    "orig_jti in chinese": lambda f: f.claims(orig_jti="令" * 32),
    "jti null": lambda f: f.claims(jti=None),
    "jti list": lambda f: f.claims(jti=["a"]),
    "aud null": lambda f: f.claims(aud=None),
    "aud empty list": lambda f: f.claims(aud=[]),
    "aud map": lambda f: f.claims(aud={"luffy-web": 1}),
    "iss null": lambda f: f.claims(iss=None),
    "iss in other case": lambda f: f.claims(iss="LUFFY"),
    "exp null": lambda f: f.claims(exp=None),
    "exp zero": lambda f: f.claims(exp=0),
    "exp negative": lambda f: f.claims(exp=-1),
    "exp list": lambda f: f.claims(exp=[NOW + 3600]),
    "exp not a number": lambda f: f.claims(exp=float("nan")),
    "iat text": lambda f: f.claims(iat="now"),
    "iat null": lambda f: f.claims(iat=None),
    "iat list": lambda f: f.claims(iat=[]),
    "nbf text": lambda f: f.claims(nbf="now"),
    "sub bool": lambda f: f.claims(sub=True),
    "sub float": lambda f: f.claims(sub=1.0),
    "sub empty": lambda f: f.claims(sub=""),
    "sub superscript": lambda f: f.claims(sub="²"),
    "sub map": lambda f: f.claims(sub={"pk": f.user.pk}),
    "alg in lower case": lambda f: f.header({"alg": "hs256"}),
    "alg HS384": lambda f: f.signed({"alg": "HS384"}, f.payload, "HS384"),
    "alg empty": lambda f: f.header({"alg": ""}),
    "header null": lambda f: f.header(None),
    "header number": lambda f: f.header(1),
    "payload text": lambda f: f.signed({"alg": "HS256"}, "sub"),
    "payload number": lambda f: f.signed({"alg": "HS256"}, 1),
    "payload empty": lambda f: f.signed({"alg": "HS256"}, {}),
    "payload not utf-8": lambda f: f"{f.head}.{b64(bytes([255, 254]))}.{f.sign}",
    "signature of another payload": lambda f: f"{f.head}.{b64({**f.payload, 'sub': '1'})}.{f.sign}",
    "signature cut": lambda f: f.genuine[:-2],
    "signature zeroed": lambda f: f"{f.head}.{f.body}.{'A' * 43}",
    "site's secret": lambda f: f.by(settings.SECRET_KEY.encode()),
    "password hash as the secret": lambda f: f.by(f.user.password.encode()),
    "older epoch": lambda f: _after(f, token_epoch=1),
    "older password": lambda f: _after(f, password="another hash"),
    "disabled user": lambda f: _after(f, is_active=False),
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_token_that_proves_nothing(api, student, kind):
    token = FORGED[kind](Forge(student))
    api.credentials(HTTP_AUTHORIZATION=f"jwt {token}")
    answer = api.get("/api/v1/user/profile/")
    assert answer.status_code == 401
    assert answer.json() == {"code": 1001, "msg": "请先登录", "data": None, "errors": {}}
    assert answer["WWW-Authenticate"].startswith("JWT")


def test_the_table_is_long():
    assert len(FORGED) >= 80


def test_the_forge_makes_tokens_that_would_be_right_otherwise(api, student):
    forge = Forge(student)
    for token in (forge.genuine, forge.claims(), forge.by(forge.secret)):
        api.credentials(HTTP_AUTHORIZATION=f"jwt {token}")
        assert api.get("/api/v1/user/profile/").status_code == 200


@pytest.mark.parametrize("scheme", ["jwt", "JWT", "Jwt"])
def test_the_scheme_may_be_written_in_any_case(api, student, scheme):
    api.credentials(HTTP_AUTHORIZATION=f"{scheme} {tokens.issue(student).token}")
    assert api.get("/api/v1/user/profile/").status_code == 200


@pytest.mark.parametrize(
    "header", ["", "Bearer {}", "Token {}", "{}", "jwt{}", "jwt", "Basic YTpi"]
)
def test_another_scheme_is_no_login(api, student, header):
    api.credentials(HTTP_AUTHORIZATION=header.format(tokens.issue(student).token))
    assert api.get("/api/v1/user/profile/").status_code == 401


def test_a_token_in_the_address_is_no_login(api, student):
    answer = api.get("/api/v1/user/profile/", {"token": tokens.issue(student).token})
    assert answer.status_code == 401


def test_a_back_office_session_is_no_login(client, student):
    client.force_login(student)
    assert client.get("/api/v1/user/profile/").status_code == 401
