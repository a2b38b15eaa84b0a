"""Django's settings for one node. Which node this is comes from SHELTERBELT_NODE; secrets come from files, never from here."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from shelterbelt import sealing
from shelterbelt.config import keys, nodes

PACKAGE = Path(__file__).resolve().parent.parent
NODE = nodes.this_node() if os.environ.get("SHELTERBELT_NODE") else None
AS_OWNER = os.environ.get("SHELTERBELT_AS_OWNER") == "1"
DEMO = bool(NODE and NODE.demo)

DEBUG = False
SECRET_KEY = NODE.secret_key if NODE else "no node is chosen: this key signs nothing"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", *([NODE.host] if NODE else [])]
ADDRESS = NODE.address if NODE else "http://localhost"
# Where an open board listens for what changes; empty: beside the pages themselves.
STREAMS = NODE.streams if NODE else ""
ROOT_URLCONF = "shelterbelt.config.urls"
WSGI_APPLICATION = "shelterbelt.config.wsgi.application"
AUTH_USER_MODEL = "access.Worker"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django.contrib.messages",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "shelterbelt.ui",
    "shelterbelt.ledger",
    "shelterbelt.agencies",
    "shelterbelt.access",
    "shelterbelt.people",
    "shelterbelt.notices",
    "shelterbelt.consent",
    "shelterbelt.cases",
    "shelterbelt.assessments",
    "shelterbelt.referrals",
    "shelterbelt.safety",
    "shelterbelt.feedback",
    "shelterbelt.orders",
    "shelterbelt.breaches",
    "shelterbelt.supervision",
    "shelterbelt.watching",
    "shelterbelt.alerts",
    "shelterbelt.hotline",
    "shelterbelt.journal",
    "shelterbelt.conversations",
    "shelterbelt.response",
    "shelterbelt.exchange",
    "shelterbelt.portal",
    "shelterbelt.records",
    "shelterbelt.disclosures",
    "shelterbelt.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shelterbelt.access.door.Door",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE, PACKAGE / "ui" / "pages"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shelterbelt.config.pages.surroundings",
            ],
        },
    }
]


# PostgreSQL plans a statement once for a connection: under the policies planning costs more than reading.
PREPARED = {"server_side_binding": True, "prepare_threshold": 3}


def _database() -> dict[str, Any]:
    """The connection of this node: as the application, or as the owner when migrating."""
    url = "" if NODE is None else NODE.owner_url if AS_OWNER else NODE.application_url
    parts = conninfo_to_dict(url)
    pool = {"min_size": 2, "max_size": 8, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "shelterbelt"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "OPTIONS": PREPARED | ({"pool": pool} if os.environ.get("SHELTERBELT_SERVES") else {}),
    }


DATABASES = {"default": _database()}
if NODE is not None and NODE.keys.exists():
    sealing.use(keys.open_ring(NODE))

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [PACKAGE / "ui" / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [("ui", PACKAGE / "ui" / "static")]
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ADD_HEADERS_FUNCTION = nodes.static_headers(NODE)

FILES = NODE.files if NODE else Path("/nonexistent")
# Outside the database: what a restore must not undo (store/journal.py).
JOURNAL = NODE.journal if NODE else None
# Pages without a session: the API has a door of its own behind this one.
PORTAL = "/n/"
PUBLIC_PATHS = ("/static/", "/exchange/", "/help/", PORTAL, "/api/")
PORTAL_EXIT = "https://www.bbc.com/weather"
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_PATH = "/account/logout/"
# Consent lies below cases: it finds the case of a release through this one name.
RELEASE_FILE = "shelterbelt.exchange.files.file_of"
SURVIVORS_CASES = "shelterbelt.exchange.files.cases_of_survivor"
PERSONS_CASES = "shelterbelt.exchange.files.cases_of_person"
# Letters that would tell what a victim service does leave at multiples of so many seconds (exchange/kinds.py).
LETTER_TICK = nodes.letter_tick(demo=DEMO)
# Notices lie below cases, too.
CONTACT_FILE = "shelterbelt.referrals.reach.contact_file"
# Access lies below cases: it finds the file that glass may open, and what belongs to it, through these names.
GLASS_FILE = "shelterbelt.cases.glass.closed_file"
GLASS_THINGS = "shelterbelt.cases.glass.things_of"
LEDGER_WAKES = ("ledger.chain", "response.follow")
# A demand that is entered holds its case: disclosures and records stand side by side and meet in this one name.
DEMAND_HOLDS = "shelterbelt.records.actions.hold_for_demand"
DEMANDS_UNNAMED = "shelterbelt.disclosures.queries.unnamed_demands"
# Who opened their own file by themselves has it erased in the portal: (person id, agency id, by=, at=) gives why not.
OWN_FILE_ERASED = "shelterbelt.records.actions.erase_own_file"
# What a survivor is written when a court or a law opens something of their case: a text that says nothing of it.
DISCLOSURE_NOTICE = "call_back"
# What the portal shows a survivor of who has looked at a case of theirs: (case id, by=, at=).
LOOKS_FOR_SURVIVOR = "shelterbelt.disclosures.hers.looks_for"
# Whose messages do not go although they are old: conversations and records meet in this one name.
PEOPLE_HELD = "shelterbelt.records.queries.people_held"
# With what the release form begins where a survivor began to think of a release: (reference, case id, by=, at=).
RELEASE_WISH = "shelterbelt.conversations.queries.wish_for_release"
LOGS = NODE.logs if NODE else None
# What apps above the case page put onto it: each is called with (case, by=, at=) and gives (label, address) or nothing.
CASE_LINKS = (
    "shelterbelt.orders.petitions_views.link_of",
    "shelterbelt.breaches.views.link_of",
    "shelterbelt.safety.queries.link_of",
    "shelterbelt.portal.queries.link_of",
    "shelterbelt.alerts.links.link_of",
    "shelterbelt.alerts.links.place_of",
    "shelterbelt.watching.pair_links.link_of",
    "shelterbelt.conversations.links.link_of",
    "shelterbelt.journal.links.link_of",
    "shelterbelt.orders.case_views.link_of",
    "shelterbelt.records.queries.link_of",
    "shelterbelt.supervision.links.link_of",
)
# What a case says that a plan in its survivor's own file should cover, and what was learned of: (person id, by=, at=).
PLAN_NEWS = "shelterbelt.response.plans.told_of"
# What apps above the plan put onto its pages: for workers each is called with (plan, by=, at=) and gives (label,
# address) or nothing; in the portal with (plan, visitor).
PLAN_LINKS: tuple[str, ...] = ("shelterbelt.safety.paper_pages.link_of",)
PLAN_WAYS: tuple[str, ...] = ("shelterbelt.portal.offline.views.link_of",)
# The same of the page of an incident: each is called with (incident, by=, at=).
INCIDENT_LINKS = ("shelterbelt.assessments.queries.offered.link_of_incident",)
LEDGER_LOGS = "shelterbelt.config.ledgers.logs_here"
CHECKPOINTS = NODE.checkpoints if NODE else None
# What else ends when an account closes: each is called with (worker id, at) in the same transaction.
ACCOUNT_ENDS: tuple[str, ...] = (
    "shelterbelt.response.actions.free_work_of",
    "shelterbelt.access.glass.end_glass_of",
    "shelterbelt.api.actions.end_client_of",
    "shelterbelt.people.conflicts.forget_worker",
)
# Who is found by what is known of a person: each is called with (person) when that changes.
PERSON_CHANGED: tuple[str, ...] = ("shelterbelt.orders.actions.index_person",)
# Who compares a worker with the agency's people: each is called with (worker, at=) when something is learned of them.
ACCOUNT_KNOWN: tuple[str, ...] = ("shelterbelt.people.conflicts.compare_worker",)
# What else ends when a survivor has died: each is called with (case id, agency id, worker id, at), for each of their cases.
DEATH_ENDS: tuple[str, ...] = (
    "shelterbelt.portal.actions.accounts.close_for_death",
    "shelterbelt.alerts.actions.end_for_death",
    "shelterbelt.safety.files.end_for_death",
)
# What a death had ended and its correction gives back: called in the same way.
DEATH_WAS_MISTAKEN: tuple[str, ...] = ("shelterbelt.safety.files.reopen_after_mistake",)
# How acts of the journal that belong to apps beside `records` are done again after a restore: called with (id, at),
# and with what the line says was left, by name.
DONE_AGAIN = {
    "portal.closed": "shelterbelt.portal.actions.accounts.close_again",
    "portal.changed": "shelterbelt.portal.actions.accounts.forget_words",
    "portal.passkey_gone": "shelterbelt.portal.actions.passkeys.remove_again",
    "own_file.ended": "shelterbelt.safety.files.end_again",
    "own_file.trust_ended": "shelterbelt.safety.files.end_trust_again",
    "plan.share_ended": "shelterbelt.safety.actions.sharing.end_share_again",
    "own_record.shown_ended": "shelterbelt.journal.actions.showing.stop_showing_again",
    "help.out": "shelterbelt.alerts.actions.setting_up.take_out_again",
    "help.ended": "shelterbelt.alerts.actions.setting_up.end_again",
    "pair.ended": "shelterbelt.watching.actions.pairs.end_again",
    "pair_share.ended": "shelterbelt.watching.actions.shares.end_again",
    "device.turned": "shelterbelt.watching.actions.devices.turn_again",
    "device.ended": "shelterbelt.watching.actions.devices.end_again",
}
# How many different things one worker is shown in lists, and takes out as files, in a day (the largest of their roles).
EXPORT_BUDGETS = {
    "rows": {"default": 1500, "supervisor": 3000, "program": 10000},
    "files": {"default": 60},
}
CASES_AN_HOUR = 60

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "code"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "shelterbelt.access.accounts.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "/account/login/"
ACCOUNT_SESSION_REMEMBER = False
# Our own limits (access/limits.py) say nothing and hold for every process.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
CACHES = {"default": {"BACKEND": "shelterbelt.access.limits.Marks"}}
MFA_ADAPTER = "shelterbelt.access.accounts.MfaAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not (NODE and NODE.address.startswith("https:"))
MFA_FORMS = {
    "authenticate": "shelterbelt.access.forms.SecondStep",
    "reauthenticate": "shelterbelt.access.forms.SecondStepAgain",
    "login_webauthn": "shelterbelt.access.forms.PasskeySignIn",
    "authenticate_webauthn": "shelterbelt.access.forms.KeyAsSecondStep",
    "reauthenticate_webauthn": "shelterbelt.access.forms.KeyAgain",
    "add_webauthn": "shelterbelt.access.forms.AddPasskey",
}
# A worker of a real node does nothing before they have a passkey, or a password and a second factor.
SECOND_FACTOR = bool(NODE and not NODE.demo)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "shelterbelt.access.passwords.NotOfThisPlace"},
]

SESSION_ENGINE = "shelterbelt.access.sessions"
SESSION_IDLE = timedelta(minutes=NODE.idle_minutes if NODE else 30)
SESSION_LONGEST = timedelta(hours=NODE.session_hours if NODE else 12)
# Every message to a person goes through `notices`; Django's own way refuses.
EMAIL_BACKEND = "shelterbelt.notices.no_other_way.Refusing"
MAIL = {
    "host": os.environ.get("SHELTERBELT_SMTP_HOST", ""),
    "port": os.environ.get("SHELTERBELT_SMTP_PORT", "587"),
    "user": os.environ.get("SHELTERBELT_SMTP_USER", ""),
    "password_file": os.environ.get("SHELTERBELT_SMTP_PASSWORD_FILE", ""),
    "from": os.environ.get("SHELTERBELT_SMTP_FROM", ""),
}
TEXTS = {
    "host": os.environ.get("SHELTERBELT_SMPP_HOST", ""),
    "port": os.environ.get("SHELTERBELT_SMPP_PORT", "2775"),
    "user": os.environ.get("SHELTERBELT_SMPP_USER", ""),
    "password_file": os.environ.get("SHELTERBELT_SMPP_PASSWORD_FILE", ""),
    "from": os.environ.get("SHELTERBELT_SMPP_FROM", ""),
}

SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
# How many web servers of our own stand before this one and say where a request comes from.
PROXIES = NODE.proxies if NODE else 0
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# With TLS the name itself makes the browser refuse a cookie that another host or an open line has set.
HOST_ONLY = "__Host-" if NODE and NODE.address.startswith("https:") else ""
SESSION_COOKIE_NAME = f"{HOST_ONLY}session_{NODE.port}" if NODE else "session"
# A survivor's visit: a name that says nothing, for no longer than the browser is open.
PORTAL_COOKIE = f"{HOST_ONLY}v_{NODE.port}" if NODE else "v"
CSRF_COOKIE_NAME = f"{HOST_ONLY}csrf_{NODE.port}" if NODE else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
SESSION_COOKIE_SECURE = bool(NODE and NODE.address.startswith("https:"))
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_FAILURE_VIEW = "shelterbelt.config.pages.form_expired"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Files of evidence are sealed on their way to the disk: an upload never waits there in plain.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# What decides on fixes: "rules" or "engine". The watch process chooses before it begins (`config/watch_way.py`).
WATCH_BY = os.environ.get("SHELTERBELT_WATCH_BY") or "rules"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"plain": {"()": "shelterbelt.config.logs.NothingPersonal"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["plain"], "formatter": "line"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"shelterbelt": {"level": "INFO"}, "procrastinate": {"level": "WARNING"}},
}
