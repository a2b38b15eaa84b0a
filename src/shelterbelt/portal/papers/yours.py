"""What a release may open and what it is for, said to the survivor themselves: “you”, where the signed paper says “they”."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

CATEGORIES = {
    "service_contact": (_("That you are in contact with us"), ""),
    "safe_contact": (_("How and when you can be reached safely"), ""),
    "safety_needs": (_("What you need to be safe"), _("A check, a lock, somebody to come to court with you")),
    "danger_view": (_("How you see the danger yourself"), ""),
    "danger_level": (_("The danger level and what it rests on"), ""),
    "incident_account": (_("What you told about what happened"), ""),
    "injuries": (_("Injuries and medical care"), ""),
    "children": (_("Your children’s safety"), ""),
    "orders": (_("Protection orders and court dates"), ""),
    "plans": (_("Steps that are planned and by when"), ""),
    "safety_plan": (
        _("Parts of your safety plan"),
        _("Only the parts you choose, one by one. You can change it at any time"),
    ),
    "services": (_("Services you use or have asked for"), ""),
    "kept_out": (_("Whom you want kept out"), _("Workers and agencies that must never see your file")),
    "documents": (_("Named documents or pictures"), _("Say which ones below")),
}
PURPOSES = {
    "safety": _("To keep you safe"),
    "investigation": _("To look into what happened"),
    "court": _("To support you in court or with a protection order"),
    "housing": _("To find shelter or housing"),
    "health": _("To get medical care"),
    "benefits": _("To get money or compensation"),
    "children": _("To keep your children safe"),
    "other": _("Something else"),
}


def category(code: str) -> str:
    """What may be seen, in words."""
    return str(CATEGORIES[code][0]) if code in CATEGORIES else code


def purpose(code: str) -> str:
    """What it is for, in words."""
    return str(PURPOSES[code]) if code in PURPOSES else ""


def offered(only: Sequence[str] = ()) -> list[tuple[str, str, str]]:
    """What may be seen, as a form offers it."""
    return [
        (code, str(label), str(hint))
        for code, (label, hint) in CATEGORIES.items()
        if not only or code in only
    ]
