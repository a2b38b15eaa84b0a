"""Text messages by SMPP 3.4, through one small adapter over smpplib.

Nothing is kept by the telephone network past the person's hours: each part says until when it may be delivered.
Refuses a number without its country, and a line in plain text that leaves the machine.
"""

import contextlib
import logging
import re
import socket
import ssl
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from smpplib import consts, exceptions, gsm
from smpplib.client import Client

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

PATIENCE = 10.0
ANSWERS = 20
LONGEST = timedelta(hours=24)
RECEIPT = 0x04 | 0x08 | 0x20  # SMPP 3.4 §5.2.12: the network's receipt, a telephone's, one on the way
BUSY = (
    consts.SMPP_ESME_RTHROTTLED,
    consts.SMPP_ESME_RMSGQFUL,
    consts.SMPP_ESME_RSYSERR,
    consts.SMPP_ESME_RX_T_APPN,
)
FAULTS = (
    exceptions.ConnectionError,
    exceptions.PDUError,
    exceptions.UnknownCommandError,
    OSError,
    struct.error,
    KeyError,
    ValueError,
)
# smpplib writes numbers and texts into its log when it is asked to: it is never asked.
SILENT = "shelterbelt.notices.silent"
logging.getLogger(SILENT).setLevel(logging.CRITICAL + 1)


class Line(Client):  # type: ignore[misc]
    """smpplib's client, with TLS that checks whom it speaks to."""

    def _create_socket(self) -> socket.socket:
        raw = socket.create_connection((self.host, self.port), timeout=self.timeout)
        if self._ssl_context is None:
            return raw
        wrapped: socket.socket = self._ssl_context.wrap_socket(raw, server_hostname=self.host)
        return wrapped

    def connect(self) -> None:
        self._socket = self._create_socket()
        self.state = consts.SMPP_CLIENT_STATE_OPEN

    def message_received_handler(self, pdu: Any, **_: Any) -> int:
        """Receipts are taken and forgotten; what somebody writes to us is turned away: nobody would read it here."""
        receipt = bool(int(pdu.esm_class or 0) & RECEIPT)
        return int(consts.SMPP_ESME_ROK if receipt else consts.SMPP_ESME_RX_P_APPN)


def send(message: Message, *, at: datetime) -> None:
    """Hand one text to the telephone network; raises NotSent when it was not taken."""
    refuse_telling(settings.TEXTS["from"])
    refuse_unfit(message)
    if not re.fullmatch(r"\+[1-9]\d{6,14}", message.to):
        raise Never("text.number")
    parts, coding, esm_class = parts_of(message.text.body)
    common = {
        **_sender(settings.TEXTS["from"]),
        "dest_addr_ton": consts.SMPP_TON_INTL,
        "dest_addr_npi": consts.SMPP_NPI_ISDN,
        "destination_addr": message.to[1:],
        "data_coding": coding,
        "esm_class": esm_class,
        "validity_period": validity(message.ends_at, at=at),
        "registered_delivery": False,
    }
    with _bound() as line:
        for number, part in enumerate(parts):
            _submitted(line, first=number == 0, short_message=part, **common)


def parts_of(text: str) -> tuple[list[bytes], int, int]:
    """The text as the network takes it: the telephones' own alphabet where it is enough, else UCS-2; long ones in parts."""
    plain = gsm.GSM_CHARACTER_TABLE[:128].replace("`", "").replace("\x1b", "")
    coding = consts.SMPP_ENCODING_DEFAULT if set(text) <= set(plain) else consts.SMPP_ENCODING_ISO10646
    parts, coding, esm_class = gsm.make_parts(text, coding)
    return list(parts), int(coding), int(esm_class)


def validity(ends_at: datetime | None, *, at: datetime) -> str:
    """How long the network may keep trying, as SMPP writes a span: never past the person's hours."""
    left = LONGEST if ends_at is None else min(LONGEST, max(ends_at - at, timedelta(seconds=1)))
    minutes, seconds = divmod(int(left.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"0000{days:02d}{hours:02d}{minutes:02d}{seconds:02d}000R"


def _sender(name: str) -> dict[str, Any]:
    """Our own number, short code or word, as the network wants it named."""
    if name.startswith("+"):
        ton, npi, name = consts.SMPP_TON_INTL, consts.SMPP_NPI_ISDN, name[1:]
    elif name.isdigit():
        ton, npi = consts.SMPP_TON_NATNL, consts.SMPP_NPI_UNK
    else:
        ton, npi = consts.SMPP_TON_ALNUM, consts.SMPP_NPI_UNK
    return {"source_addr_ton": ton, "source_addr_npi": npi, "source_addr": name}


@contextlib.contextmanager
def _bound() -> Iterator[Line]:
    """A line that is signed in; nothing was handed over if this fails."""
    told = settings.TEXTS
    context = ssl.create_default_context() if leaves_the_machine(told["host"]) else None
    line = Line(
        told["host"],
        told["port"],
        timeout=PATIENCE,
        logger_name=SILENT,
        ssl_context=context,
        allow_unknown_opt_params=True,
    )
    try:
        try:
            line.connect()
            line.bind_transceiver(system_id=told["user"], password=secret(told["password_file"]))
        except FAULTS as fault:
            raise Later("text.no_line") from fault
        yield line
    finally:
        with contextlib.suppress(*FAULTS):
            if line.state != consts.SMPP_CLIENT_STATE_OPEN:
                line.unbind()
        with contextlib.suppress(*FAULTS):
            line.disconnect()


def _submitted(line: Line, *, first: bool, **pdu: Any) -> None:
    """Submit one part and wait for its own answer. Once a part was taken, what fails later leaves it unknown."""
    try:
        sent = line.send_message(**pdu)
        status = _answer_to(line, sent.sequence)
    except FAULTS as fault:
        raise Unclear("notice.unclear") from fault
    if status == consts.SMPP_ESME_ROK:
        return
    if not first:
        raise Unclear("notice.unclear")
    if status in BUSY:
        raise Later("text.busy")
    raise Never("text.refused")


def _answer_to(line: Line, sequence: int) -> int:
    """The status of the answer to this part; whatever else the network says meanwhile is answered as it must be."""
    for _ in range(ANSWERS):
        pdu = line.read_pdu()
        if pdu.sequence == sequence and pdu.command in ("submit_sm_resp", "generic_nack"):
            return int(pdu.status)
        if pdu.command == "deliver_sm":
            line._message_received(pdu)
        elif pdu.command == "enquire_link":
            line._enquire_link_received(pdu)
        elif pdu.command == "unbind":
            break
    raise exceptions.ConnectionError
