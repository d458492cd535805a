"""学员: accounts of students, for those who may see the accounts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from luffy_api.apps.dashboard.imports import widgets
from luffy_api.apps.dashboard.imports.resources.base import (
    ID,
    Cell,
    Checked,
    TableResource,
    id_cell,
    ids_of,
)
from luffy_api.apps.user import mobiles, services
from luffy_api.apps.user.models import User
from luffy_api.apps.user.usernames import normalize_username


class MobileWidget(widgets.NullTextWidget):
    """A mobile number in any notation."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        try:
            return mobiles.normalize(value) if value else None
        except mobiles.InvalidMobile as error:
            raise ValueError(f"“{value}”不是手机号") from error


class EmailWidget(widgets.NullTextWidget):
    """An address in lower case; NULL where there is none."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return value.lower() or None


class StudentResource(TableResource):
    """学员. A new one has no password: a code by text message logs in, or sets one."""

    part, label, model = "students", "学员", User
    name_field = "mobile"
    unlogged = frozenset({"手机号", "用户名", "昵称", "邮箱"})

    id = id_cell()
    mobile = Cell(
        "mobile",
        "手机号",
        MobileWidget(),
        aliases=["手机", "电话", "手机号码"],
        hint="新学员必填；已有的不能在这里改",
        sample="13800000001",
    )
    username = Cell(
        "username", "用户名", widgets.TextWidget(), hint="新学员留空时自动生成", sample=""
    )
    nickname = Cell(
        "nickname", "昵称", widgets.TextWidget(), clears=True, aliases=["姓名"], sample="林同学"
    )
    email = Cell("email", "邮箱", EmailWidget(), clears=True, aliases=["电子邮箱"])

    def __init__(self, job: Any = None) -> None:
        super().__init__(job)
        self._taken: dict[tuple[str, str], User] = {}

    def rows(self) -> models.QuerySet[Any]:
        """Accounts of students that have not been closed."""
        return User.objects.filter(is_staff=False, is_superuser=False, closed_at=None)

    def prepare(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Every account that has an id, mobile, name or address of these rows. One query."""
        ids = ids_of(rows)
        values: dict[str, set[str]] = {"mobile": set(), "email": set(), "username_key": set()}
        for row in rows:
            values["mobile"].add(_normalized_mobile(row.get("mobile", "")))
            values["email"].add(row.get("email", "").lower())
            values["username_key"].add(normalize_username(row.get("username", "")))
        found = Q(pk__in=ids)
        for column, texts in values.items():
            found |= Q(**{f"{column}__in": texts - {""}})
        self._by_id, self._by_name, self._taken = {}, {}, {}
        for user in self._held(User.objects.filter(found)):
            self._know(user)

    def _know(self, user: User) -> None:
        for column in ("mobile", "email", "username_key"):
            if value := getattr(user, column):
                self._taken[column, value] = user
        if not (user.is_staff or user.is_superuser or user.closed_at):
            self._by_id[user.pk] = user
            if user.mobile:
                self._by_name[user.mobile] = [user]

    def get_instance(self, instance_loader: Any, row: Mapping[str, str]) -> User | None:
        """By id, or else by mobile. Raises ValidationError."""
        mobile = _normalized_mobile(row.get("mobile", ""))
        found = super().get_instance(instance_loader, {**row, "mobile": mobile})
        if found is None and not row.get("mobile"):
            raise ValidationError({"mobile": "新学员必填"})
        return found  # type: ignore[no-any-return]

    def validate_instance(
        self,
        instance: User,
        import_validation_errors: Any = None,
        validate_unique: bool = True,
    ) -> None:
        """A new student may do without a user name until it is written."""
        errors = dict(import_validation_errors or {})
        names = {cell.attribute for cell in self.cells} - {ID}
        others = {each.name for each in instance._meta.fields} - names
        if not instance.username:
            others.add("username")
        try:
            instance.clean_fields(exclude={*errors, *others})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for name, text in self.rules(instance):
            errors.setdefault(name, []).append(ValidationError(text))
        if errors:
            raise ValidationError(errors)

    def rules(self, instance: User) -> Iterable[tuple[str, str]]:
        """No value of another account, and no other mobile."""
        before = self._before[[cell.column_name for cell in self.cells].index("mobile")]
        if not self._is_new and (instance.mobile or "") != before:
            yield "mobile", "已有学员的手机号不能在这里改"
        values = {
            "mobile": ("mobile", instance.mobile),
            "email": ("email", instance.email),
            "username": ("username_key", normalize_username(instance.username)),
        }
        for name, (column, value) in values.items():
            owner = self._taken.get((column, value or ""))
            if owner is not None and owner.pk != instance.pk:
                yield name, "已被其他账号使用"

    def name_of(self, row: Mapping[str, str]) -> str:
        """Nickname, or what there is of it; no whole number."""
        return (row.get("nickname") or row.get("username") or row.get(ID) or "")[:191]

    def keys(self, instance: User) -> list[str]:
        """Mobile, name and address."""
        values = {
            ID: instance.pk,
            "mobile": instance.mobile,
            "username": normalize_username(instance.username),
            "email": instance.email,
        }
        return [f"{name}:{value}" for name, value in values.items() if value]

    def logged(self, instance: User) -> models.Model:
        """The account, without its name."""
        return User(pk=instance.pk, username=f"学员 {instance.pk}")

    def write(self, rows: Sequence[Checked]) -> None:
        """By the services of the accounts."""
        services.create_students([row.instance for row in rows if row.is_new])
        for row in rows:
            if not row.is_new:
                row.instance.save(update_fields=["username", "nickname", "email"])


def _normalized_mobile(text: str) -> str:
    try:
        return mobiles.normalize(text) if text else ""
    except mobiles.InvalidMobile:
        return text
