"""What changes a breach: a report, what a watch saw, what a person says of it, evidence, and the course in court."""

from shelterbelt.breaches.actions.counting import renew_counted as renew_counted
from shelterbelt.breaches.actions.deciding import ReasonNeeded as ReasonNeeded
from shelterbelt.breaches.actions.deciding import decide as decide
from shelterbelt.breaches.actions.following import NotAStep as NotAStep
from shelterbelt.breaches.actions.following import add_step as add_step
from shelterbelt.breaches.actions.following import strike_step as strike_step
from shelterbelt.breaches.actions.own import tell_breach as tell_breach
from shelterbelt.breaches.actions.proving import TooLarge as TooLarge
from shelterbelt.breaches.actions.proving import add_paper as add_paper
from shelterbelt.breaches.actions.proving import add_piece as add_piece
from shelterbelt.breaches.actions.proving import look_at as look_at
from shelterbelt.breaches.actions.proving import name_file as name_file
from shelterbelt.breaches.actions.proving import take_out as take_out
from shelterbelt.breaches.actions.reporting import OtherCase as OtherCase
from shelterbelt.breaches.actions.reporting import note_seen as note_seen
from shelterbelt.breaches.actions.reporting import report_breach as report_breach
from shelterbelt.breaches.actions.tying import HasAnOrder as HasAnOrder
from shelterbelt.breaches.actions.tying import tie_to_order as tie_to_order
