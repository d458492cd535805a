"""The form of a new message, and what was agreed to on its preview."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.inbox import audiences, selectors
from luffy_api.apps.inbox.models import WRITTEN, Channel, Kind, Message
from luffy_api.apps.inbox.services import Agreed, Draft
from luffy_api.apps.school import selectors as school
from luffy_api.apps.school.exceptions import PageNotFound
from luffy_api.apps.school.models import Announcement
from luffy_api.apps.user import selectors as user_selectors
from luffy_api.apps.user.models import User
from luffy_api.common.choosers import MAX_DIGITS, Chooser
from luffy_api.libs.rich_text.plain import to_plain

COURSE = "course"
# Which field says whose audience it is.
FIELDS = {audiences.STUDENT: "student", COURSE: "course"}


class MessageForm(forms.Form):
    """`submission` makes a second click the same message."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    # Whose page the message leads to.
    announcement = forms.ModelChoiceField(
        queryset=Announcement.objects.all(), required=False, widget=forms.HiddenInput
    )
    audience = forms.ChoiceField(label="发送对象", widget=forms.RadioSelect)
    student = forms.CharField(
        label="学员",
        max_length=254,
        required=False,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text="发给一名学员时填写：手机号、用户名、邮箱，或 # 加编号（如 #12）",
    )
    course = forms.ModelChoiceField(
        label="课程",
        queryset=Course.objects.none(),
        required=False,
        help_text="发给一门课程的学员时选择：所有现在拥有这门课程的人",
    )
    kind = forms.TypedChoiceField(
        label="类型",
        choices=[(kind.value, kind.label) for kind in WRITTEN],
        coerce=lambda value: Kind(int(value)),
        initial=Kind.MESSAGE,
        help_text="学员可以按类型拒收短信和邮件",
    )
    title = forms.CharField(
        label="标题",
        max_length=Message.MAX_TITLE,
        widget=forms.TextInput({"class": "vTextField"}),
    )
    text = forms.CharField(
        label="正文",
        max_length=Message.MAX_TEXT,
        widget=forms.Textarea({"rows": 8, "class": "vLargeTextField"}),
        help_text=f"纯文本，换行保留，最多 {Message.MAX_TEXT} 个字",
    )
    channels = forms.TypedMultipleChoiceField(
        label="发送方式",
        coerce=lambda value: Channel(int(value)),
        widget=forms.CheckboxSelectMultiple,
        initial=[Channel.SITE.value],
        help_text="短信只在 8:00 至 21:00 发出，其余时间等到第二天早上",
    )
    sms_text = forms.CharField(
        label="短信内容",
        max_length=Message.MAX_SMS,
        required=False,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text="不填则用“标题：正文”；连同签名 70 个字以内为一条，更长的每 67 个字一条",
    )

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._staff = staff
        self._of: dict[str, Any] = {}
        fields: dict[str, Any] = self.fields
        fields["audience"].choices = [*audiences.labels().items()]
        fields["channels"].choices = [
            (channel.value, channel.label) for channel in selectors.available_channels()
        ]
        fields["course"].queryset = Course.objects.not_deleted()
        fields["course"].widget = Chooser(Enrollment._meta.get_field("course"), admin.site)
        fields["course"].widget.choices = fields["course"].choices

    @staticmethod
    def initial_of(query: Mapping[str, str]) -> dict[str, Any]:
        """What a link to the form fills in: `student`, `course` or `announcement`, each an id."""
        initial: dict[str, Any] = {"submission": uuid4(), "audience": audiences.EVERYBODY}
        for name, audience in (("student", audiences.STUDENT), ("course", COURSE)):
            if value := _id_in(query, name):
                shown = f"#{value}" if name == "student" else value
                initial |= {"audience": audience, name: shown}
        if value := _id_in(query, "announcement"):
            initial |= _of_announcement(int(value))
        return initial

    def clean_student(self) -> User | None:
        """The account, if one is named and the reader may see it."""
        text = self.cleaned_data["student"].strip()
        if not text:
            return None
        found = _account(text)
        is_hidden = found is not None and found.is_staff and not self._staff.is_superuser
        if found is None or is_hidden or not found.is_active:
            raise ValidationError("没有这个学员，或账号已停用")
        return found

    def clean(self) -> None:
        """The field that belongs to the audience has to be filled."""
        wanted = FIELDS.get(self.cleaned_data.get("audience", ""))
        if wanted and not self.cleaned_data.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, "请填写发给谁")

    def draft(self) -> Draft:
        """What the valid form says."""
        data = self.cleaned_data
        chosen = data.get(FIELDS.get(data["audience"], ""))
        about = data["announcement"]
        return Draft(
            kind=data["kind"],
            title=data["title"],
            text=data["text"].replace("\r\n", "\n"),
            sms_text=data["sms_text"],
            audience=data["audience"],
            audience_id=chosen.pk if chosen else 0,
            channels=data["channels"],
            link=f"/announcements/{about.pk}" if about else "",
        )

    def digest(self) -> str:
        """Stands for what was typed, so that a preview is of this very text."""
        draft = self.draft()
        parts = [draft.kind, draft.title, draft.text, draft.sms_text, draft.audience]
        told = [*parts, draft.audience_id, sorted(draft.channels), draft.link]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def field_of(self, name: str) -> str | None:
        """The field to which an error of the services belongs."""
        return name if name in self.fields else None


class AgreedForm(forms.Form):
    """What the preview has shown."""

    people = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    cost = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2)
    digest = forms.CharField(max_length=64)

    def is_for(self, form: MessageForm) -> bool:
        """Whether it is whole, and of the same text to the same audience."""
        return self.is_valid() and self.cleaned_data["digest"] == form.digest()

    def agreed(self) -> Agreed:
        """Of a valid form."""
        return Agreed(self.cleaned_data["people"], self.cleaned_data["cost"])


def _id_in(query: Mapping[str, str], name: str) -> str:
    """The id that a link names, blank for none."""
    value = query.get(name, "")
    return value if value.isascii() and value.isdecimal() and len(value) <= MAX_DIGITS else ""


def _of_announcement(announcement_id: int) -> dict[str, Any]:
    """An announcement that visitors see, as a message that goes out once, whoever sends it."""
    try:
        row = school.announcement(announcement_id=announcement_id)
    except PageNotFound:
        return {}
    text = to_plain(row.text, text_format=row.content_format) or row.title
    return {
        "submission": uuid5(NAMESPACE_URL, f"luffy:announcement:{row.pk}"),
        "announcement": row.pk,
        "kind": Kind.ANNOUNCEMENT.value,
        "title": row.title,
        "text": text[: Message.MAX_TEXT],
        "sms_text": row.title,
    }


def _account(text: str) -> User | None:
    number = text.removeprefix("#")
    if number != text and number.isascii() and number.isdecimal() and len(number) <= MAX_DIGITS:
        return User.objects.filter(pk=int(number)).first()
    return user_selectors.find_by_identity(text)
