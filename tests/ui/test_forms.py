"""What is typed is read in any script, refused in plain words, and never cut or thrown away."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.ui.conftest import rendered

from shelterbelt.ui import forms, moments

AT = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
CHICAGO = "America/Chicago"
FIELD = "{% load look %}{% field form.it %}"


def form_of(field: Any, data: dict[str, Any], zone: str = CHICAGO, files: Any = None) -> forms.Form:
    kind = type("Asked", (forms.Form,), {"it": field})
    made: forms.Form = kind(data, files, at=AT, zone=zone)
    return made


def read(field: Any, **data: Any) -> Any:
    form = form_of(field, data)
    assert form.is_valid(), form.errors
    return form.cleaned_data["it"]


def problem(field: Any, **data: Any) -> str:
    form = form_of(field, data)
    assert not form.is_valid()
    return str(form.errors["it"][0])


@pytest.mark.parametrize(
    "name",
    ["Ng", "María José Ortega Lunes", "王小明", "عبد الرحمن الخطيب", "O’Neill-Adébáyò", "x" * 300, "Jo"],
)
def test_a_name_in_any_script_and_of_one_word_is_taken_as_written(name: str) -> None:
    assert read(forms.Name(), it=f"  {name} ") == name


def test_a_name_of_301_characters_is_refused_with_its_length_and_kept_whole() -> None:
    name = "x" * 301
    form = form_of(forms.Name(), {"it": name})
    assert not form.is_valid()
    assert "301" in str(form.errors["it"][0])
    assert name in rendered(FIELD, form=form)


def test_a_text_that_is_too_long_has_no_limit_in_the_browser_that_would_cut_it() -> None:
    assert "maxlength" not in rendered(FIELD, form=form_of(forms.Story(limit=10), {"it": "x"}))


def test_direction_overrides_are_taken_out_of_a_name() -> None:
    assert read(forms.Name(), it="Sam \u202edleiF") == "Sam dleiF"


def test_control_characters_are_refused_in_plain_words() -> None:
    assert "cannot be stored" in problem(forms.Line(), it="a\x07b")


def test_a_story_keeps_its_lines_and_a_line_keeps_to_one() -> None:
    assert read(forms.Story(), it="one\r\ntwo") == "one\ntwo"
    assert read(forms.Line(), it="one\r\ntwo") == "one two"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("202 555 0123", "+12025550123"),
        ("(202) 555-0123", "+12025550123"),
        ("+44 20 7946 0018", "+442079460018"),
        ("202-555-0123 ext 7", "+12025550123 x7"),
        ("", ""),
    ],
)
def test_a_telephone_number_is_read_as_people_write_it(typed: str, number: str) -> None:
    assert read(forms.Phone(required=False), it=typed) == number


@pytest.mark.parametrize("typed", ["12", "call me", "0" * 30, "555 <script>"])
def test_a_number_that_cannot_be_one_is_refused_and_stays_as_typed(typed: str) -> None:
    form = form_of(forms.Phone(), {"it": typed})
    assert not form.is_valid()
    assert "area code" in str(form.errors["it"][0])
    assert form["it"].value() == typed


def test_a_day_is_read_from_its_parts() -> None:
    assert read(forms.Day(), **{"it-month": "2", "it-day": "29", "it-year": "1988"}) == date(1988, 2, 29)


@pytest.mark.parametrize(
    ("month", "day", "year"),
    [("2", "30", "1990"), ("13", "1", "1990"), ("a", "1", "1990"), ("", "1", "1990")],
)
def test_a_day_that_cannot_be_is_refused_and_stays_as_typed(month: str, day: str, year: str) -> None:
    form = form_of(forms.Day(), {"it-month": month, "it-day": day, "it-year": year})
    assert not form.is_valid()
    assert "not a date" in str(form.errors["it"][0])
    page = rendered(FIELD, form=form)
    assert f'value="{day}"' in page
    assert f'value="{year}"' in page


def test_a_year_of_two_digits_is_not_guessed() -> None:
    assert "four digits" in problem(forms.Day(), **{"it-month": "2", "it-day": "3", "it-year": "88"})


def test_a_past_day_may_be_today_where_the_agency_is_and_not_tomorrow() -> None:
    today = {"it-month": "11", "it-day": "21", "it-year": "2026"}
    assert read(forms.Day(past=True), **today) == date(2026, 11, 21)
    assert "future" in problem(forms.Day(past=True), **{**today, "it-day": "22"})


def test_a_moment_is_read_in_the_agency_s_time_zone() -> None:
    assert read(forms.PastMoment(), **{"it-day": "2026-11-20", "it-time": "21:30"}) == datetime(
        2026, 11, 21, 3, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("typed", "hour"), [("9:05 pm", 21), ("12:05 am", 0), ("21:05", 21), ("9:05", 9), ("12:05pm", 12)]
)
def test_a_time_is_read_as_people_write_it(typed: str, hour: int) -> None:
    found = read(forms.PastMoment(), **{"it-day": "11/20/2026", "it-time": typed})
    assert (found.astimezone(forms.ZoneInfo(CHICAGO)).hour, found.minute) == (hour, 5)


@pytest.mark.parametrize(
    ("day", "time", "said"),
    [
        ("2026-11-22", "09:00", "future"),
        ("2026-11-31", "09:00", "Write the date"),
        ("2026-11-20", "25:00", "Write the time"),
        ("2026-11-20", "", "Write the time"),
        ("", "09:00", "Write the date"),
        ("2026-03-08", "02:30", "did not happen"),
        ("1800-01-01", "09:00", "too long ago"),
    ],
)
def test_a_moment_that_cannot_have_been_is_refused_and_stays_as_typed(day: str, time: str, said: str) -> None:
    form = form_of(forms.PastMoment(), {"it-day": day, "it-time": time})
    assert not form.is_valid()
    assert said in str(form.errors["it"][0])
    page = rendered(FIELD, form=form)
    assert f'value="{day}"' in page
    assert f'value="{time}"' in page


@pytest.mark.parametrize(
    ("month", "day", "year", "time", "said"),
    [
        ("11", "22", "2026", "09:00", "future"),
        ("2", "30", "2026", "09:00", "not a date"),
        ("11", "20", "26", "09:00", "four digits"),
        ("11", "20", "2026", "25:00", "Write the time"),
        ("11", "20", "2026", "", "Write the time"),
        ("", "", "", "09:00", "Write the date"),
        ("", "", "", "", "Write the date"),
        ("3", "8", "2026", "0230", "did not happen"),
    ],
)
def test_a_moment_in_small_boxes_is_refused_in_its_own_words_and_stays_as_typed(
    month: str, day: str, year: str, time: str, said: str
) -> None:
    typed = {"it-month": month, "it-day": day, "it-year": year, "it-time": time}
    form = form_of(moments.PastInParts(), typed)
    assert not form.is_valid() and said in str(form.errors["it"][0])
    page = rendered(FIELD, form=form)
    assert all(f'value="{one}"' in page for one in typed.values()) and 'type="date"' not in page


def test_a_day_and_a_time_that_cannot_be_read_are_told_at_once_and_a_time_is_typed_in_words() -> None:
    typed = {"it-month": "2", "it-day": "30", "it-year": "2026", "it-time": "noonish"}
    form = form_of(moments.PastInParts(), typed)
    assert [fault.code for fault in form.errors["it"].as_data()] == ["day.unreal", "time.unreal"]
    assert len(form_of(moments.PastInParts(), typed | {"it-time": "9 pm"}).errors["it"]) == 1
    page = rendered(FIELD, form=form)
    assert page.count('inputmode="numeric"') == 3 and 'name="it-time" type="text" autocomplete' in page


def test_a_moment_in_small_boxes_is_read_and_shown_by_the_agency_s_clock() -> None:
    typed = {"it-month": "11", "it-day": "20", "it-year": "2026", "it-time": "9:30 pm"}
    moment = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
    assert read(moments.PastInParts(), **typed) == moment
    ahead = moment.replace(year=2027)
    assert read(moments.AnyInParts(), **typed | {"it-year": "2027"}) == ahead
    kind = type("Asked", (forms.Form,), {"it": moments.PastInParts()})
    page = rendered(FIELD, form=kind(initial={"it": moment}, at=AT, zone=CHICAGO))
    assert all(f'value="{one}"' in page for one in ("11", "20", "2026", "21:30"))


def test_the_hour_that_happens_twice_is_read_as_its_first() -> None:
    found = read(forms.PastMoment(), **{"it-day": "2026-11-01", "it-time": "01:30"})
    assert found == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_a_moment_already_stored_is_shown_in_the_agency_s_time_zone() -> None:
    kind = type("Asked", (forms.Form,), {"it": forms.PastMoment()})
    page = rendered(
        FIELD, form=kind(initial={"it": datetime(2026, 11, 21, 3, 30, tzinfo=UTC)}, at=AT, zone=CHICAGO)
    )
    assert 'value="2026-11-20"' in page
    assert 'value="21:30"' in page


def test_two_forms_in_two_zones_do_not_disturb_each_other() -> None:
    kind = type("Asked", (forms.Form,), {"it": forms.PastMoment()})
    east, west = kind(at=AT, zone="America/New_York"), kind(at=AT, zone="America/Los_Angeles")
    assert (east.fields["it"].widget.zone, west.fields["it"].widget.zone) == (
        "America/New_York",
        "America/Los_Angeles",
    )


ANSWERS = [("yes", "Yes"), ("no", "No", "They may also decline.")]


def test_an_answer_that_was_not_offered_is_refused() -> None:
    assert problem(forms.One(ANSWERS), it="maybe") == "Choose one of the answers shown."
    assert problem(forms.Pick(ANSWERS), it="maybe") == "Choose one of the answers shown."
    assert problem(forms.Several(ANSWERS), it=["maybe"]) == "Choose one of the answers shown."


def test_no_answer_is_chosen_beforehand_and_hints_stand_beside_theirs() -> None:
    kind = type("Asked", (forms.Form,), {"it": forms.One(ANSWERS)})
    page = rendered(FIELD, form=kind())
    assert "checked" not in page
    assert "They may also decline." in page


def test_one_form_s_answers_do_not_leak_into_another_s() -> None:
    form = form_of(forms.Several(ANSWERS), {})
    form.fields["it"].choices = [("other", "Other")]  # type: ignore[attr-defined]
    assert dict(form_of(forms.Several(ANSWERS), {}).fields["it"].choices) == {"yes": "Yes", "no": "No"}  # type: ignore[attr-defined]


def test_a_file_that_is_empty_or_too_large_is_refused_in_plain_words() -> None:
    empty = form_of(forms.File(), {}, files={"it": SimpleUploadedFile("a.jpg", b"")})
    large = form_of(
        forms.File(megabytes=1), {}, files={"it": SimpleUploadedFile("a.jpg", b"x" * (1024 * 1024 + 1))}
    )
    assert "empty" in str(empty.errors["it"][0])
    assert "too large" in str(large.errors["it"][0])


def test_the_error_stands_beside_its_field_and_in_the_summary_that_leads_to_it() -> None:
    form = form_of(forms.One(ANSWERS, label="Danger now"), {})
    page = rendered("{% load look %}{% errors form %}{% field form.it %}", form=form)
    assert 'href="#id_it_0"' in page
    assert 'id="id_it_0"' in page
    assert 'aria-describedby="id_it-error"' in page
    assert page.count("Choose an answer.") == 2


def test_what_is_typed_cannot_become_markup() -> None:
    form = form_of(forms.Line(), {"it": '"><script>alert(1)</script>'})
    assert "<script>" not in rendered(FIELD, form=form)


def test_optional_is_said_only_beside_required_fields() -> None:
    mixed = type("Asked", (forms.Form,), {"it": forms.Line(required=False), "other": forms.Line()})
    alone = type("Asked", (forms.Form,), {"it": forms.Line(required=False)})
    assert "(optional)" in rendered(FIELD, form=mixed())
    assert "(optional)" not in rendered(FIELD, form=alone())
