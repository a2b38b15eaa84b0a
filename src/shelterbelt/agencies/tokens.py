"""The texts by which somebody may be found in one agency's blind index. Refuses fragments: whole name parts, dates, numbers."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import phonenumbers

from shelterbelt.rules.names import date_token, phone_token, tokens

# As most are written: the long way round gives the same, ten times slower.
PLAIN_NUMBER = re.compile(r"(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ .-]?([2-9][0-9]{2})[ .-]?([0-9]{4})")


def search_texts(content: Mapping[str, Any]) -> set[str]:
    """The texts by which a person may be found: name parts, birth date, phone numbers."""
    names = [content.get("name", ""), *content.get("other_names", [])]
    found = {f"name:{part}" for name in names for part in tokens(name)}
    if content.get("born_on"):
        found.add(f"born:{date_token(date.fromisoformat(content['born_on']))}")
    return found | {f"phone:{number}" for p in content.get("phones", []) if (number := number_of(p))}


def number_of(text: str, region: str = "US") -> str:
    """A phone number's digits with its country code where it can be told; just its digits otherwise."""
    if region == "US" and (plain := PLAIN_NUMBER.fullmatch(text)):
        return "1" + "".join(plain.groups())
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return phone_token(text)
    return f"{parsed.country_code}{parsed.national_number}"
