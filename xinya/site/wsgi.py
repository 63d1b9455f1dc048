"""The door for a WSGI server: `gunicorn xinya.site.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinya.site.settings")
application = get_wsgi_application()

from xinya.site.marks import check_before_serving  # noqa: E402  # models load only after Django has started

check_before_serving()
