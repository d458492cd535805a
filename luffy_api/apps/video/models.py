"""How films come in: uploads from the browser, and their conversion."""

from django.db import models

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel


class VideoUpload(TimestampedModel):
    """A film on its way from a browser into the storage, for one section."""

    class State(models.IntegerChoices):
        OPEN = 1, "上传中"
        DONE = 2, "已完成"
        REFUSED = 3, "未通过检查"
        ABORTED = 4, "已取消"
        EXPIRED = 5, "已过期"

    section = models.ForeignKey(
        CourseSection, verbose_name="课时", on_delete=models.CASCADE, related_name="uploads"
    )
    user = models.ForeignKey(
        User, verbose_name="上传者", on_delete=models.CASCADE, related_name="+"
    )
    filename = models.CharField("文件名", max_length=200)
    size = models.PositiveBigIntegerField("大小(字节)")
    provider = models.CharField("存储", max_length=16)
    key = models.CharField("存储路径", max_length=255, unique=True)
    upload_id = models.TextField("存储方的上传编号", blank=True)
    part_size = models.PositiveIntegerField("分片大小(字节)")
    state = models.SmallIntegerField("状态", choices=State, default=State.OPEN)
    error = models.CharField("原因", max_length=255, blank=True)
    expires_at = models.DateTimeField("有效期至")

    class Meta:
        db_table = "luffy_video_upload"
        verbose_name = verbose_name_plural = "视频上传"
        indexes = [
            models.Index(fields=["state", "expires_at"], name="upload_expiring"),
            models.Index(fields=["section", "user", "state"], name="upload_to_resume"),
        ]

    def __str__(self) -> str:
        return self.filename


class TranscodingJob(TimestampedModel):
    """Reading and converting one film of a section; the table is the queue.

    `heartbeat` is when the worker last said that it lives, `persistent_id` and `output`
    the storage's own name of a conversion that it does itself, and where its playlists will lie.
    """

    class State(models.IntegerChoices):
        WAITING = 0, "等待中"
        RUNNING = 1, "进行中"
        DONE = 2, "已完成"
        FAILED = 3, "失败"

    section = models.ForeignKey(
        CourseSection, verbose_name="课时", on_delete=models.CASCADE, related_name="jobs"
    )
    source = models.CharField("视频", max_length=255)
    state = models.SmallIntegerField("状态", choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField("进度(%)", default=0)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    heartbeat = models.DateTimeField("最近活动", null=True, blank=True)
    persistent_id = models.CharField("存储方的任务编号", max_length=128, blank=True)
    output = models.CharField("存储方的输出目录", max_length=255, blank=True)
    error = models.CharField("原因", max_length=255, blank=True)

    class Meta:
        db_table = "luffy_video_job"
        verbose_name = verbose_name_plural = "视频处理"
        constraints = [
            models.UniqueConstraint(fields=["section", "source"], name="job_once_per_film")
        ]
        indexes = [models.Index(fields=["state", "id"], name="job_queue")]

    def __str__(self) -> str:
        return self.source
