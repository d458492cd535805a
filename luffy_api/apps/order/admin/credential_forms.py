"""The write-only form of 支付设置."""

from typing import Any

from django import forms

from luffy_api.apps.order.exceptions import CredentialsRefused
from luffy_api.apps.order.models import PayType
from luffy_api.apps.order.payment.credential_fields import FIELDS

MAX_LENGTH = 32_768  # characters; Alipay's root file has six thousand


class WriteOnlyInput(forms.Textarea):
    """A field that never holds what was entered, not even after an error."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's hook, without the value."""
        return super().get_context(name, None, attrs)


class CredentialForm(forms.Form):
    """A field for each value of one provider; a blank one leaves the value as it is."""

    def __init__(self, provider: PayType, data: Any = None) -> None:
        # Two forms stand on one page.
        super().__init__(data, auto_id=f"id_{provider.name.lower()}_%s")
        self.provider = provider
        for field in FIELDS[provider]:
            rows = 1 if field.is_identifier else 3
            look = {"rows": rows, "autocomplete": "off", "spellcheck": "false"}
            self.fields[field.name] = forms.CharField(
                label=field.label,
                required=False,
                max_length=MAX_LENGTH,
                widget=WriteOnlyInput(look),
            )

    @property
    def texts(self) -> dict[str, str]:
        """What was entered, by field name."""
        return {name: text for name, text in self.cleaned_data.items() if text}

    def refuse(self, refused: CredentialsRefused) -> None:
        """Show why nothing was stored."""
        for name, sentence in refused.fields.items():
            self.add_error(name, f"{sentence}。")
        for sentence in refused.general:
            self.add_error(None, sentence)
