from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.video.transcoding import worker


class Command(BaseCommand):
    """Works through the queue of videos here and now; may be run beside the site's own workers."""

    help = "Give interrupted videos back to the queue and process all that wait in it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many."""
        worker.requeue_stalled()
        worker.poll_jobs()
        self.stdout.write(f"已处理 {worker.run_all()} 个视频")
