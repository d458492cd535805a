"""Uploads from the browser to Qiniu, and its callback."""

import hmac
import re
import time
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qs

from luffy_api.libs.storage.base import Uploads
from luffy_api.libs.storage.exceptions import CallbackRejected, NameRejected
from luffy_api.libs.storage.names import check_name
from luffy_api.libs.storage.objects import ObjectInfo, UploadedObject, UploadSession
from luffy_api.libs.storage.qiniu import PART_SIZE, PrivateQiniuStorage

FORM = "application/x-www-form-urlencoded"
# As a form: the signature of a callback (QBox) covers the body of a form only.
CALLBACK_BODY = "key=$(key)&hash=$(etag)&fsize=$(fsize)&mimeType=$(mimeType)&bucket=$(bucket)"
FIELDS = {"key", "hash", "fsize", "mimeType", "bucket"}
SIZE = re.compile(r"[0-9]{1,15}", re.ASCII)


class QiniuUploads(Uploads[PrivateQiniuStorage]):
    """Uploads into the private folder of a bucket, by upload token."""

    provider = "qiniu"

    def _begin(
        self, name: str, *, size: int, content_type: str, expires_at: datetime, callback_url: str
    ) -> UploadSession:
        client, key = self.storage.client, self.storage.key(name)
        policy = {
            "insertOnly": 1,
            "fsizeMin": size,
            "fsizeLimit": size,
            # Type by the key's suffix and the content, whatever the browser claims.
            "detectMime": 1,
            "mimeLimit": content_type,
            "callbackUrl": callback_url,
            "callbackBody": CALLBACK_BODY,
            "callbackBodyType": FORM,
        }
        seconds = max(int(expires_at.timestamp() - time.time()), 1)
        token = client.auth.upload_token(client.bucket, key, seconds, policy)
        credentials = {"token": token, "up_host": client.hosts.up, "key": key}
        return UploadSession(self.provider, "", PART_SIZE, credentials)

    def uploaded_parts(self, name: str, upload_id: str) -> list[int]:
        """Always empty: Qiniu's own client in the browser resumes."""
        return []

    def finish(self, name: str, upload_id: str) -> ObjectInfo:
        """The uploaded file; raises UploadRejected when there is none."""
        return self._stored(name)

    def abort(self, name: str, upload_id: str) -> None:
        """Nothing to do: Qiniu drops unfinished parts after seven days, at no cost."""

    def cleanup(self, *, before: datetime) -> int:
        """Nothing to do, see `abort`."""
        return 0

    def verify_callback(
        self, *, authorization: str, path_and_query: str, body: bytes, content_type: str
    ) -> UploadedObject:
        """See Uploads; checks both kinds of signature, `QBox` and `Qiniu`."""
        if content_type.partition(";")[0].strip().lower() != FORM:
            raise CallbackRejected("not a form")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise CallbackRejected("not UTF-8") from None
        expected = self._authorizations(path_and_query, text, content_type)
        given = authorization.encode("utf-8", "replace")
        if not any(hmac.compare_digest(given, each.encode()) for each in expected):
            raise CallbackRejected("signature")
        return self._uploaded(_form(text))

    def _authorizations(self, path_and_query: str, text: str, content_type: str) -> list[str]:
        client, host = self.storage.client, self.storage.callback_host
        qbox = client.auth.token_of_request(path_and_query, text, FORM)
        qiniu = client.mac.token_of_request(
            "POST", host, path_and_query, "", content_type=content_type, body=text
        )
        return [f"QBox {qbox}", f"Qiniu {qiniu}"]

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


def _form(text: str) -> dict[str, str]:
    """The fields of a callback, each once; raises CallbackRejected."""
    try:
        fields = parse_qs(text, strict_parsing=True, errors="strict", max_num_fields=20)
    except ValueError:  # UnicodeDecodeError is one
        raise CallbackRejected("form") from None
    if set(fields) != FIELDS or any(len(values) != 1 for values in fields.values()):
        raise CallbackRejected("fields")
    return {name: values[0] for name, values in fields.items()}
