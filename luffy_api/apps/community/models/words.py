"""Words that keep a text from being shown at once."""

from django.core.exceptions import ValidationError
from django.db import models

from luffy_api.apps.community.normalization import normalize


class FilteredWord(models.Model):
    """What students write with this word in it waits for staff."""

    word = models.CharField(
        "敏感词",
        max_length=32,
        unique=True,
        help_text="含有它的内容先由工作人员审核；大小写、全角半角、空格和标点不影响匹配",
    )
    created_time = models.DateTimeField("创建时间", auto_now_add=True)

    class Meta:
        db_table = "luffy_filtered_word"
        verbose_name = verbose_name_plural = "敏感词"
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word

    def clean(self) -> None:
        """Raises ValidationError for a word of which nothing is left to look for."""
        super().clean()
        if not normalize(self.word):
            raise ValidationError({"word": "敏感词至少要有一个文字、字母或数字"})
