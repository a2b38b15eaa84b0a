"""Text messages by SMPP, talked to a server that speaks the real protocol; its coding is checked against smpplib's."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from smpplib import smpp

from shelterbelt.library import quiet
from shelterbelt.notices import channels, texts
from shelterbelt.notices.channels import Later, Message, Never, Tells, Unclear
from tests.apps.notices.people import AT
from tests.apps.notices.servers import certificate, server_context
from tests.apps.notices.smsc import (
    DELIVER_SM,
    ENQUIRE_LINK,
    OK,
    RINVDSTADR,
    RSYSERR,
    RTHROTTLED,
    RX_P_APPN,
    SUBMIT_SM,
    Smsc,
    delivered,
    enquired,
    fields,
    packed,
    smsc,
)

LONG_SPANISH = "Mañana está aquí. " * 8
LONG_ARABIC = "لديك تذكير. " * 20
LONG_PLAIN = "You have a reminder for ten o'clock. " * 6


def pointed(settings: Any, tmp_path: Path, server: Smsc, **more: str) -> None:
    (tmp_path / "net").write_text("net pass\n")
    settings.TEXTS = {
        "host": "127.0.0.1", "port": str(server.port), "user": "node", "password_file": str(tmp_path / "net"),
        "from": "20255", **more,
    }  # fmt: skip


def message(body: str = "You have a reminder.", to: str = "+12025550147", **more: Any) -> Message:
    return Message(to, quiet.Text("Reminder", body), "en", "abc", **more)


def test_a_text_goes_to_the_number_in_the_telephones_own_alphabet(
    node: None, settings: Any, tmp_path: Path
) -> None:
    with smsc() as server:
        pointed(settings, tmp_path, server)
        channels.send("text", message(), at=AT)
    told = server.taken[0]
    assert server.bound == [("node", "net pass")]
    assert (told["destination_addr"], told["dest_addr_ton"], told["dest_addr_npi"]) == ("12025550147", 1, 1)
    assert (told["source_addr"], told["data_coding"], told["esm_class"]) == ("20255", 0, 0)
    assert (told["registered_delivery"], told["schedule_delivery_time"]) == (0, "")
    assert server.texts() == ["You have a reminder."]
    assert server.unbound == 1


@pytest.mark.parametrize(
    ("body", "coding", "parts"),
    [
        ("Tiene un recordatorio.", 0, 1),
        ("Está aquí mañana.", 8, 1),
        ("Напоминание", 8, 1),
        ("Mañana a las diez: 5 £ §?", 8, 1),
        ("¿Mañana, a las diez @ 5 £?", 0, 1),
        ("`", 8, 1),
        ("{", 8, 1),
        (LONG_PLAIN, 0, 2),
        (LONG_SPANISH, 8, 3),
        (LONG_ARABIC, 8, 4),
    ],
)
def test_every_alphabet_and_length_arrives_whole(
    node: None, settings: Any, tmp_path: Path, body: str, coding: int, parts: int
) -> None:
    with smsc() as server:
        pointed(settings, tmp_path, server)
        texts.send(message(body), at=AT)
    assert server.texts() == [body]
    assert [told["data_coding"] for told in server.taken] == [coding] * parts
    assert all(len(told["short_message"]) <= 140 or coding == 0 for told in server.taken)
    assert all(bool(told["esm_class"] & 0x40) == (parts > 1) for told in server.taken)


def test_the_network_may_not_keep_it_past_the_hours(node: None, settings: Any, tmp_path: Path) -> None:
    with smsc() as server:
        pointed(settings, tmp_path, server)
        texts.send(message(ends_at=AT + timedelta(hours=2, minutes=3, seconds=4)), at=AT)
        texts.send(message(), at=AT)
    assert [told["validity_period"] for told in server.taken] == ["000000020304000R", "000001000000000R"]


def test_what_the_network_says_meanwhile_is_answered(node: None, settings: Any, tmp_path: Path) -> None:
    said = [enquired(71), delivered(72, receipt=True), delivered(73, receipt=False, text=b"who is this?")]
    with smsc(before_answer=said) as server:
        pointed(settings, tmp_path, server)
        texts.send(message(), at=AT)
    assert (ENQUIRE_LINK | 0x80000000, OK, 71) in server.answered
    assert (DELIVER_SM | 0x80000000, OK, 72) in server.answered
    # Nobody reads answers here: the network is told so instead of losing them.
    assert (DELIVER_SM | 0x80000000, RX_P_APPN, 73) in server.answered
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ([RTHROTTLED], Later),
        ([RSYSERR], Later),
        ([RINVDSTADR], Never),
        ([0x45], Never),
        (["drop"], Unclear),
    ],
)
def test_a_status_that_is_no_yes_is_no_yes(
    node: None, settings: Any, tmp_path: Path, answers: list[Any], fault: type[Exception]
) -> None:
    with smsc(answers=answers) as server:
        pointed(settings, tmp_path, server)
        with pytest.raises(fault):
            texts.send(message(), at=AT)
    assert server.taken == []
    assert len(server.seen) == 1


def test_half_of_a_long_text_taken_is_not_known_to_have_gone(
    node: None, settings: Any, tmp_path: Path
) -> None:
    with smsc(answers=[OK, RTHROTTLED]) as server:
        pointed(settings, tmp_path, server)
        with pytest.raises(Unclear):
            texts.send(message(LONG_PLAIN), at=AT)


def test_a_network_that_says_nothing_is_not_waited_for_for_ever(
    node: None, settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(texts, "PATIENCE", 0.3)
    with smsc(answers=["silent"]) as server:
        pointed(settings, tmp_path, server)
        with pytest.raises(Unclear):
            texts.send(message(), at=AT)


def test_a_wrong_password_a_line_that_breaks_or_nobody_there_is_tried_later(
    node: None, settings: Any, tmp_path: Path
) -> None:
    with smsc(password="another") as server:
        pointed(settings, tmp_path, server)
        with pytest.raises(Later):
            texts.send(message(), at=AT)
    with smsc(hang_up_on_bind=True) as server:
        pointed(settings, tmp_path, server)
        with pytest.raises(Later):
            texts.send(message(), at=AT)
    with pytest.raises(Later):
        texts.send(message(), at=AT)


def test_the_line_is_encrypted_to_whom_it_names(
    node: None, settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(texts, "leaves_the_machine", lambda _: True)  # as if it stood elsewhere
    cert, private = certificate(tmp_path)
    with smsc(server_context(cert, private)) as server:
        pointed(settings, tmp_path, server, host="localhost")
        with pytest.raises(Later):
            texts.send(message(), at=AT)  # nobody vouches for it
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        texts.send(message(), at=AT)
    assert len(server.taken) == 1
    with smsc() as plain:
        pointed(settings, tmp_path, plain, host="localhost")
        with pytest.raises(Later):
            texts.send(message(), at=AT)
    assert plain.bound == []


@pytest.mark.parametrize(
    "to", ["", "12025550147", "+1 202 555 0147", "+12025550147 x12", "+12025550147\0", "+0123"]
)
def test_what_is_no_number_is_refused(node: None, settings: Any, tmp_path: Path, to: str) -> None:
    with smsc() as server:
        pointed(settings, tmp_path, server)
        with pytest.raises(Never):
            texts.send(message(to=to), at=AT)
    assert server.seen == []


@pytest.mark.parametrize(
    ("body", "sender"),
    [("The court is open.", "20255"), ("See https://post.example", "20255"), ("Hello", "SafeHome")],
)
def test_a_text_or_sender_that_would_tell_is_not_sent(
    node: None, settings: Any, tmp_path: Path, body: str, sender: str
) -> None:
    with smsc() as server:
        pointed(settings, tmp_path, server, **{"from": sender})
        with pytest.raises(Tells):
            texts.send(message(body), at=AT)
    assert server.seen == []


def test_neither_numbers_nor_words_are_logged(node: None, settings: Any, tmp_path: Path, caplog: Any) -> None:
    caplog.set_level(0)
    with smsc(answers=[RINVDSTADR]) as server:
        pointed(settings, tmp_path, server)
        with pytest.raises(Never):
            texts.send(message(), at=AT)
    assert "5550147" not in caplog.text
    assert b"12025550147".hex() not in caplog.text
    assert b"reminder".hex() not in caplog.text


def test_the_servers_coding_is_smpplibs() -> None:
    """The same bytes mean the same to both: what we read and what we write."""
    line = texts.Line("localhost", 1, allow_unknown_opt_params=True)
    known = smpp.parse_pdu(delivered(9, receipt=True), client=line, allow_unknown_opt_params=True)
    assert (known.command, known.sequence, known.esm_class) == ("deliver_sm", 9, 4)
    assert known.short_message == b"id:1 stat:DELIVRD"
    made = smpp.make_pdu(
        "submit_sm", client=line, source_addr="20255", destination_addr="12025550147", short_message="é".encode("utf-16-be"),
        data_coding=8, esm_class=0x40, validity_period="000000020304000R", source_addr_ton=3, dest_addr_ton=1,
        dest_addr_npi=1,
    )  # fmt: skip
    told = fields(made.generate()[16:])
    assert told["short_message"] == b"\x00\xe9"
    assert (told["destination_addr"], told["data_coding"], told["esm_class"]) == ("12025550147", 8, 0x40)
    assert told["validity_period"] == "000000020304000R"
    answer = smpp.parse_pdu(
        packed(SUBMIT_SM | 0x80000000, RTHROTTLED, 4), client=line, allow_unknown_opt_params=True
    )
    assert (answer.command, answer.status, answer.sequence) == ("submit_sm_resp", RTHROTTLED, 4)
