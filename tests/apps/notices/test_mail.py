"""E-mail, talked to a real server: what goes out, what happens when the line breaks, and when nothing may go."""

import time
from pathlib import Path
from typing import Any

import pytest

from shelterbelt.library import quiet
from shelterbelt.notices import channels, mail
from shelterbelt.notices.channels import Later, Message, Never, Tells, Unclear
from tests.apps.notices.people import AT
from tests.apps.notices.servers import MailServer, certificate, mail_server, server_context
from tests.world import Town


def pointed(settings: Any, server: MailServer, **more: str) -> None:
    settings.MAIL = {
        "host": "127.0.0.1", "port": str(server.port), "user": "", "password_file": "", "from": "notes@post.example",
        **more,
    }  # fmt: skip


def message(kind: str = "reminder", language: str = "en", **more: Any) -> Message:
    return Message("robin@example.org", quiet.kind(kind).text(language), language, "abc123", **more)


def test_one_plain_text_goes_to_one_address(node: None, settings: Any) -> None:
    with mail_server() as server:
        pointed(settings, server)
        channels.send("email", message(language="es"), at=AT)
        inbox = server.inbox
    assert inbox.from_to == [("notes@post.example", ["robin@example.org"])]
    letter = inbox.letters[0]
    assert not letter.is_multipart()
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().strip() == "Tiene un recordatorio."
    assert inbox.greeted == ["post.example"]


def test_only_the_headers_that_are_needed_are_there(node: None, settings: Any) -> None:
    with mail_server() as server:
        pointed(settings, server)
        mail.send(message(), at=AT)
        letter = server.inbox.letters[0]
    assert {name.lower() for name in letter} == {
        "from", "to", "subject", "date", "message-id", "auto-submitted", "content-type",
        "content-transfer-encoding", "mime-version",
    }  # fmt: skip
    assert letter["from"] == "notes@post.example"
    assert letter["message-id"] == "<abc123@post.example>"


def test_the_same_message_tried_twice_has_the_same_id(node: None, settings: Any) -> None:
    with mail_server() as server:
        pointed(settings, server)
        mail.send(message(), at=AT)
        mail.send(message(), at=AT)
        first, second = server.inbox.letters
    assert first["message-id"] == second["message-id"]


def test_a_busy_server_is_tried_again_and_takes_it_then(node: None, settings: Any) -> None:
    with mail_server() as server:
        pointed(settings, server)
        server.inbox.on_rcpt = ["450 4.2.1 later", ""]
        server.inbox.on_data = ["451 4.3.0 later"]
        for _ in range(2):
            with pytest.raises(Later):
                mail.send(message(), at=AT)
        mail.send(message(), at=AT)
        assert len(server.inbox.letters) == 1


@pytest.mark.parametrize(("rcpt", "data"), [("550 5.1.1 nobody", ""), ("", "554 5.7.1 no")])
def test_a_server_that_refuses_for_good_is_believed(node: None, settings: Any, rcpt: str, data: str) -> None:
    with mail_server() as server:
        pointed(settings, server)
        server.inbox.on_rcpt, server.inbox.on_data = [rcpt], [data]
        with pytest.raises(Never):
            mail.send(message(), at=AT)
        assert server.inbox.letters == []


@pytest.mark.parametrize(("how", "arrived"), [("drop after", 1), ("drop before", 0)])
def test_a_line_that_breaks_after_the_letter_was_handed_over_leaves_it_unknown(
    node: None, settings: Any, how: str, arrived: int
) -> None:
    with mail_server() as server:
        pointed(settings, server)
        server.inbox.on_data = [how]
        with pytest.raises(Unclear):
            mail.send(message(), at=AT)
        assert len(server.inbox.letters) == arrived


@pytest.mark.alone
def test_a_slow_server_is_not_waited_for_for_ever(node: None, settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(mail, "PATIENCE", 0.3)
    with mail_server() as server:
        pointed(settings, server)
        server.inbox.wait = 1.5
        begun = time.monotonic()
        with pytest.raises(Unclear):
            mail.send(message(), at=AT)
        assert time.monotonic() - begun < 1.4
        time.sleep(1.6)


def test_nobody_there_is_tried_again_later(node: None, settings: Any) -> None:
    with mail_server() as server:
        pointed(settings, server)
    with pytest.raises(Later):
        mail.send(message(), at=AT)


def test_the_line_is_encrypted_and_signed_in_where_the_server_can(
    node: None, settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    cert, private = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    (tmp_path / "password").write_text("mail secret\n")
    with mail_server(
        tls_context=server_context(cert, private),
        require_starttls=True,
        auth_required=True,
        auth_require_tls=True,
    ) as server:
        server.SMTP_kwargs["authenticator"] = server.inbox.sign_in
        pointed(settings, server, host="localhost", user="node", password_file=str(tmp_path / "password"))
        mail.send(message(), at=AT)
        assert server.inbox.tls == [True]
        assert server.inbox.signed_in == ["node"]
        (tmp_path / "password").write_text("wrong")
        with pytest.raises(Later):
            mail.send(message(), at=AT)
        assert len(server.inbox.letters) == 1


def test_a_certificate_of_somebody_else_is_not_believed(
    node: None, settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    cert, private = certificate(tmp_path, name="elsewhere.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with mail_server(tls_context=server_context(cert, private), require_starttls=True) as server:
        pointed(settings, server, host="localhost")
        with pytest.raises(Later, match="not_private"):
            mail.send(message(), at=AT)
        assert server.inbox.letters == []


def test_a_server_elsewhere_that_offers_no_encryption_is_not_used(
    node: None, settings: Any, monkeypatch: Any
) -> None:
    with mail_server() as server:
        pointed(settings, server)
        monkeypatch.setattr(channels, "HERE", ())  # as if it stood elsewhere
        with pytest.raises(Later, match="not_private"):
            mail.send(message(), at=AT)
        assert server.inbox.letters == []


@pytest.mark.parametrize(
    "to", ["robin@example.org\nBcc: other@example.org", "no address", "", "a@b@c", "<x@y>"]
)
def test_what_is_no_address_is_refused(node: None, settings: Any, to: str) -> None:
    with mail_server() as server:
        pointed(settings, server)
        with pytest.raises(Never):
            mail.send(Message(to, quiet.kind("reminder").text("en"), "en", "x"), at=AT)
        assert server.inbox.letters == []


@pytest.mark.parametrize(
    "sender",
    [
        "notes@safe-harbor.example",
        "advocate@post.example",
        "Shelter <notes@post.example>",
        "x@victimservices.example",
    ],
)
def test_a_sender_that_would_tell_is_not_used(place: Town, settings: Any, sender: str) -> None:
    with mail_server() as server:
        pointed(settings, server, **{"from": sender})
        with pytest.raises(Tells):
            mail.send(message(), at=AT)
        with pytest.raises(Tells):
            mail.send(message(sender_name=place.advocates.name), at=AT)
        assert server.inbox.letters == []
        assert server.inbox.greeted == []


def test_the_name_that_they_chose_is_shown(node: None, settings: Any) -> None:
    with mail_server() as server:
        pointed(settings, server)
        mail.send(message(sender_name="Book club"), at=AT)
        assert server.inbox.letters[0]["from"] == "Book club <notes@post.example>"
