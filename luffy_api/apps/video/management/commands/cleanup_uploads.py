from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luffy_api.apps.video import cleanup
from luffy_api.libs.storage import StorageError


class Command(BaseCommand):
    """Removes what nobody will come back for; may be run again at any time, beside the site."""

    help = "End expired uploads and delete files that no video has."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how much it was."""
        try:
            ended, removed = cleanup.cleanup_uploads()
        except StorageError as error:
            raise CommandError(
                f"存储服务暂时不可用（{type(error).__name__}），请稍后再试"
            ) from error
        self.stdout.write(f"已结束 {ended} 个过期上传，清理 {removed} 个无主文件")
