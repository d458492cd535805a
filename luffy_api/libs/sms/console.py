"""Development: the code is written to the log and nowhere else."""

import logging

logger = logging.getLogger("luffy.sms")


class ConsoleBackend:
    """Prints what a phone would show."""

    def send_code(self, *, mobile: str, code: str) -> None:
        """Never fails."""
        logger.info("短信验证码 %s -> %s", code, mobile)
