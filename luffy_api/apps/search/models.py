"""Hot words, aliases, the search log and the lock of the index."""

from django.db import models
from django.db.models import F, Q

from luffy_api.common.models import CatalogueModel, CatalogueQuerySet, TimestampedModel


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


class SearchAlias(TimestampedModel):
    """Another name of a thing: who searches for `alias` also finds `meaning`."""

    alias = models.CharField("别名", max_length=32, help_text="学员可能输入的说法，如 k8s")
    meaning = models.CharField("课程里的说法", max_length=64, help_text="如 Kubernetes")
    both_ways = models.BooleanField(
        "双向", default=False, db_default=False, help_text="搜索课程里的说法时，也找写着别名的课程"
    )

    class Meta:
        db_table = "luffy_search_alias"
        verbose_name = verbose_name_plural = "搜索别名"
        ordering = ["alias", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alias", "meaning"],
                name="search_alias_once",
                violation_error_message="这个别名已经有了",
            ),
            models.CheckConstraint(
                condition=~Q(alias="") & ~Q(meaning="") & ~Q(alias=F("meaning")),
                name="search_alias_means_another",
                violation_error_message="别名和课程里的说法要各不相同",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alias} → {self.meaning}"


class IndexLock(models.Model):
    """Which process holds a lock of the search index, and until when (UTC); see locks.py."""

    name = models.CharField(max_length=16, unique=True)
    owner = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField()

    class Meta:
        db_table = "luffy_search_lock"

    def __str__(self) -> str:
        return self.name


class BlockedWord(models.Model):
    """Searches that contain this word never become hot words by themselves."""

    word = models.CharField(
        "屏蔽词", max_length=32, unique=True, help_text="含有它的搜索词都不展示"
    )
    created_time = models.DateTimeField("创建时间", auto_now_add=True)

    class Meta:
        db_table = "luffy_search_blocked_word"
        verbose_name = verbose_name_plural = "屏蔽的搜索词"
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word


class SearchDay(models.Model):
    """Searches of a day: all, those without a result, those that the database answered."""

    day = models.DateField("日期", unique=True)
    searches = models.PositiveIntegerField("搜索次数", default=0)
    without_result = models.PositiveIntegerField("没有结果", default=0)
    by_database = models.PositiveIntegerField(
        "由数据库代答", default=0, help_text="搜索引擎不可用时，由数据库回答的次数"
    )

    class Meta:
        db_table = "luffy_search_day"
        verbose_name = verbose_name_plural = "每日搜索"
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)


class SearchWord(models.Model):
    """How often a word was searched on a day, by how many people, with how many hits."""

    day = models.DateField("日期")
    key = models.CharField(max_length=32)
    text = models.CharField("搜索词", max_length=32)
    searches = models.PositiveIntegerField("次数", default=0)
    people = models.PositiveIntegerField("人数（约）", default=0)
    found = models.PositiveIntegerField("最近一次的结果数", default=0)

    class Meta:
        db_table = "luffy_search_word"
        verbose_name = verbose_name_plural = "搜索词统计"
        ordering = ["-day", "-people", "-searches", "id"]
        constraints = [models.UniqueConstraint(fields=["day", "key"], name="search_word_of_day")]
        indexes = [
            models.Index(fields=["day", "people", "searches"], name="search_word_rare"),
            # The latest day of a word.
            models.Index(fields=["key", "day"], name="search_word_latest"),
        ]

    def __str__(self) -> str:
        return self.text


class SearchVisitor(models.Model):
    """That a visitor searched for a word today; see search_log.py. Deleted when the day is over."""

    day = models.DateField()
    key = models.CharField(max_length=32)
    visitor = models.PositiveIntegerField()

    class Meta:
        db_table = "luffy_search_visitor"
        constraints = [
            models.UniqueConstraint(fields=["day", "key", "visitor"], name="search_visitor_once")
        ]
        indexes = [models.Index(fields=["day", "visitor"], name="search_visitor_words")]

    def __str__(self) -> str:
        return f"{self.day} {self.key} {self.visitor}"


class MissedSearch(SearchWord):
    """A search that found nothing, for the page of the back office that asks for aliases."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "搜了没找到"
