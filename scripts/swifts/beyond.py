"""What the tests do not ask of a server: what the shop leaves alone of the protocol, and costs.

Prints a line for each, for docs/storage.md. Run by scripts.swifts with the settings of a provider
whose private bucket has a domain of its own.
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import boto3
import django
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

NAME, BODY = "course/videos/路 1.mp4", b"0123456789"
SCHOOL, OTHER = "https://school.example", "https://other.example"
# More than one page of a listing has, and more than one request deletes.
MANY = 1005


def main() -> None:
    """Makes both buckets and asks."""
    django.setup()
    from luffy_api.libs.storage import private_storage, public_storage

    files = private_storage()
    files.client.create_bucket(Bucket=files.bucket_name)
    files.client.create_bucket(Bucket=public_storage().bucket_name, ACL="public-read")
    for ask in (bound_domain, ranges, origins, copies, forms, boto3_defaults, parts, many_files):
        for question, answer in ask(files):
            print(f"- {question}: {answer}", flush=True)


def code(call: Callable[[], Any]) -> str:
    """`fine`, or the code of the refusal."""
    try:
        call()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return f"{status} {error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return "fine"


def in_an_hour() -> Any:
    from django.utils import timezone

    return timezone.now() + timedelta(minutes=60)


def target(files: Any, name: str = NAME) -> dict[str, str]:
    return {"Bucket": files.bucket_name, "Key": files.key(name)}


def put(files: Any, name: str = NAME) -> None:
    files.client.put_object(**target(files, name), Body=BODY, ContentType="video/mp4")


def bound_domain(files: Any) -> Iterator[tuple[str, object]]:
    put(files)
    url = files.signed_url(NAME, expires_at=in_an_hour())
    yield "a signed URL begins with", url.partition("course")[0]
    yield "it opens its file", requests.get(url, timeout=5).content == BODY
    edited = url.replace("X-Amz-Expires=3", "X-Amz-Expires=9")
    yield "edited", requests.get(edited, timeout=5).status_code
    other = url.replace("video.school.example/", "video.school.example/video/")
    yield "with the bucket in its path", requests.get(other, timeout=5).status_code


def ranges(files: Any) -> Iterator[tuple[str, object]]:
    url = files.signed_url(NAME, expires_at=in_an_hour())
    for asked in ("bytes=2-4", "bytes=-3", "bytes=5-", "bytes=10-", "bytes=1-2,4-5"):
        answer = requests.get(url, headers={"Range": asked}, timeout=5)
        said = answer.headers.get("Content-Range")
        yield f"Range: {asked}", f"{answer.status_code} {said} {answer.content[:200]!r}"
    yield "Accept-Ranges", requests.get(url, timeout=5).headers.get("Accept-Ranges")


def origins(files: Any) -> Iterator[tuple[str, object]]:
    url = files.signed_url(NAME, expires_at=in_an_hour())
    for origin in (SCHOOL, OTHER):
        asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
        answer = requests.options(url, headers=asked, timeout=5)
        allowed = answer.headers.get("Access-Control-Allow-Origin")
        yield f"a preflight from {origin}", f"{answer.status_code}, allowed: {allowed}"
    answer = requests.get(url, headers={"Origin": SCHOOL}, timeout=5)
    allowed = answer.headers.get("Access-Control-Allow-Origin")
    yield f"a file asked for from {SCHOOL}", f"{answer.status_code}, allowed: {allowed}"


def copies(files: Any) -> Iterator[tuple[str, object]]:
    source = target(files)
    copied = {**target(files, "copy.mp4"), "CopySource": source}
    yield "a copy in the bucket", code(lambda: files.client.copy_object(**copied))
    yield "it is the same", files.read_range("copy.mp4", 0, 100) == BODY
    missing = {**copied, "CopySource": target(files, "missing.mp4")}
    yield "a copy of what is not there", code(lambda: files.client.copy_object(**missing))


def forms(files: Any) -> Iterator[tuple[str, object]]:
    """Uploads by a form with a signed policy (POST Object), which the shop does not use."""
    form = files.client.generate_presigned_post(
        **target(files, "form.mp4"), Conditions=[["content-length-range", 1, 100]]
    )
    answer = requests.post(form["url"], data=form["fields"], files={"file": BODY}, timeout=5)
    yield "a form with a signed policy", f"{answer.status_code} {answer.text[-200:]}"


def boto3_defaults(files: Any) -> Iterator[tuple[str, object]]:
    """What boto3 sends where nobody says `when_required`, and without our MD5."""
    client = boto3.Session(
        aws_access_key_id=files.access_key, aws_secret_access_key=files.secret_key
    ).client(
        "s3",
        region_name=files.region_name,
        endpoint_url=files.endpoint_url,
        config=Config(s3={"addressing_style": "virtual"}, retries={"total_max_attempts": 1}),
    )
    default = target(files, "default.mp4")
    yield "boto3's own checksums, a file", code(lambda: client.put_object(**default, Body=BODY))
    gone = {"Bucket": files.bucket_name, "Delete": {"Objects": [{"Key": default["Key"]}]}}
    yield "boto3's own checksums, a deletion", code(lambda: client.delete_objects(**gone))


def parts(files: Any) -> Iterator[tuple[str, object]]:
    upload = files.client.create_multipart_upload(**target(files))["UploadId"]
    for number in (1000, 1001):
        part = {**target(files), "UploadId": upload, "PartNumber": number, "Body": BODY}
        yield f"part {number}", code(lambda part=part: files.client.upload_part(**part))
    files.client.abort_multipart_upload(**target(files), UploadId=upload)


def many_files(files: Any) -> Iterator[tuple[str, object]]:
    names = [f"many/{number:04}.ts" for number in range(MANY)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: put(files, name), names))
    yield f"a listing of {MANY}", [each.name for each in files.list_names("many/")] == names
    with timed() as one:
        for name in names[:100]:
            files.delete(name)
    yield "100 files deleted one by one", f"{one():.2f} s"
    with timed() as hundred:
        files.delete_many(names[100:200])
    yield "100 files deleted at once", f"{hundred():.2f} s"
    with timed() as rest:
        files.delete_many(names[200:])
    yield f"{MANY - 200} files deleted", f"{rest():.2f} s"
    yield "what is left", len(list(files.list_names("many/")))


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """A function that tells the seconds of the context."""
    began = time.monotonic()
    ended: list[float] = []
    yield lambda: ended[0]
    ended.append(time.monotonic() - began)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luffy_api.settings.test")
    main()
