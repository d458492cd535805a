"""Tencent's SendSms endpoint, as documented: checks TC3-HMAC-SHA256, then answers."""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event

SECRET_ID, SECRET_KEY = "AKIDtest", "the secret of the tests"
SCHEME = "TC3-HMAC-SHA256"


class FakeTencent(ThreadingHTTPServer):
    """Keeps the messages it took, and all that arrived; `error` makes it refuse, `hangs` silent.

    `statuses` are those of single mobiles; one with None has no status in the answer.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Endpoint)
        self.messages = []
        self.arrived = []
        self.error = None
        self.status = "Ok"
        self.statuses = {}
        self.raw = None
        self.hangs = False
        self.released = Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Endpoint(BaseHTTPRequestHandler):
    """POST / with the action in a header."""

    server: FakeTencent

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.arrived.append(json.loads(body))
        if self.server.hangs:
            self.server.released.wait(30)
            return
        if self.server.raw is not None:
            self._send(*self.server.raw)
            return
        error = self.server.error or self._error(body)
        self._send(
            200, json.dumps({"Response": self._refused(error) if error else self._took(body)})
        )

    def _error(self, body):
        if abs(time.time() - int(self.headers["X-TC-Timestamp"])) > 300:
            return "AuthFailure.SignatureExpire"
        if self.headers["Authorization"] != self._authorization(body):
            return "AuthFailure.SignatureFailure"
        if (self.headers["X-TC-Action"], self.headers["X-TC-Version"]) != ("SendSms", "2021-01-11"):
            return "InvalidAction"
        return None

    def _authorization(self, body):
        stamp = self.headers["X-TC-Timestamp"]
        date = datetime.fromtimestamp(int(stamp), UTC).strftime("%Y-%m-%d")
        scope = f"{date}/sms/tc3_request"
        headers = f"content-type:{self.headers['Content-Type']}\nhost:{self.headers['Host']}\n"
        parts = ["POST", "/", "", headers, "content-type;host", hashlib.sha256(body).hexdigest()]
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        key = f"TC3{SECRET_KEY}".encode()
        for word in (date, "sms", "tc3_request"):
            key = hmac.new(key, word.encode(), "sha256").digest()
        text = f"{SCHEME}\n{stamp}\n{scope}\n{digest}"
        signature = hmac.new(key, text.encode(), "sha256").hexdigest()
        credential = f"Credential={SECRET_ID}/{scope}"
        return f"{SCHEME} {credential}, SignedHeaders=content-type;host, Signature={signature}"

    def _took(self, body):
        message = json.loads(body)
        self.server.messages.append(message)
        numbers = message["PhoneNumberSet"]
        statuses = [self._status(number) for number in numbers if self._code(number)]
        return {"SendStatusSet": statuses, "RequestId": "r"}

    def _code(self, number):
        return self.server.statuses.get(number.removeprefix("+86"), self.server.status)

    def _status(self, number):
        return {
            "SerialNo": "1:1",
            "PhoneNumber": number,
            "Fee": 1,
            "SessionContext": "",
            "Code": self._code(number),
            "Message": f"about {number}",
            "IsoCode": "CN",
        }

    def _refused(self, code):
        return {"Error": {"Code": code, "Message": "refused +8613812345678"}, "RequestId": "r"}

    def _send(self, status, text):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Quiet."""
