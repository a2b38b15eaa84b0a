"""How fast somebody may try to sign in. Refuses to say so: a try that came too soon gets the answer of a wrong password.

Delays grow with failed tries and end by themselves. They belong to a code from one network, to a network, and to a
code from everywhere; the last two do not hold a worker who signed in from there before. Passkeys wait for none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hmac import digest
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.http import HttpRequest

from shelterbelt.access.models import Mark, Tries
from shelterbelt.sealing.primitives import derive
from shelterbelt.ui.clock import now


@dataclass(frozen=True)
class Limit:
    """So many failures are free; then the first delay, which doubles with each failure up to the longest."""

    name: str
    free: int
    first: timedelta
    longest: timedelta


PAIR = Limit("pair", 5, timedelta(seconds=30), timedelta(minutes=15))
NETWORK = Limit("network", 40, timedelta(seconds=15), timedelta(minutes=15))
CODE = Limit("code", 50, timedelta(minutes=1), timedelta(hours=1))
SECOND = Limit("second", 5, timedelta(seconds=30), timedelta(minutes=15))
FORGOTTEN = timedelta(hours=2)
KNOWN_FOR = timedelta(days=60)
FAILED = """
insert into access_tries as t (key, fails, last_at, free_at) values (%(key)s, 1, %(at)s, %(at)s)
on conflict (key) do update set
  fails = case when t.last_at < %(forgotten)s then 1 else t.fails + 1 end,
  last_at = %(at)s,
  free_at = case when t.last_at < %(forgotten)s or t.fails + 1 < %(free)s then %(at)s
    else %(at)s + least(%(longest)s, %(first)s * power(2, least(t.fails + 1 - %(free)s, 20))) end
"""


def network_of(request: HttpRequest) -> str:
    """Where a request comes from: an IPv4 address or an IPv6 /64, as far as our own proxies can tell."""
    hops = request.headers.get("X-Forwarded-For", "").split(",") if settings.PROXIES else []
    told = (
        hops[-settings.PROXIES] if len(hops) >= settings.PROXIES > 0 else request.META.get("REMOTE_ADDR", "")
    )
    try:
        address = ip_address(told.strip())
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False).network_address)
    return str(address)


def signing_in(code: str, network: str) -> Mapping[Limit, bytes]:
    """What a try with a code and a password is counted under."""
    code = code.strip()[:200]
    return {
        PAIR: key_of("pair", code, network),
        NETWORK: key_of("network", network),
        CODE: key_of("code", code),
    }


def second_step(worker_id: Any) -> Mapping[Limit, bytes]:
    """What a try of a worker's second step is counted under; only who has the password comes so far."""
    return {SECOND: key_of("second", str(worker_id))}


def held(keys: Mapping[Limit, bytes], *, at: datetime, known: bytes = b"") -> bool:
    """Whether a try comes too soon. Where this worker signed in before, only failures with their code there count."""
    wanted = [*keys.values(), known] if known else list(keys.values())
    found = {
        bytes(k) for k in Tries.objects.filter(key__in=wanted, free_at__gt=at).values_list("key", flat=True)
    }
    return any(key in found for limit, key in keys.items() if limit in (PAIR, SECOND) or known not in found)


def failed(keys: Mapping[Limit, bytes], *, at: datetime) -> None:
    """Count a failure; always in the same order, so that two tries never wait for each other crosswise."""
    with connection.cursor() as cursor:
        for limit, key in sorted(keys.items(), key=lambda pair: pair[1]):
            told: dict[str, Any] = {"key": key, "at": at, "forgotten": at - FORGOTTEN, "free": limit.free}
            told |= {"first": limit.first, "longest": limit.longest}
            cursor.execute(FAILED, told)


def succeeded(keys: Mapping[Limit, bytes], *, at: datetime, known: bytes = b"") -> None:
    """Forget the failures of this worker here, and remember the network; the network's own count stays."""
    mine = [key for limit, key in keys.items() if limit in (PAIR, SECOND)]
    Tries.objects.filter(key__in=mine).delete()
    if known:
        until = at + KNOWN_FOR
        Tries.objects.update_or_create(key=known, defaults={"last_at": at, "free_at": until})


def known_here(code: str, network: str) -> bytes:
    """Under what it is remembered that a worker signed in from a network."""
    return key_of("known", code.strip()[:200], network)


def key_of(*parts: str) -> bytes:
    """A keyed digest: the table holds no code and no address, and cannot be searched for one without the node's secret."""
    return digest(_secret(settings.SECRET_KEY), "\0".join(parts).encode("utf-8", "replace"), "sha256")[:16]


@cache
def _secret(secret_key: str) -> bytes:
    return derive(secret_key.encode(), salt=b"", info=b"shelterbelt.tries", size=32)


def forget(*, at: datetime) -> None:
    """Take away counts and marks that no longer matter; the daily job asks."""
    Tries.objects.filter(last_at__lt=at - FORGOTTEN, free_at__lt=at).delete()
    Mark.objects.filter(until_at__lt=at).delete()


class Marks(BaseCache):
    """Django's cache in a table of ours, for every process alike: a one-time code that was used stays used."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Set it unless it is set; of two at the same moment, one waits for the other and is told no."""
        at = now()
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into access_mark as m (key, value, until_at) values (%s, to_jsonb(%s::text), %s) "
                "on conflict (key) do update set value = excluded.value, until_at = excluded.until_at "
                "where m.until_at <= %s",
                [self._name(key, version), str(value), at + self._span(timeout), at],
            )
            return bool(cursor.rowcount)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        row = Mark.objects.filter(key=self._name(key, version), until_at__gt=now()).first()
        return row.value if row else default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        until = now() + self._span(timeout)
        Mark.objects.update_or_create(
            key=self._name(key, version), defaults={"value": value, "until_at": until}
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(Mark.objects.filter(key=self._name(key, version)).delete()[0])

    def clear(self) -> None:
        Mark.objects.all().delete()

    def _name(self, key: str, version: int | None) -> bytes:
        return key_of("mark", self.make_key(key, version))

    def _span(self, timeout: Any) -> timedelta:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return timedelta(days=365) if seconds is None else timedelta(seconds=seconds)
