"""A small Qiniu Kodo: uploads with policy and callback, stat, delete, list, downloads, fops.

All hosts are one URL; the domain of a bucket is http://127.0.0.1:<port>/d/<bucket>. The results
of processing videos are invented here, and real in `fake_qiniu_tools`, which runs beside a shop.
"""

import json
import logging
import mimetypes
import re
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from urllib.parse import quote, quote_plus

from werkzeug.exceptions import HTTPException, abort
from werkzeug.routing import Map, Rule
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from luffy_api.libs.storage.tests import qiniu_signing as signing
from luffy_api.libs.storage.tests.fake_qiniu_videos import FakeVideos

BUCKET = "school"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Expose-Headers": "X-Reqid, X-Log",
}
UPLOAD = "/buckets/<bucket>/objects/<entry>/uploads"
URLS = Map(
    [
        Rule("/", endpoint="form", methods=["POST"]),
        Rule(UPLOAD, endpoint="initiate", methods=["POST"]),
        Rule(f"{UPLOAD}/<upload>/<int:number>", endpoint="part", methods=["PUT"]),
        Rule(f"{UPLOAD}/<upload>", endpoint="complete", methods=["POST"]),
        Rule(f"{UPLOAD}/<upload>", endpoint="abort", methods=["DELETE"]),
        Rule("/stat/<entry>", endpoint="stat", methods=["POST"]),
        Rule("/delete/<entry>", endpoint="delete", methods=["POST"]),
        Rule("/list", endpoint="list", methods=["GET"]),
        Rule("/pfop", endpoint="pfop", methods=["POST"]),
        Rule("/status/get/prefop", endpoint="prefop", methods=["GET"]),
        Rule("/d/<bucket>/<path:key>", endpoint="download", methods=["GET"]),
    ],
    merge_slashes=False,
)


@dataclass
class Stored:
    """A file in a bucket."""

    data: bytes
    mime: str
    put_time: int = field(default_factory=lambda: int(time.time() * 10_000_000))

    def facts(self, key):
        return {
            "key": key,
            "hash": signing.etag(self.data),
            "fsize": len(self.data),
            "mimeType": self.mime,
            "putTime": self.put_time,
        }


class FakeQiniu(FakeVideos):
    """An in-memory server. `broken` makes every answer (status, body, seconds of silence)."""

    def __init__(self, port=0):
        self.buckets = {BUCKET: {}, "school-public": {}}
        self.private = {BUCKET}
        self.uploads, self.work, self.callbacks = {}, {}, []
        self.broken, self.released, self.lock = None, Event(), Lock()
        self.page = 1000
        self.server = make_server("127.0.0.1", port, self.application, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        logging.getLogger("werkzeug").setLevel(logging.ERROR)

    def start(self):
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    # --- HTTP ---------------------------------------------------------------------------------

    @Request.application
    def application(self, request):
        if self.broken is not None:
            status, body, seconds = self.broken
            self.released.wait(seconds)
            return Response(body, status, {"X-Reqid": "broken"}, mimetype="text/html")
        if request.method == "OPTIONS":
            return Response(status=204, headers=CORS)
        try:
            endpoint, values = URLS.bind_to_environ(request.environ).match()
            with self.lock:
                answer, then = getattr(self, f"on_{endpoint}")(request, **values)
            answer = then() if then else answer
        except HTTPException as error:
            answer = error.get_response()
        answer.headers.update({**CORS, "X-Reqid": "request", "X-Log": "log"})
        return answer

    def management(self, request):
        if not signing.is_management_request(request):
            _refuse(401, "bad token")

    # --- Uploads ------------------------------------------------------------------------------

    def on_form(self, request):
        policy = signing.policy_of(request.form.get("token", "")) or _refuse(401, "bad token")
        file = request.files.get("file") or _refuse(400, "no file")
        return self.store(policy, request.form.get("key"), file.read(), file.mimetype)

    def on_initiate(self, request, bucket, entry):
        self.policy(request)
        upload = f"upload-{len(self.uploads) + 1}"
        self.uploads[upload] = {}
        return _json({"uploadId": upload, "expireAt": int(time.time()) + 7 * 86400}), None

    def on_part(self, request, bucket, entry, upload, number):
        self.policy(request)
        parts = self.uploads.get(upload)
        if parts is None:
            _refuse(612, "no such uploadId")
        parts[number] = request.get_data()
        return _json({"etag": signing.etag(parts[number]), "md5": ""}), None

    def on_complete(self, request, bucket, entry, upload):
        policy, told = self.policy(request), json.loads(request.get_data())
        if upload not in self.uploads:
            _refuse(612, "no such uploadId")
        parts = self.uploads[upload]
        if any(signing.etag(parts.get(p["partNumber"], b"")) != p["etag"] for p in told["parts"]):
            _refuse(400, "invalid part")
        whole = b"".join(parts[part["partNumber"]] for part in told["parts"])
        answer = self.store(policy, signing.decoded(entry), whole, told.get("mimeType"))
        del self.uploads[upload]
        return answer

    def on_abort(self, request, bucket, entry, upload):
        self.policy(request)
        self.uploads.pop(upload, None)
        return _json({}), None

    def policy(self, request):
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        policy = signing.policy_of(token) if kind == "UpToken" else None
        return policy or _refuse(401, "bad token")

    def store(self, policy, key, data, mime):
        """Keeps a file if its policy allows it; says what to answer and what to do first."""
        bucket, _, scope = policy["scope"].partition(":")
        if scope and key != scope:
            _refuse(403, "key doesn't match with scope")
        if key in self.buckets[bucket] and policy.get("insertOnly"):
            _refuse(614, "file exists")
        if not policy.get("fsizeMin", 0) <= len(data) <= policy.get("fsizeLimit", sys.maxsize):
            _refuse(413, "file size is not allowed")
        if policy.get("detectMime") == 1:
            mime = mimetypes.guess_type(key)[0]
        if not _allowed(mime, policy.get("mimeLimit")):
            _refuse(403, "mimeType is not allowed")
        stored = Stored(data, mime or "application/octet-stream")
        self.buckets[bucket][key] = stored
        facts = {**stored.facts(key), "etag": signing.etag(data), "bucket": bucket}
        if "callbackUrl" in policy:
            return None, lambda: self.call_back(policy, facts)
        return _json({"hash": facts["hash"], "key": key}), None

    def call_back(self, policy, facts):
        """Tells the shop; its answer is the browser's."""
        fill = policy["callbackBody"]
        body = re.sub(r"\$\((\w+)\)", lambda m: quote_plus(str(facts[m[1]])), fill).encode()
        path = policy["callbackUrl"].partition("://")[2].partition("/")[2]
        headers = {
            "Content-Type": policy["callbackBodyType"],
            "Authorization": signing.callback_authorization(f"/{path}", body),
        }
        self.callbacks.append((policy["callbackUrl"], headers, body))
        request = urllib.request.Request(policy["callbackUrl"], body, headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return Response(answer.read(), 200, mimetype="application/json")
        except (urllib.error.URLError, TimeoutError):
            return _json({"error": "callback failed"}, 579)

    # --- Management ---------------------------------------------------------------------------

    def on_stat(self, request, entry):
        self.management(request)
        bucket, key = signing.decoded(entry).split(":", 1)
        stored = self.buckets[bucket].get(key) or _refuse(612, "no such file or directory")
        return _json({**stored.facts(key), "type": 0}), None

    def on_delete(self, request, entry):
        self.management(request)
        bucket, key = signing.decoded(entry).split(":", 1)
        if self.buckets[bucket].pop(key, None) is None:
            _refuse(612, "no such file or directory")
        return Response(status=200), None

    def on_list(self, request):
        self.management(request)
        prefix, marker = request.args.get("prefix", ""), request.args.get("marker", "")
        delimiter, files = request.args.get("delimiter"), self.buckets[request.args["bucket"]]
        keys = [key for key in sorted(files) if key.startswith(prefix) and key > marker]
        page, rest = keys[: self.page], keys[self.page :]
        folders = {prefix + key[len(prefix) :].partition("/")[0] + "/" for key in page}
        deep = {key for key in page if delimiter and "/" in key[len(prefix) :]}
        items = [files[key].facts(key) for key in page if key not in deep]
        answer = {"items": items, "marker": page[-1] if rest else ""}
        if deep:
            inside = {f for f in folders if any(key.startswith(f) for key in deep)}
            answer["commonPrefixes"] = sorted(inside)
        return _json(answer), None

    # --- Downloads ----------------------------------------------------------------------------

    def on_download(self, request, bucket, key):
        url = f"http://{request.host}{request.environ['REQUEST_URI']}"
        if bucket in self.private and not signing.is_open(url, request.args):
            _refuse(401, "bad token")
        stored = self.buckets[bucket].get(key) or _refuse(404, "Document not found")
        video = self.video(request.args, stored)
        if video is not None:
            return video, None
        answer = Response(stored.data, mimetype=stored.mime)
        answer.headers["Cache-Control"] = "public, max-age=31536000"
        if "attname" in request.args:
            saved_as = quote(request.args["attname"], safe="")
            answer.headers["Content-Disposition"] = f"attachment; filename*=utf-8''{saved_as}"
        elif stored.mime == "application/octet-stream":
            answer.headers["Content-Disposition"] = "attachment"
        answer.make_conditional(request, accept_ranges=True, complete_length=len(stored.data))
        return answer, None


def _allowed(mime, limit):
    """mimeLimit: kinds separated by semicolons, `video/*`; a leading ! turns it round."""
    if not limit:
        return True
    wanted = limit.removeprefix("!").split(";")
    fits = any(re.fullmatch(each.replace("*", ".*"), mime or "") for each in wanted)
    return fits != limit.startswith("!")


def _json(data, status=200):
    return Response(json.dumps(data), status, mimetype="application/json")


def _refuse(status, text):
    abort(_json({"error": text}, status))
