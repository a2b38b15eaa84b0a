"""The line goes down while an officer writes: the page says so, keeps it sealed, sends it later, and overwrites nobody."""

import base64
import json
import re
from collections.abc import Callable

import pytest

from tests.journeys.conftest import Visitor
from tests.journeys.steps import press

pytestmark = pytest.mark.journey
Made = Callable[..., Visitor]
CANARY = "Periwinkle kettle on the third stair"
BANNER = "[data-unsaved]"
# Everything that this device keeps for the page, as bytes in base64: what a thief of the device would search.
KEPT = """async () => {
  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const found = { rows: [], keys: [], open: [...Object.values({...localStorage}), ...Object.values({...sessionStorage})] };
  for (const { name } of await indexedDB.databases()) {
    const database = await settled(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const table = database.transaction(store).objectStore(store);
      for (const [place, value] of (await settled(table.getAllKeys())).map((k, i) => [k, i])) {
        const row = await settled(database.transaction(store).objectStore(store).get(place));
        if (row instanceof CryptoKey) {
          const out = await crypto.subtle.exportKey("raw", row).then(() => "out", () => "kept");
          found.keys.push({ extractable: row.extractable, out });
        } else {
          const bytes = base64(new Uint8Array(row.sealed));
          found.rows.push({ place: String(place), names: Object.keys(row), bytes, shown: JSON.stringify(row) });
        }
      }
    }
    database.close();
  }
  return found;
}"""


def at_events(who: Visitor) -> str:
    """A new record, open at what happened; its address."""
    press(who, "New incident")
    for _step in ("scene", "people"):
        press(who, "Save and continue")
    who.page.locator('[name="narrative"]').wait_for()
    return who.page.url


def type_story(who: Visitor, text: str) -> None:
    who.page.locator('[name="narrative"]').fill(text)


def until(who: Visitor, true: Callable[[], object]) -> None:
    """Look again until it is so: the page's own policy lets no text be run as a script."""
    for _ in range(80):
        if true():
            return
        who.page.wait_for_timeout(150)
    raise AssertionError("it never came to be so")


def kept_here(who: Visitor) -> None:
    until(who, lambda: who.page.evaluate(KEPT)["rows"])


def saved(who: Visitor) -> None:
    who.page.locator("[data-saved]", has_text=re.compile("^Saved")).wait_for()
    assert not who.page.locator(BANNER).is_visible()


def told_unsaved(who: Visitor) -> None:
    who.page.locator(BANNER, has_text="Not saved yet").wait_for()


def story(who: Visitor) -> str:
    return who.page.input_value('[name="narrative"]')


def test_text_typed_without_a_line_is_said_to_be_unsaved_and_sent_when_the_line_is_back(
    visitor: Made,
) -> None:
    who = visitor("officer", phone=True)
    url = at_events(who)
    who.context.set_offline(True)
    type_story(who, CANARY)
    told_unsaved(who)
    who.accessible()
    who.page.locator("main form button[value=next]").click()
    who.page.locator(BANNER, has_text="Press the button again").wait_for()
    assert who.page.url == url, "a press without a line leads nowhere"
    assert story(who) == CANARY
    second = visitor("officer")
    second.page.goto(url)
    assert story(second) == "", "nothing can have come yet"
    who.context.set_offline(False)
    saved(who)
    second.page.goto(url)
    assert story(second) == CANARY
    press(who, "Save and come back later")
    assert who.page.url != url


def test_page_that_is_loaded_again_brings_unsent_text_back_and_sends_it(visitor: Made) -> None:
    who = visitor("officer")
    url = at_events(who)
    who.page.route("**/draft/", lambda route: route.abort())
    type_story(who, CANARY)
    told_unsaved(who)
    kept_here(who)
    who.page.close()  # the battery is empty
    who.page = who.context.new_page()
    who.page.goto(url)
    until(who, lambda: story(who))
    assert story(who) == CANARY
    saved(who)
    assert who.page.evaluate(KEPT)["rows"] == [], "what the server has is kept here no longer"


def test_unsent_text_lies_sealed_under_a_key_that_no_script_can_take_out(visitor: Made) -> None:
    who = visitor("officer")
    at_events(who)
    who.context.set_offline(True)
    type_story(who, CANARY)
    told_unsaved(who)
    kept_here(who)
    kept = who.page.evaluate(KEPT)
    assert kept["keys"] == [{"extractable": False, "out": "kept"}]
    assert all(re.fullmatch(r"[\w/-]*", text) and "eriwinkle" not in text for text in kept["open"])
    for row in kept["rows"]:
        assert sorted(row["names"]) == ["iv", "sealed"]
        data = base64.b64decode(row["bytes"]) + json.dumps(row).encode()
        for word in CANARY.split():
            for form in (
                word.encode(),
                word.encode("utf-16-le"),
                base64.b64encode(word.encode()).rstrip(b"=")[:-1],
            ):
                if len(word) > 4:
                    assert form not in data
        assert "incident" not in row["place"] and "/" not in row["place"], (
            "the address is not kept in the open"
        )


def test_signing_out_asks_about_unsent_text_and_takes_it_off_the_device(visitor: Made) -> None:
    who = visitor("officer")
    at_events(who)
    who.page.route("**/draft/", lambda route: route.abort())
    type_story(who, CANARY)
    told_unsaved(who)
    kept_here(who)
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    who.page.once("dialog", stay)
    who.page.get_by_role("button", name="Sign out").click()
    who.page.wait_for_timeout(2500)
    assert asked and "not saved" in asked[0].lower()
    assert story(who) == CANARY
    assert who.page.evaluate(KEPT)["rows"], "who stays loses nothing"
    who.page.once("dialog", lambda dialog: dialog.accept())
    with who.page.expect_navigation(url="**/account/login/**"):
        who.page.get_by_role("button", name="Sign out").click()
    left = who.page.evaluate(KEPT)
    assert (left["rows"], left["keys"]) == ([], [])
    assert set(left["open"]) <= {"/account/login/"}, "the tab remembers the page it shows, and nothing else"


def test_two_pages_on_one_record_are_told_of_each_other_and_neither_text_is_lost(visitor: Made) -> None:
    one = visitor("officer")
    url = at_events(one)
    two = visitor("officer")
    two.page.goto(url)
    type_story(one, "The door was open.")
    saved(one)
    type_story(two, "The door was shut.")
    two.page.locator(BANNER, has_text="Somebody else changed this record").wait_for()
    two.accessible()
    assert story(two) == "The door was shut."
    assert "The door was open." in two.page.locator(BANNER).inner_text()
    one.page.reload()
    assert story(one) == "The door was open.", "nothing was overwritten"
    two.page.get_by_role("button", name="Keep what I typed").click()
    saved(two)
    one.page.reload()
    assert story(one) == "The door was shut."


def test_two_pages_that_changed_different_fields_are_brought_together(visitor: Made) -> None:
    one = visitor("officer")
    url = at_events(one)
    two = visitor("officer")
    two.page.goto(url)
    type_story(one, "The door was open.")
    saved(one)
    two.page.fill('[name="place"]', "Mill Lane 4")
    saved(two)
    one.page.reload()
    assert story(one) == "The door was open."
    assert one.page.input_value('[name="place"]') == "Mill Lane 4"


def test_answer_that_is_lost_makes_no_conflict_and_no_second_text(visitor: Made) -> None:
    who = visitor("officer")
    url = at_events(who)
    lost: list[str] = []

    def swallow(route: object) -> None:
        """The server takes it; its answer never arrives."""
        if not lost:
            lost.append("answer")
            route.fetch()  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    who.page.route("**/draft/", swallow)
    type_story(who, CANARY)
    told_unsaved(who)
    saved(who)
    assert lost == ["answer"]
    who.page.goto(url)
    assert story(who) == CANARY


def test_signed_out_elsewhere_says_so_and_keeps_the_text(visitor: Made) -> None:
    who = visitor("officer")
    url = at_events(who)
    who.context.clear_cookies()
    type_story(who, CANARY)
    who.page.locator(BANNER, has_text="you are signed out").wait_for()
    other = who.context.new_page()
    other.goto(who.county.links["officer"])
    other.close()
    who.page.goto(url)
    until(who, lambda: story(who))
    assert story(who) == CANARY
    saved(who)
