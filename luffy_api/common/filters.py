"""The strict base of the FilterSets that a list of the API offers to its clients.

django-filter takes a blank value and an unknown parameter for "no filter". The lists of this API
refuse both, since an answer to half of a question looks like an answer to the whole.
"""

import re
from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django_filters import fields, filters
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from luffy_api.common.fields import IdField
from luffy_api.common.pagination import PagePagination

PAGINATION = frozenset({PagePagination.page_query_param, PagePagination.page_size_query_param})
INVALID_CHOICE = {"invalid_choice": "“%(value)s” 不是合法选项。"}
_INTEGER = re.compile(r"-?[0-9]+")


class StrictForm(forms.Form):
    """Refuses every parameter that is unknown, repeated or blank, under the parameter's name."""

    data: QueryDict  # type: ignore[assignment]
    other_parameters = PAGINATION
    may_be_blank: Collection[str] = ()

    def clean(self) -> None:
        """Called by Django after the fields' own checks; overrules what they said."""
        for name, values in self.data.lists():
            if name not in self.fields and name not in self.other_parameters:
                self.errors[name] = self.error_class(["未知的参数。"])
            elif len(values) > 1:
                self.errors[name] = self.error_class(["该参数只能出现一次。"])
            elif not values[0] and name not in self.may_be_blank:
                self.errors[name] = self.error_class(["该参数不能为空。"])


class UnpaginatedForm(StrictForm):
    """Refuses the parameters of the pagination, too: for a list that is answered as a whole."""

    other_parameters = frozenset()


def require_pages_only(
    request: Request,
    *,
    known: Collection[str] = (),
    may_be_blank: Collection[str] = (),
    paged: bool = True,
) -> None:
    """For a list without a FilterSet: a 400 for any parameter but those of the pagination.

    And but `known` ones, whose values somebody else checks, and those that `may_be_blank`. A list
    that is not `paged` has no pagination.
    """
    form = StrictForm(data=request.query_params)
    form.may_be_blank = may_be_blank
    form.other_parameters = frozenset({*known, *may_be_blank, *(PAGINATION if paged else ())})
    if not form.is_valid():
        texts = {name: [str(text) for text in found] for name, found in form.errors.items()}
        raise serializers.ValidationError(texts)


class StrictFilterSet(FilterSet):  # type: ignore[misc]
    """The base of every FilterSet of the API. Its errors become a 400 in the envelope."""

    class Meta:
        form = StrictForm


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc]
    """Applies a view's `filterset_class`, which drf-spectacular describes; raises DRF's 400."""

    filterset_base = StrictFilterSet


class _ChoiceFormField(fields.ChoiceField):  # type: ignore[misc]
    def clean(self, value: Any) -> Any:
        return super().clean(value) or self.initial


class ChoiceFilter(filters.ChoiceFilter):  # type: ignore[misc]
    """One of fixed `choices`, also for `ordering`; `initial` stands for an absent parameter."""

    field_class = _ChoiceFormField

    def __init__(self, *args: Any, choices: Any, initial: Any = None, **kwargs: Any) -> None:
        super().__init__(
            *args, choices=choices, initial=initial, error_messages=INVALID_CHOICE, **kwargs
        )
        extend_schema_field(serializers.ChoiceField(choices, default=initial))(self)


class _IdFormField(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        errors = {"invalid": "请填写合法的整数值。"}
        super().__init__(min_value=1, max_value=2**63 - 1, error_messages=errors, **kwargs)

    def to_python(self, value: Any) -> int | None:
        """Django itself would take `1.0` and full-width digits."""
        if value and not _INTEGER.fullmatch(value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


@extend_schema_field(IdField())
class IdFilter(filters.Filter):  # type: ignore[misc]
    """A primary key; a row of that key need not exist."""

    field_class = _IdFormField


class _ModelIdFormField(fields.ModelChoiceField):  # type: ignore[misc]
    def to_python(self, value: Any) -> Any:
        return super().to_python(_IdFormField(required=False).clean(value))


@extend_schema_field(IdField())
class ModelIdFilter(filters.ModelChoiceFilter):  # type: ignore[misc]
    """The primary key of a row of `queryset`, by one query; any other key is refused."""

    field_class = _ModelIdFormField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, error_messages=INVALID_CHOICE, **kwargs)
