"""Reads what somebody answers and chooses for a petition. Nothing is chosen beforehand, and no question has to be answered."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shelterbelt.library.petitions import Petitions
from shelterbelt.orders.petitions import Draft, Happened
from shelterbelt.ui.forms import Form, Line, Name, One, Several, Story, Tick

YES_NO = (("yes", _("Yes")), ("no", _("No")))
QUESTION = "q_"


class PetitionForm(Form):
    """One draft: which order, the questions that what to ask for hangs on, what is chosen of it, and the words."""

    kind = One((), label=_("Which order?"), missing=_("Choose which order."))
    language = One(settings.LANGUAGES, label=_("In which language?"))
    name = Name(label=_("Name of who asks"), required=False)
    other = Name(label=_("Name of the other person"), required=False)
    asks = Several(
        (), label=_("What to ask for"), help_text=_("Only what they want. It can be changed until it is filed."),
        required=False,
    )  # fmt: skip
    evidence = Several((), label=_("What there is that bears it out"), required=False)
    happened = Several((), label=_("What happened, from the record"), required=False)
    words = Story(rows=6, limit=10_000, label=_("What happened, in their own words"), required=False)
    places = Story(
        rows=3, limit=2000, required=False, label=_("Places to stay away from"),
        help_text=_("Only places that the other person knows already, one on a line."),
    )  # fmt: skip
    address = Story(
        rows=2, limit=1000, required=False, label=_("Where they live"),
        help_text=_("For the page that the court alone is given. It is taken out of the other paper."),
    )  # fmt: skip
    phone = Line(limit=60, required=False, label=_("How the court reaches them"))
    known = Tick(required=False, label=_("The other person knows this address and it may stand on the paper"))

    def __init__(self, *args: Any, file: Petitions, happened: Sequence[Happened] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.file, self.by_ref = file, {one.ref: one for one in happened}
        language = (get_language() or "en")[:2]
        self._choices(
            "kind", [(id, one.title.by(language), one.lasts.by(language)) for id, one in file.kinds.items()]
        )
        self._choices("asks", self._asks(language))
        self._choices("evidence", [(id, one.text.by(language)) for id, one in file.evidence.items()])
        self._choices(
            "happened", [(one.ref, " · ".join(p for p in (one.day, one.what) if p)) for one in happened]
        )
        for question in file.questions:
            said = {"help_text": question.help.by(language)} if question.help else {}
            self.fields[QUESTION + question.fact] = One(
                YES_NO, label=question.text.by(language), required=False, **said
            )

    def _asks(self, language: str) -> list[tuple[str, str, str]]:
        """What any kind of petition here may ask for, each once; what to be careful with stands below it."""
        found = {id: one for kind in self.file.kinds.values() for id, one in kind.asks.items()}
        return [
            (id, one.text.by(language), one.careful.by(language) if one.careful else "")
            for id, one in found.items()
        ]

    def _choices(self, name: str, answers: Sequence[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = field._codes(answers)
        if not answers:
            del self.fields[name]

    @property
    def questions(self) -> list[Any]:
        """The questions, as the page shows them."""
        return [self[QUESTION + one.fact] for one in self.file.questions]

    def answers(self) -> dict[str, bool]:
        """What was answered; what was not is left out."""
        given = {one.fact: self.cleaned_data.get(QUESTION + one.fact) for one in self.file.questions}
        return {fact: word == "yes" for fact, word in given.items() if word}

    def draft(self) -> Draft:
        """What was chosen, of what this kind of petition may ask for."""
        told = self.cleaned_data
        asks = self.file.kinds[told["kind"]].asks
        return Draft(
            kind=told["kind"],
            language=told["language"],
            name=told["name"],
            other=told["other"],
            asks=tuple(one for one in asks if one in told["asks"]),
            evidence=tuple(told.get("evidence", ())),
            happened=tuple(self.by_ref[ref] for ref in reversed(told.get("happened", ()))),
            words=told["words"],
            places=told["places"],
            address=told["address"],
            phone=told["phone"],
            known=told["known"],
        )
