"""What scopes are called on pages."""

from django.utils.translation import gettext_lazy as _

SCOPE_WORDS = {
    "cases:read": _("Read cases"),
    "cases:write": _("Open cases and write notes"),
    "actions:read": _("Read work"),
    "actions:write": _("Take and finish work"),
    "grants:read": _("Read what is opened to others"),
    "grants:end": _("End what is opened to others"),
    "referrals:read": _("Read referrals"),
    "referrals:answer": _("Answer referrals"),
    "detained:write": _("Tell who is detained"),
    "ledger:read": _("Get proofs of the ledger"),
}
