"""Addresses inside the portal. Nobody sees them: a visit's addresses are these, sealed (ways.py).

Each room's sub-package has `urls`; the household list of the second passphrase lies under `h/`.
"""

from django.urls import URLPattern, URLResolver, include, path

from shelterbelt.portal import devices, home, household, me

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("l/<str:code>/", home.language, name="language"),
    path("p/", include("shelterbelt.portal.plan.urls")),
    path("r/", include("shelterbelt.portal.record.urls")),
    path("o/", include("shelterbelt.portal.offline.urls")),
    path("s/", include("shelterbelt.portal.said.urls")),
    path("a/", include("shelterbelt.portal.papers.urls")),
    path("w/", include("shelterbelt.portal.who_looked.urls")),
    path("c/", include("shelterbelt.portal.choices.urls")),
    path("k/", include("shelterbelt.portal.contact.urls")),
    path("m/", include("shelterbelt.portal.messages.urls")),
    path("i/", include("shelterbelt.portal.rights.urls")),
    path("v/", home.visits, name="visits"),
    path("g/", include("shelterbelt.portal.now.urls")),
    path("d/", include("shelterbelt.portal.watch.urls")),
    path("b/", include("shelterbelt.portal.broken.urls")),
    path("h/<str:code>/", household.one_list, name="household"),
    path("t/", me.me, name="me"),
    path("t/w/", me.new_words, name="me-words"),
    path("t/s/", me.second, name="me-second"),
    path("t/c/", me.helper, name="me-code"),
    path("t/k/", devices.devices, name="me-devices"),
    path("t/k/a/", devices.let_in, name="me-device"),
    path("t/k/m/", devices.was_let_in, name="me-device-made"),
    path("t/x/", me.close, name="me-close"),
    path("t/e/", me.erase, name="me-erase"),
]
