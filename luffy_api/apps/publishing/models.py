"""That something was changed which everybody may see."""

from django.db import models


class Publication(models.Model):
    """One transaction that changed something public; committed with it.

    Rows are added and never changed, so that no writer waits for another one. `versions` compares
    which rows there are; they are deleted when no process can hold an answer from before them.
    """

    class Kind(models.IntegerChoices):
        CONTENT = 1, "内容"
        STUDENTS = 2, "学习人数"

    kind = models.SmallIntegerField(choices=Kind)
    created_time = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        db_table = "luffy_publication"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
