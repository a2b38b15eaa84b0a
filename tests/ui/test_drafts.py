"""What is typed is not lost: saved while writing, kept while the line is down; two writers are told."""

from typing import Any

import pytest
from django.utils.translation import override
from playwright.sync_api import Page, expect
from tests.ui.conftest import DRAFT, Draft, Site, rendered

from shelterbelt.ui import forms

PAGE = """
{% extends "ui/pages/base.html" %}{% load look %}
{% block title %}Incident record{% endblock %}
{% block header %}<header>
<form method="post" action="/account/logout/" data-sign-out data-unsent="Sign out all the same?">
<button type="submit">Sign out</button></form></header>{% endblock %}
{% block content %}<h1>Incident record</h1>
{% include "ui/pages/parts/offline.html" %}
<form method="post" action="/send/" novalidate data-draft="{{ address }}">
<input type="hidden" name="csrfmiddlewaretoken" value="t">
<input type="hidden" name="revision" value="{{ revision }}">
<input type="hidden" name="blocks" value="1">
{% for bound in form %}{% field bound %}{% endfor %}
<button type="submit" name="then" value="on">Go on</button></form>{% endblock %}
"""
NOT_SAVED = "Not saved yet: no connection. What you typed is kept on this device and will be sent."


class Record(forms.Form):
    what = forms.Story(label="What happened", required=False)
    where = forms.Line(label="Where", required=False)
    seen = forms.Several(
        [("door", "A broken door"), ("coat", "A torn coat")], label="What was seen", required=False
    )
    danger = forms.One([("yes", "Yes"), ("no", "No")], label="Danger now", required=False)
    told = forms.Tick(label="Rights explained", required=False)


def made(draft: Draft) -> str:
    with override("en"):
        form = Record(initial=draft.fields)
        return rendered(PAGE, form=form, address=DRAFT, revision=draft.revision)


@pytest.fixture
def record(site: Site, page: Page) -> Page:
    site.pages["/r/"] = lambda: made(site.draft)
    page.goto(site.address + "/r/")
    page.wait_for_load_state("networkidle")
    return page


def content(site: Site) -> dict[str, Any]:
    return {name: value for name, value in site.draft.fields.items() if name != "blocks"}


def line(page: Page) -> Any:
    return page.locator("[data-saved]")


def banner(page: Page) -> Any:
    return page.locator("[data-unsaved]")


def test_what_is_typed_is_saved_as_it_is_written_and_the_page_says_so(record: Page, site: Site) -> None:
    record.fill("#id_what", "They came in at nine.")
    expect(line(record)).to_contain_text("Saved")
    assert content(site) == {"what": "They came in at nine."}
    assert banner(record).is_hidden()


def test_each_kind_of_field_is_sent_in_its_own_shape(record: Page, site: Site) -> None:
    record.check("#id_seen_0")
    record.check("#id_seen_1")
    record.check("#id_danger_1")
    record.check("#id_told")
    expect(line(record)).to_contain_text("Saved")
    record.uncheck("#id_seen_0")
    record.wait_for_timeout(1200)
    assert content(site) == {"seen": ["coat"], "danger": "no", "told": "on"}


def test_a_save_carries_the_whole_form_and_the_revision_that_it_builds_on(record: Page, site: Site) -> None:
    record.fill("#id_what", "one")
    expect(line(record)).to_contain_text("Saved")
    record.fill("#id_where", "two")
    record.wait_for_timeout(1200)
    assert [one["revision"] for one in site.draft.asked] == [1, 2]
    assert content(site) == {"what": "one", "where": "two"}
    assert record.locator("input[name=revision]").get_attribute("value") == "3"
    assert "csrfmiddlewaretoken" not in site.draft.asked[0]["fields"]


def test_a_slow_answer_never_puts_older_text_over_newer(record: Page, site: Site) -> None:
    site.draft.delay = [1.5]
    record.fill("#id_what", "first")
    record.wait_for_timeout(900)
    record.fill("#id_what", "second")
    record.wait_for_timeout(300)
    record.fill("#id_what", "third")
    record.wait_for_timeout(3000)
    assert record.input_value("#id_what") == "third"
    assert site.draft.fields["what"] == "third"
    assert "second" not in str(site.draft.asked)


def test_while_the_line_is_down_the_page_says_that_nothing_is_saved_yet(record: Page, site: Site) -> None:
    record.context.set_offline(True)
    record.fill("#id_what", "typed in a cellar")
    expect(banner(record)).to_have_text(NOT_SAVED)
    assert content(site) == {}


def test_what_was_typed_without_a_line_is_sent_when_it_is_back(record: Page, site: Site) -> None:
    record.context.set_offline(True)
    record.fill("#id_what", "typed in a cellar")
    expect(banner(record)).to_be_visible()
    record.context.set_offline(False)
    expect(banner(record)).to_be_hidden(timeout=8000)
    assert content(site) == {"what": "typed in a cellar"}


KEPT = """async () => {
    const open = await new Promise((go) => {
        const asked = indexedDB.open("kept");
        asked.onupgradeneeded = () => asked.transaction.abort();
        asked.onsuccess = () => go(asked.result);
        asked.onerror = () => go(null);
    });
    if (!open) return {texts: 0, bytes: "", key: null, how: null};
    const all = (name) => new Promise((go) => {
        const asked = open.transaction(name).objectStore(name).getAll();
        asked.onsuccess = () => go(asked.result);
    });
    const texts = await all("texts"), keys = await all("keys");
    open.close();
    const bytes = texts.map((text) => String.fromCharCode(...new Uint8Array(text.sealed))).join("");
    const key = keys[0]?.extractable ?? null, how = keys[0]?.algorithm.name ?? null;
    return {texts: texts.length, bytes, key, how};
}"""


def kept(page: Page) -> Any:
    """What lies in the browser's database: how many texts, their bytes, the key's kind."""
    return page.evaluate(KEPT)


def test_kept_text_is_sealed_under_a_key_that_no_script_can_read_out(record: Page) -> None:
    record.context.set_offline(True)
    record.fill("#id_what", "typed in a cellar")
    expect(banner(record)).to_be_visible()
    record.wait_for_timeout(400)
    found = kept(record)
    assert found["texts"] == 1
    assert found["key"] is False
    assert found["how"] == "AES-GCM"
    assert "cellar" not in found["bytes"]


def test_kept_text_is_deleted_once_the_server_has_it(record: Page) -> None:
    record.context.set_offline(True)
    record.fill("#id_what", "typed in a cellar")
    expect(banner(record)).to_be_visible()
    record.wait_for_timeout(400)
    record.context.set_offline(False)
    expect(banner(record)).to_be_hidden()
    record.wait_for_timeout(400)
    assert kept(record)["texts"] == 0


def test_kept_text_comes_back_into_the_form_after_the_page_was_closed(record: Page, site: Site) -> None:
    site.draft.status = 503
    record.fill("#id_what", "typed in a cellar")
    record.check("#id_seen_1")
    expect(banner(record)).to_contain_text("cannot take it just now")
    record.wait_for_timeout(400)
    record.goto(site.address + "/r/")
    expect(record.locator("#id_what")).to_have_value("typed in a cellar")
    expect(record.locator("#id_seen_1")).to_be_checked()
    site.draft.status = 200
    record.reload()
    expect(line(record)).to_contain_text("Saved")
    assert content(site) == {"what": "typed in a cellar", "seen": ["coat"]}


def test_a_lost_answer_is_no_conflict_and_saves_nothing_twice(record: Page, site: Site) -> None:
    site.draft.lose_answer = True
    record.fill("#id_what", "said once")
    expect(banner(record)).to_have_text(NOT_SAVED)
    record.evaluate("dispatchEvent(new Event('online'))")
    expect(banner(record)).to_be_hidden()
    record.wait_for_timeout(800)
    assert content(site) == {"what": "said once"}
    assert site.draft.revision == 2
    assert record.locator("input[name=revision]").get_attribute("value") == "2"


def test_two_writers_of_one_field_are_told_and_nothing_is_overwritten(record: Page, site: Site) -> None:
    site.draft.somebody_else_writes(what="theirs")
    record.fill("#id_what", "mine")
    expect(banner(record)).to_contain_text("Somebody else changed this record")
    expect(banner(record)).to_contain_text("another officer")
    expect(banner(record)).to_contain_text("theirs")
    assert record.input_value("#id_what") == "mine"
    assert content(site) == {"what": "theirs"}
    record.wait_for_timeout(1000)
    assert len(site.draft.asked) == 1


def test_the_writer_may_keep_their_own_words_after_a_conflict(record: Page, site: Site) -> None:
    site.draft.somebody_else_writes(what="theirs")
    record.fill("#id_what", "mine")
    record.get_by_role("button", name="Keep what I typed").click()
    expect(line(record)).to_contain_text("Saved")
    assert content(site) == {"what": "mine"}


def test_the_writer_may_take_the_others_words_after_a_conflict(record: Page, site: Site) -> None:
    site.draft.somebody_else_writes(what="theirs")
    record.fill("#id_what", "mine")
    record.get_by_role("button", name="Take what they wrote").click()
    expect(record.locator("#id_what")).to_have_value("theirs")
    expect(banner(record)).to_be_hidden()
    assert content(site) == {"what": "theirs"}


def test_two_writers_of_different_fields_are_brought_together(record: Page, site: Site) -> None:
    site.draft.somebody_else_writes(where="kitchen")
    record.fill("#id_what", "mine")
    expect(record.locator("#id_where")).to_have_value("kitchen")
    record.wait_for_timeout(800)
    assert content(site) == {"what": "mine", "where": "kitchen"}
    assert banner(record).is_hidden()


def test_a_field_that_the_other_emptied_is_emptied_here_too(site: Site, page: Page) -> None:
    site.draft.fields = {"where": "kitchen", "blocks": "1"}
    site.pages["/r/"] = lambda: made(site.draft)
    page.goto(site.address + "/r/")
    page.wait_for_load_state("networkidle")
    del site.draft.fields["where"]
    site.draft.revision += 1
    page.fill("#id_what", "mine")
    expect(page.locator("#id_where")).to_have_value("")
    page.wait_for_timeout(800)
    assert content(site) == {"what": "mine"}


def test_what_the_other_added_beyond_this_page_is_not_lost(record: Page, site: Site) -> None:
    site.draft.somebody_else_writes(**{"p2-name": "Jo"})
    record.fill("#id_what", "mine")
    record.wait_for_timeout(1500)
    assert content(site) == {"what": "mine", "p2-name": "Jo"}
    assert site.seen.count("/r/") == 2


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "you are signed out"),
        (403, "you are signed out"),
        (404, "cannot be changed by you now"),
        (422, "could not be read"),
    ],
)
def test_a_refusal_is_said_plainly_and_the_text_stays(
    record: Page, site: Site, status: int, said: str
) -> None:
    site.draft.status = status
    record.fill("#id_what", "mine")
    expect(banner(record)).to_contain_text(said)
    assert record.input_value("#id_what") == "mine"


def test_the_form_sent_without_a_line_stays_on_the_page_and_says_so(record: Page, site: Site) -> None:
    record.context.set_offline(True)
    record.fill("#id_what", "typed in a cellar")
    record.get_by_role("button", name="Go on").click()
    expect(banner(record)).to_contain_text("the page was not sent")
    assert record.input_value("#id_what") == "typed in a cellar"
    assert site.draft.posts == 0


def test_the_form_is_sent_once_however_often_it_is_clicked(record: Page, site: Site) -> None:
    record.fill("#id_what", "mine")
    record.get_by_role("button", name="Go on").dblclick()
    expect(record.get_by_role("heading", name="Sent")).to_be_visible()
    assert site.draft.posts == 1
    assert content(site) == {"what": "mine"}


def test_signing_out_deletes_the_key_and_every_kept_text(record: Page, site: Site) -> None:
    site.draft.status = 503
    record.fill("#id_what", "typed in a cellar")
    expect(banner(record)).to_be_visible()
    record.wait_for_timeout(400)
    assert kept(record)["texts"] == 1
    record.once("dialog", lambda dialog: dialog.accept())
    record.get_by_role("button", name="Sign out").click()
    expect(record.get_by_role("heading", name="Signed out")).to_be_visible()
    assert kept(record) == {"texts": 0, "bytes": "", "key": None, "how": None}


def test_signing_out_asks_first_when_something_is_not_saved(record: Page, site: Site) -> None:
    site.draft.status = 503
    record.fill("#id_what", "typed in a cellar")
    expect(banner(record)).to_be_visible()
    record.once("dialog", lambda dialog: dialog.dismiss())
    record.get_by_role("button", name="Sign out").click()
    record.wait_for_timeout(800)
    assert site.draft.signed_out == 0
    assert record.input_value("#id_what") == "typed in a cellar"
