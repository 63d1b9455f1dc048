"""Settings of the whole product. What an operator can change is in `environment.py`; everything else is fixed here."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from xinya.kit.lockout import Limits
from xinya.kit.refusals import Refused
from xinya.site.environment import THIS_MACHINE, Environment, database_settings, read_environment

PACKAGE = Path(__file__).resolve().parent.parent
CHECKOUT = PACKAGE.parent
HOME = CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else Path.cwd()


def _environment() -> Environment:
    try:
        return read_environment(os.environ, home=HOME)
    except Refused as refused:
        spoken = os.environ.get("XINYA_LANGUAGE") or os.environ.get("LANG") or "zh"
        raise ImproperlyConfigured(refused.sentence(spoken)) from refused


def _secret_key(environment: Environment) -> str:
    """The given key; a demo makes its own and keeps it, readable by its owner only."""
    if environment.secret_key is not None:
        return environment.secret_key
    kept = environment.var / "demo-secret-key"
    environment.var.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key := secrets.token_urlsafe(48))
    return key


ENVIRONMENT = _environment()

# --- this installation ----------------------------------------------------------------------------------------------
DEBUG = ENVIRONMENT.debug
SECRET_KEY = _secret_key(ENVIRONMENT)
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
DATABASES = {"default": database_settings(ENVIRONMENT.database, timeout_s=20)}
VAR = ENVIRONMENT.var
IS_DEMO = ENVIRONMENT.demo
OVER_TLS = ENVIRONMENT.over_tls
# Behind TLS a proxy stands before us; when none is named it is taken to run on this machine.
PROXIES = ENVIRONMENT.proxies or (THIS_MACHINE if OVER_TLS else ())

# --- parts ----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_otp_webauthn",
    "django_tasks",
    "django_tasks_db",
    "xinya.kit",
    "xinya.zones",
    "xinya.chain",
    "xinya.site",
]
MIDDLEWARE = [
    "xinya.site.footer_stats.page_cost",
    "xinya.site.security.headers",
    "xinya.site.address.address",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "xinya.site.limits.body_size",
    "django.middleware.common.CommonMiddleware",
    "xinya.site.security.Csrf",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "xinya.site.sessions.SessionLimits",
    "xinya.site.sign_in.SignInRequired",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "xinya.site.refusal_pages.RefusalPages",
]
ROOT_URLCONF = "xinya.site.urls"
WSGI_APPLICATION = "xinya.site.wsgi.application"
# After how many seconds counted views of company pages are written.
READS_WRITTEN_S = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xinya.site.navigation.frame",
                "xinya.site.drafts.kept_draft",
            ],
        },
    },
]

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "zones.Person"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "xinya.kit.own_data.OwnDataValidator"},
]

# --- sign-in ------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "xinya.site.backends.PasswordBackend",
    "django_otp_webauthn.backends.WebAuthnBackend",
]
SECOND_FACTOR_REQUIRED = not IS_DEMO
QR_SIGN_IN = ENVIRONMENT.qr
OIDC = ENVIRONMENT.oidc
SIGN_IN_LIMITS = Limits(per_account=ENVIRONMENT.tries_per_account, per_address=ENVIRONMENT.tries_per_address)
KNOWN_BROWSER_COOKIE = "__Host-known" if OVER_TLS else "known"
QR_COOKIE = "__Host-qr" if OVER_TLS else "qr"
AXES_HANDLER = "xinya.site.backends.PauseHandler"
AXES_CLIENT_IP_CALLABLE = "xinya.kit.client.client_address"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Xinya"
OTP_WEBAUTHN_RP_ID = urlsplit(ENVIRONMENT.address).hostname
OTP_WEBAUTHN_RP_NAME = "Xinya 新芽"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [ENVIRONMENT.address]

# --- languages, time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- what comes in --------------------------------------------------------------------------------------------------
# Anything larger is answered 413 by xinya.site.limits before a byte of it is parsed; files go to disk, never to memory.
LARGEST_FILE_BYTES = 20 * 1024 * 1024
LARGEST_BODY_BYTES = LARGEST_FILE_BYTES + 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = LARGEST_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- work for later -------------------------------------------------------------------------------------------------
# The queue is a table of the same database, so what an act promises is kept or lost together with the act.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- what goes out --------------------------------------------------------------------------------------------------
# Links begin with the operator's own address, never with the host that a request names.
ADDRESS = ENVIRONMENT.address
OUTBOX = VAR / "outbox" if IS_DEMO else None  # a demonstration sends nothing: it writes files
MAIL = ENVIRONMENT.mail
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = MAIL.host if MAIL else ""
EMAIL_PORT = MAIL.port if MAIL else 25
EMAIL_HOST_USER = MAIL.user if MAIL else ""
EMAIL_HOST_PASSWORD = MAIL.password if MAIL else ""
EMAIL_USE_SSL, EMAIL_USE_TLS = bool(MAIL and MAIL.is_tls), bool(MAIL and MAIL.is_starttls)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL.sender if MAIL else "xinya@localhost"
SMS_GATEWAY = ENVIRONMENT.sms
WEBHOOKS, WEBHOOK_KEY = ENVIRONMENT.webhooks, ENVIRONMENT.webhook_key

# --- safety ---------------------------------------------------------------------------------------------------------
# Behind loopback there is no TLS; everywhere else cookies travel over TLS only.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = OVER_TLS
SESSION_COOKIE_NAME = "__Host-session" if OVER_TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if OVER_TLS else "csrf"
SESSION_ENGINE = "xinya.site.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = OVER_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if OVER_TLS else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if OVER_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The sign-in page answers a pause itself, with the same page as a wrong password, so axes' own middleware is left out.
SILENCED_SYSTEM_CHECKS: list[str] = ["axes.W002"]
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_codes": {"()": "xinya.site.security.NoCodes"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_codes"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
