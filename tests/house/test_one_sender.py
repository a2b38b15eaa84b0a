"""There is one way by which a message to a person leaves: `notices`. Every other way is shut, and seen to be shut."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.mail import get_connection, send_mail

from shelterbelt.config import settings as ours
from shelterbelt.notices.no_other_way import NoOtherWay
from tests.house.source import PACKAGE, called, modules, texts

# What mail or text messages could be sent with. `email` alone builds letters and sends none.
LIBRARIES = {
    "smtplib", "smpplib", "aiosmtplib", "aiosmtpd", "imaplib", "poplib", "telnetlib", "nntplib", "twilio", "boto3", "sendgrid",
    "mailgun", "vonage", "pywebpush", "messagebird", "django.core.mail", "email.message", "email.mime",
}  # fmt: skip
CALLS = {
    "send_mail",
    "send_mass_mail",
    "mail_admins",
    "mail_managers",
    "EmailMessage",
    "EmailMultiAlternatives",
    "email_user",
}
SENDERS = {"notices/mail.py", "notices/texts.py", "notices/no_other_way.py"}
# To a survivor, after a look at how they may be reached; to somebody whom they chose, who is never themselves.
TALKERS = {"notices/actions/sending.py", "notices/actions/others.py"}
SCRIPTS = ("mailto:", "sms:", "whatsapp:", "tg:")


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def strays(place: str, tree: ast.AST) -> list[str]:
    """What in a module could send past the one sender."""
    if place in SENDERS:
        return []
    found = [
        name for name in imported(tree) if any(name == one or name.startswith(f"{one}.") for one in LIBRARIES)
    ]
    found += [called(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) in CALLS]
    found += [
        text
        for text in texts(tree)
        if text in ("/usr/sbin/sendmail", "sendmail", "mailx", "smtplib", "smpplib")
    ]
    return found


def test_no_other_module_can_send() -> None:
    assert {place: found for place, tree in modules().items() if (found := strays(place, tree))} == {}


def test_only_the_action_that_looked_at_the_instructions_reaches_the_channels() -> None:
    for place, tree in modules().items():
        names = set(imported(tree))
        reaches = {"shelterbelt.notices.mail", "shelterbelt.notices.texts"} & names
        assert not reaches or place in {"notices/channels.py"}, place
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "channels.send",
                "mail.send",
                "texts.send",
            ):
                assert place in TALKERS, place


@pytest.mark.parametrize(
    "line",
    [
        "import smtplib", "from smtplib import SMTP", "import smpplib.client", "from django.core.mail import send_mail",
        "from django.core import mail", "from email.message import EmailMessage", "worker.email_user('a', 'b')",
        "importlib.import_module('smtplib')", "subprocess.run(['sendmail'])",
    ],
)  # fmt: skip
def test_the_check_sees_each_way_round(line: str) -> None:
    assert strays("cases/actions.py", ast.parse(line))


def test_djangos_own_way_refuses_whoever_takes_it(settings: Any) -> None:
    assert ours.EMAIL_BACKEND == "shelterbelt.notices.no_other_way.Refusing"
    settings.EMAIL_BACKEND = ours.EMAIL_BACKEND  # the test runner puts its own there
    with pytest.raises(NoOtherWay):
        send_mail("a", "b", "c@example.org", ["d@example.org"])
    with pytest.raises(NoOtherWay):
        get_connection().send_messages([])


def test_no_page_hands_a_message_to_the_browsers_own_mail() -> None:
    for page in sorted(PACKAGE.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        found = [word for word in SCRIPTS if f'"{word}' in text or f"'{word}" in text]
        assert not found, page


def test_sign_in_sends_nothing_whatever_is_typed(node: None, client: Any, settings: Any) -> None:
    """Resetting a password, confirming an address, signing up: none of them is there, so none of them can send."""
    settings.EMAIL_BACKEND = ours.EMAIL_BACKEND
    for page in (
        "password/reset/", "password/reset/done/", "password/reset/key/a-b/", "email/", "confirm-email/",
        "signup/", "login/code/",
    ):  # fmt: skip
        for send in (
            client.get,
            lambda where: client.post(where, {"email": "a@example.org", "login": "a", "code": "a"}),
        ):
            answer = send(f"/account/{page}")
            assert answer.status_code in (302, 404), page
    for data in ({"login": "nobody", "password": "x" * 12}, {"login": "nobody@example.org", "password": ""}):
        assert client.post("/account/login/", data).status_code < 500
