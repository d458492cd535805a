"""The backend for development: writes what would be sent to the log."""

import logging
from collections.abc import Sequence

from luffy_api.libs.sms.base import TAKEN, FilledTemplate

logger = logging.getLogger("luffy.sms")


class ConsoleBackend:
    """Logs mobile and code, or mobiles and text, at level INFO."""

    def general(self, text: str) -> FilledTemplate:
        """It needs no template."""
        return FilledTemplate("", "{text}", {"text": text})

    def frame(self, filled: FilledTemplate) -> str:
        """Nothing is put around it."""
        return str(filled)

    def send_code(self, *, mobile: str, code: str) -> None:
        """Never raises."""
        logger.info("短信验证码 %s -> %s", code, mobile)

    def send_text(self, *, mobiles: Sequence[str], filled: FilledTemplate) -> dict[str, str]:
        """Never raises."""
        logger.info("短信 %s -> %s", filled, "、".join(mobiles))
        return dict.fromkeys(mobiles, TAKEN)
