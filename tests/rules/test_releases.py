"""What a release must be before anyone can sign it: each field left out or wrong is named."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.library import files, shelf
from shelterbelt.rules import releases
from shelterbelt.rules.reasons import Problem
from shelterbelt.rules.releases import (
    EXPLAINED,
    Draft,
    Limits,
    MinorLaw,
    Signer,
    check,
    default_expiry,
    span,
    written_until,
    years,
)
from shelterbelt.rules.signers import Other, against

TODAY = date(2026, 11, 21)
HERSELF = Signer("Aroha Tane", "survivor", False)
WHOLE = Draft(
    subject="Aroha Tane",
    recipients=("police",),
    categories=("danger_view",),
    purpose="safety",
    means=("on_screen",),
    starts_on=TODAY,
    expires_on=TODAY + timedelta(days=30),
    signers=(HERSELF,),
    explained=EXPLAINED,
    language="en",
    interpreter="not_needed",
    witness="Ines Moreau",
    signature="drawn",
)


def problems(**changes):
    return check(replace(WHOLE, **changes), on=TODAY)[0]


def test_a_whole_release_has_neither_problems_nor_warnings():
    assert check(WHOLE, on=TODAY) == ((), ())


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"subject": " "}, ("subject", "release.subject_needed")),
        ({"recipients": ()}, ("recipient", "release.recipient_needed")),
        ({"recipients": ("",)}, ("recipient", "release.recipient_needed")),
        ({"recipients": ("police", "court")}, ("recipient", "release.one_recipient")),
        ({"categories": ()}, ("categories", "release.categories_needed")),
        ({"categories": (" ",)}, ("categories", "release.categories_needed")),
        ({"purpose": ""}, ("purpose", "release.purpose_needed")),
        ({"means": ()}, ("means", "release.means_needed")),
        ({"starts_on": None}, ("starts_on", "release.start_needed")),
        ({"starts_on": TODAY - timedelta(days=1)}, ("starts_on", "release.start_past")),
        ({"expires_on": None}, ("expires_on", "release.expiry_needed")),
        ({"expires_on": TODAY - timedelta(days=1)}, ("expires_on", "release.expiry_past")),
        ({"expires_on": date.max}, ("expires_on", "release.expiry_too_far")),
        ({"starts_on": TODAY + timedelta(days=31)}, ("expires_on", "release.expiry_before_start")),
        ({"signers": ()}, ("signer", "release.signer_needed")),
        ({"signers": (replace(HERSELF, name=""),)}, ("signer", "release.signer_name_needed")),
        ({"signers": (replace(HERSELF, capacity="friend"),)}, ("signer_capacity", "release.capacity_needed")),
        ({"signers": (replace(HERSELF, is_abuser=None),)}, ("signer_is_abuser", "release.abuser_not_asked")),
        (
            {"signers": (replace(HERSELF, is_abuser=True),)},
            ("signer_is_abuser", "release.abuser_may_not_sign"),
        ),
        ({"language": ""}, ("language", "release.language_needed")),
        ({"interpreter": ""}, ("interpreter", "release.interpreter_needed")),
        ({"interpreter": "used"}, ("interpreter_name", "release.interpreter_name_needed")),
        ({"witness": ""}, ("witness", "release.witness_needed")),
        ({"signature": ""}, ("signature", "release.signature_needed")),
    ],
)
def test_each_missing_or_wrong_field_is_the_only_one_named(changes, problem):
    assert problems(**changes) == (Problem(*problem),)


@pytest.mark.parametrize("code", sorted(EXPLAINED))
def test_each_thing_left_unexplained_is_named(code):
    assert problems(explained=EXPLAINED - {code}) == (Problem("explained", f"release.explain_{code}"),)


def test_an_empty_form_names_every_field():
    fields = {problem.field for problem in check(Draft(), on=TODAY)[0]}
    assert fields == {
        "subject",
        "recipient",
        "categories",
        "purpose",
        "means",
        "starts_on",
        "expires_on",
        "signer",
        "explained",
        "language",
        "interpreter",
        "witness",
        "signature",
    }


def test_more_than_ninety_days_is_a_warning_and_not_a_problem():
    for days, warned in ((90, False), (91, True), (365, True)):
        found, warnings = check(replace(WHOLE, expires_on=TODAY + timedelta(days=days)), on=TODAY)
        assert found == ()
        assert (Problem("expires_on", "release.expiry_long") in warnings) is warned
    assert problems(expires_on=TODAY + timedelta(days=366)) == (
        Problem("expires_on", "release.expiry_too_far"),
    )


def test_a_county_may_be_stricter():
    strict = Limits(default_days=7, warn_days=14, max_days=20)
    assert check(WHOLE, on=TODAY, limits=strict)[0] == (Problem("expires_on", "release.expiry_too_far"),)
    assert default_expiry(TODAY, strict) == date(2026, 11, 28)
    assert default_expiry(TODAY) == date(2026, 12, 21)


PARENT, MINOR = Signer("Lena Okafor", "parent", False), Signer("Timi Okafor", "minor", False)
BOTH = {"signers": (PARENT, MINOR), "second_signature": "Timi"}
LAW = MinorLaw(18, 12, {"shelter": 16, "counseling": 12})


def aged(years: int, **changed):
    """What the law of the tests says against a release of a minor of this age."""
    born = date(TODAY.year - years, TODAY.month, TODAY.day)
    return check(replace(WHOLE, minor_born_on=born, **changed), on=TODAY, law=LAW)[0]


def test_a_parent_signs_only_together_with_the_minor_and_never_if_abusive():
    assert aged(15, **BOTH) == ()
    assert aged(15, signers=(PARENT,)) == (Problem("signer", "release.minor_signs_too"),)
    abusive = (replace(PARENT, is_abuser=True), MINOR)
    assert aged(15, signers=abusive, second_signature="Timi") == (
        Problem("signer_is_abuser", "release.abuser_may_not_sign"),
    )


def test_a_child_too_young_to_sign_needs_a_parent_alone():
    assert aged(11, signers=(PARENT,)) == ()
    assert aged(12, signers=(PARENT,)) == (Problem("signer", "release.minor_signs_too"),)


@pytest.mark.parametrize(
    ("years", "ground", "alone", "code"),
    [
        (16, "shelter", True, None),
        (15, "shelter", True, "release.ground_too_young"),
        (15, "counseling", True, None),
        (15, "housing", True, "release.ground_needed"),
        (15, "", True, "release.ground_needed"),
        (17, "shelter", False, "release.parent_signs_too"),
        (18, "shelter", True, "release.not_a_minor"),
    ],
)
def test_a_minor_signs_alone_only_on_a_ground_of_the_law_and_old_enough(years, ground, alone, code):
    found = aged(years, signers=(MINOR,), minor_may_sign_alone=alone, minor_ground=ground)
    assert [problem.code for problem in found] == ([code] if code else [])


def test_no_minor_signs_alone_where_no_law_is_written_down_nor_without_a_birth_date():
    alone = {"signers": (MINOR,), "minor_may_sign_alone": True, "minor_ground": "shelter"}
    born = date(TODAY.year - 17, 1, 1)
    assert problems(**alone, minor_born_on=born) == (Problem("minor_ground", "release.ground_needed"),)
    assert Problem("minor_born_on", "release.minor_born_needed") in problems(**alone)


def test_a_guardian_shows_the_paper_that_names_them_and_may_not_be_the_abuser():
    guardian = Signer("Ines Brandt", "guardian", False)
    assert problems(signers=(guardian,)) == (Problem("guardian_paper", "release.guardian_paper_needed"),)
    assert problems(signers=(guardian,), guardian_paper="County court, 3 March, seen") == ()
    assert Problem("signer_is_abuser", "release.abuser_may_not_sign") in problems(
        signers=(replace(guardian, is_abuser=True),), guardian_paper="County court"
    )


def test_nobody_signs_twice_in_two_capacities():
    same = {"signers": (PARENT, replace(MINOR, name="  lena okafor ")), "second_signature": "Lena"}
    assert aged(15, **same) == (Problem("signer2_name", "release.same_signer"),)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"signature": ""}, "signature"),
        ({"signed_as": ""}, "signed_as"),
        ({"signed_as": "drawn"}, "drawn"),
        ({"signed_as": "scanned", "signature": ""}, "scan"),
    ],
)
def test_each_way_to_sign_needs_its_own_sign(changed, field):
    assert [problem.field for problem in problems(**changed)] == [field]
    assert problems(signed_as="drawn", signature="", marks=1) == ()
    assert problems(signed_as="scanned", signature="", marks=1) == ()


def test_two_signers_sign_twice():
    assert [one.field for one in aged(15, signers=(PARENT, MINOR))] == ["second_signature"]
    assert [one.field for one in aged(15, signers=(PARENT, MINOR), signed_as="drawn", marks=1)] == ["drawn2"]
    assert aged(15, signers=(PARENT, MINOR), signed_as="drawn", marks=2) == ()
    assert aged(15, signers=(PARENT, MINOR), signed_as="scanned", marks=1) == ()


def test_nothing_written_after_the_signature_is_opened_unless_asked_for():
    signed_at = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    draft = replace(
        WHOLE, categories=("a", "b", "c"), later=("b",), before_on=date(2026, 3, 3), before_of=("c",)
    )
    until = written_until(draft, zone="America/Chicago", signed_at=signed_at)
    assert until == {"a": signed_at, "c": datetime(2026, 3, 3, 6, tzinfo=UTC)}
    future = replace(draft, before_on=date(2027, 3, 3))
    assert written_until(future, zone="America/Chicago", signed_at=signed_at)["c"] == signed_at


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"later": ("plans",)}, "release.not_released"),
        ({"before_of": ("plans",), "before_on": TODAY}, "release.not_released"),
        ({"before_on": TODAY}, "release.before_needed"),
        ({"before_of": WHOLE.categories}, "release.before_needed"),
        (
            {"later": WHOLE.categories, "before_of": WHOLE.categories, "before_on": TODAY},
            "release.later_and_before",
        ),
    ],
)
def test_when_it_was_written_is_said_of_what_is_released_and_only_once(changed, code):
    assert code in [problem.code for problem in problems(**changed)]


OTHER = Other("Casey Juniper Vole", date(1988, 2, 3))


@pytest.mark.parametrize(
    ("name", "born_on", "looked", "code"),
    [
        ("Casey Juniper Vole", date(1988, 2, 3), False, "release.signer_is_the_other"),
        ("VOLE, Casey", date(1988, 2, 3), True, "release.signer_is_the_other"),
        ("Casey Vole", None, False, "release.signer_named_like_other"),
        ("Casey Vole", None, True, None),
        ("Casey Vole", date(1990, 2, 3), False, None),
        ("Casey", date(1988, 2, 3), False, None),
        ("Robin Vole", date(1988, 2, 3), False, None),
    ],
)
def test_the_other_person_of_the_case_may_not_sign(name, born_on, looked, code):
    draft = replace(WHOLE, signers=(Signer(name, "parent", False, born_on),), not_the_other=looked)
    assert [problem.code for problem in against(draft, OTHER)] == ([code] if code else [])


def test_a_name_alone_in_the_case_is_looked_at_even_with_a_birth_date_on_the_form():
    draft = replace(WHOLE, signers=(Signer("Casey Juniper Vole", "guardian", False, date(1988, 2, 3)),))
    unknown = list(against(draft, Other("Casey Juniper Vole")))
    assert [problem.code for problem in unknown] == ["release.signer_named_like_other"]


def test_a_declined_interpreter_is_a_warning():
    assert check(replace(WHOLE, interpreter="declined"), on=TODAY) == (
        (),
        (Problem("interpreter", "release.interpreter_declined"),),
    )


def test_the_rule_and_the_lists_of_the_library_use_the_same_codes():
    assert shelf.codes("release_explained") == EXPLAINED
    assert shelf.codes("signer_capacities") == releases.CAPACITIES
    assert shelf.codes("interpreter_use") == releases.INTERPRETER


def test_every_law_of_minors_names_grounds_that_have_words_and_says_where_it_is_from():
    for name in shelf.names_of("minors"):
        law = files.read(f"minors/{name}.yaml", "minors")
        assert law["jurisdiction"] == name
        assert {one["code"] for one in law["grounds"]} <= shelf.codes("minor_grounds")
        assert date.fromisoformat(law["as_of"])
        assert law["source"]


@pytest.mark.parametrize(
    ("zone", "last", "until"),
    [
        ("America/Chicago", date(2026, 3, 7), "2026-03-08T06:00:00+00:00"),
        ("America/Chicago", date(2026, 3, 8), "2026-03-09T05:00:00+00:00"),
        ("America/Chicago", date(2026, 10, 31), "2026-11-01T05:00:00+00:00"),
        ("America/Chicago", date(2026, 11, 1), "2026-11-02T06:00:00+00:00"),
        # Midnight itself does not exist there on that day: it ends when the day begins.
        ("America/Santiago", date(2026, 9, 5), "2026-09-06T04:00:00+00:00"),
        ("America/Phoenix", date(2026, 3, 8), "2026-03-09T07:00:00+00:00"),
    ],
)
def test_a_release_ends_exactly_at_local_midnight_whatever_the_clocks_do(zone, last, until):
    signed_at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert span(date(2026, 3, 1), last, zone=zone, signed_at=signed_at)[1].isoformat() == until


@given(st.dates(date(2000, 1, 1), date(2026, 1, 1)), st.integers(0, 9000))
def test_an_age_grows_by_one_on_a_birthday_and_only_then(born_on, days):
    on = born_on + timedelta(days=days)
    grown = years(on=on + timedelta(days=1), born_on=born_on) - years(born_on, on)
    assert grown in (0, 1)
    assert years(born_on, born_on) == 0


def test_the_last_day_counts_whole_in_the_agencys_zone():
    signed_at = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    from_at, until_at = span(TODAY, date(2026, 12, 21), zone="America/Chicago", signed_at=signed_at)
    assert from_at == signed_at
    assert until_at == datetime(2026, 12, 22, tzinfo=ZoneInfo("America/Chicago"))


def test_a_span_across_a_clock_change_ends_at_local_midnight():
    signed_at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    from_at, until_at = span(date(2026, 3, 5), date(2026, 3, 8), zone="America/Chicago", signed_at=signed_at)
    assert from_at == datetime(2026, 3, 5, 6, tzinfo=UTC)
    assert until_at == datetime(2026, 3, 9, 5, tzinfo=UTC)


def test_a_span_needs_a_zone_that_exists_and_an_aware_signature():
    with pytest.raises(ValueError, match="zone"):
        span(TODAY, TODAY, zone="UTC", signed_at=datetime(2026, 11, 21))
    with pytest.raises(ZoneInfoNotFoundError):
        span(TODAY, TODAY, zone="Mars/Olympus", signed_at=datetime(2026, 11, 21, tzinfo=UTC))


DAYS = st.none() | st.dates()


@given(DAYS, DAYS, st.dates())
def test_no_release_without_a_near_end_is_ever_accepted(starts_on, expires_on, on):
    found, _ = check(replace(WHOLE, starts_on=starts_on, expires_on=expires_on), on=on)
    if not found:
        assert starts_on is not None
        assert expires_on is not None
        assert on <= starts_on <= expires_on
        assert (expires_on - starts_on).days <= 365


@given(
    st.lists(
        st.builds(
            Signer,
            st.text(max_size=3),
            st.sampled_from(["survivor", "minor", "parent", "guardian"]),
            st.none() | st.booleans(),
        )
    )
)
def test_no_release_is_accepted_that_an_abuser_signed_or_nobody_asked(signers):
    found, _ = check(replace(WHOLE, signers=tuple(signers)), on=TODAY)
    if not signers or any(signer.is_abuser is not False for signer in signers):
        assert found
