"""Robots of DingTalk, WeCom and Feishu at the wire: they check what the real ones check."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

WECOM_LIMIT = 2048
PATHS = {
    "/robot/send": "dingtalk",
    "/cgi-bin/webhook/send": "wecom",
    "/open-apis/bot/v2/hook/token": "feishu",
}
ADDRESSES = {
    "dingtalk": "/robot/send?access_token=secret-token",
    "wecom": "/cgi-bin/webhook/send?key=secret-token",
    "feishu": "/open-apis/bot/v2/hook/token",
}


def digest(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


class FakeRobots:
    """One server for the three; `texts` has what was taken, `answers` what is said instead."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.asked = 0
        self.secret = ""
        # (status, body) of the next requests; each is used once.
        self.answers: list[tuple[int, bytes]] = []

    @contextmanager
    def serving(self) -> Iterator["FakeRobots"]:
        robots = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                robots.asked += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if robots.answers:
                    status, answer = robots.answers.pop(0)
                else:
                    said = robots.answer(self.path, self.headers["Content-Type"], body)
                    status, answer = 200, json.dumps(said).encode()
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", self.path)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def answer(self, path: str, content_type: str, body: bytes) -> dict[str, Any]:
        """What the robot of this path says."""
        kind = PATHS[urlsplit(path).path]
        message = json.loads(body.decode())
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        assert content_type == "application/json; charset=utf-8"
        result: dict[str, Any] = getattr(self, f"_{kind}")(message, query)
        return result

    def _dingtalk(self, message: Any, query: dict[str, str]) -> dict[str, Any]:
        if self.secret and query.get("sign") != digest(
            self.secret, f"{query.get('timestamp')}\n{self.secret}"
        ):
            return {"errcode": 310000, "errmsg": "description:签名不匹配"}
        if self.secret and abs(int(query["timestamp"]) / 1000 - time.time()) > 3600:
            return {"errcode": 310000, "errmsg": "description:timestamp 无效"}
        if message["msgtype"] != "text":
            return {"errcode": 40035, "errmsg": "缺少参数 json"}
        return self._take(message["text"]["content"], {"errcode": 0, "errmsg": "ok"})

    def _wecom(self, message: Any, query: dict[str, str]) -> dict[str, Any]:
        if query.get("key") != "secret-token":
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        if message["msgtype"] != "text":
            return {"errcode": 40008, "errmsg": "invalid message type"}
        text = message["text"]["content"]
        if len(text.encode()) > WECOM_LIMIT:
            return {"errcode": 40058, "errmsg": "text.content exceed max length 2048"}
        return self._take(text, {"errcode": 0, "errmsg": "ok"})

    def _feishu(self, message: Any, query: dict[str, str]) -> dict[str, Any]:
        if self.secret and message.get("sign") != digest(
            f"{message.get('timestamp')}\n{self.secret}", ""
        ):
            return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}
        if message["msg_type"] != "text":
            return {"code": 9499, "msg": "Bad Request", "data": {}}
        done = {
            "StatusCode": 0,
            "StatusMessage": "success",
            "code": 0,
            "data": {},
            "msg": "success",
        }
        return self._take(message["content"]["text"], done)

    def _take(self, text: str, answer: dict[str, Any]) -> dict[str, Any]:
        self.texts.append(text)
        return answer
