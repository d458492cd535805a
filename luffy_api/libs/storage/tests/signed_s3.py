"""A small S3: moto behind a proxy that checks signatures and CORS rules as Amazon does.

moto by itself accepts every signature, also expired ones, and pages of every origin.
Runs beside a shop too: `python -m luffy_api.libs.storage.tests.signed_s3 9998 ORIGIN [FOLDER]`;
ORIGIN is where the shop's pages come from. The pictures that were made of others in FOLDER, public
files of another shop, are there from the beginning.
"""

import fnmatch
import json
import logging
import signal
import sys
from io import BytesIO
from threading import Thread

import boto3
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from luffy_api.libs.storage.tests import s3_signing as signing
from luffy_api.libs.storage.tests.made_pictures import made_pictures
from luffy_api.libs.storage.tests.s3_signing import REGION

BUCKET = "school"


class SignedS3:
    """An in-memory server."""

    def __init__(self, port=0):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.rules = {}
        self.server = make_server(
            "127.0.0.1", port, self.application, threaded=True, request_handler=MotoRequestHandler
        )
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        logging.getLogger("werkzeug").setLevel(logging.ERROR)

    def start(self):
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def client(self):
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=signing.ACCESS_KEY,
            aws_secret_access_key=signing.SECRET_KEY,
        )

    def create_bucket(self, name, *, origin=None):
        """A bucket as docs/storage.md asks for it: `public/` open to all, CORS for one origin."""
        client = self.client()
        client.create_bucket(Bucket=name)
        client.put_bucket_policy(Bucket=name, Policy=json.dumps(_open_to_all(f"{name}/public/*")))
        self.rules[name] = _cors(origin) if origin else None

    def application(self, environ, start_response):
        """The WSGI application."""
        request = Request(environ)
        headers = self.cors_headers(request)
        if request.method == "OPTIONS":
            answer = Response(status=200 if headers else 403, headers=headers)
            return answer(environ, start_response)
        # moto reads the body once more.
        environ["wsgi.input"] = BytesIO(request.get_data(cache=True))
        problem = signing.fault(request)
        inner = _refusal(problem) if problem else self.moto

        def answer_with_cors(status, given, *rest):
            kept = [pair for pair in given if not pair[0].lower().startswith("access-control-")]
            return start_response(status, kept + list(headers.items()), *rest)

        return inner(environ, answer_with_cors)

    def cors_headers(self, request):
        """What a browser needs to be told about this request; nothing when no rule fits."""
        origin = request.headers.get("Origin")
        rule = self.rules.get(request.path.split("/")[1])
        method = request.headers.get("Access-Control-Request-Method", request.method)
        asked = request.headers.get("Access-Control-Request-Headers", "")
        names = [name.strip() for name in asked.split(",") if name.strip()]
        if not rule or not origin or not _fits(rule, origin, method, names):
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": ", ".join(rule["AllowedMethods"]),
            "Access-Control-Allow-Headers": ", ".join(names),
            "Access-Control-Expose-Headers": ", ".join(rule["ExposeHeaders"]),
            "Vary": "Origin",
        }


def _open_to_all(objects):
    """The policy that docs/storage.md asks for."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    return {
        "Version": "2012-10-17",
        "Statement": [{**statement, "Resource": f"arn:aws:s3:::{objects}"}],
    }


def _cors(origin):
    """The rule that docs/storage.md asks for."""
    return {
        "AllowedOrigins": [origin],
        "AllowedMethods": ["GET", "HEAD", "PUT"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag", "Accept-Ranges", "Content-Range"],
    }


def _fits(rule, origin, method, names):
    def among(patterns, text):
        return any(fnmatch.fnmatchcase(text.lower(), pattern.lower()) for pattern in patterns)

    return (
        among(rule["AllowedOrigins"], origin)
        and method in rule["AllowedMethods"]
        and all(among(rule["AllowedHeaders"], name) for name in names)
    )


def _refusal(code):
    region = f"<Region>{REGION}</Region>" if code == "AuthorizationHeaderMalformed" else ""
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code>{region}</Error>'
    return Response(text, 403, mimetype="application/xml")


if __name__ == "__main__":
    s3 = SignedS3(int(sys.argv[1])).start()
    s3.create_bucket(BUCKET, origin=sys.argv[2])
    store = s3.client().put_object
    for key, data in made_pictures(sys.argv[3:]):
        store(Bucket=BUCKET, Key=key, Body=data, ContentType="image/webp")
    sys.stdout.write(
        f"S3_ENDPOINT_URL={s3.url}\nS3_BUCKET={BUCKET}\nS3_REGION={REGION}\n"
        f"S3_ACCESS_KEY={signing.ACCESS_KEY}\nS3_SECRET_KEY='{signing.SECRET_KEY}'\n"
    )
    sys.stdout.flush()
    signal.pause()
