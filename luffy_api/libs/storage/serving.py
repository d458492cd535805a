"""Serving local files with Range and conditional requests, by whitenoise's own responder."""

from pathlib import Path

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from whitenoise.responders import MissingFileError, StaticFile

from luffy_api.libs.storage.local import BadSignature, PrivateFileSystemStorage

MEDIA_TYPES = {
    ".mp4": "video/mp4",
    ".flv": "video/x-flv",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
    ".webp": "image/webp",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
}


@csrf_exempt  # it only reads; Django would log the signed path of a refused POST
@require_safe
def public(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of the public area: covers, avatars, banners."""
    storage = storages["default"]
    assert isinstance(storage, FileSystemStorage)
    return _serve(request, storage, name, "public, max-age=3600")


@csrf_exempt  # it only reads; Django would log the signed path of a refused POST
@require_safe
def private(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """A file of the private area, for who holds a valid address; 403 otherwise."""
    storage = storages["private"]
    assert isinstance(storage, PrivateFileSystemStorage)
    try:
        storage.check(token, name)
    except BadSignature:
        return HttpResponse(
            "链接已失效,请返回课程页重新播放", status=403, content_type="text/plain; charset=utf-8"
        )
    return _serve(request, storage, name, "private, max-age=600")


def _serve(
    request: HttpRequest, storage: FileSystemStorage, name: str, cache_control: str
) -> HttpResponseBase:
    path = _path(storage, name)
    # What we do not know is a download and never a page: an uploaded .html or .svg runs nothing.
    media_type = MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
    headers = [
        ("Content-Type", media_type),
        ("Cache-Control", cache_control),
        ("Accept-Ranges", "bytes"),
    ]
    if media_type == "application/octet-stream":
        headers.append(("Content-Disposition", "attachment"))
    answer = StaticFile(str(path), headers).get_response(request.method, request.META)
    response: HttpResponseBase
    if answer.file is None:
        response = HttpResponse(status=int(answer.status))
    else:
        response = FileResponse(answer.file, status=int(answer.status))
    for header, value in answer.headers:
        response[header] = value
    return response


def _path(storage: FileSystemStorage, name: str) -> Path:
    try:
        path = Path(storage.path(name))
        if not path.is_file():
            raise Http404
        StaticFile.get_file_stats(str(path), None, None)
    except (SuspiciousFileOperation, MissingFileError, ValueError, OSError) as error:
        raise Http404 from error
    return path
