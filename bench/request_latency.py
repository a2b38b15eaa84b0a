"""A contact request from the press of the button to the advocates' inbox, between the running nodes of the county.

Plain HTTP from outside, as a browser would; the inbox is looked at again and again until the request is there.
"""

import argparse
import html
import http.cookiejar
import json
import os
import re
import secrets
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from bench import machine

LIMIT = 2.0
PATIENCE = 20.0
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')
OPTION = re.compile(r'name="to"[^>]* value="([^"]+)"[^>]*>.*?<label[^>]*>(.*?)</label>', re.S)


class Browser:
    """A signed-in worker: cookies, hidden fields, redirects; nothing else."""

    def __init__(self, address: str) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.home = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(address))
        self.token = ""
        self.look(address)

    def look(self, address: str) -> str:
        return self._ask(urllib.request.Request(urllib.parse.urljoin(self.home, address)))

    def send(self, address: str, fields: Mapping[str, str]) -> str:
        """Send the form of the page that was looked at last, filled in."""
        body = urllib.parse.urlencode({**self.hidden, **fields}).encode()
        request = urllib.request.Request(urllib.parse.urljoin(self.home, address), data=body)
        request.add_header("Origin", self.home)
        return self._ask(request)

    def _ask(self, request: urllib.request.Request) -> str:
        with self.opener.open(request, timeout=30) as answer:
            self.at = urllib.parse.urlsplit(answer.url).path
            text: str = answer.read().decode()
        fields = [dict(ATTRIBUTE.findall(tag)) for tag in HIDDEN.findall(text)]
        self.hidden = {f["name"]: html.unescape(f.get("value", "")) for f in fields if f.get("name")}
        return text


def link_of(home: Path, node: str, role: str) -> str:
    """The demo's sign-in link of a role."""
    links = json.loads((home / "demo-links.json").read_text())
    return next(link["url"] for link in links if link["node"] == node and link["role"] == role)


def once(officer: Browser, advocate: Browser) -> float:
    """Seconds from the press of the button to the request in the inbox."""
    name = f"Bench {secrets.token_hex(6)}"
    officer.look("/work/")
    officer.send("/incidents/new/", {})
    ref = officer.at.split("/")[2]
    page = officer.look(f"/contact/{ref}/how/")
    to = next(value for value, label in OPTION.findall(page) if "advocate" in label.lower())
    told = {
        "to": to, "name": name, "channels": "phone", "number": "312-555-0171", "hours": "any",
        "zone": "America/Chicago", "voicemail": "no",
    }  # fmt: skip
    begun = time.perf_counter()
    officer.send(f"/contact/{ref}/how/", told)
    if officer.at != f"/contact/{ref}/":
        raise RuntimeError("The contact request was not taken: its form has changed.")
    while time.perf_counter() - begun < PATIENCE:
        if name in html.unescape(advocate.look("/requests/")):
            return time.perf_counter() - begun
        time.sleep(0.01)
    raise RuntimeError(f"The request was not in the inbox after {PATIENCE:.0f} s.")


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("SHELTERBELT_HOME", ".shelterbelt")))
    chosen = parser.parse_args(words)
    machine.heading(
        f"Contact request from save to inbox: {chosen.requests} requests, four nodes on this machine"
    )
    officer = Browser(link_of(chosen.home, "system", "officer"))
    advocate = Browser(link_of(chosen.home, "advocates", "advocate"))
    once(officer, advocate)
    times = sorted(once(officer, advocate) for _ in range(chosen.requests))
    worst = times[min(int(len(times) * 0.99), len(times) - 1)]
    print(f"  median {times[len(times) // 2]:.2f} s, p99 {worst:.2f} s, longest {times[-1]:.2f} s")
    print(f"  p99 under {LIMIT:.0f} s: {'met' if worst < LIMIT else 'MISSED'}", flush=True)
    return 0 if worst < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
