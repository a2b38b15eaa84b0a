"""Every text in every language from every agency, through the real sender, says nothing about why it comes."""

from email.message import Message as Letter
from pathlib import Path
from typing import Any

import pytest

from shelterbelt.agencies.models import Agency
from shelterbelt.library import quiet
from shelterbelt.library.shelf import names_of
from shelterbelt.notices import channels
from shelterbelt.notices.actions import write_notice
from shelterbelt.notices.actions.sending import send_notice
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.notices.people import AT, told
from tests.apps.notices.servers import mail_server
from tests.apps.notices.smsc import smsc
from tests.house.source import PACKAGE
from tests.world import Town, agency

TO = "robin@example.org"
# Written down here a second time on purpose: a word that somebody takes out of the lists is still looked for.
WORDS = [
    "abuse",
    "violence",
    "violent",
    "police",
    "sheriff",
    "court",
    "judge",
    "hearing",
    "shelter",
    "refuge",
    "victim",
    "survivor",
    "advocate",
    "order",
    "protective",
    "restraining",
    "safe",
    "safety",
    "danger",
    "risk",
    "domestic",
    "partner",
    "husband",
    "wife",
    "hospital",
    "nurse",
    "clinic",
    "probation",
    "prosecutor",
    "crisis",
    "hotline",
    "help",
    "case",
    "release",
    "report",
    "incident",
    "threat",
    "harm",
    "assault",
    "counsel",
    "lawyer",
    "shelterbelt",
    "abuso",
    "violencia",
    "policia",
    "corte",
    "tribunal",
    "juez",
    "audiencia",
    "albergue",
    "refugio",
    "victima",
    "sobreviviente",
    "defensora",
    "orden",
    "proteccion",
    "segura",
    "seguridad",
    "peligro",
    "riesgo",
    "pareja",
    "esposo",
    "esposa",
    "marido",
    "hospital",
    "clinica",
    "fiscal",
    "crisis",
    "ayuda",
    "caso",
    "denuncia",
    "amenaza",
    "agresion",
    "maltrato",
    "abogada",
]


def agencies(town: Town) -> list[Agency]:
    """Every kind of agency, by names that tell as agencies' names do."""
    named = agency("advocates")
    Agency.objects.filter(id=named.id).update(name="Riverside Harbor House")
    named.refresh_from_db()
    kinds = ("police", "advocates", "shelter", "hospital", "prosecutor", "probation", "court", "council")
    return [*(getattr(town, kind) for kind in kinds), named]


def parts(letter: Letter, raw: bytes) -> str:
    """All that anybody sees on the way: headers with their names, the body, the names of parts. Not her own address."""
    assert [part.get_filename() for part in letter.walk()] == [None]
    headers = "\n".join(f"{name}: {value}" for name, value in letter.items() if name.lower() != "to")
    return headers + "\n" + str(letter.get_payload(decode=True), "utf-8") if raw else ""


def test_nothing_that_leaves_by_mail_or_text_says_what_it_is(
    place: Town, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "net").write_text("net pass")
    seen: list[str] = []
    with mail_server() as mail, smsc() as network:
        way = {"host": "127.0.0.1", "user": "", "password_file": ""}
        settings.MAIL = {**way, "port": str(mail.port), "from": "Notes <notes@post.example>"}
        settings.TEXTS = {
            **way,
            "port": str(network.port),
            "user": "n",
            "password_file": str(tmp_path / "net"),
            "from": "20255",
        }
        for holder in agencies(place):
            for kind in quiet.kinds():
                for language in (*kind.texts, "ar"):
                    for channel in ("email", "text"):
                        assert sent(holder, kind.name, language, channel) == "sent"
        assert len(mail.inbox.letters) == len(network.taken) == 9 * len(quiet.kinds()) * 3
        for letter, raw in zip(mail.inbox.letters, mail.inbox.raw, strict=True):
            assert set(letter.keys()) <= {
                "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
                "Content-Transfer-Encoding", "MIME-Version",
            }  # fmt: skip
            seen.append(parts(letter, raw))
        seen += [*set(mail.inbox.greeted), *(sender for sender, _ in mail.inbox.from_to)]
        seen += network.texts() + [told["source_addr"] for told in network.taken]
    names = [one.name for one in agencies(place)]
    for text in set(seen):
        plain = quiet._plain(text)
        assert not [word for word in WORDS if word in plain.split()], text
        assert "riverside" not in plain and "/" not in text.replace("text/plain", "")
        shown = "\n".join(
            line
            for line in text.splitlines()
            if not line.startswith(("Date", "Message-ID", "Content", "MIME"))
        )
        assert quiet.telling(shown, names=names) == (), shown


def sent(holder: Agency, kind: str, language: str, channel: str) -> str:
    with as_agency(holder.id, at=AT):
        notice = write_notice(
            kind, agency=holder, about=uuid7(), instructions=told(channels=[channel], email=TO), language=language,
            by=None, at=AT,
        )  # fmt: skip
    return send_notice(holder.id, notice.id, at=AT)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("shown", ["You have a {} at ten.", "{}", "Re:{}!", "The {}s"])
def test_every_word_of_the_second_list_is_found_however_it_stands(word: str, shown: str) -> None:
    assert quiet.telling(shown.format(word.upper()))


@pytest.mark.parametrize(
    "text",
    [
        "Policía", "POLICI\u0301A", "vio\u200blencia", "v i o l e n c i a", "domestic-violence", "safe-haven.example",
        "www.post.example", "https://x.example/a", "post.example/cases", "see dvhelp.org", "ＣＯＵＲＴ",
    ],
)  # fmt: skip
def test_it_is_found_through_accents_signs_and_spaces(text: str) -> None:
    assert quiet.telling(text)


def test_the_names_of_agencies_are_found_whole_and_by_their_own_words() -> None:
    names = ["Riverside Harbor House", "New Reminder Office"]
    for text in ("Harbor", "riversideharborhouse", "A note of Riverside", "New Reminder Office"):
        assert quiet.telling(text, names=names), text
    # A name that is made of our own quiet words does not make every message tell.
    assert quiet.telling("You have a reminder.", names=names) == ()


def test_every_text_is_there_in_every_language_of_the_lists() -> None:
    for kind in quiet.kinds():
        assert set(kind.texts) == set(names_of("telling"))
    assert len(quiet.kinds()) >= 6


def test_a_text_that_somebody_changed_to_tell_is_held_back_by_the_sender(place: Town) -> None:
    with pytest.raises(channels.Tells):
        channels.refuse_telling("Your hearing is tomorrow.")
    with pytest.raises(channels.Tells):
        channels.refuse_telling("", f"A word from {place.advocates.name}")


def test_the_schemas_leave_no_room_for_links_and_addresses() -> None:
    from shelterbelt.library import files

    good = (PACKAGE / "library" / "notices" / "reminder.yaml").read_text()
    for bad in ("a/b", "x@example", "<b>"):
        with pytest.raises(files.LibraryError):
            files.parse(good.replace("You have a reminder.", bad).encode(), "notices", "reminder.yaml")
