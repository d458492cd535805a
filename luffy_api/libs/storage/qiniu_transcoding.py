"""Qiniu's processing of stored videos: avinfo, vframe, and avthumb/m3u8 by pfop."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from luffy_api.libs.storage.base import ProviderTranscoding
from luffy_api.libs.storage.exceptions import StorageUnavailable, UploadRejected
from luffy_api.libs.storage.objects import TranscodingStatus, Variant, VideoMetadata
from luffy_api.libs.storage.qiniu import PrivateQiniuStorage, first_bytes

PERSISTENT_ID = re.compile(r"[\w.-]{1,100}", re.ASCII)
STATES = {0: "done", 1: "waiting", 2: "running", 3: "failed", 4: "done"}
MAX_POSTER_BYTES = 8 * 1024 * 1024
SEGMENT_SECONDS = 6


class QiniuTranscoding(ProviderTranscoding):
    """Processing of files in the private folder of a bucket. A job's id is Qiniu's persistentId."""

    def __init__(self, storage: PrivateQiniuStorage) -> None:
        self.storage = storage

    def read_metadata(self, name: str) -> VideoMetadata:
        """See ProviderTranscoding; by `avinfo`."""
        info = self.storage.stat(name)
        with self.storage.get(name, query="avinfo") as answer:
            metadata = answer.json()
        try:
            stream = next(each for each in metadata["streams"] if each["codec_type"] == "video")
            return VideoMetadata(
                duration=max(1, round(float(metadata["format"]["duration"]))),
                width=int(stream["width"]),
                height=int(stream["height"]),
                size=info.size if info else 0,
            )
        except (ValueError, KeyError, TypeError, StopIteration, OverflowError) as error:
            raise UploadRejected("not a video") from error

    def poster_frame(self, name: str, *, second: int) -> bytes:
        """See ProviderTranscoding; by `vframe`."""
        with self.storage.get(name, query=f"vframe/jpg/offset/{second}") as answer:
            content = first_bytes(answer, MAX_POSTER_BYTES + 1)
        if len(content) > MAX_POSTER_BYTES or not content.startswith(b"\xff\xd8"):
            raise StorageUnavailable("vframe")
        return content

    def start(self, name: str, *, variants: Sequence[Variant], notify_url: str) -> str:
        """See ProviderTranscoding; by `pfop`."""
        data = {
            "bucket": self.storage.client.bucket,
            "key": self.storage.key(name),
            "fops": ";".join(self._operation(variant) for variant in variants),
            "notifyURL": notify_url,
            "force": "1",
        }
        persistent_id = self.storage.client.pfop(data).get("persistentId")
        if not isinstance(persistent_id, str) or not PERSISTENT_ID.fullmatch(persistent_id):
            raise StorageUnavailable("pfop")
        return persistent_id

    def _operation(self, variant: Variant) -> str:
        key = self.storage.key(variant.name)
        segments = f"{key.rpartition('/')[0]}/$(count)"
        return (
            f"avthumb/m3u8/noDomain/1/segtime/{SEGMENT_SECONDS}/vcodec/libx264/acodec/aac"
            f"/s/{variant.width}x{variant.height}/autoscale/1/vb/{variant.bandwidth // 1000}k"
            f"/pattern/{_encoded(segments)}"
            f"|saveas/{_encoded(f'{self.storage.client.bucket}:{key}')}"
        )

    def status(self, job_id: str) -> TranscodingStatus:
        """See ProviderTranscoding; by `prefop`."""
        if not PERSISTENT_ID.fullmatch(job_id):
            raise StorageUnavailable("persistent id")
        answer = self.storage.client.prefop(job_id)
        code = answer.get("code")
        state = STATES.get(code) if isinstance(code, int) else None
        if state is None:
            raise StorageUnavailable("prefop")
        return TranscodingStatus(state, _failure(answer) if state == "failed" else "")


def _failure(answer: dict[str, Any]) -> str:
    """Qiniu's error message, for the back office; at most 200 characters."""
    items = answer.get("items")
    found = [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
    texts = [str(each.get("error") or "") for each in found]
    return next(filter(None, texts), str(answer.get("desc") or ""))[:200]


def _encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()
