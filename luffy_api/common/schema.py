"""OpenAPI: the envelope around every response, and the table of codes."""

from typing import Any, ClassVar, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.serializers import Serializer

from luffy_api.common.codes import Code

ERROR = "ErrorEnvelope"
JSON = "application/json"


class EnvelopeSchema(AutoSchema):
    """Wraps each documented response in `{code, msg, data}`.

    A view with further keys beside `data` maps its actions to their serializers in
    `envelope_extra`.
    """

    def _get_response_for_code(
        self,
        serializer: Any,
        status_code: str,
        media_types: list[str] | None = None,
        direction: Any = "response",
    ) -> dict[str, Any]:
        response: dict[str, Any] = super()._get_response_for_code(  # type: ignore[no-untyped-call]
            serializer, status_code, media_types, direction
        )
        content = response.setdefault("content", {})
        if not content:
            content[JSON] = {"schema": {"type": "null"}}
        if JSON in content:
            content[JSON]["schema"] = self._envelope(content[JSON]["schema"])
        response["description"] = response.get("description") or "成功"
        return response

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Adds the error response to every operation."""
        operation = super().get_operation(*args, **kwargs)
        if operation:
            operation["responses"]["default"] = {
                "description": "4xx, 5xx",
                "content": {JSON: {"schema": {"$ref": f"#/components/schemas/{ERROR}"}}},
            }
        return operation

    def _envelope(self, data: dict[str, Any]) -> dict[str, Any]:
        properties = {
            "code": {"$ref": "#/components/schemas/Code"},
            "msg": {"type": "string"},
            "data": data,
        }
        extra = getattr(self.view, "envelope_extra", {}).get(getattr(self.view, "action", ""))
        if extra:
            properties |= self._extra_properties(extra)
        return {"type": "object", "properties": properties, "required": list(properties)}

    def _extra_properties(self, extra: type[Serializer[Any]]) -> dict[str, Any]:
        schema = self._map_serializer(extra(), "response")  # type: ignore[no-untyped-call]
        return dict(schema["properties"])


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The base of security schemes that are a key in a header or a cookie.

    Tokens are described so, too, since `jwt` is no registered HTTP authentication scheme.
    """

    location: ClassVar[Literal["header", "cookie"]]
    key: ClassVar[str]
    description: ClassVar[str]

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the scheme as OpenAPI writes it."""
        return {
            "type": "apiKey",
            "in": self.location,
            "name": self.key,
            "description": self.description,
        }


def add_codes(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """Postprocessing hook of drf-spectacular: components `Code` and `ErrorEnvelope`."""
    schemas = result["components"]["schemas"]
    schemas["Code"] = {
        "type": "integer",
        "enum": Code.values,
        "description": "\n".join(f"* `{code.value}` - {code.label}" for code in Code),
    }
    schemas[ERROR] = {
        "type": "object",
        "required": ["code", "msg", "data", "errors"],
        "properties": {
            "code": {"$ref": "#/components/schemas/Code"},
            "msg": {"type": "string"},
            "data": {"type": "null"},
            "errors": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
        },
    }
    return result
