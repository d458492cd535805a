"""Views that serve local files, and the HLS playlists of every provider."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
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

# What who has an address that opens nothing any more reads.
EXPIRED = "链接已失效，请返回课程页重新播放"


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
        opened = _open(token, name)
    except BadSignature:
        return _text(EXPIRED, status=403)
    if opened.is_playlist:
        return _playlist(opened.name, opened.claim)
    response = _serve(request, "private", opened.name, opened.cache_control)
    if opened.is_download:
        response["Content-Disposition"] = downloads.disposition(opened.name)
    return response


def private_redirect(token: str, name: str) -> dict[str, str] | None:
    """The headers by which a server in front of us sends the file of a valid signed URL.

    None for whatever only `private` answers: a playlist, a file that is not there, and everything
    where no such server is. Raises BadSignature, and what the shop's own check raises.
    """
    storage = storages["private"]
    if not settings.ACCEL_REDIRECT_PREFIX or not isinstance(storage, LocalStorage):
        return None
    opened = _open(token, name)
    info = None if opened.is_playlist else storage.stat(opened.name)
    if info is None:
        return None
    headers = {**_redirect("private", info.name), **_description(info, opened.cache_control)}
    if opened.is_download:
        headers["Content-Disposition"] = downloads.disposition(opened.name)
    return headers


@dataclass(frozen=True, slots=True)
class _Opened:
    """The private file that a signed URL opens now."""

    name: str
    claim: Claim
    is_download: bool

    @property
    def is_playlist(self) -> bool:
        return not self.is_download and is_hls(self.name)

    @property
    def cache_control(self) -> str:
        # With a grant, the browser's copy is shown again only after the entitlement was checked
        # again.
        return "private, no-cache" if self.claim.grant else PRIVATE_CACHE_CONTROL


def _open(token: str, name: str) -> _Opened:
    """Raises BadSignature."""
    claim = check_token(token, name)
    name, is_download = downloads.parse_download(name)
    if claim.grant:
        _require_entitled(claim.grant, name)
    return _Opened(name, claim, is_download)


def _require_entitled(grant: str, name: str) -> None:
    """Raises BadSignature when the shop says that the grant does not hold any more."""
    if not _access_check(settings.PRIVATE_FILE_ACCESS_CHECK)(grant, name):
        raise BadSignature


@lru_cache(maxsize=1)
def _access_check(path: str) -> Callable[[str, str], bool]:
    check: Callable[[str, str], bool] = import_string(path)
    return check


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
        response: HttpResponseBase = HttpResponse(headers=_redirect(alias, name))
    else:
        response = _part(request, storage, info)
        response["Accept-Ranges"] = "bytes"
    _describe(response, info, cache_control)
    return response


def _redirect(alias: str, name: str) -> dict[str, str]:
    return {"X-Accel-Redirect": f"{settings.ACCEL_REDIRECT_PREFIX}{alias}/{quote(name)}"}


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
    del response["Content-Disposition"]
    for name, value in _description(info, cache_control).items():
        if name != "Content-Type" or response.status_code in {200, 206}:
            response[name] = value


def _description(info: ObjectInfo, cache_control: str) -> dict[str, str]:
    headers = {"Content-Type": info.content_type, "Cache-Control": cache_control}
    if info.content_type == UNKNOWN:
        headers["Content-Disposition"] = "attachment"
    return headers


def _text(text: str, *, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
