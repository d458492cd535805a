"""WeChat's exchange of codes, on a port of its own."""

import json
import secrets
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

WEBSITE, OFFICIAL_ACCOUNT = "desktop", "wechat"


class FakeWechat(ThreadingHTTPServer):
    """Knows the apps of `settings.WECHAT_LOGIN`; a code is good once, for one app."""

    def __init__(self, apps: dict[str, dict[str, str]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.apps = {app["APP_ID"]: app["APP_SECRET"] for app in apps.values()}
        self.ids = {device: app["APP_ID"] for device, app in apps.items()}
        self.scopes = {device: app["SCOPE"] for device, app in apps.items()}
        self.people: dict[tuple[str, str], dict[str, Any]] = {}
        self.asked: list[dict[str, str]] = []
        self.broken: bytes | None = None

    @property
    def token_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sns/oauth2/access_token"

    def code(self, openid: str, *, unionid: str = "", device: str = WEBSITE, **more: Any) -> str:
        """With which this person comes back; `more` is told besides."""
        code = secrets.token_hex(16)
        has_unionid = unionid and self.scopes[device] != "snsapi_base"
        person = {"openid": openid, **({"unionid": unionid} if has_unionid else {}), **more}
        self.people[self.ids[device], code] = person
        return code

    def answer(self, query: dict[str, str]) -> dict[str, Any]:
        if self.apps.get(query["appid"]) != query["secret"]:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        person = self.people.get((query["appid"], query["code"]))
        if person is None:
            return {"errcode": 40029, "errmsg": "invalid code"}
        if not person:
            return {"errcode": 40163, "errmsg": "code been used"}
        self.people[query["appid"], query["code"]] = {}
        return {"access_token": "A", "expires_in": 7200, **person}


class _Handler(BaseHTTPRequestHandler):
    server: FakeWechat

    def do_GET(self) -> None:
        query = dict(parse_qsl(urlsplit(self.path).query))
        self.server.asked.append(query)
        broken = self.server.broken
        body = json.dumps(self.server.answer(query)).encode() if broken is None else broken
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Keep the test output clean."""
