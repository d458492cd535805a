"""Uploads from the browser to Qiniu, its callback, and what it does with films."""

import hmac
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from luffy_api.libs.storage.areas import Uploads
from luffy_api.libs.storage.exceptions import (
    CallbackRejected,
    NameRejected,
    StorageUnavailable,
    UploadRejected,
)
from luffy_api.libs.storage.names import check_name
from luffy_api.libs.storage.objects import (
    ObjectInfo,
    Transcoding,
    UploadedObject,
    UploadTicket,
    Variant,
    VideoFacts,
)
from luffy_api.libs.storage.qiniu import PART_SIZE, QiniuArea, cut

FORM = "application/x-www-form-urlencoded"
# Its signature covers a form's body, and no other's.
CALLBACK_BODY = "key=$(key)&hash=$(etag)&fsize=$(fsize)&mimeType=$(mimeType)&bucket=$(bucket)"
FIELDS = {"key", "hash", "fsize", "mimeType", "bucket"}
SIZE = re.compile(r"[0-9]{1,15}", re.ASCII)
PERSISTENT_ID = re.compile(r"[\w.-]{1,100}", re.ASCII)
STATES = {0: "done", 1: "waiting", 2: "running", 3: "failed", 4: "done"}
MAX_POSTER = 8 * 1024 * 1024
SEGMENT_SECONDS = 6


class QiniuUploads(Uploads):
    """Uploads into the private area."""

    provider = "qiniu"

    def __init__(self, storage: QiniuArea) -> None:
        self.storage = storage

    # --- Ways up ------------------------------------------------------------------------------

    def begin_upload(
        self, name: str, *, size: int, content_type: str, expires_at: datetime, callback_url: str
    ) -> UploadTicket:
        """A token for exactly this key, size and type; raises UploadRejected for a taken name."""
        if size < 1 or self.storage.stat(name):
            raise UploadRejected("empty, or the name is taken")
        client, key = self.storage.client, self.storage.key(name)
        policy = {
            "insertOnly": 1,
            "fsizeMin": size,
            "fsizeLimit": size,
            # By the key's suffix and the content; what the browser claims does not count.
            "detectMime": 1,
            "mimeLimit": content_type,
            "callbackUrl": callback_url,
            "callbackBody": CALLBACK_BODY,
            "callbackBodyType": FORM,
        }
        seconds = max(int(expires_at.timestamp() - time.time()), 1)
        token = client.auth.upload_token(client.bucket, key, seconds, policy)
        ticket = {"token": token, "up_host": client.hosts.up, "key": key}
        return UploadTicket(self.provider, "", PART_SIZE, ticket)

    def uploaded_parts(self, name: str, upload_id: str) -> list[int]:
        """Unknown here: Qiniu's own client in the browser keeps them."""
        return []

    def finish_upload(self, name: str, upload_id: str) -> ObjectInfo:
        """What has arrived; raises UploadRejected when nothing has."""
        info = self.storage.stat(name)
        if info is None:
            raise UploadRejected("nothing has arrived")
        return info

    def abort_upload(self, name: str, upload_id: str) -> None:
        """Nothing to do: Qiniu forgets unfinished parts after seven days, at no cost."""

    def sweep_uploads(self, *, before: datetime) -> int:
        """Nothing to do, see `abort_upload`."""
        return 0

    def verify_callback(
        self, *, authorization: str, path_and_query: str, body: bytes, content_type: str
    ) -> UploadedObject:
        """What has arrived, in Qiniu's words; raises CallbackRejected. Ask `stat` afterwards."""
        if content_type.partition(";")[0].strip().lower() != FORM:
            raise CallbackRejected("no form")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise CallbackRejected("no text") from None
        expected = self._authorizations(path_and_query, text, content_type)
        given = authorization.encode("utf-8", "replace")
        if not any(hmac.compare_digest(given, each.encode()) for each in expected):
            raise CallbackRejected("signature")
        return self._uploaded(_form(text))

    def _authorizations(self, path_and_query: str, text: str, content_type: str) -> list[str]:
        client, host = self.storage.client, self.storage.callback_host
        old = client.auth.token_of_request(path_and_query, text, FORM)
        new = client.mac.token_of_request(
            "POST", host, path_and_query, "", content_type=content_type, body=text
        )
        return [f"QBox {old}", f"Qiniu {new}"]

    def _uploaded(self, form: Mapping[str, str]) -> UploadedObject:
        root = self.storage.root
        key, size = form["key"], form["fsize"]
        if form["bucket"] != self.storage.client.bucket or not key.startswith(root):
            raise CallbackRejected("another bucket or folder")
        try:
            name = check_name(key.removeprefix(root))
        except NameRejected:
            raise CallbackRejected("key") from None
        if not SIZE.fullmatch(size):
            raise CallbackRejected("size")
        return UploadedObject(name, int(size), form["hash"], form["mimeType"])

    # --- Films --------------------------------------------------------------------------------

    def video_facts(self, name: str) -> VideoFacts:
        """By `avinfo`; raises ObjectMissing, UploadRejected for what is no film."""
        info = self.storage.stat(name)
        with self.storage.get(name, query="avinfo") as answer:
            facts = answer.json()
        try:
            picture = next(each for each in facts["streams"] if each["codec_type"] == "video")
            return VideoFacts(
                duration=max(1, round(float(facts["format"]["duration"]))),
                width=int(picture["width"]),
                height=int(picture["height"]),
                size=info.size if info else 0,
            )
        except (ValueError, KeyError, TypeError, StopIteration, OverflowError) as error:
            raise UploadRejected("no film") from error

    def poster_frame(self, name: str, *, second: int) -> bytes:
        """By `vframe`; raises ObjectMissing, UploadRejected for what is no film."""
        with self.storage.get(name, query=f"vframe/jpg/offset/{second}") as answer:
            content = b"".join(cut(answer, MAX_POSTER + 1))
        if len(content) > MAX_POSTER or not content.startswith(b"\xff\xd8"):
            raise StorageUnavailable("vframe")
        return content

    def start_transcoding(self, name: str, *, variants: Sequence[Variant], notify_url: str) -> str:
        """One HLS playlist per variant, its segments beside it; the id of the work."""
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

    def transcoding_status(self, persistent_id: str) -> Transcoding:
        """By `prefop`; raises ObjectMissing for an id that Qiniu does not know."""
        if not PERSISTENT_ID.fullmatch(persistent_id):
            raise StorageUnavailable("persistent id")
        answer = self.storage.client.prefop(persistent_id)
        code = answer.get("code")
        state = STATES.get(code) if isinstance(code, int) else None
        if state is None:
            raise StorageUnavailable("prefop")
        return Transcoding(state, _failure(answer) if state == "failed" else "")


def _form(text: str) -> dict[str, str]:
    """The fields of a callback, each once; raises CallbackRejected."""
    try:
        fields = parse_qs(text, strict_parsing=True, errors="strict", max_num_fields=20)
    except ValueError:  # UnicodeDecodeError is one
        raise CallbackRejected("form") from None
    if set(fields) != FIELDS or any(len(values) != 1 for values in fields.values()):
        raise CallbackRejected("fields")
    return {name: values[0] for name, values in fields.items()}


def _failure(answer: dict[str, Any]) -> str:
    """What Qiniu says went wrong, for the back office."""
    items = answer.get("items")
    found = [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
    texts = [str(each.get("error") or "") for each in found]
    return next(filter(None, texts), str(answer.get("desc") or ""))[:200]


def _encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()
