"""Videos of sections: uploads from the browser, what is stored, and their transcoding."""

from uuid import uuid4

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel
from luffy_api.libs.storage import private_storage


def video_folder() -> str:
    """A new folder for one video and everything made of it; `cleanup` removes it as a whole."""
    return f"course/videos/{timezone.now():%Y%m}/{uuid4().hex}"


def video_path(video: "Video", filename: str) -> str:
    """Where a file from a form is stored."""
    return f"{video_folder()}/{filename}"


class MediaState(models.IntegerChoices):
    """The state of a section's video as the back office shows it; the numbers are on the wire."""

    NONE = 0, "未上传"
    UPLOADING = 1, "上传中"
    PROCESSING = 2, "转码中"
    READY = 3, "可播放"
    FAILED = 4, "失败"


class VideoQuerySet(models.QuerySet["Video"]):
    """Videos."""

    def playable(self) -> "VideoQuerySet":
        """With HLS, or a file that browsers play as it is."""
        return self.filter(~Q(hls="") | (~Q(file="") & Q(plays_natively=True)))


class Video(TimestampedModel):
    """A video of a section: the uploaded file, and the HLS made of it.

    A section has one current video, which plays, and at most one more that will replace it once it
    is ready. `file` and `poster` are names in the private storage, `hls` that of the master
    playlist; a playlist that was stored by hand has no `file`. Failed transcoding does not stop a
    file that browsers play as it is (`plays_natively`). Only `services` and `transcoding.results`
    write here.
    """

    class State(models.IntegerChoices):
        PROCESSING = MediaState.PROCESSING.value, MediaState.PROCESSING.label
        READY = MediaState.READY.value, MediaState.READY.label
        FAILED = MediaState.FAILED.value, MediaState.FAILED.label

    section = models.ForeignKey(
        CourseSection, verbose_name="课时", on_delete=models.CASCADE, related_name="videos"
    )
    file = models.FileField(
        "视频", upload_to=video_path, storage=private_storage, max_length=255, blank=True
    )
    hls = models.CharField("HLS 播放列表", max_length=255, blank=True)
    poster = models.CharField("视频封面", max_length=255, blank=True)
    duration = models.PositiveIntegerField("时长（秒）", default=0)
    plays_natively = models.BooleanField("原视频可播放", default=False)
    state = models.SmallIntegerField("视频状态", choices=State, default=State.PROCESSING)
    note = models.CharField("视频说明", max_length=255, blank=True)
    is_current = models.BooleanField("当前视频", default=False)
    # Unique where set: MariaDB has no conditional constraints.
    current_section = models.GeneratedField(
        expression=Case(When(is_current=True, then=F("section_id")), default=None),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
        unique=True,
    )

    objects = VideoQuerySet.as_manager()

    class Meta:
        db_table = "luffy_video"
        verbose_name = verbose_name_plural = "视频"

    def __str__(self) -> str:
        return self.file.name or self.hls

    @property
    def is_playable(self) -> bool:
        """Whether there is something to watch; the queryset's `playable()` says the same."""
        return bool(self.hls) or (bool(self.file) and self.plays_natively)


class VideoUpload(TimestampedModel):
    """A video on its way from a browser into the storage, for one section."""

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
    size = models.PositiveBigIntegerField("大小（字节）")
    provider = models.CharField("存储", max_length=16)
    key = models.CharField("存储路径", max_length=255, unique=True)
    upload_id = models.TextField("存储方的上传编号", blank=True)
    part_size = models.PositiveIntegerField("分片大小（字节）")
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
    """Reading and transcoding one video; the table is the queue.

    `heartbeat` is when the worker last reported, `output` the folder of its playlists,
    `persistent_id` the storage's own number of a job that it runs itself; whoever polls it sets
    `next_poll_at` first, which keeps others away. `attempts` counts how often a worker took the
    job, and tells workers apart: what one writes counts only while it is unchanged. Of these,
    `faults` ended with an error that may pass, and since the last finished rendition `losses`
    with a worker that vanished; only these two use up a video (`transcoding.worker`). A waiting
    job is not taken before `not_before`.
    """

    class State(models.IntegerChoices):
        WAITING = 0, "等待中"
        RUNNING = 1, "进行中"
        DONE = 2, "已完成"
        FAILED = 3, "失败"

    video = models.OneToOneField(
        Video, verbose_name="视频", on_delete=models.CASCADE, related_name="job"
    )
    state = models.SmallIntegerField("状态", choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField("进度（%）", default=0)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    heartbeat = models.DateTimeField("最近活动", null=True, blank=True)
    faults = models.PositiveSmallIntegerField("出错次数", default=0, db_default=0)
    losses = models.PositiveSmallIntegerField("中断次数", default=0, db_default=0)
    not_before = models.DateTimeField(null=True, editable=False)
    persistent_id = models.CharField("存储方的任务编号", max_length=128, blank=True)
    output = models.CharField("输出目录", max_length=255, blank=True)
    next_poll_at = models.DateTimeField(null=True, editable=False)
    error = models.CharField("原因", max_length=255, blank=True)

    class Meta:
        db_table = "luffy_video_job"
        verbose_name = verbose_name_plural = "视频处理"
        indexes = [models.Index(fields=["state", "id"], name="job_queue")]

    def __str__(self) -> str:
        return str(self.video)

    @property
    def source(self) -> str:
        """The stored name of the file to transcode."""
        return str(self.video.file.name)


class FinishedRendition(models.Model):
    """A quality of a job's video that is stored, and not made again when another worker goes on.

    `side` is its shorter side in pixels, `playlist` a name in the private storage, `attributes`
    what a master playlist says of it.
    """

    job = models.ForeignKey(
        TranscodingJob, verbose_name="视频处理", on_delete=models.CASCADE, related_name="renditions"
    )
    side = models.PositiveSmallIntegerField("短边（像素）")
    playlist = models.CharField("播放列表", max_length=255)
    attributes = models.CharField("播放列表属性", max_length=255)

    class Meta:
        db_table = "luffy_video_rendition"
        verbose_name = verbose_name_plural = "已完成的清晰度"
        constraints = [models.UniqueConstraint(fields=["job", "side"], name="rendition_once")]

    def __str__(self) -> str:
        return self.playlist


class Subtitle(TimestampedModel):
    """The subtitles of a section's video in one language, as WebVTT; only `subtitles` writes here.

    They belong to the section, so that a video that is replaced by a better one keeps them.
    """

    class Language(models.TextChoices):
        SIMPLIFIED = "zh-CN", "简体中文"
        TRADITIONAL = "zh-TW", "繁体中文"
        ENGLISH = "en", "English"
        JAPANESE = "ja", "日本語"
        KOREAN = "ko", "한국어"

    section = models.ForeignKey(
        CourseSection, verbose_name="课时", on_delete=models.CASCADE, related_name="subtitles"
    )
    language = models.CharField("语言", max_length=8, choices=Language)
    webvtt = models.TextField("字幕")

    class Meta:
        db_table = "luffy_video_subtitle"
        verbose_name = verbose_name_plural = "字幕"
        constraints = [
            models.UniqueConstraint(fields=["section", "language"], name="subtitle_of_language")
        ]

    def __str__(self) -> str:
        return self.get_language_display()


class VideoChapter(models.Model):
    """A mark on the bar of a section's video; only `chapters` writes here.

    `start` is in seconds. They belong to the section: see Subtitle.
    """

    section = models.ForeignKey(
        CourseSection,
        verbose_name="课时",
        on_delete=models.CASCADE,
        related_name="video_chapters",
    )
    start = models.PositiveIntegerField("开始（秒）")
    title = models.CharField("标题", max_length=60)

    class Meta:
        db_table = "luffy_video_chapter"
        verbose_name = verbose_name_plural = "视频分段"
        constraints = [
            models.UniqueConstraint(fields=["section", "start"], name="video_chapter_once")
        ]

    def __str__(self) -> str:
        return self.title
