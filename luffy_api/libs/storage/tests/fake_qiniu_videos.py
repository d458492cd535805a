"""The fake Qiniu's processing of videos: avinfo, vframe, and HLS as a job of several steps."""

import json
import time
import urllib.error
import urllib.request
from contextlib import suppress
from threading import Thread

from werkzeug.exceptions import abort
from werkzeug.wrappers import Response

from luffy_api.libs.storage.tests import qiniu_signing as signing

JPEG = b"\xff\xd8\xff\xe0" + b"a picture" + b"\xff\xd9"
FACTS = {
    "streams": [
        {"codec_type": "audio"},
        {"codec_type": "video", "width": 1280, "height": 720},
    ],
    "format": {"duration": "12.345000", "size": "1000"},
}


class FakeVideos:
    """The processing of videos. A job is waiting, then running, then done: a step per request.

    `failing` makes it fail instead.
    """

    failing = False

    def video(self, args, stored):
        """The answer to an operation in a URL; None when none is asked for."""
        if "avinfo" in args:
            if b"ftyp" not in stored.data[:16]:
                abort(_json({"error": "not a video"}, 400))
            return _json(FACTS)
        if any(name.startswith("vframe/") for name in args):
            return Response(JPEG, mimetype="image/jpeg")
        return None

    def on_pfop(self, request):
        self.management(request)
        form = request.form
        if form["key"] not in self.buckets[form["bucket"]]:
            abort(_json({"error": "no such file or directory"}, 612))
        persistent_id = f"z0.{len(self.work) + 1:024x}"
        self.work[persistent_id] = {"step": 0, "form": form.to_dict()}
        return _json({"persistentId": persistent_id}), None

    def on_prefop(self, request):
        work = self.work.get(request.args.get("id"))
        if work is None:
            abort(_json({"error": "no such id"}, 612))
        self.advance(work, request.args["id"])
        code = {1: 1, 2: 2}.get(work["step"], 3 if self.failing else 0)
        return _json(self._status(work, request.args["id"], code)), None

    def advance(self, work, persistent_id):
        """Moves a job on by one step, at each request for its status."""
        work["step"] += 1
        if work["step"] == 3:
            self.finish(work, persistent_id)

    def _status(self, work, persistent_id, code):
        error = "transcoding failed: invalid data" if code == 3 else ""
        items = [{"cmd": each, "code": code, "error": error} for each in _fops(work)]
        return {
            "id": persistent_id,
            "code": code,
            "desc": "The fop is failed" if code == 3 else "",
            "inputKey": work["form"]["key"],
            "inputBucket": work["form"]["bucket"],
            "items": items,
        }

    def finish(self, work, persistent_id):
        """Does the work of a job, and notifies its notifyURL."""
        source = self.buckets[work["form"]["bucket"]][work["form"]["key"]].data
        for operation in () if self.failing else _fops(work):
            self.slice(operation, source)
        work["step"] = 3
        url = work["form"].get("notifyURL")
        if url:
            body = json.dumps(self._status(work, persistent_id, 3 if self.failing else 0))
            Thread(target=_notify, args=(url, body.encode()), daemon=True).start()

    def slice(self, operation, source):
        """Two segments and their playlist, where the operation says."""
        from luffy_api.libs.storage.tests.fake_qiniu import Stored

        command, _, target = operation.partition("|saveas/")
        words = command.split("/")
        assert words[:4] == ["avthumb", "m3u8", "noDomain", "1"]
        pattern = signing.decoded(words[words.index("pattern") + 1])
        bucket, _, key = signing.decoded(target).partition(":")
        parts = [pattern.replace("$(count)", f"{number:06}") + ".ts" for number in range(2)]
        for part in parts:
            self.buckets[bucket][part] = Stored(b"G" * 188, "video/mp2t")
        lines = ["#EXTM3U", *(f"#EXTINF:6,\n/{part}" for part in parts), "#EXT-X-ENDLIST", ""]
        text = "\n".join(lines).encode()
        self.buckets[bucket][key] = Stored(text, "application/x-mpegurl")


def _fops(work):
    return work["form"]["fops"].split(";")


def _notify(url, body):
    time.sleep(0.05)
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, body, headers)
    # Qiniu would retry; the status tells it anyway.
    with suppress(urllib.error.URLError, TimeoutError):
        urllib.request.urlopen(request, timeout=5).close()


def _json(data, status=200):
    return Response(json.dumps(data), status, mimetype="application/json")
