"""What the operators see of transcoding: docs/metrics.md."""

from datetime import timedelta

from prometheus_client import Counter

from luffy_api.apps.monitoring import queues
from luffy_api.apps.video.models import TranscodingJob
from luffy_api.common.metrics import REGISTRY

DONE, FAILED, INTERRUPTED = "done", "failed", "interrupted"

TRANSCODINGS = Counter(
    "luffy_transcodings", "Videos by what came of them.", ["outcome"], registry=REGISTRY
)
# One after the other: a day of lectures that staff bring in may well take until the evening.
WAITING_JOBS = queues.Queue(
    "transcoding",
    "等待转码的视频",
    lambda: TranscodingJob.objects.filter(state=TranscodingJob.State.WAITING),
    "created_time",
    timedelta(hours=6),
)
