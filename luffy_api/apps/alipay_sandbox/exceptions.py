"""Errors that the gateway answers a request with."""

MESSAGES = {"40002": "Invalid Arguments", "40004": "Business Failed"}


class GatewayError(Exception):
    """An answer other than success, with Alipay's codes and a message in Chinese.

    `code` is 40002 for a request that is wrong in itself and 40004 for one that the state of the
    trade forbids ("公共错误码" of Alipay's manual). The answer to an unknown app is not signed.
    """

    def __init__(self, code: str, sub_code: str, sub_msg: str, *, signed: bool = True) -> None:
        super().__init__(f"{sub_code}: {sub_msg}")
        self.code = code
        self.sub_code = sub_code
        self.sub_msg = sub_msg
        self.signed = signed

    def node(self) -> dict[str, str]:
        """The answer's node as Alipay writes it."""
        return {
            "code": self.code,
            "msg": MESSAGES[self.code],
            "sub_code": self.sub_code,
            "sub_msg": self.sub_msg,
        }


def invalid(sub_code: str, sub_msg: str, *, signed: bool = True) -> GatewayError:
    """The request itself is wrong."""
    return GatewayError("40002", sub_code, sub_msg, signed=signed)


def refused(sub_code: str, sub_msg: str) -> GatewayError:
    """The request is well formed and the trade does not allow it."""
    return GatewayError("40004", sub_code, sub_msg)
