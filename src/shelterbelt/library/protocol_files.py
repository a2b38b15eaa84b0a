"""Builds a protocol's rules and its chain from the data of its file. Refuses what names what the file does not list."""

from typing import Any

from shelterbelt.library.files import LibraryError
from shelterbelt.rules.conditions import condition_from, facts_named
from shelterbelt.rules.deadlines import Ladder, Rule, Step, WhenOpen

# What a step up the chain follows: no entry of the ledger, but that time has passed.
OVERDUE = "action.overdue"


def rules_of(path: str, data: dict[str, Any]) -> tuple[Rule, ...]:
    """This function will return the rules of a protocol in the file's order. `path` is only for messages.

    Raises LibraryError when two have one id, or when one names an event, a fact, a manner or a source that the file
    does not list.
    """
    rules = tuple(_rule(line) for line in data["rules"])
    _check_rules(path, data, rules)
    return rules


def _rule(line: dict[str, Any]) -> Rule:
    due = line["due"]
    return Rule(
        id=line["id"],
        when=line["when"],
        kind=line["action"],
        title=line["title"],
        unit=line["who"]["unit"],
        role=line["who"]["role"],
        hours=None if "by_level" in due else due["days"] * 24 if "days" in due else due["hours"],
        why=line["why"]["text"],
        source=line["why"]["source"],
        tag=line["why"]["tag"],
        condition=condition_from(line.get("if")),
        now=due.get("now", False),
        how=tuple(line.get("how", ())),
        when_open=WhenOpen(line.get("when_open", "sooner")),
        from_happened=due.get("from") == "happened",
        another=line["who"].get("another", False),
    )


def ladder_of(path: str, data: dict[str, Any], rules: tuple[Rule, ...]) -> Ladder:
    """This function will return the chain of a protocol; a step above the worker is a rule that no event asks for.

    Raises LibraryError when two have one id, when a step comes before the one below it, or when it names work or a
    source that the file does not list.
    """
    if "escalation" not in data:
        return Ladder()
    steps = tuple(_step(line) for line in data["escalation"]["steps"])
    kinds = frozenset(data["escalation"]["kinds"])
    ids = [*(rule.id for rule in rules), *(step.id for step in steps)]
    if len(set(ids)) != len(ids):
        raise LibraryError(f"{path}: two rules or steps have one id")
    if not kinds <= {rule.kind for rule in rules}:
        raise LibraryError(f"{path}: the chain names work that no rule opens")
    if [step.hours for step in steps] != sorted(step.hours for step in steps):
        raise LibraryError(f"{path}: a step of the chain comes before the one below it")
    if not {line["why"]["source"] for line in data["escalation"]["steps"]} <= set(data["sources"]):
        raise LibraryError(f"{path}: a step of the chain names a source that is not listed")
    return Ladder(kinds, steps)


def _step(line: dict[str, Any]) -> Step:
    above = line["who"] != "worker"
    return Step(line["id"], line["after"]["hours"], _rule({**line, "when": OVERDUE}) if above else None)


def _check_rules(path: str, data: dict[str, Any], rules: tuple[Rule, ...]) -> None:
    if len({rule.id for rule in rules}) != len(rules):
        raise LibraryError(f"{path}: two rules have one id")
    for rule in rules:
        facts = data["facts"].get(rule.when)
        looked_at = {*facts_named(rule.condition), *(("level",) if rule.hours is None else ())}
        if facts is None or not looked_at <= set(facts):
            raise LibraryError(f"{path}: {rule.id} looks at a fact or an event that is not listed")
        if not set(rule.how) <= set(data["manners"]) or rule.source not in data["sources"]:
            raise LibraryError(f"{path}: {rule.id} names a manner or a source that is not listed")
