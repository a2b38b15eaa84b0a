"""What roles, factors and alerts are called on pages."""

from django.utils.translation import gettext_lazy as _

ROLE_WORDS = {
    "officer": _("Officer"),
    "detective": _("Detective"),
    "supervisor": _("Supervisor"),
    "prosecutor": _("Prosecutor"),
    "probation_officer": _("Probation officer"),
    "court_clerk": _("Court clerk"),
    "coordinator": _("Coordinator"),
    "nurse": _("Nurse"),
    "advocate": _("Advocate"),
    "shelter_worker": _("Shelter worker"),
    "administrator": _("Administrator (accounts only)"),
    "reviewer": _("Independent reviewer"),
    "records_officer": _("Records officer"),
    "program": _("Program"),
}
FACTOR_WORDS = {"webauthn": _("Passkey"), "totp": _("Authenticator app")}
ALERT_WORDS = {
    "export_refused": _("wanted to take out more than the budget of a day. It was refused."),
    "many_cases": _("opened unusually many different cases within an hour."),
    "account_opened": _("got an account."),
    "account_changed": _("has other roles or another unit."),
    "client_added": _("is a new program that acts for this agency."),
    "glass_alone": _("is about to open a restricted file alone, without a second person."),
    "reset_confirmed": _("gets a new way to sign in, because the old one was lost."),
}
# What somebody asked for, by the name of its route; the reviewer learns no more than that.
ROUTE_WORDS = {
    "": _("A page"),
    "case": _("A case"),
    "incident": _("An incident"),
    "evidence_picture": _("A file"),
    "evidence_original": _("A file"),
    "release": _("A release"),
    "screen_result": _("A screen"),
    "glass": _("A closed file, to open it for an hour"),
}
# What broken glass shows, one at a time, the narrowest first.
GLASS_WORDS = {
    "who": _("Only whom it is about, and the danger level"),
    "danger": _("What the danger level rests on"),
    "steps": _("What is due, and who does it"),
    "incidents": _("What happened"),
    "notes": _("The notes"),
}
