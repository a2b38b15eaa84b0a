"""Every address of a node. Addresses carry random references and no meaning about people."""

from django.urls import include, path

from shelterbelt.config import pages

handler400 = "shelterbelt.config.pages.bad_request"
handler404 = "shelterbelt.config.pages.missing"
handler500 = "shelterbelt.config.pages.fault"

urlpatterns = [
    path("health/", pages.health),
    # First, for a press on a survivor's page is sought here.
    path("n/", include("shelterbelt.portal.outside")),
    path("account/", include("shelterbelt.access.urls")),
    path("account/", include("allauth.urls")),
    path("", include("shelterbelt.config.front")),
    path("", include("shelterbelt.access.keeping")),
    path("", include("shelterbelt.api.keeping")),
    path("", include("shelterbelt.people.urls")),
    path("", include("shelterbelt.cases.urls")),
    path("", include("shelterbelt.assessments.urls")),
    path("", include("shelterbelt.referrals.urls")),
    path("", include("shelterbelt.safety.urls")),
    path("", include("shelterbelt.journal.urls")),
    path("", include("shelterbelt.alerts.urls")),
    path("", include("shelterbelt.conversations.urls")),
    path("", include("shelterbelt.portal.entrusted.urls")),
    path("", include("shelterbelt.portal.keeping_urls")),
    path("", include("shelterbelt.hotline.urls")),
    path("", include("shelterbelt.feedback.urls")),
    path("", include("shelterbelt.orders.petitions_urls")),
    path("", include("shelterbelt.orders.urls")),
    path("", include("shelterbelt.breaches.urls")),
    path("", include("shelterbelt.supervision.urls")),
    path("", include("shelterbelt.watching.urls")),
    path("", include("shelterbelt.notices.urls")),
    path("", include("shelterbelt.consent.urls")),
    path("", include("shelterbelt.response.urls")),
    path("", include("shelterbelt.disclosures.urls")),
    path("", include("shelterbelt.records.urls")),
    path("api/", include("shelterbelt.api.urls")),
    path("exchange/", include("shelterbelt.exchange.urls")),
    path("help/", include("shelterbelt.portal.urls")),
]
