"""Reading orders: as the rules take them, by whom they name, and as pages show them."""

from shelterbelt.orders.queries.facts import bound_terms as bound_terms
from shelterbelt.orders.queries.facts import order_facts as order_facts
from shelterbelt.orders.queries.facts import orders_of_person as orders_of_person
from shelterbelt.orders.queries.facts import places_of as places_of
from shelterbelt.orders.queries.facts import reminded_of as reminded_of
from shelterbelt.orders.queries.facts import renewed as renewed
from shelterbelt.orders.queries.facts import standing as standing
from shelterbelt.orders.queries.facts import terms_of as terms_of
from shelterbelt.orders.queries.facts import words_of as words_of
from shelterbelt.orders.queries.finding import orders_about as orders_about
