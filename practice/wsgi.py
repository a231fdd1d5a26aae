import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")

application = get_wsgi_application()
# Every page's code is loaded now, before the server forks: shared by its processes, and no visitor waits for it.
_ = get_resolver().url_patterns
# It stays for good: the collector does not walk through it in the middle of a request, and the processes share its pages.
gc.collect()
gc.freeze()
