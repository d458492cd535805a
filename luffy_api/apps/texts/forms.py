"""Forms with texts in one of two formats: cleaned at save, never converted in silence."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from luffy_api.apps.texts import services
from luffy_api.apps.texts.exceptions import TextNotConvertible
from luffy_api.apps.texts.widgets import CONVERT, KEEP, SWITCH, FormatWidget, RichTextWidget
from luffy_api.libs.rich_text import formats
from luffy_api.libs.rich_text.formats import MAX_LENGTH, TextFormat

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Any]
else:
    BaseForm = forms.ModelForm

FORMAT = "content_format"
ASK = "文字不会自动转换。请选择：转换文字，或原样保留"
LOOK = "文字已转换为{}，还没有保存。请看看下面的结果，然后再保存一次"
TOO_LONG = "文字不能超过 {} 个字符，现在有 {} 个"


class RichTextForm(BaseForm):
    """Mixin before the ModelForm of a row with `content_format`; `rich_texts` are its texts.

    A new row begins in the format of the editor.
    """

    rich_texts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What students will not see of the texts as they were sent.
        self.removed: list[str] = []
        for name in self.rich_texts:
            if name in self.fields:
                self.fields[name].widget = RichTextWidget()
        if FORMAT in self.fields:
            field: Any = self.fields[FORMAT]
            field.widget = FormatWidget()
            field.choices = TextFormat.choices
            if self.instance._state.adding:
                self.initial[FORMAT] = TextFormat.HTML.value

    def _clean_fields(self) -> None:
        """Hook of Django: texts depend on another field, and are clean when they are compared."""
        super()._clean_fields()  # type: ignore[misc]
        wanted = self.cleaned_data.get(FORMAT)
        names = [name for name in self.rich_texts if name in self.cleaned_data]
        if wanted is None or not names:
            return
        if self._is_switched(wanted, names) and not self._may_switch(wanted, names):
            return
        for name in names:
            self._clean_text(name, wanted)

    def _is_switched(self, wanted: str, names: list[str]) -> bool:
        """Whether a text that there is gets another format than it is stored with."""
        if self.instance._state.adding or self._stored_format() == wanted:
            return False
        return any(self.cleaned_data[name].strip() for name in names)

    def _stored_format(self) -> str:
        return str(self.get_initial_for_field(self.fields[FORMAT], FORMAT))

    def _may_switch(self, wanted: str, names: list[str]) -> bool:
        """Whether somebody has said what is to happen; else the form asks, or shows the result."""
        switch = self.data.get(f"{self.add_prefix(FORMAT)}-{SWITCH}")
        if switch == KEEP:
            return True
        if switch != CONVERT:
            self.add_error(FORMAT, ASK)
            return False
        try:
            self._convert(wanted, names)
        except TextNotConvertible as error:
            self.add_error(FORMAT, error.message)
        return False

    def _convert(self, wanted: str, names: list[str]) -> None:
        """Puts the converted texts into the form, shown again. Raises TextNotConvertible."""
        source = self._stored_format()
        made = {
            name: services.convert(text=self.cleaned_data[name], source=source, target=wanted)
            for name in names
        }
        sent: Any = self.data
        data = sent.copy()
        for name, each in made.items():
            data[self.add_prefix(name)] = each.text
            if each.removed:
                self.add_error(name, f"转换时去掉了：{each.removed}")
        data[f"{self.add_prefix(FORMAT)}-{SWITCH}"] = KEEP
        self.data = data
        self.add_error(FORMAT, LOOK.format(TextFormat(wanted).label))

    def _clean_text(self, name: str, text_format: str) -> None:
        """What nobody has changed stays as it is stored, whatever it is: pages show it safely."""
        text = self.cleaned_data[name]
        is_new = self.instance._state.adding or self._stored_format() != text_format
        if not is_new and _lines(text) == _lines(self.initial.get(name) or ""):
            self.cleaned_data[name] = self.initial[name] or ""
            return
        if len(text) > MAX_LENGTH:
            self.add_error(name, ValidationError(TOO_LONG.format(MAX_LENGTH, len(text))))
            return
        self.cleaned_data[name], removed = formats.clean(text, text_format=text_format)
        if removed and removed not in self.removed:
            self.removed.append(removed)


def _lines(text: str) -> str:
    """Without what browsers change: line ends, and blanks around."""
    return text.replace("\r\n", "\n").strip()
