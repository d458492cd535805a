"""Errors that the gateway answers a request with."""


class GatewayError(Exception):
    """An answer other than success: HTTP status, WeChat Pay's code, and a message in Chinese.

    Source: "错误码" of each request in WeChat Pay's manual.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message


def invalid(message: str) -> GatewayError:
    """The request itself is wrong."""
    return GatewayError(400, "PARAM_ERROR", message)


def refused(code: str, message: str, *, status: int = 400) -> GatewayError:
    """The request is well formed and the state of the trade does not allow it."""
    return GatewayError(status, code, message)
