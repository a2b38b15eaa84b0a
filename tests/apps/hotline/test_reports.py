"""Reports without an account: the words open them and nothing else does; taken back they are gone; nothing is copied unasked."""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.sealed import opened
from shelterbelt.hotline import codes, flood
from shelterbelt.hotline.actions import (
    Forbidden,
    NothingSaid,
    NotWished,
    answer_report,
    come_back,
    forget_old,
    forget_words,
    hand_over_report,
    note_report_call,
    open_case_for_report,
    take_back,
    take_report_on,
    tell,
    tell_more,
    telling,
    wish,
    words_to_show,
)
from shelterbelt.hotline.models import Report, Return, Saying
from shelterbelt.hotline.queries import report_by_ref, reports, reports_waiting, sayings_of
from shelterbelt.library.hotline import ways
from shelterbelt.records.actions.replaying import replay
from shelterbelt.sealing.errors import SealingError
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency
from tests.apps.hotline.cast import SAFE, WORDS, back, told
from tests.apps.test_dump import dumped, hits, thief  # noqa: F401
from tests.world import AT, HOUR, Town, worker


def words_of(place: Town, secret: str) -> str:
    found = back(place, secret)
    assert found is not None
    with as_agency(place.advocates.id, at=AT):
        words = words_to_show(found[0], secret)
        forget_words(found[0])
        return words


def test_words_are_shown_once_and_open_the_report_however_they_are_typed(place: Town) -> None:
    made = told(place)
    words = words_of(place, made.secret)
    assert len(words.split()) == codes.WORDS and words_of(place, made.secret) == ""
    for typed in (words, words.upper(), "  " + words.replace(" ", "-") + "."):
        with as_agency(place.advocates.id, at=AT):
            secret = come_back(place.advocates, typed, at=AT)
        found = back(place, secret)
        assert found is not None and found[1].id == made.report.id and words_of(place, secret) == ""


def test_other_words_open_nothing_and_cost_as_much(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    made = told(place)
    words = words_of(place, made.secret)
    paid: list[str] = []
    real = codes.hashlib.scrypt
    monkeypatch.setattr(codes.hashlib, "scrypt", lambda *a, **k: (paid.append("x"), real(*a, **k))[1])
    with as_agency(place.advocates.id, at=AT):
        for typed in ("", "one two three", " ".join(words.split()[:5]), words + " more"):
            assert come_back(place.advocates, typed, at=AT) == ""
        assert come_back(place.advocates, words, at=AT)
    with as_agency(place.shelter.id, at=AT):
        assert come_back(place.shelter, words, at=AT) == "", "another agency's"
    assert len(paid) == 6


def test_a_browser_that_came_back_is_forgotten_after_half_an_hour(place: Town) -> None:
    made = told(place)
    assert back(place, made.secret, AT + HOUR / 3) and back(place, made.secret, AT + HOUR / 2) is None
    assert back(place, "") is None and back(place, made.secret + "x") is None


def test_something_has_to_be_written_and_nothing_else(place: Town) -> None:
    with pytest.raises(NothingSaid):
        told(place, words="  \n ")
    assert told(place, words="Help").report.waits


def test_an_answer_waits_for_whoever_has_the_words_and_more_can_be_written(place: Town) -> None:
    made, by = told(place, name="Wren"), place.advocate
    with as_agency(place.advocates.id, at=AT, worker=by.id):
        assert reports_waiting(by, AT) == 1
        row = report_by_ref(made.report.ref, by=by, at=AT)
        take_report_on(row, by=by, at=AT)
        answer_report(row, "We are here", by=by, at=AT)
        assert reports_waiting(by, AT) == 0
    with as_agency(place.advocates.id, at=AT + HOUR):
        tell_more(made.report, "Thank you", at=AT + HOUR)
        assert [s["words"] for s in sayings_of(made.report)] == [WORDS, "We are here", "Thank you"]
        assert [s["theirs"] for s in sayings_of(made.report)] == [True, False, True]
    with as_agency(place.advocates.id, at=AT, worker=by.id):
        (face,) = reports(by, AT + HOUR)
        assert face.waits and face.taken_by and face.name == "Wren"


def test_taken_back_it_leaves_no_row_no_key_and_no_word_in_a_dump(place: Town, thief: Any) -> None:  # noqa: F811
    made, by = told(place, name="Quezzelvorpname"), place.advocate
    words = words_of(place, made.secret)
    with as_agency(place.advocates.id, at=AT, worker=by.id):
        answer_report(made.report, "Quezzelvorpanswer", by=by, at=AT)
    with as_agency(place.advocates.id, at=AT):
        wish(made.report, wishes=["call"], may_copy=False, instructions=SAFE, at=AT)
        before = Report.objects.get(id=made.report.id)
        take_back(made.report, at=AT)
        for model in (Report, Saying, Return):
            assert not model.objects.exists(), model.__name__
        with pytest.raises(SealingError):
            opened(before)
        assert come_back(place.advocates, words, at=AT) == ""
    with as_agency(place.advocates.id, at=AT, worker=by.id), pytest.raises(NotForYou):
        report_by_ref(made.report.ref, by=by, at=AT)
    found = {table: hits(data) for table, data in dumped(thief)}
    assert not [table for table, told_ in found.items() if told_ and table.startswith("hotline")]
    told_of = (
        "select count(*) from ledger_entry where kind = 'report.taken_back' and by is null and about = %s"
    )
    thief.execute(told_of, [made.report.id])
    assert thief.fetchone() == (1,)


def test_what_is_told_lies_in_no_dump_while_it_is_kept(place: Town, thief: Any) -> None:  # noqa: F811
    made = told(place, name="Quezzelvorpname")
    returned = back(place, made.secret)
    assert returned is not None
    code = words_to_show(returned[0], made.secret)
    assert len(code.split()) == codes.WORDS, "not shown yet, so it is still there, sealed"
    with as_agency(place.advocates.id, at=AT):
        wish(made.report, wishes=["file"], may_copy=True, instructions=SAFE, at=AT)
    told(place)
    found = {table: data for table, data in dumped(thief) if table.startswith(("hotline", "procrastinate"))}
    assert made.report.ref.encode() in found["hotline_report"]
    for table, data in found.items():
        assert not hits(data) and code.encode() not in data, table


def test_colleagues_of_another_agency_and_without_the_right_see_no_report(place: Town) -> None:
    made = told(place)
    others = [
        place.shelter_worker,
        place.nurse,
        place.officer,
        place.uninvited,
        place.advocates_administrator,
    ]
    for other in others:
        with as_agency(other.agency_id, at=AT, worker=other.id):
            assert reports(other, AT) == [] and reports_waiting(other, AT) == 0
            with pytest.raises(NotForYou):
                report_by_ref(made.report.ref, by=other, at=AT)
            with pytest.raises(NotForYou):
                answer_report(made.report, "Here", by=other, at=AT)
    with as_agency(place.shelter.id, at=AT):
        assert not Report.objects.exists() and not Saying.objects.exists() and not Return.objects.exists()


def test_a_report_goes_to_a_colleague_of_the_same_agency_only(place: Town) -> None:
    made, second = told(place), worker(place.advocates, "advocate")
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        for stranger in (place.shelter_worker, place.advocates_records):
            with pytest.raises(NotForYou):
                hand_over_report(made.report, stranger, by=place.advocate, at=AT)
        hand_over_report(made.report, second, by=place.advocate, at=AT)
        assert Report.objects.get(id=made.report.id).taken_by == second.id


def test_a_case_is_opened_only_when_they_wish_it_and_copies_nothing_that_they_did_not_allow(
    place: Town,
) -> None:
    by = place.advocate
    for may_copy in (False, True):
        made = told(place)
        with as_agency(place.advocates.id, at=AT, worker=by.id):
            with pytest.raises(NotWished):
                open_case_for_report(made.report, name="Wren", by=by, at=AT)
            wish(made.report, wishes=["file"], may_copy=may_copy, instructions=SAFE, at=AT)
            case = open_case_for_report(made.report, name="Wren", by=by, at=AT)
            assert open_case_for_report(made.report, name="Wren", by=by, at=AT).id == case.id
            kept = opened(case)
            assert (kept.get("own_words") == WORDS) is may_copy
            assert (kept.get("instructions") is not None) is may_copy


def test_old_reports_go_with_their_keys_and_those_of_a_case_stay(place: Town) -> None:
    made, filed, by = told(place), told(place), place.advocate
    with as_agency(place.advocates.id, at=AT, worker=by.id):
        wish(filed.report, wishes=["file"], may_copy=False, instructions=None, at=AT)
        open_case_for_report(filed.report, name="Wren", by=by, at=AT)
    over = AT + ways().keep_report
    with as_agency(place.advocates.id, at=over):
        assert forget_old(place.advocates, at=over - HOUR) == 0
        before = Report.objects.get(id=made.report.id)
        assert forget_old(place.advocates, at=over) == 1
        assert [row.id for row in Report.objects.all()] == [filed.report.id]
        with pytest.raises(SealingError):
            opened(before)


def test_who_left_a_number_is_called_as_they_allowed_and_reads_nothing_of_it(place: Town) -> None:
    made, by = told(place), place.advocate
    night = AT + 14 * HOUR
    with as_agency(place.advocates.id, at=AT, worker=by.id):
        with pytest.raises(Forbidden) as refused:
            note_report_call(made.report, outcome="reached", by=by, at=AT)
        assert [reason.code for reason in refused.value.because] == ["contact.no_instructions"]
        wish(made.report, wishes=["call"], may_copy=False, instructions=SAFE, at=AT)
        for outcome, at in (("reached", night), ("message_left", AT)):
            with pytest.raises(Forbidden):
                note_report_call(made.report, outcome=outcome, by=by, at=at)
        note_report_call(made.report, outcome="not_reached", words="Nobody there", by=by, at=AT)
        assert [one["words"] for one in sayings_of(made.report)] == [WORDS]
        assert [one["called"] for one in sayings_of(made.report, calls=True)] == ["", "not_reached"]


def test_a_restore_does_not_bring_back_what_was_taken_back(
    place: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.JOURNAL = tmp_path
    journal.begin(tmp_path)
    made, other = told(place), told(place)
    with as_agency(place.advocates.id, at=AT):
        monkeypatch.setattr(
            telling, "let_report_go", lambda _report: True
        )  # an older copy of the database still has it
        take_back(made.report, at=AT)
    monkeypatch.undo()
    with transaction.atomic():
        replay(journal.lines(tmp_path), since=AT + 9 * HOUR, at=AT + 10 * HOUR)
    with as_agency(place.advocates.id, at=AT):
        assert [row.id for row in Report.objects.all()] == [other.report.id]


def test_a_flood_is_listed_apart_then_waits_and_the_wait_ends_by_itself(place: Town) -> None:
    told_, network = ways(), "198.51.100.7"
    with transaction.atomic():
        seen = [flood.counted("report", network, at=AT) for _ in range(told_.wait_after)]
        assert seen == list(range(1, told_.wait_after + 1))
        assert flood.waits("report", network, at=AT)
        assert not flood.waits("report", "198.51.100.8", at=AT), "somebody else"
        assert not flood.waits("report", network, at=AT + flood.LONGEST)
        assert flood.counted("report", network, at=AT + 3 * HOUR) == 1
    made = told(place, apart=True)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        assert reports_waiting(place.advocate, AT) == 0
        assert [face.ref for face in reports(place.advocate, AT)] == [made.report.ref], (
            "it is still there to be read"
        )


def test_no_word_that_is_drawn_tells_what_it_is_for() -> None:
    for language in ("en", "es"):
        words = codes.listed(language)
        assert len(words) > 1700 and len({codes.plain(word) for word in words}) == len(words)
        assert not {"abuse", "victim", "weapon", "abuso", "violencia"} & set(words)


def test_tell_asks_for_no_more_than_some_words(place: Town) -> None:
    with as_agency(place.advocates.id, at=AT):
        made = tell(place.advocates, words="x", at=AT)
    assert opened_fields(place, made.report) == {
        "name": "",
        "language": "en",
        "wishes": [],
        "may_copy": False,
        "instructions": None,
    }


def opened_fields(place: Town, report: Report) -> dict[str, Any]:
    with as_agency(place.advocates.id, at=AT):
        return opened(report)
