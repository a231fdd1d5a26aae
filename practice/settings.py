"""All settings, read from the environment; a missing secret explains itself instead of having a default."""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("TAUTBAND_HOME", BASE_DIR / ".tautband"))


def switched_on(name: str, default: str = "0") -> bool:
    return os.environ.get(name, default).lower() in {"1", "true", "yes", "on"}


def secret_key() -> str:
    """From the environment, else from the file that `run.py setup` or `run.py demo` wrote into the home."""
    stored = HOME / "secret_key"
    if key := os.environ.get("TAUTBAND_SECRET_KEY"):
        return key
    if stored.exists():
        return stored.read_text().strip()
    raise ImproperlyConfigured(
        "No secret key. Set TAUTBAND_SECRET_KEY, or run `python3 run.py setup`, which writes one into TAUTBAND_HOME."
    )


DEBUG = switched_on("TAUTBAND_DEBUG")
SECURE = switched_on("TAUTBAND_SECURE", default="1")  # off only for the demo on plain http://127.0.0.1
SECRET_KEY = secret_key()
ALLOWED_HOSTS = os.environ.get("TAUTBAND_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("TAUTBAND_TRUSTED_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "csp",
    "practice",
    "patients",
    "consent",
    "treatments",
    "reports",
]

BEHIND_PROXY = switched_on("TAUTBAND_BEHIND_PROXY")  # exactly one proxy, which sets X-Forwarded-For and -Proto
MIDDLEWARE = [
    "practice.middleware.RequestNumberMiddleware",
    *(["practice.middleware.ProxyAddressMiddleware"] if BEHIND_PROXY else []),
    "django.middleware.security.SecurityMiddleware",
    "practice.middleware.BodyLimitMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "practice.middleware.PrivatePagesMiddleware",
    "practice.middleware.IdleLockMiddleware",
    "practice.middleware.HandedOverMiddleware",
    "practice.middleware.PracticeTimeMiddleware",
    "practice.middleware.SignInMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "patients.leading.MergedPatientMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]

if switched_on("TAUTBAND_FIND_N_PLUS_ONE"):  # tests: a query per row of a list is an error
    INSTALLED_APPS += ["zeal"]
    MIDDLEWARE += ["zeal.middleware.zeal_middleware"]
    ZEAL_RAISE = True
    # The person at the page is asked for again where it matters (a link, a lock): no list does that.
    ZEAL_ALLOWLIST = [{"model": "practice.User", "field": "get()"}]

ROOT_URLCONF = "practice.urls"
WSGI_APPLICATION = "practice.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "practice" / "templates"],  # looked at first: our sign-in pages win over allauth's
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    }
]

# ---- databases: SQLite is the embedded default, DATABASE_URL names PostgreSQL -------------------------------------
SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA recursive_triggers=ON;"  # without it INSERT OR REPLACE walks past every delete guard
)
if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": dj_database_url.config(conn_max_age=60, conn_health_checks=True)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(HOME / "tautband.sqlite3"),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_START},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- people and sign-in --------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "practice.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["full_name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "practice.sign_in.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = "Tautband"
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,10/300s/key"}  # bounds second-factor codes; passwords meet axes first
AXES_USERNAME_CALLABLE = "practice.sign_in.attempted_email"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_TEMPLATE = "practice/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["login", "email", "username", "ip_address"]

# ---- outgoing mail (docs/adr/0009): the worker sends it; web and worker read the same variables ------------------------
SMTP_HOST = os.environ.get("TAUTBAND_SMTP_HOST", "")  # empty: no server; mail then goes to the folder, or waits
SMTP_TLS = os.environ.get("TAUTBAND_SMTP_TLS", "starttls")  # starttls | tls (from the first byte) | off
SMTP_PORT = int(os.environ.get("TAUTBAND_SMTP_PORT", "465" if SMTP_TLS == "tls" else "587"))
SMTP_USER = os.environ.get("TAUTBAND_SMTP_USER", "")
SMTP_PASSWORD = os.environ.get("TAUTBAND_SMTP_PASSWORD", "")
SMTP_TIMEOUT_SECONDS = float(os.environ.get("TAUTBAND_SMTP_TIMEOUT_SECONDS", "30"))
SMTP_LAST_ANSWER_SECONDS = 10 * SMTP_TIMEOUT_SECONDS  # a server may take minutes to accept a whole message (RFC 5321)
MAIL_FROM = os.environ.get("TAUTBAND_MAIL_FROM", "")  # the address all mail comes from; the name is the practice's
MAIL_FOLDER = os.environ.get("TAUTBAND_MAIL_FOLDER", "")  # the demo's: messages become files that staff can look at
MAIL_LEASE_SECONDS = float(
    os.environ.get("TAUTBAND_MAIL_LEASE_SECONDS", "900")
)  # after it a dead worker's mail goes on
PUBLIC_ADDRESS = (os.environ.get("TAUTBAND_PUBLIC_ADDRESS") or "http://127.0.0.1:8000").rstrip("/")  # for links in mail
if SMTP_TLS not in ("starttls", "tls", "off"):
    raise ImproperlyConfigured("TAUTBAND_SMTP_TLS is starttls, tls or off.")
if SMTP_HOST and "@" not in MAIL_FROM:
    raise ImproperlyConfigured("TAUTBAND_SMTP_HOST is set. Set TAUTBAND_MAIL_FROM to the address that mail comes from.")

# ---- web -----------------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SECURE_SSL_REDIRECT = switched_on("TAUTBAND_SSL_REDIRECT", default="1" if SECURE else "0")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # subdomains and preload are the domain owner's to decide
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
MAX_BODY_BYTES = 1024 * 1024
ATTACHMENT_MEGABYTES = int(os.environ.get("TAUTBAND_ATTACHMENT_MEGABYTES", "20"))  # the most one file may have
if not 1 <= ATTACHMENT_MEGABYTES <= 32:
    raise ImproperlyConfigured("TAUTBAND_ATTACHMENT_MEGABYTES is a whole number from 1 to 32.")
# Scans of paper are larger: addresses that take them, and the most a body may have there. They stay in memory until
# they are checked, so that no temporary folder ever holds a patient's paper.
LARGE_BODIES = (
    (r"^/patients/imports$", 33 * 1024 * 1024),
    (r"^/api/v1/imports$", 22 * 1024 * 1024),  # 16 MB in base64
    (r"^/consent/(patient/[0-9a-f-]{36}/take|[0-9a-f-]{36}/scans)$", 11 * 1024 * 1024),
    (r"^(/patients/[0-9a-f-]{36}|/api/v1)/attachments$", (ATTACHMENT_MEGABYTES + 1) * 1024 * 1024),
    (r"^/api/v1/consents/[0-9a-f-]{36}/scans$", 14 * 1024 * 1024),  # 10 MB in base64
)
FILE_UPLOAD_MAX_MEMORY_SIZE = 33 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 22 * 1024 * 1024  # what any address may take; BodyLimitMiddleware is the finer bound
CSRF_FAILURE_VIEW = "practice.views.csrf_failure"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# ---- words and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-au"
TIME_ZONE = "Australia/Melbourne"
USE_TZ = True
FORMAT_MODULE_PATH = "practice.formats"

# ---- API -----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "practice.authentication.BearerAuthentication",  # first, so that the anonymous get 401 and not 403
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["practice.wire.Renderer"],
    "DEFAULT_PARSER_CLASSES": ["practice.wire.Parser"],
    "DEFAULT_PAGINATION_CLASS": "practice.pagination.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["practice.throttling.PersonThrottle"],
    "DEFAULT_THROTTLE_RATES": {"person": os.environ.get("TAUTBAND_API_RATE", "1200/min")},
    "DEFAULT_SCHEMA_CLASS": "practice.schema.Schema",
    "DEFAULT_VERSIONING_CLASS": None,
    "EXCEPTION_HANDLER": "practice.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tautband API",
    "DESCRIPTION": "The clinical record of a practice that does dry needling.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "CriterionEnum": "treatments.models.Site.Criterion",
        "SideEnum": "practice.models.Side",
        "MailStateEnum": "practice.models.OutgoingEmail.State",
        "SessionStatusEnum": "treatments.models.NeedlingSession.Status",
        "PatientStatusEnum": "patients.models.Patient.Status",
        "EpisodeStatusEnum": "treatments.models.Episode.Status",
        "AttachmentKindEnum": "patients.models.Attachment.Kind",
        "BodyEnum": "patients.models.Patient.Body",
        "RuleLevelEnum": "treatments.models.RuleDecision.Level",
        "ImportKindEnum": [
            ("patients", "Patients"),
            ("contacts", "Contacts"),
            ("alerts", "Alerts"),
            ("notes", "Past notes"),
        ],
        "FindingLevelEnum": ["stop", "reason", "warn", "hint"],
    },
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
}

# Rates are counted here, shared by the workers of one machine; nothing in it is a record.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "places": {
            "()": "practice.fault_lines.PlacesFormatter",
            "format": "{asctime} {levelname} {name} [{request_number}] {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "places"}},
    "loggers": {"django": {"handlers": []}},  # Django's own handlers would mail tracebacks with their values
    "root": {"handlers": ["stderr"], "level": os.environ.get("TAUTBAND_LOG_LEVEL", "WARNING")},
}
