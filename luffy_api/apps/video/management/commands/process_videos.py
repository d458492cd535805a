import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.video.transcoding import worker


class Command(BaseCommand):
    """Works through the queue of videos here and now; may be run beside the site's own workers."""

    help = "Give interrupted videos back to the queue and process all that wait in it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many. TERM ends it like Ctrl-C: the running video is handed back."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        worker.requeue_stalled()
        worker.poll_jobs()
        self.stdout.write(f"已处理 {worker.run_all()} 个视频")
