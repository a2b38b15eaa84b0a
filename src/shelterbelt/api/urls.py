"""Addresses of the API. Whatever is not one of them gets the same answer as what may not be seen."""

from django.urls import URLPattern, include, path, re_path

from shelterbelt.api import cases, detained, doors, grants, proving, referring, work
from shelterbelt.api.gate import api, guarded
from shelterbelt.api.problems import missing

for part in (cases, work, grants, referring, detained, proving):
    api.add_router("", part.router)
found = api.urls[0]
for pattern in found:
    if isinstance(pattern, URLPattern):
        pattern.callback = guarded(pattern.callback)

urlpatterns = [
    path("token", doors.token, name="api_token"),
    path("v1/", include(([one for one in found if getattr(one, "name", "") != "api-root"], "api"))),
    re_path(r"", guarded(missing)),
]
