"""What a worker does with an order: write it down, note what happened, its terms and places, hearings, weapons, and open it."""

from shelterbelt.orders.actions.agreeing import NotBetweenThese as NotBetweenThese
from shelterbelt.orders.actions.agreeing import end_orders as end_orders
from shelterbelt.orders.actions.agreeing import open_orders as open_orders
from shelterbelt.orders.actions.court import ask_surrender as ask_surrender
from shelterbelt.orders.actions.court import note_surrender as note_surrender
from shelterbelt.orders.actions.court import set_hearing as set_hearing
from shelterbelt.orders.actions.court import strike_hearing as strike_hearing
from shelterbelt.orders.actions.happenings import LiesAhead as LiesAhead
from shelterbelt.orders.actions.happenings import note_happening as note_happening
from shelterbelt.orders.actions.happenings import strike_happening as strike_happening
from shelterbelt.orders.actions.proposing import propose_places as propose_places
from shelterbelt.orders.actions.reminding import remind as remind
from shelterbelt.orders.actions.terms import OtherPlace as OtherPlace
from shelterbelt.orders.actions.terms import strike_place as strike_place
from shelterbelt.orders.actions.terms import strike_term as strike_term
from shelterbelt.orders.actions.terms import write_place as write_place
from shelterbelt.orders.actions.terms import write_term as write_term
from shelterbelt.orders.actions.writing import AlreadyReplaced as AlreadyReplaced
from shelterbelt.orders.actions.writing import change_order as change_order
from shelterbelt.orders.actions.writing import index_person as index_person
from shelterbelt.orders.actions.writing import record_order as record_order
