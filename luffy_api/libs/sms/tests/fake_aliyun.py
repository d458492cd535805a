"""Alibaba Cloud's SendSms endpoint, as documented: checks ACS3-HMAC-SHA256, then answers."""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from urllib.parse import parse_qsl

KEY_ID, KEY_SECRET, SIGN = "LTAItest", "the secret of the tests", "路飞学城"
SCHEME = re.compile(r"^ACS3-HMAC-SHA256 Credential=(.+?),SignedHeaders=(.+?),Signature=(\w+)$")
NUMBER = re.compile(r"^1\d{10}$")
# What the school has had approved.
TEMPLATES = {
    "SMS_100": "您的验证码是${code}",
    "SMS_200": "${text}，拒收请回复R",
    "SMS_300": "您已购买${subject}，实付${amount}元",
}


class FakeAliyun(ThreadingHTTPServer):
    """Keeps the messages it took; `error` makes it refuse all, `codes` single mobiles.

    `raw` is an answer of one's own; of what `hangs` holds there is no answer.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Endpoint)
        self.messages = []
        self.arrived = []
        self.nonces = set()
        self.error = None
        self.codes = {}
        self.raw = None
        self.hangs = set()
        self.released = Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Endpoint(BaseHTTPRequestHandler):
    """POST / with the action in a header and the parameters in the query."""

    server: FakeAliyun

    def do_POST(self):
        path, _, query = self.path.partition("?")
        message = dict(parse_qsl(query, keep_blank_values=True))
        self.server.arrived.append(message)
        if message.get("PhoneNumbers") in self.server.hangs:
            self.server.released.wait(30)
            return
        if self.server.raw is not None:
            self._send(*self.server.raw)
            return
        refused = self._gateway_error(path, query)
        if refused:
            self._answer(*refused)
            return
        code = self.server.error or self._business_error(message) or "OK"
        if code == "OK":
            self.server.messages.append(message)
        self._answer(200, code)

    def _gateway_error(self, path, query):
        """What the gateway refuses with a status of its own."""
        found = SCHEME.match(self.headers.get("Authorization", ""))
        if not found:
            return 400, "MissingAuthorization"
        key, names, signature = found.groups()
        if key != KEY_ID:
            return 404, "InvalidAccessKeyId.NotFound"
        if signature != self._signature(path, query, names.split(";")):
            return 400, "SignatureDoesNotMatch"
        sent = datetime.fromisoformat(self.headers["x-acs-date"])
        if abs(datetime.now(UTC) - sent) > timedelta(minutes=15):
            return 400, "InvalidTimeStamp.Expired"
        if self.headers["x-acs-signature-nonce"] in self.server.nonces:
            return 400, "SignatureNonceUsed"
        self.server.nonces.add(self.headers["x-acs-signature-nonce"])
        if self.headers["x-acs-action"] != "SendSms":
            return 404, "InvalidAction.NotFound"
        if self.headers["x-acs-version"] != "2017-05-25":
            return 400, "InvalidVersion"
        return None

    def _signature(self, path, query, names):
        # Everything that speaks for the request has to be signed.
        wanted = {"host", *(name.lower() for name in self.headers if name.startswith("x-acs-"))}
        if not wanted <= set(names) or names != sorted(names):
            return None
        canonical = "&".join(sorted(query.split("&")))
        headers = "".join(f"{name}:{self.headers[name].strip()}\n" for name in names)
        body = hashlib.sha256(b"").hexdigest()
        if self.headers["x-acs-content-sha256"] != body:
            return None
        parts = [self.command, path, canonical, headers, ";".join(names), body]
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        text = f"ACS3-HMAC-SHA256\n{digest}"
        return hmac.new(KEY_SECRET.encode(), text.encode(), "sha256").hexdigest()

    def _business_error(self, message):
        """What the service refuses, with status 200."""
        number = message.get("PhoneNumbers", "")
        if not NUMBER.match(number):
            return "isv.MOBILE_NUMBER_ILLEGAL"
        if message.get("SignName") != SIGN:
            return "isv.SMS_SIGNATURE_ILLEGAL"
        words = TEMPLATES.get(message.get("TemplateCode"))
        if words is None:
            return "isv.SMS_TEMPLATE_ILLEGAL"
        try:
            given = json.loads(message["TemplateParam"])
        except (KeyError, ValueError):
            return "isv.INVALID_JSON_PARAM"
        if any(not isinstance(value, str) for value in given.values()):
            return "isv.INVALID_JSON_PARAM"
        if set(re.findall(r"\$\{(\w+)\}", words)) - set(given):
            return "isv.TEMPLATE_MISSING_PARAMETERS"
        return self.server.codes.get(number)

    def _answer(self, status, code):
        answer = {"Message": f"about {self.server.arrived[-1].get('PhoneNumbers')}", "Code": code}
        answer |= {"RequestId": "F655A8D5-B967-440B-8683-DAD6FF8DE990"}
        if code == "OK":
            answer["BizId"] = "900619746936498440^0"
        self._send(status, json.dumps(answer))

    def _send(self, status, text):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Quiet."""
