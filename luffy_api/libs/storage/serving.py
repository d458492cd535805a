"""Views that serve local files, and the HLS playlists of every provider."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import storages
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from luffy_api.libs.storage import downloads, ranges
from luffy_api.libs.storage.content_types import UNKNOWN
from luffy_api.libs.storage.exceptions import (
    BadSignature,
    NameRejected,
    ObjectMissing,
    PlaylistRejected,
    StorageUnavailable,
)
from luffy_api.libs.storage.lifetimes import PRIVATE_CACHE_CONTROL, PUBLIC_CACHE_CONTROL
from luffy_api.libs.storage.local import LocalStorage
from luffy_api.libs.storage.names import check_name
from luffy_api.libs.storage.objects import ObjectInfo
from luffy_api.libs.storage.selection import private_storage, public_storage
from luffy_api.libs.storage.signatures import Claim, check_token
from luffy_api.libs.video.formats import HLS_CONTENT_TYPE, is_hls


@csrf_exempt  # it only reads; Django would log the signed path of a refused POST
@require_safe
def public(request: HttpRequest, name: str) -> HttpResponseBase:
    """A public file: covers, avatars, banners. Where another storage has it, the way there.

    Texts name their pictures by this address, whatever the storage.
    """
    if isinstance(storages["default"], LocalStorage):
        return _serve(request, "default", name, PUBLIC_CACHE_CONTROL)
    try:
        url = public_storage().url(check_name(name))
    except NameRejected as error:
        raise Http404 from error
    # The address may be a signed one, which ends.
    return HttpResponseRedirect(url, headers={"Cache-Control": "no-store"})


@csrf_exempt  # it only reads; Django would log the signed path of a refused POST
@require_safe
def private(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """A private file at a valid signed URL, else 403; in HLS playlists the parts are signed."""
    try:
        claim = check_token(token, name)
        name, download = downloads.parse_download(name)
        if claim.grant:
            _require_entitled(claim.grant, name)
    except BadSignature:
        return _text("链接已失效，请返回课程页重新播放", status=403)
    if is_hls(name) and not download:
        return _playlist(name, claim)
    # With a grant, the browser's copy is shown again only after the entitlement was checked again.
    cache_control = "private, no-cache" if claim.grant else PRIVATE_CACHE_CONTROL
    response = _serve(request, "private", name, cache_control)
    if download:
        response["Content-Disposition"] = downloads.disposition(name)
    return response


def _require_entitled(grant: str, name: str) -> None:
    """Raises BadSignature when the shop says that the grant does not hold any more."""
    is_entitled: Callable[[str, str], bool] = import_string(settings.PRIVATE_FILE_ACCESS_CHECK)
    if not is_entitled(grant, name):
        raise BadSignature


def _playlist(name: str, claim: Claim) -> HttpResponseBase:
    expires_at = datetime.fromtimestamp(claim.expires, UTC)
    try:
        text = private_storage().signed_playlist(name, expires_at=expires_at, grant=claim.grant)
    except (ObjectMissing, PlaylistRejected) as error:
        raise Http404 from error
    except StorageUnavailable:
        return _text("存储服务暂时不可用，请稍后再试", status=503)
    # The URLs in it belong to this viewer.
    headers = {"Cache-Control": "private, no-store"}
    return HttpResponse(text, content_type=HLS_CONTENT_TYPE, headers=headers)


def _serve(request: HttpRequest, alias: str, name: str, cache_control: str) -> HttpResponseBase:
    storage = storages[alias]
    if not isinstance(storage, LocalStorage):
        raise Http404
    info = storage.stat(name)
    if info is None:
        raise Http404
    if settings.ACCEL_REDIRECT_PREFIX:
        response: HttpResponseBase = HttpResponse()
        response["X-Accel-Redirect"] = f"{settings.ACCEL_REDIRECT_PREFIX}{alias}/{quote(name)}"
    else:
        response = _part(request, storage, info)
        response["Accept-Ranges"] = "bytes"
    _describe(response, info, cache_control)
    return response


def _part(request: HttpRequest, storage: LocalStorage, info: ObjectInfo) -> HttpResponseBase:
    modified = int(info.modified.timestamp())
    etag = f'"{info.etag}"'
    conditional = get_conditional_response(request, etag, modified)
    if conditional is not None:
        conditional["ETag"] = etag
        return conditional
    try:
        part = _requested_part(request, info, etag, http_date(modified))
    except ranges.Unsatisfiable:
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{info.size}"
        return response
    start, length = (part.start, part.length) if part else (0, info.size)
    response = _body(request, storage, info.name, start, length)
    response["Content-Length"] = str(length)
    response["ETag"], response["Last-Modified"] = etag, http_date(modified)
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{start + length - 1}/{info.size}"
    return response


def _body(
    request: HttpRequest, storage: LocalStorage, name: str, start: int, length: int
) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse()
    try:
        return FileResponse(ranges.FilePart(storage.file(name), start, length))
    except (ObjectMissing, OSError) as error:
        raise Http404 from error


def _requested_part(
    request: HttpRequest, info: ObjectInfo, etag: str, modified: str
) -> ranges.ByteRange | None:
    header = request.headers.get("Range", "")
    # A part of another version would corrupt the copy that the browser has.
    condition = request.headers.get("If-Range", etag).strip()
    if request.method != "GET" or condition not in {etag, modified}:
        return None
    return ranges.parse(header, info.size)


def _describe(response: HttpResponseBase, info: ObjectInfo, cache_control: str) -> None:
    response["Cache-Control"] = cache_control
    if response.status_code in {200, 206}:
        response["Content-Type"] = info.content_type
    del response["Content-Disposition"]
    if info.content_type == UNKNOWN:
        response["Content-Disposition"] = "attachment"


def _text(text: str, *, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
