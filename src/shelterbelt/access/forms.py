"""What is typed at sign-in and about accounts. Refuses in the same words whatever was wrong."""

from collections.abc import Callable, Iterable
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shelterbelt.access import limits
from shelterbelt.access.accounts import MfaAdapter, reseal
from shelterbelt.access.policy import clash, roles_in
from shelterbelt.access.words import ROLE_WORDS
from shelterbelt.agencies.models import Agency, Unit
from shelterbelt.ui.forms import Day, Form, Line, Name, Phone, Pick, Several


def _slowly(form: Any, check: Callable[[], Any], keys: Any) -> Any:
    """Check what was typed unless it comes too soon; count it when it is wrong."""
    at = context.request.at
    if limits.held(keys, at=at):
        raise MfaAdapter().validation_error("incorrect_code")
    try:
        found = check()
    except ValidationError:
        limits.failed(keys, at=at)
        raise
    limits.succeeded(keys, at=at)
    return found


class SecondStep(AuthenticateForm):  # type: ignore[misc]
    """The six figures after the password."""

    def clean_code(self) -> Any:
        found = _slowly(self, super().clean_code, limits.second_step(self.user.pk))
        reseal(self.authenticator)
        return found


class SecondStepAgain(ReauthenticateForm):  # type: ignore[misc]
    """The six figures once more, before something about the sign-in changes."""

    def clean_code(self) -> Any:
        return _slowly(self, super().clean_code, limits.second_step(self.user.pk))


def _read(check: Callable[[], Any]) -> Any:
    """What a device answered, checked; whatever is wrong with it, and junk too, is refused in the same words."""
    try:
        return check()
    except (AttributeError, KeyError, TypeError, ValueError, ValidationError):
        raise MfaAdapter().validation_error("incorrect_code") from None


class PasskeySignIn(LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey's answer. Nothing is counted: there is nothing to guess, and nobody's passkey can be held."""

    def clean_credential(self) -> Any:
        return _read(super().clean_credential)


class KeyAsSecondStep(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A security key after the password."""

    def clean_credential(self) -> Any:
        return _read(super().clean_credential)


class KeyAgain(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey once more, before something about the sign-in changes."""

    def clean_credential(self) -> Any:
        return _read(super().clean_credential)


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey: alone enough to sign in, unless the worker says otherwise."""

    def clean(self) -> Any:
        return _read(super().clean)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["passwordless"].initial = True


class EnrolForm(Form):
    """The two codes on the paper that the administrator handed over."""

    code = Line(label=_("Your sign-in code"), limit=40, missing=_("Write the sign-in code from the paper."))
    once = Line(
        label=_("The code for one use"),
        help_text=_("26 letters and figures. Spaces and capitals do not matter."),
        limit=60,
        missing=_("Write the code for one use from the paper."),
    )


class RolesForm(Form):
    """Which roles a worker has, and in which unit."""

    roles = Several((), label=_("Roles"), missing=_("Choose at least one role."))
    unit = Pick((), label=_("Unit"), required=False)

    def __init__(self, *args: Any, agency: Agency, units: Iterable[Unit] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.units = {unit.code: unit for unit in units}
        roles: Any = self.fields["roles"]
        roles.choices = [(role, ROLE_WORDS[role]) for role in roles_in(agency.kind)]
        unit: Any = self.fields["unit"]
        unit.choices = [("", _("No unit")), *((code, found.name) for code, found in self.units.items())]
        if not self.units:
            del self.fields["unit"]

    def clean_roles(self) -> list[str]:
        roles: list[str] = self.cleaned_data["roles"]
        if clash(roles):
            raise ValidationError(
                _(
                    "Who keeps accounts does no casework, and a reviewer has no other role. Choose one, or open "
                    "a second account for somebody else."
                )
            )
        return roles

    def unit_chosen(self) -> Unit | None:
        return self.units.get(self.cleaned_data.get("unit") or "")


class AccountForm(RolesForm):
    """A new account."""

    code = Line(
        label=_("Sign-in code"),
        help_text=_("Small letters, figures and hyphens. It should not say a name."),
        limit=40,
        width="20",
        missing=_("Write a sign-in code."),
    )
    name = Name(label=_("Name"))
    born_on = Day(label=_("Birth date"), past=True, required=False)
    phone = Phone(label=_("Private telephone"), required=False)
    field_order = ["code", "name", "born_on", "phone", "roles", "unit"]

    def details(self) -> dict[str, Any]:
        return details_in(self.cleaned_data)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        forms.RegexField(
            r"^[a-z0-9][a-z0-9-]{2,39}$",
            error_messages={"invalid": _("Use three or more small letters, figures and hyphens.")},
        ).clean(code)
        return code


class DetailsForm(Form):
    """Who a worker is: only to find out whether somebody in a file is them."""

    name = Name(label=_("Name"))
    other_names = Line(
        label=_("Other names they go by"), help_text=_("With commas between them."), required=False
    )
    born_on = Day(label=_("Birth date"), past=True, required=False)
    phone = Phone(label=_("Private telephone"), required=False)

    def details(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"], **details_in(self.cleaned_data)}


def details_in(data: dict[str, Any]) -> dict[str, Any]:
    """What a form says of a worker besides their name, as it is kept."""
    born, other = data.get("born_on"), data.get("other_names") or ""
    return {
        "other_names": [name.strip() for name in other.split(",") if name.strip()],
        "born_on": born.isoformat() if born else "",
        "phones": [data["phone"]] if data.get("phone") else [],
    }
