"""Settings, all from the environment (`.env.example` lists every variable)."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from kumuh.environment import (
    BASE_DIR,
    VAR_DIR,
    database,
    env,
    flag,
    matching,
    number,
    required,
)

DEBUG = flag("DEBUG", default=False)
SECRET_KEY = required(
    "SECRET_KEY",
    "isi dengan teks acak panjang, atau jalankan lewat script/run yang membuatnya.",
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# HTTPS is on unless said otherwise: script/run, which serves 127.0.0.1 only, says so.
HTTPS = flag("HTTPS", default=True)
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How many reverse proxies stand in front; 0 means that X-Forwarded-* is not believed.
TRUSTED_PROXIES = number("TRUSTED_PROXIES", default=0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "core.background.BackgroundConfig",
    "core",
    "agencies",
    "areas",
    "programs",
    "coordination",
    "dashboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.TrailMiddleware",
]

ROOT_URLCONF = "kumuh.urls"
WSGI_APPLICATION = "kumuh.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kumuh.navigation.navigation",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASE = database(
    "DATABASE_URL",
    "isi dengan postgresql://pengguna:sandi@host:5432/nama, atau jalankan"
    " lewat script/run atau script/manage yang memakai basis data bawaan.",
)
DATABASES = {
    "default": {
        **DATABASE,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        # Compiling a plan with many parts costs half a second, running it 30 ms.
        "OPTIONS": {"options": "-c jit=off", **DATABASE.get("OPTIONS", {})},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Shared by all workers, so that rate limits count across them.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}

# ---- people -----------------------------------------------------------------
AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "agencies.adapter.AccountAdapter"  # nobody signs up by themselves
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {
    # Offices share one address behind NAT: strict for a name, wide for an address.
    "login": "120/m/ip",
    "login_failed": "5/5m/key,60/5m/ip",
    "attendance": "600/10m/ip",  # a whole room signs from one address
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# ---- language, time ---------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Makassar"
USE_TZ = True

# ---- files ------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_485_760
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a report of 300 lines has some 3,000 inputs
SURVEY_MAX_BYTES = number("SURVEY_MAX_BYTES", default=52_428_800)

# ---- browser rules ----------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# ---- API --------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "core.api.Pagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {
        "severity-scores": matching(
            "SEVERITY_SCORES_RATE",
            r"[0-9]+/(sec|min|hour|day)",
            default="120/min",
            hint="isi dengan banyak permintaan per satuan waktu, misalnya 120/min.",
        ),
        "attendance-codes": "30/min",  # of one account: no code is found by trying
    },
    "NUM_PROXIES": TRUSTED_PROXIES,
    "EXCEPTION_HANDLER": "core.api.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=30)}
KNOX_TOKEN_MODEL = "agencies.ApiToken"
SPECTACULAR_SETTINGS = {
    "TITLE": "Kawasan Kumuh Kalimantan Selatan",
    "DESCRIPTION": "Hectares of slum areas: decreed, handled, verified.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "DEFAULT_GENERATOR_CLASS": "kumuh.schema.Generator",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Three fields are called "level"; the schema needs a name for each.
    "ENUM_NAME_OVERRIDES": {
        "AgencyLevelEnum": "agencies.models.agency.AgencyLevel",
        "RegionLevelEnum": "agencies.models.region.RegionLevel",
        "DecreeLevelEnum": "areas.models.decree.Decree.Level",
        "DecreeStatusEnum": "areas.models.decree.DecreeStatus",
        "LineChangeEnum": "areas.models.succession.LineChange",
        "ChangeKindEnum": "areas.models.ledger_change.ChangeKind",
        "AnsweredStatusEnum": "areas.models.transfer.TransferStatus",
        "SubmissionStatusEnum": "programs.models.report.ReportStatus",
        "ReportMethodEnum": "programs.models.report.ReportMethod",
        "AttachmentKindEnum": "programs.models.attachment.AttachmentKind",
        "PeriodKindEnum": "programs.models.period.PeriodKind",
        "MeetingKindEnum": "coordination.models.meeting.MeetingKind",
        "CommitmentStateEnum": "coordination.models.commitment.CommitmentState",
        "TypologyEnum": "areas.models.area.AreaTypology",
        "PatternEnum": "areas.severity.HandlingPattern",
    },
}

# ---- trail ------------------------------------------------------------------
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CREATED_AT_FUNCTION = "CLOCK_TIMESTAMP()"

# ---- rules that are a setting, not a constant -------------------------------
# Sum-of-RT above the decree line by at most this is rounding (docs/glossary.md).
LEDGER_ROUNDING_HA = matching(
    "LEDGER_ROUNDING_HA",
    r"[0-9]+(\.[0-9]{1,6})?",
    default="0.005",
    hint="isi dengan hektare memakai titik desimal, misalnya 0.005.",
)

# A decree is looked at again at least this many years after its date.
DECREE_REVIEW_YEARS = number("DECREE_REVIEW_YEARS", default=5)
# What the data-health page calls old: a draft after its date, and a survey.
DECREE_DRAFT_DAYS = number("DECREE_DRAFT_DAYS", default=90)
SURVEY_OLD_YEARS = number("SURVEY_OLD_YEARS", default=2)
# A broken outline is repaired by itself only when that changes at most this much (%).
OUTLINE_REPAIR_PERCENT = matching(
    "OUTLINE_REPAIR_PERCENT",
    r"[0-9]+(\.[0-9]{1,3})?",
    default="0.5",
    hint="isi dengan persen memakai titik desimal, misalnya 0.5.",
)
# Outline and decree (or survey) differ by more than this: data health says so (%).
OUTLINE_DIFFERENCE_PERCENT = matching(
    "OUTLINE_DIFFERENCE_PERCENT",
    r"[0-9]+(\.[0-9]{1,3})?",
    default="5",
    hint="isi dengan persen memakai titik desimal, misalnya 5.",
)
# Days between the due date and the closing of a period, and to mend a returned report.
REPORT_GRACE_DAYS = number("REPORT_GRACE_DAYS", default=10)
REPORT_MEND_DAYS = number("REPORT_MEND_DAYS", default=7)

# How many days a link works that accepts a commitment without an account.
COMMITMENT_LINK_DAYS = number("COMMITMENT_LINK_DAYS", default=14)
GEOMETRY_MAX_BYTES = number("GEOMETRY_MAX_BYTES", default=52_428_800)
DECREE_FILE_MAX_BYTES = number("DECREE_FILE_MAX_BYTES", default=20_971_520)

# Background work: each app's `jobs.py`. The worker runs beside the web server.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 86_400}  # made up for within a day
PROCRASTINATE_WORKER_DEFAULTS = {"shutdown_graceful_timeout": 20}

# Mail is printed to the console until a server is named.
EMAIL_HOST = env.str("EMAIL_HOST", default="")
EMAIL_PORT = number("EMAIL_PORT", default=587, low=1, high=65535)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "django.core.mail.backends." + (
    "smtp.EmailBackend" if EMAIL_HOST else "console.EmailBackend"
)
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="kumuh@localhost")
# The address that links in mails begin with.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")

# Photos and documents: how large a file may be, and how many of one record.
PHOTO_MAX_BYTES = number("PHOTO_MAX_BYTES", default=26_214_400)
DOCUMENT_MAX_BYTES = number("DOCUMENT_MAX_BYTES", default=20_971_520)
ATTACHMENTS_MAX = number("ATTACHMENTS_MAX", default=60)
# A photo taken farther outside the outline of its area than this is pointed at (m).
PHOTO_FAR_METRES = number("PHOTO_FAR_METRES", default=250)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": matching(
            "LOG_LEVEL",
            "DEBUG|INFO|WARNING|ERROR",
            default="WARNING",
            hint="isi dengan DEBUG, INFO, WARNING, atau ERROR.",
        ),
    },
}
