from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luffy_api.apps.texts import pictures
from luffy_api.libs.storage import StorageError


class Command(BaseCommand):
    """Removes what no text names; may be run again at any time, beside the site."""

    help = "Delete pictures of texts that no text has named for a month."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many."""
        try:
            removed = pictures.clean_up()
        except StorageError as error:
            raise CommandError(
                f"存储服务暂时不可用（{type(error).__name__}），请稍后再试"
            ) from error
        self.stdout.write(f"已清理 {removed} 张没有文字使用的图片")
