"""Addresses of the referrals app. They carry random references and no word about anybody."""

from django.urls import path

from shelterbelt.referrals.views import asking, directory, door, inbox, referring

urlpatterns = [
    path("contact/<str:ref>/", asking.contact_choice, name="contact_choice"),
    path("contact/<str:ref>/wait/", asking.contact_wait, name="contact_wait"),
    path("contact/<str:ref>/ask/", asking.contact_ask, name="contact_ask"),
    path("contact/<str:ref>/how/", asking.contact_details, name="contact_details"),
    path("contact/<str:ref>/consulted/", asking.contact_consulted, name="contact_consulted"),
    path("requests/", inbox.contact_requests, name="contact_requests"),
    path("requests/<str:ref>/", inbox.contact_request, name="contact_request"),
    path("requests/<str:ref>/take/", inbox.contact_request_take, name="contact_request_take"),
    path("requests/<str:ref>/try/", inbox.contact_request_try, name="contact_request_try"),
    path("requests/<str:ref>/case/", inbox.contact_request_case, name="contact_request_case"),
    path("requests/<str:ref>/end/", inbox.contact_request_end, name="contact_request_end"),
    path("cases/new/", door.case_new, name="case_new"),
    path("cases/<str:ref>/note/", door.note_new, name="note_new"),
    path("directory/", directory.directory, name="directory"),
    path("directory/<str:ref>/", directory.service, name="service"),
    path("cases/<str:ref>/refer/", referring.referral_new, name="referral_new"),
    path("cases/<str:ref>/refer/phone/<str:service_ref>/", referring.referral_phone, name="referral_phone"),
    path("referrals/", referring.referrals, name="referrals"),
    path("referrals/<str:ref>/", referring.referral, name="referral"),
    path("referrals/<str:ref>/case/", referring.referral_case, name="referral_case"),
]
