"""E-mail by SMTP: one plain text, the neutral subject, nothing else.

No tracking, no attachment, no header that names the program. Refuses a line in plain text that leaves the machine, and
a sender whose name or host would tell a stranger what this is.
"""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings

from shelterbelt.notices.channels import (
    Later,
    Message,
    Never,
    Unclear,
    leaves_the_machine,
    refuse_telling,
    refuse_unfit,
    secret,
)

PATIENCE = 15.0
FINAL = range(500, 600)
PLAIN = SMTP.clone(cte_type="7bit")


def send(message: Message, *, at: datetime) -> None:
    """Hand one message to the mail server; raises NotSent when it was not taken."""
    try:
        address = Address(addr_spec=parseaddr(settings.MAIL["from"])[1])
    except (ValueError, IndexError, MessageError) as unreal:
        raise Later("mail.not_set_up") from unreal
    letter = written(message, address, at=at)
    with _signed_in(address.domain) as line:
        _named(line, address.addr_spec, message.to)
        _handed_over(line, letter)


def written(message: Message, sender: Address, *, at: datetime) -> EmailMessage:
    """The letter as it goes out, every part of it looked at first."""
    name = message.sender_name or parseaddr(settings.MAIL["from"])[0]
    refuse_telling(name, sender.username, sender.domain.replace(".", " "))
    refuse_unfit(message)
    letter = EmailMessage(policy=PLAIN)
    try:
        letter["From"] = Address(name, sender.username, sender.domain)
        letter["To"] = Address(addr_spec=message.to)
    except (ValueError, IndexError, MessageError) as unreal:
        raise Never("mail.address") from unreal
    letter["Subject"] = message.text.subject
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{message.id}@{sender.domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text.body + "\n")
    return letter


@contextlib.contextmanager
def _signed_in(host_name: str) -> Iterator[smtplib.SMTP]:
    """A line to the server, encrypted unless it stays on this machine; nothing was handed over if this fails."""
    with contextlib.ExitStack() as closing:
        try:
            line = smtplib.SMTP(
                settings.MAIL["host"], int(settings.MAIL["port"]), local_hostname=host_name, timeout=PATIENCE
            )
            closing.callback(line.close)
            _made_private(line)
        except ssl.SSLError as fault:
            raise Later("mail.not_private") from fault
        except (smtplib.SMTPException, OSError) as fault:
            raise Later("mail.no_line") from fault
        yield line
        with contextlib.suppress(smtplib.SMTPException, OSError):
            line.quit()


def _made_private(line: smtplib.SMTP) -> None:
    """Encrypt the line and sign in; a server that offers no encryption is used on this machine only."""
    line.ehlo_or_helo_if_needed()
    if line.has_extn("starttls"):
        line.starttls(context=ssl.create_default_context())
        line.ehlo_or_helo_if_needed()
    elif leaves_the_machine(settings.MAIL["host"]):
        raise Later("mail.not_private")
    if settings.MAIL["user"]:
        line.login(settings.MAIL["user"], secret(settings.MAIL["password_file"]))


def _named(line: smtplib.SMTP, sender: str, to: str) -> None:
    """Say from whom and to whom; nothing was handed over yet, whatever the answer."""
    try:
        for ask, who, code in ((line.mail, sender, "mail.refused"), (line.rcpt, to, "mail.address")):
            answer, _ = ask(who)
            if answer in FINAL:
                raise Never(code)
            if answer not in (250, 251):
                raise Later("mail.busy")
    except (smtplib.SMTPException, OSError) as fault:
        raise Later("mail.no_line") from fault
    except UnicodeEncodeError as unreal:
        raise Never("mail.address") from unreal


def _handed_over(line: smtplib.SMTP, letter: EmailMessage) -> None:
    """Hand the letter over: a clear answer counts; a line that breaks now leaves it unknown."""
    try:
        answer, _ = line.data(letter.as_bytes())
    except smtplib.SMTPDataError as refused:
        raise (Never if refused.smtp_code in FINAL else Later)("mail.refused") from refused
    except (smtplib.SMTPException, OSError) as fault:
        raise Unclear("notice.unclear") from fault
    if answer in FINAL:
        raise Never("mail.refused")
    if answer != 250:
        raise Later("mail.busy")
