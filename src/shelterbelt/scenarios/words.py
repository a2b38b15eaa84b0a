"""Words and choices of an imagined record: codes of the library's lists, and sentences made up for it."""

from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True)
class Deed:
    """Something that was done: how often, its abuse types, what else it leaves, and how it is told."""

    weight: float
    abuse: tuple[str, ...]
    injuries: tuple[str, ...]
    weapons: tuple[str, ...]
    told: str


DEEDS = (
    Deed(9, ("physical",), ("bruise", "pain"), ("hands_feet",), "struck them on the arm and shoulder"),
    Deed(
        8,
        ("physical", "property"),
        ("none_seen",),
        ("hands_feet",),
        "pushed them against a door and broke a lamp",
    ),
    Deed(
        6,
        ("physical",),
        ("scratch", "hair_pulled"),
        ("hands_feet",),
        "dragged them by the hair across the kitchen",
    ),
    Deed(
        6,
        ("threats", "intimidation"),
        ("none_seen",),
        ("none",),
        "stood in the doorway and said they would be sorry",
    ),
    Deed(
        5,
        ("strangulation", "physical"),
        ("neck_marks", "voice_changed"),
        ("hands_feet",),
        "held them by the throat",
    ),
    Deed(
        2,
        ("strangulation",),
        ("trouble_breathing", "red_spots"),
        ("cord",),
        "pulled a belt tight around their neck",
    ),
    Deed(
        3, ("threats",), ("none_seen",), ("handgun",), "laid a handgun on the table and told them to choose"
    ),
    Deed(2, ("threats", "physical"), ("cut",), ("knife",), "held a kitchen knife to their arm"),
    Deed(3, ("physical",), ("head", "bruise"), ("blunt",), "threw a pan which hit the side of their head"),
    Deed(
        5,
        ("stalking", "harassment"),
        ("none_seen",),
        ("none",),
        "waited beside their car after the late shift again",
    ),
    Deed(
        5,
        ("digital", "coercive_control"),
        ("none_seen",),
        ("none",),
        "went through their phone and locked them out of it",
    ),
    Deed(
        4,
        ("economic", "isolation"),
        ("none_seen",),
        ("none",),
        "kept the bank card and the car keys all week",
    ),
    Deed(
        3,
        ("through_children", "threats"),
        ("none_seen",),
        ("none",),
        "said the children would be taken away for good",
    ),
    Deed(
        2,
        ("pets", "intimidation"),
        ("none_seen",),
        ("hands_feet",),
        "kicked the dog and looked at them while doing it",
    ),
    Deed(
        2, ("sexual", "coercive_control"), ("not_said",), ("hands_feet",), "would not accept a no that night"
    ),
    Deed(2, ("physical", "threats"), ("burn",), ("fire_liquid",), "threw hot tea at their hands"),
    Deed(
        2,
        ("intimidation",),
        ("none_seen",),
        ("vehicle",),
        "drove at them in the yard and stopped at the last moment",
    ),
    Deed(
        3,
        ("emotional", "manipulation"),
        ("none_seen",),
        ("none",),
        "shouted for two hours that they imagine everything",
    ),
    Deed(2, ("threats",), ("none_seen",), ("gun_in_reach",), "pointed at the gun cabinet without a word"),
)
OPENINGS = (
    "A neighbour called about shouting.",
    "The survivor called from the bathroom.",
    "A relative asked for a welfare check.",
    "The call was cut off and answered when called back.",
    "The survivor came to the station.",
    "A shop worker called after somebody asked to use the phone.",
    "A child called and put the phone down.",
    "A passing driver stopped and called.",
    "A teacher called after talking with a parent at the gate.",
    "A co-worker called from the car park.",
)
CAUSES = (
    "after a row about money",
    "after a message from a friend was found",
    "when the survivor packed a bag",
    "when the children were to be handed over",
    "after the survivor came home late from work",
    "after a letter from the court arrived",
    "without any warning that the survivor could name",
    "when dinner was late",
    "while moving out furniture",
    "during a visit that had been agreed by text",
)
ENDINGS = (
    "Both were spoken to apart.",
    "The other person had left before the patrol arrived.",
    "The survivor asked for nothing more tonight and took the paper with numbers.",
    "Pictures were taken with the survivor's agreement.",
    "A broken door lock was seen and noted.",
    "The survivor went to a relative for the night.",
    "The other person was calm and talkative, the survivor shook and spoke little.",
    "The two accounts differ about who came to the door first.",
    "Two children were seen in their room, awake.",
    "The survivor wished to see a doctor and was driven there.",
)
ACCOUNTS = {
    "en": (
        "It was worse than last time.",
        "I only want it to stop.",
        "I did not think anybody would come.",
        "They will say it was me.",
        "Please do not ring the home number.",
    ),
    "es": ("Solo quiero que pare.", "Esta vez tuve mucho miedo.", "No llamen a la casa, por favor."),
    "ar": ("أريد فقط أن يتوقف هذا.", "كنت خائفة على الأطفال."),
    "zh-Hans": ("我只希望这一切停下来。", "请不要打家里的电话。"),
    "vi": ("Tôi chỉ muốn chuyện này dừng lại.", "Xin đừng gọi số ở nhà."),
}
VIEWS: tuple[str, ...] = (
    "Afraid it will happen again within days.",
    "Worried, most of all at night.",
    "Not sure.",
    "",
)
VIEWS += ("Says the other person would go very far.", "Thinks it will be quiet for a while.")
HISTORY = (
    *(("earlier_violence", 0.55), ("more_often", 0.3), ("worse", 0.28), ("earlier_strangulation", 0.12)),
    *(
        ("earlier_threat_to_kill", 0.14),
        ("separation", 0.34),
        ("children_dispute", 0.2),
        ("order_in_force", 0.1),
    ),
    *(
        ("order_breached", 0.06),
        ("violence_in_pregnancy", 0.05),
        ("punished_for_help", 0.09),
        ("other_partner", 0.08),
    ),
)
RELATIONSHIPS = (
    *(("married", 0.3), ("common_law", 0.22), ("dating", 0.12), ("separated", 0.12), ("divorced", 0.06)),
    *(("ex_partner", 0.12), ("share_child", 0.05), ("never_partners", 0.01)),
)
SCENE: tuple[str, ...] = (
    "threats_at_scene",
    "medical_aid",
    "parties_separated",
    "children_seen",
    "weapons_secured",
    "interpreter",
)
SCENE += ("phone_safe",)
RIGHTS: tuple[str, ...] = (
    "victim_rights",
    "protection_orders",
    "advocate",
    "shelter",
    "hotline",
    "medical",
    "legal_help",
    "next_steps",
)
RIGHTS += ("may_say_no",)
FACTOR_OF = {
    "strangulation": "nonfatal_strangulation",
    "sexual": "forced_sex",
    "stalking": "stalking",
    "coercive_control": "controlling_behaviours",
    "isolation": "isolation",
    "pets": "pets_harmed",
    "through_children": "children_threatened",
    "handgun": "gun_access",
    "gun_in_reach": "gun_access",
    "knife": "threatened_with_weapon",
    "worse": "escalation",
    "more_often": "escalation",
    "earlier_threat_to_kill": "threats_to_kill",
    "separation": "separation",
    "order_breached": "order_breached",
    "punished_for_help": "punished_for_help",
    "violence_in_pregnancy": "abused_while_pregnant",
}
# What a record speaks of is answered yes in the screen too, unless the question is declined.
ASKED_OF = {
    "strangulation": "strangulation_attempt",
    "earlier_strangulation": "strangulation_attempt",
    "handgun": "weapon_used_or_threatened",
    "knife": "weapon_used_or_threatened",
    "cord": "weapon_used_or_threatened",
    "gun_in_reach": "gun_access",
    "earlier_threat_to_kill": "threatened_kill_victim_or_children",
    "coercive_control": "jealous_or_controls",
    "isolation": "jealous_or_controls",
    "separation": "left_or_separated",
    "stalking": "follows_spies_threat_messages",
    "digital": "follows_spies_threat_messages",
}
STRONG = {"nonfatal_strangulation", "gun_access", "threatened_with_weapon", "threats_to_kill", "forced_sex"}
LEVEL_REASONS = (
    "What was said at the scene fits what the file holds from before.",
    "The survivor's own view weighed most.",
    "The last weeks have changed the picture.",
    "Little is known yet, to be looked at again soon.",
    "Two workers looked at it together.",
)
NOTES = (
    ("safety_needs", "Would like a new lock and somebody beside them at the hearing."),
    ("safety_needs", "A bag is packed and stays with a friend."),
    ("services", "Asked about counselling in the evening and help with the lease."),
    ("danger_view", "Feels safer by day. Nights are the hard part."),
    ("plans", "Wants to talk with a lawyer before deciding anything."),
    ("children", "The school knows who may collect the children."),
    ("safe_contact", "Calls only in the lunch hour. No messages."),
    ("service_contact", "Rang back as agreed, talked for half an hour."),
)
CHANNELS = (("phone",), ("text",), ("phone", "text"), ("in_person",), ("through_person",), ("email",))
CODE_WORDS = ("harvest", "blue kettle", "library card", "Tuesday soup", "marigold", "bus pass")


def incident_words(rng: Random, language: str, repeat: int) -> tuple[dict[str, Any], str]:
    """This function will invent one record: answers (codes and short texts) and the narrative."""
    deed = rng.choices(DEEDS, [d.weight for d in DEEDS])[0]
    history = [code for code, chance in HISTORY if rng.random() < chance]
    if repeat:
        history = list(dict.fromkeys(["earlier_violence", "earlier_calls", *history]))
    answers = {
        "scene": {
            code: rng.choices(("done", "not_needed", "not_possible"), (0.8, 0.15, 0.05))[0] for code in SCENE
        },
        "abuse_types": list(dict.fromkeys([*deed.abuse, *(["emotional"] if rng.random() < 0.3 else [])])),
        "injuries": list(deed.injuries),
        "weapons": list(deed.weapons),
        "history": history or ["none_known"],
        "relationship": rng.choices([c for c, _ in RELATIONSHIPS], [w for _, w in RELATIONSHIPS])[0],
        "rights_explained": [code for code in RIGHTS if rng.random() < 0.88],
        "account": rng.choice(ACCOUNTS.get(language, ACCOUNTS["en"])),
        "survivor_view": rng.choice(VIEWS),
    }
    told = f"The survivor says that the other person {deed.told} {rng.choice(CAUSES)}."
    return answers, " ".join((rng.choice(OPENINGS), told, *rng.sample(ENDINGS, rng.choice((1, 2)))))


def factors_in(answers: dict[str, Any]) -> tuple[str, ...]:
    """This function will list the level factors that the answers of one record speak of, in a fixed order."""
    return tuple(dict.fromkeys(FACTOR_OF[code] for code in _said(answers) if code in FACTOR_OF))


def asked_of(answers: dict[str, Any]) -> set[str]:
    """This function will name the questions of the lethality screen to which one record already says yes."""
    return {ASKED_OF[code] for code in _said(answers) if code in ASKED_OF}


def _said(answers: dict[str, Any]) -> list[str]:
    return [*answers["abuse_types"], *answers["weapons"], *answers["history"]]


def contact_words(rng: Random, number: str) -> dict[str, Any]:
    """This function will invent contact instructions: channels, windows by the local clock, code word."""
    start = rng.choice((8, 9, 11, 12, 14, 17))
    days = [0, 1, 2, 3, 4] if rng.random() < 0.7 else sorted(rng.sample(range(7), 3))
    return {
        "channels": list(rng.choice(CHANNELS)),
        "windows": [
            {"days": days, "from": f"{start:02d}:00", "until": f"{start + rng.choice((1, 2, 4)):02d}:00"}
        ],
        "zone": "America/Chicago",
        "number": number,
        "voicemail_allowed": rng.random() < 0.2,
        "code_word": rng.choice(CODE_WORDS) if rng.random() < 0.45 else "",
        "may_answer": ["a sibling"] if rng.random() < 0.15 else [],
    }
