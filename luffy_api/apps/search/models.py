"""What the search box suggests before anyone types."""

from django.db import models

from luffy_api.common.models import CatalogueModel, CatalogueQuerySet


class HotWord(CatalogueModel):
    """A word under the search box, chosen by an admin."""

    word = models.CharField("热词", max_length=32, unique=True)

    objects = CatalogueQuerySet["HotWord"].as_manager()

    class Meta:
        db_table = "luffy_hot_word"
        verbose_name = verbose_name_plural = "热门搜索词"
        ordering = ["orders", "id"]

    def __str__(self) -> str:
        return self.word


class IndexLock(models.Model):
    """Who writes to the search index, and until when; see locks.py."""

    name = models.CharField(max_length=16, unique=True)
    owner = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField()

    class Meta:
        db_table = "luffy_search_lock"

    def __str__(self) -> str:
        return self.name
