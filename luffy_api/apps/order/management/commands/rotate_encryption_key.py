"""Encrypt the stored payment credentials with the first key of KEY_ENCRYPTION_KEY."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.order.payment import credential_entry
from luffy_api.common import encryption


class Command(BaseCommand):
    """May run twice, and while the site runs; changes no value, time or name of who entered it."""

    help = "Encrypt every stored payment credential with the first key of KEY_ENCRYPTION_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        """One sentence; exit status 1 without a key or when no key opens a value."""
        if not encryption.is_enabled():
            self.stderr.write("没有设置 KEY_ENCRYPTION_KEY，没有可用的密钥。")
            sys.exit(1)
        rotation = credential_entry.rotate()
        self.stdout.write(f"已用第一把密钥重新加密 {rotation.changed} 项。")
        for row in rotation.unreadable:
            self.stderr.write(
                f"{row} 用现有的密钥都打不开：请补上保存它时用的密钥，或在后台重新填写。"
            )
        if rotation.unreadable:
            sys.exit(1)
