"""The WSGI application of one node. Refuses to start as a role that could step round row-level security."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shelterbelt.config.settings")
os.environ.setdefault("SHELTERBELT_SERVES", "1")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
