"""The envelope of all API responses, times in them, and the download of a private PDF."""

from datetime import datetime
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from rest_framework.response import Response

from luffy_api.common.codes import Code

# For an answer that is of one student, and of this moment.
UNKEPT = {"Cache-Control": "private, no-store"}


class APIResponse(Response):
    """`{"code", "msg", "data", **extra}`; extra keys stand beside `data`, by name."""

    def __init__(
        self,
        data: Any = None,
        *,
        code: Code = Code.OK,
        msg: str | None = None,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        body = {"code": code.value, "msg": msg or str(code.label), "data": data, **extra}
        super().__init__(body, status=status, headers=headers)


def joined_response(data: Any, **extra: Any) -> HttpResponse:
    """A success with `data` of which parts are JSON already, as `orjson.Fragment`."""
    body = orjson.dumps(APIResponse(data, **extra).data)
    return HttpResponse(body, content_type="application/json")


def wire_time(moment: datetime) -> str:
    """As DRF's DateTimeField has it: ISO 8601 in the school's time zone."""
    text = timezone.localtime(moment).isoformat()
    return f"{text.removesuffix('+00:00')}Z" if text.endswith("+00:00") else text


def pdf_download(name: str, content: bytes) -> HttpResponse:
    """A PDF that browsers save under `name` and no cache keeps."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(True, name),
            "Cache-Control": "private, no-store",
        },
    )
