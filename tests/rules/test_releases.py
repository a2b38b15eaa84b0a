"""What a release must be before anyone can sign it: each field left out or wrong is named."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.library import shelf
from shelterbelt.rules import releases
from shelterbelt.rules.reasons import Problem
from shelterbelt.rules.releases import EXPLAINED, Draft, Limits, Signer, check, default_expiry, span

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


def test_a_parent_signs_only_together_with_the_minor_and_never_if_abusive():
    parent, minor = Signer("Lena Okafor", "parent", False), Signer("Timi Okafor", "minor", False)
    assert problems(signers=(parent, minor)) == ()
    assert problems(signers=(parent,)) == (Problem("signer", "release.minor_signs_too"),)
    assert problems(signers=(minor,)) == (Problem("signer", "release.parent_signs_too"),)
    assert problems(signers=(minor,), minor_may_sign_alone=True) == ()
    assert Problem("signer_is_abuser", "release.abuser_may_not_sign") in problems(
        signers=(replace(parent, is_abuser=True), minor)
    )


def test_a_declined_interpreter_is_a_warning():
    assert check(replace(WHOLE, interpreter="declined"), on=TODAY) == (
        (),
        (Problem("interpreter", "release.interpreter_declined"),),
    )


def test_the_rule_and_the_lists_of_the_library_use_the_same_codes():
    assert shelf.codes("release_explained") == EXPLAINED
    assert shelf.codes("signer_capacities") == releases.CAPACITIES
    assert shelf.codes("interpreter_use") == releases.INTERPRETER


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
