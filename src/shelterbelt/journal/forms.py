"""Reads who took what a survivor gave, and under which number."""

from django.utils.translation import gettext_lazy as _

from shelterbelt.ui.forms import Form, Line


class ReceiptForm(Form):
    """The receipt."""

    to = Line(label=_("Who took it"), missing=_("Write who took it."))
    number = Line(label=_("Their number for it"), required=False, limit=80)
