"""`manage.py render_pictures`: covers and banners in every width, as the task runner does."""

from typing import Any

from django.core.management.base import BaseCommand

from luffy_api.apps.course.covers import COVERS
from luffy_api.apps.home.banner_images import MAKERS


class Command(BaseCommand):
    """May be run again at any time, beside the site."""

    help = "Make the missing versions of covers, banners and pictures of topics."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says of how many pictures it made them."""
        count = 0
        for maker in (COVERS, *MAKERS):
            maker.forget_lost()
            while made := maker.make_missing():
                count += made
        self.stdout.write(f"已处理 {count} 张图片")
