"""Qiniu's signatures as its manual describes them, written without its SDK."""

import base64
import hmac
import json
import time
from hashlib import sha1

ACCESS_KEY, SECRET_KEY = "the-access-key", "the secret of the tests"


def encoded(data):
    return base64.urlsafe_b64encode(data.encode() if isinstance(data, str) else data).decode()


def decoded(text):
    return base64.urlsafe_b64decode(text).decode()


def signature(text, key=SECRET_KEY):
    data = text.encode() if isinstance(text, str) else text
    return encoded(hmac.new(key.encode(), data, sha1).digest())


def token(text, key=SECRET_KEY):
    return f"{ACCESS_KEY}:{signature(text, key)}"


def callback_authorization(path_and_query, body, *, host="", content_type="", new=False):
    """The header of a callback with a form; `new` is the kind that starts with Qiniu."""
    if not new:
        signed = token(path_and_query.encode() + b"\n" + body)
        return f"QBox {signed}"
    head = f"POST {path_and_query}\nHost: {host}\nContent-Type: {content_type}\n\n"
    return f"Qiniu {token(head.encode() + body)}"


def policy_of(upload_token):
    """The upload policy; None unless the token is ours and its time is not over."""
    try:
        access_key, signed, text = upload_token.split(":")
        policy = json.loads(decoded(text))
    except ValueError:
        return None
    good = access_key == ACCESS_KEY and hmac.compare_digest(signed, signature(text))
    return policy if good and policy["deadline"] > time.time() else None


def is_management_request(request):
    """Whether a `Qiniu` authorization covers this request of werkzeug's."""
    path = request.environ["REQUEST_URI"]
    kind = request.headers.get("Content-Type")
    lines = [f"{request.method} {path}", f"Host: {request.host}"]
    if kind:
        lines.append(f"Content-Type: {kind}")
    lines += [f"{k}: {v}" for k, v in sorted(request.headers.items()) if k.startswith("X-Qiniu-")]
    text = "\n".join(lines) + "\n\n"
    if kind and kind != "application/octet-stream":
        text += request.get_data(cache=True, as_text=True)
    return request.headers.get("Authorization") == f"Qiniu {token(text)}"


def is_open(url, args):
    """Whether a private URL is signed for exactly this spelling, and still lives."""
    text, _, given = url.rpartition("&token=")
    return given == token(text) and args.get("e", "0").isdigit() and int(args["e"]) > time.time()


def etag(data):
    """Qiniu's hash of a file in blocks of four megabytes."""
    size = 4 * 1024 * 1024
    blocks = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
    sums = [_sum(block) for block in blocks]
    if len(sums) == 1:
        return encoded(b"\x16" + sums[0])
    return encoded(b"\x96" + _sum(b"".join(sums)))


def _sum(data):
    return sha1(data, usedforsecurity=False).digest()
