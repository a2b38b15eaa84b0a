"""Django's own mail, which this product does not use: whoever tries is told so, and nothing goes.

Messages to people go through `notices.actions.write_notice` alone.
"""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class NoOtherWay(Exception):
    """Somebody tried to send mail past the one sender."""


class Refusing(BaseEmailBackend):
    """Sends nothing."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise NoOtherWay("mail goes through notices alone")
