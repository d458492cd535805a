"""A fake gateway over HTTP that answers queries, signed with Alipay's key."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from luffy_api.apps.order.models import Order
from luffy_api.libs.alipay_v1.tests.signer import answer
from luffy_api.tests.processes.clients import trade_no_of


class Gateway(ThreadingHTTPServer):
    """Knows the trades that a test sets; `asked` are methods and order numbers, as received."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, private_key: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.private_key = private_key
        self.paid: dict[str, dict[str, str]] = {}
        self.asked: list[tuple[str, str]] = []
        self.thread = threading.Thread(target=self.serve_forever, args=[0.02], daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        """For ALIPAY_GATEWAY."""
        return f"http://127.0.0.1:{self.server_port}/gateway.do"

    def know_paid(self, order: Order) -> None:
        """Answer from now on that this order is paid."""
        self.paid[order.out_trade_no] = {
            "trade_no": trade_no_of(order.out_trade_no),
            "trade_status": "TRADE_SUCCESS",
            "total_amount": f"{order.total_amount:.2f}",
            "send_pay_date": "2026-03-02 00:00:05",
        }

    def stop(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        method = query["method"][0]
        number = json.loads(query["biz_content"][0])["out_trade_no"]
        self.server.asked.append((method, number))
        body = answer(method, self.server.private_key, **self._node(number))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def _node(self, number: str) -> dict[str, str]:
        trade = self.server.paid.get(number)
        if trade is None:
            unknown = {"sub_code": "ACQ.TRADE_NOT_EXIST", "sub_msg": "交易不存在"}
            return {"code": "40004", "msg": "Business Failed", **unknown}
        return {"code": "10000", "msg": "Success", "out_trade_no": number, **trade}

    def log_message(self, *args: Any) -> None:
        """Keep the test output clean."""
