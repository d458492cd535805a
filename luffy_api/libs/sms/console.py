"""The backend for development: writes the code to the log."""

import logging

logger = logging.getLogger("luffy.sms")


class ConsoleBackend:
    """Logs mobile and code at level INFO."""

    def send_code(self, *, mobile: str, code: str) -> None:
        """Never raises."""
        logger.info("短信验证码 %s -> %s", code, mobile)
