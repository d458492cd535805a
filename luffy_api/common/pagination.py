"""Pagination: `{count, next, previous, results}` as the envelope's `data`."""

import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from luffy_api.common.response import APIResponse

# Up to nine ASCII digits: offsets stay within an SQL integer.
_PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class PagePagination(PageNumberPagination):
    """`page` and `page_size`; malformed or too large values are refused with 400."""

    page_size = 10
    page_size_query_param = "page_size"
    max_page_size = 50

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """The rows of the page. Raises ValidationError (malformed) or NotFound (past the end)."""
        self._refuse_malformed(request, self.page_query_param)
        size = self._refuse_malformed(request, self.page_size_query_param)
        if size is not None and size > self.max_page_size:
            raise ValidationError(
                {self.page_size_query_param: [f"每页最多 {self.max_page_size} 条"]}
            )
        return super().paginate_queryset(queryset, request, view)

    def _refuse_malformed(self, request: Request, name: str) -> int | None:
        value = request.query_params.get(name)
        if value is None:
            return None
        if not _PAGE_NUMBER.fullmatch(value):
            raise ValidationError({name: ["请输入正整数"]})
        return int(value)

    def get_next_link(self) -> str | None:
        """A path without host: an absolute URL would repeat the request's Host header."""
        return self._relative(super().get_next_link())

    def get_previous_link(self) -> str | None:
        """A path without host, as `get_next_link`."""
        return self._relative(super().get_previous_link())

    @staticmethod
    def _relative(link: str | None) -> str | None:
        return urlunsplit(("", "", *urlsplit(link)[2:])) if link else None

    def get_paginated_response(self, data: Any, **extra: Any) -> Response:
        """The envelope around the page; `extra` keys stand beside `data`."""
        assert self.page is not None
        return APIResponse(
            {
                "count": self.page.paginator.count,
                "next": self.get_next_link(),
                "previous": self.get_previous_link(),
                "results": data,
            },
            **extra,
        )
