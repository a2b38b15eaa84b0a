"""A level is each viewer's own: a report that is hidden from them moves neither the level, nor the place, nor the due time."""

from datetime import datetime
from typing import Any

import pytest
from tests.apps.assessments.cast import HIGH, acting, agreed, asked, judged, level_of, report, sheet
from tests.world import AT, DAY, HOUR, Town

from shelterbelt.access.models import Worker
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.assessments.actions import LevelMoved, call_off_reassessment
from shelterbelt.assessments.models import LevelSet, Reassessment
from shelterbelt.assessments.queries import hidden_within, level_beside
from shelterbelt.cases.actions import Party, open_incident, record_incident
from shelterbelt.cases.models import Case, CaseIncident
from shelterbelt.response import board as boards
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency


def hidden_report(
    here: Town, case: Case, *, at: datetime = AT, before: tuple[str, ...] = ("detective",)
) -> None:
    """A report in a case that all of them see, with a witness who is walled from some; a sheet finds it high."""
    with acting(here.supervisor, at):
        parties = [Party("survivor", known=case.survivor), Party("perpetrator", known=case.other)]
        done = record_incident(
            open_incident(by=here.supervisor, at=at), content={}, parties=[*parties, Party("witness", {"name": "Nils"})],
            happened_at=at - HOUR, by=here.supervisor, at=at,
        )  # fmt: skip
        assert done.case is not None and done.case.id == case.id
    wall: dict[str, Any] = {"basis": "party_match", "reason": "", "by": None, "at": at}
    with as_agency(here.police.id, at=at):
        for name in before:
            raise_wall(done.people[2].id, agency=here.police.id, worker=getattr(here, name).id, **wall)
    sheet("dale", HIGH, by=here.supervisor, case=case, incident=done.incident, at=at)


def on_board(by: Worker, asked: boards.Asked = boards.Asked(), **place: str) -> list[tuple[str, str]]:  # noqa: B008
    """Case and level, as a board shows them, page after page."""
    with acting(by, AT + DAY):
        page = boards.board(by, asked, at=AT + DAY, **place)
        return [(case.ref, case.level) for case in page.cases]


@pytest.fixture
def case(place: Town) -> Case:
    return report(place)[1]


def test_a_hidden_report_moves_the_level_and_the_place_of_nobody_who_may_not_know(
    place: Town, case: Case
) -> None:
    _, above = report(
        place, parties=(Party("survivor", {"name": "Ida"}), Party("perpetrator", {"name": "Olaf"}))
    )
    judged(above, "high", by=place.officer)
    _, below = report(
        place, parties=(Party("survivor", {"name": "Eve"}), Party("perpetrator", {"name": "Per"}))
    )
    before = on_board(place.detective)
    hidden_report(place, case)
    judged(case, "extreme", by=place.supervisor, incident=hidden_one(place, case))
    follow(place.police.id, at=AT)
    assert (
        on_board(place.detective)
        == before
        == [(above.ref, "high"), (case.ref, "medium"), (below.ref, "medium")]
    )
    assert on_board(place.supervisor)[0] == (case.ref, "extreme")
    assert [ref for ref, _ in on_board(place.detective, boards.Asked(level="extreme"))] == []
    assert [ref for ref, _ in on_board(place.detective, boards.Asked(level="medium"))] == [
        case.ref,
        below.ref,
    ]


def hidden_one(place: Town, case: Case) -> Any:
    with acting(place.supervisor):
        return LevelSet.objects.get(case=case, source="instrument").incident


def test_pages_of_a_board_follow_one_another_past_a_case_that_stands_elsewhere_for_others(
    place: Town, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "PAGE", 2)
    names = ("Ada", "Bea", "Cleo", "Dora", "Elin")
    refs = {case.ref}
    for name in names:
        refs.add(
            report(
                place,
                parties=(Party("survivor", {"name": name}), Party("perpetrator", {"name": f"{name} O"})),
            )[1].ref
        )
    hidden_report(place, case)
    follow(place.police.id, at=AT)
    for by in (place.detective, place.supervisor):
        whole, after, back = [], "", []
        with acting(by, AT + DAY):
            while True:
                page = boards.board(by, boards.Asked(), at=AT + DAY, after=after)
                whole += [one.ref for one in page.cases]
                if not page.older:
                    break
                after = page.older
            before = whole[-1]
            while before:
                page = boards.board(by, boards.Asked(), at=AT + DAY, before=before)
                back = [one.ref for one in page.cases] + back
                before = page.newer
        assert len(whole) == len(set(whole)) and set(whole) == refs
        assert back == whole[:-1]


def test_what_everybody_sees_says_nothing_of_the_hidden_level(
    place: Town, case: Case, signed_in: Any
) -> None:
    hidden_report(place, case)
    follow(place.police.id, at=AT)
    assert level_of(case) == "high"
    pages = [
        f"/cases/{case.ref}/",
        f"/cases/{case.ref}/danger/",
        f"/cases/{case.ref}/forecast/",
        f"/cases/{case.ref}/level/",
    ]
    for address in pages:
        page = signed_in(place.detective).get(address).content.decode()
        assert "sb-level--high" not in page, address
    with acting(place.detective, AT):
        assert not Action.objects.filter(case=case, because__icontains="high").exists()


def test_who_may_not_know_sets_a_level_by_what_they_see(place: Town, case: Case) -> None:
    hidden_report(place, case)
    change = judged(case, "high", by=place.detective, seen="medium")
    assert not change.problem
    with acting(place.detective):
        line = LevelSet.objects.get(case=case, source="judgement")
        assert line.moved, "for all who see it, it did"
    with pytest.raises(LevelMoved) as moved:
        judged(case, "high", by=place.detective, seen="low")
    assert moved.value.level == "high"


def test_two_people_end_lower_only_what_both_of_them_could_see(place: Town, case: Case) -> None:
    judged(case, "high", by=place.officer)
    hidden_report(place, case, before=("detective", "officer_two"))
    judged(case, "extreme", by=place.supervisor, incident=hidden_one(place, case), at=AT + HOUR)
    row = asked(case, "low", by=place.detective, at=AT + 2 * HOUR)
    assert agreed(row, by=second(place), at=AT + 3 * HOUR).word == "low"
    assert level_of(case) == "extreme", "nobody looked at the hidden report anew"
    assert on_board(place.detective)[0][1] == "low"
    assert on_board(place.supervisor)[0][1] == "extreme"


def test_a_list_that_is_taken_out_says_what_the_board_says(place: Town, case: Case, signed_in: Any) -> None:
    names = (Party("survivor", {"name": "Ida"}), Party("perpetrator", {"name": "Olaf"}))
    report(place, parties=names)
    hidden_report(place, case)
    for by, levels in ((place.detective, ["medium", "medium"]), (place.supervisor, ["high", "medium"])):
        file = signed_in(by).post("/cases/export/", {}).getvalue().decode()
        lines = [line for line in file.splitlines() if "high" in line or "medium" in line]
        assert [level for line in lines for level in ("high", "medium") if level in line] == levels
        assert ("Amina" in lines[0]) == (by == place.supervisor or case.ref == on_board(by)[0][0])
        narrowed = signed_in(by).post("/cases/export/?level=high", {}).getvalue().decode()
        assert ("Amina" in narrowed) == (by == place.supervisor)


def second(place: Town) -> Worker:
    """A supervisor before whom the same wall stands."""
    from tests.world import worker

    made = worker(place.police, "supervisor", place.detectives)
    with as_agency(place.police.id, at=AT):
        from shelterbelt.access.models import Wall

        thing = Wall.objects.filter(worker_id=place.detective.id).values_list("thing_id", flat=True).get()
        raise_wall(
            thing, agency=place.police.id, worker=made.id, basis="party_match", reason="", by=None, at=AT
        )
    return made


def test_a_hidden_report_does_not_end_what_waits_for_a_second_person(place: Town, case: Case) -> None:
    judged(case, "high", by=place.officer)
    row = asked(case, "medium", by=place.detective, at=AT + HOUR)
    hidden_report(place, case, at=AT + 2 * HOUR)
    judged(case, "extreme", by=place.supervisor, incident=hidden_one(place, case), at=AT + 3 * HOUR)
    with acting(place.detective, AT + 3 * HOUR):
        assert Reassessment.objects.get(id=row.id).state == "open"
        call_off_reassessment(row, by=place.detective, at=AT + 3 * HOUR)


def test_the_due_time_is_of_the_work_that_one_sees(place: Town, case: Case) -> None:
    follow(place.police.id, at=AT)

    def due(by: Worker) -> datetime | None:
        with acting(by, AT + DAY):
            return boards.board(by, boards.Asked(), at=AT + DAY).cases[0].next_due_at

    before = due(place.detective)
    hidden_report(place, case, at=AT - DAY)
    judged(case, "extreme", by=place.supervisor, incident=hidden_one(place, case), at=AT - DAY)
    follow(place.police.id, at=AT)
    seen, known = due(place.detective), due(place.supervisor)
    assert seen == before and known is not None and before is not None and known < before


def test_a_case_that_is_restricted_whole_keeps_its_level_for_its_circle(place: Town, case: Case) -> None:
    with acting(place.supervisor):
        incident = CaseIncident.objects.get(case=case).incident
    judged(case, "high", by=place.supervisor, incident=incident)
    with as_agency(place.police.id, at=AT):
        circle = [place.supervisor.id, place.detective.id]
        restrict(case.id, agency=place.police.id, team=circle, reason="", by=None, at=AT)
        assert hidden_within(case, {incident.id}) == set()
        assert level_beside(Case.objects.get(id=case.id), (), at=AT).word == "high"
    assert on_board(place.detective) == on_board(place.supervisor) == [(case.ref, "high")]


def test_work_that_follows_a_hidden_level_is_hidden_with_it(place: Town, case: Case) -> None:
    follow(place.police.id, at=AT)
    with acting(place.detective):
        before = set(Action.objects.filter(case=case).values_list("id", "due_at"))
    hidden_report(place, case)
    judged(case, "extreme", by=place.supervisor, incident=hidden_one(place, case))
    follow(place.police.id, at=AT)
    with acting(place.detective):
        assert set(Action.objects.filter(case=case).values_list("id", "due_at")) == before
    with acting(place.supervisor):
        assert Action.objects.filter(case=case).count() > len(before)
