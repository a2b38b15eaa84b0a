"""Reads the words under which a copy is locked. Refuses words that are guessed soon."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shelterbelt.safety.offline import too_easy, too_long
from shelterbelt.safety.paper_forms import OfPlan
from shelterbelt.ui.forms import Line, Tick


class CopyForm(OfPlan):
    """A locked copy."""

    words = Line(
        label=_("Words that open it"),
        help_text=_("At least four words. Write them just as you will type them later."),
        limit=200,
        missing=_("Write at least four words."),
    )
    known = Tick(label=_("I know that nobody can open it without these words"))
    field_order = ("plan", "language", "words", "known")

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if too_long(words):
            raise ValidationError(_("These words are too long. Some programs would cut them."), code="long")
        if too_easy(words):
            raise ValidationError(
                _(
                    "These words are guessed too soon. Take four or more words that have nothing to do with you."
                ),
                code="easy",
            )
        return words
