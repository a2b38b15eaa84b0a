"""Two small instruments as files, whose faults tests make one by one."""

DANGER = """\
format: assessment
id: small
version: "1"
kind: danger
title: A small one
purpose: To be tested.
administered_by: [advocate]
court: "no"
ship: scoring_only
official_wording: Ask the owner.
licence: ours
answers:
  yes_no:
    "yes": {label: "Yes", points: 1, means_yes: true}
    "no": {label: "No", points: 0}
groups: {first: The first questions}
items:
  - {id: gun, number: "1", answers: yes_no, time_frame: ever, group: first, text: Is there a gun}
  - {id: left, number: "2", answers: yes_no, time_frame: past_year, text: Have you left, points: {"yes": 4}}
  - {id: apart, number: "2a", answers: yes_no, time_frame: ever, text: Never together, points: {"yes": -3}, excludes: [left]}
work: {plan: Make a plan}
triggers:
  - {id: armed, of: [gun], band: high, does: [plan], why: A gun raises., source: study, tag: F}
  - {id: both, of: [gun, left], at_least: 2, unless: [armed], why: Two are more than one.}
missing: {rule: bounds}
bands:
  - {id: low, lo: -3, hi: 0, label: Some, says: Go on.}
  - {id: high, lo: 1, hi: 5, label: More, level: high, level_tag: P, says: Act.}
norms:
  - id: old
    source: study
    sample: some people
    n: 100
    period: "1990"
    outcome: new violence
    follow_up: a year
    tag: M
    base: {rate: 0.3, interval: [0.2, 0.4], tag: M}
    bins:
      - {id: "0", lo: -3, hi: 0, rate: 0.1, interval: null}
      - {id: "1+", lo: 1, hi: 5, rate: 0.4, interval: [0.3, 0.5]}
accuracy:
  - {sample: some people, measure: auc, value: 0.6, interval: [0.5, 0.7], outcome: new violence, source: study, tag: M}
accuracy_note: Measured on the official wording, not on ours.
limits: [Never tested with others.]
careful: [It is no forecast.]
tags: {items: F}
sources: {study: A study of 1990}
"""

DETECTION = """\
format: assessment
id: small_screen
version: "1"
kind: detection
title: A small screen
purpose: To be tested.
administered_by: [nurse]
court: "no"
ship: full
licence: ours
answers:
  often:
    never: {label: Never, points: 1}
    often: {label: Often, points: 5, means_yes: true}
items:
  - {id: hurt, number: "1", answers: often, time_frame: past_year, text: Do they hurt you}
  - {id: insult, number: "2", answers: often, time_frame: past_year, text: Do they insult you}
  - {id: worried, number: "3", answers: often, time_frame: now, text: Are you worried, scored: false}
work: {doctor: See a doctor}
triggers:
  - {id: over, of: [hurt, insult], points: 6, why: More than five points.}
  - {id: injured, of: [hurt], does: [doctor], side: true, why: It may have done harm.}
missing: {rule: not_yes}
results:
  positive: Offer a talk.
  not_positive: It is no sign of safety.
  could_be_positive: Some answers are missing.
  no_answers: Nothing was answered.
accuracy: []
limits: [Never tested with others.]
careful: [It sets no level.]
tags: {items: F}
sources: {study: A study of 1990}
"""

STORIES = """\
format: assessment_examples
instrument: small
version: "1"
examples:
  - story: A gun and nothing else.
    answers: {gun: "yes"}
    rest: "no"
    result: {score: 1, band: high, triggers: [armed], does: [plan], level: high, norms: {old: "1+"}, raised_to: null}
  - story: Both at once, against each other.
    answers: {left: "yes", apart: "yes"}
    judged: high
    result: {contradictions: [[apart, left]], raised_to: null, lowest: 1}
"""
