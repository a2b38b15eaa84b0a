"""What states, lines, news and reasons are called on pages. Unknown is said as such, and nothing says that anybody is safe."""

from django.utils.translation import gettext_lazy as _

STATES = {
    "in": _("Detained"),
    "out": _("Not detained"),
    "unknown": _("Nobody knows"),
    "died": _("Died"),
}
LINES = {
    "arrested": _("Taken in"),
    "charged": _("Charged"),
    "moved": _("Moved to another place"),
    "release_planned": _("To be let out on a day"),
    "released": _("Let out"),
    "escaped": _("Got away"),
    "returned": _("Taken back in"),
    "died": _("Died"),
}
NEWS = {
    "released": _("They were let out"),
    "escaped": _("They got away"),
    "held": _("They are detained"),
    "moved": _("They were moved"),
    "died": _("They have died"),
    "unknown": _("Nobody knows whether they are detained"),
    "release_planned": _("They are to be let out"),
    "plan_off": _("They are not to be let out on that day any more"),
    "was_out": _("They were out, and nobody can say that they still are"),
    "known_late": _("It was known late"),
}
WHY_UNKNOWN = {
    "detention.never_heard": _("Nothing was ever heard of them."),
    "detention.after_death": _("Something was heard of them after their death."),
    "detention.other_stay": _("They were let out of one stay while another one lasted."),
    "detention.clock": _("The source’s clock runs ahead: its line is doubtful."),
    "detention.not_taken_in": _("They were moved, though nothing says that they were taken in again."),
    "detention.plan_passed": _("The day on which they were to be let out has passed without a word."),
    "detention.not_heard": _("Nothing was heard from the source for too long."),
}
NEWS_STATES = {
    "open": _("To be told"),
    "confirmed": _("They know"),
    "overtaken": _("Told with what came after it"),
    "not_wanted": _("They do not want to hear"),
    "not_needed": _("Their case was closed"),
}
COMPLIANCE = {
    "not_met": _("Not kept"),
    "not_known": _("Nobody knows"),
    "met": _("Kept"),
    "not_yet": _("Nothing yet"),
    "over": _("Over"),
}
OUTCOMES = {
    "there": _("Kept"),
    "not_there": _("Not kept"),
    "excused": _("Excused"),
    "unknown": _("Not written down"),
}
SIGNS = {"there": "✓", "not_there": "✕", "excused": "–", "unknown": "?"}


def source_words(name: str) -> str:
    """A source's own name as words: county_jail stands on pages as County jail."""
    return name.replace("_", " ").strip().capitalize()
