"""支付设置 as a browser drives it, and what may never be seen on it."""

URL = "/admin/order/paymentcredential/"
APP_ID, SELLER_ID = "2021000000000077", "2088000000000077"


def act(client, action, **fields):
    return client.post(URL, {"provider": "1", "action": action, **fields}, follow=True)


def text_of(response) -> str:
    return response.content.decode()


def lines_of(text: str) -> list[str]:
    """The lines of a key that nobody else has."""
    return [line for line in text.splitlines() if len(line) > 40]


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]
