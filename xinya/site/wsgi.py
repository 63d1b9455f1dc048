"""The door for a WSGI server: `gunicorn xinya.site.wsgi --preload`."""

import os

from xinya.kit.collecting import collect_seldom, what_is_loaded_lasts

collect_seldom()

from django.core.wsgi import get_wsgi_application  # noqa: E402  # what loads after this line is spared the looks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinya.site.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402  # needs the settings

from xinya.site.marks import check_before_serving  # noqa: E402  # models load only after Django has started

check_before_serving()
_ = get_resolver().url_patterns  # loads every page and call now, which the first visitor of each worker would else wait for
what_is_loaded_lasts()
