"""How often things happen in the imagined county, each figure with its tag and source.
F fact, D derived, M memory, P the project's assumption. None of them is a claim about a real place.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """A figure, its tag and where it comes from."""

    value: float
    tag: str
    source: str


SHARES = {
    "recent": Share(0.07, "P", "cases that begin in the last ten days, so that a demo has work that is due"),
    "no_police": Share(0.20, "P", "survivors who come by hotline or hospital and never report"),
    "undetermined": Share(0.04, "P", "first record leaves the roles open"),
    "misidentified": Share(0.04, "P", "first record names the wrong person; reviews find it"),
    "never_resolved": Share(0.25, "P", "of the undetermined: still open"),
    "small_town": Share(0.12, "P", "police cases of the small town"),
    "repeat_shape": Share(0.58, "D", "Weibull shape fitted to police-reported repeats (evidence 5.1)"),
    "repeat_scale_days": Share(
        850.0, "P", "scale near the fitted 1277 d, shortened so that a demo shows repeats"
    ),
    "screen_done": Share(0.82, "P", "screens done where an officer meets a survivor"),
    "declined_question": Share(0.08, "P", "a single question declined"),
    "all_declined": Share(0.05, "P", "the whole screen declined"),
    "worker_concern": Share(0.18, "P", "officer's own concern"),
    "survivor_concern": Share(0.22, "P", "survivor's own concern"),
    "wish_yes": Share(0.52, "P", "wants to be contacted"),
    "wish_no": Share(0.26, "P", "declines contact: a first-class outcome"),
    "wish_self": Share(0.10, "P", "will call without help"),
    "wish_later": Share(0.07, "P", "asks to be asked again"),
    "acknowledged": Share(0.92, "P", "contact requests taken in by now"),
    "release": Share(0.38, "P", "advocate's cases with a release to the police"),
    "release_withdrawn": Share(0.18, "P", "of these withdrawn before they end"),
    "shelter": Share(0.28, "P", "advocate's cases with a referral to the shelter"),
    "shelter_full": Share(0.30, "P", "of the answered referrals: declined"),
    "shelter_answered": Share(0.90, "P", "of the referrals: answered by now"),
    "level_set": Share(0.62, "P", "cases where a person set a level other than by default"),
    "closed": Share(0.35, "P", "cases older than nine months that were closed"),
    "arrested": Share(0.45, "P", "of the fresh incidents: the other person is arrested"),
    "ordered": Share(0.45, "P", "of the fresh incidents: a protection order is issued"),
    "planned": Share(0.7, "P", "of services and releases that are still to come: planned for a day ahead"),
    "hearing": Share(0.5, "P", "of the fresh incidents: a hearing, held or ahead"),
    "told_late": Share(0.25, "P", "of what happened: written down days later"),
    "separated_since": Share(0.35, "P", "survivors who leave in the weeks after"),
    "police_sheet": Share(0.30, "P", "fresh police cases with a sheet"),
    "care_sheet": Share(0.35, "P", "fresh cases of victim services and hospital with a sheet"),
    "second_sheet": Share(0.4, "P", "of these: the same sheet again some weeks later"),
    "other_unnamed": Share(0.55, "P", "no-police cases where the other person is not named"),
}


def share(name: str) -> float:
    """This function will return the figure of this name (a share of 1, or as its name says)."""
    return SHARES[name].value
