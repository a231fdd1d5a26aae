"""The schema, and a page to read and try it: all from this site and without inline scripts, as the CSP demands."""

from typing import Any

from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated


class SchemaView(SpectacularAPIView):
    renderer_classes = [OpenApiJsonRenderer2, OpenApiYamlRenderer2]
    permission_classes = [IsAuthenticated]


class DocsView(SpectacularSwaggerSplitView):
    permission_classes: list[Any] = [IsAuthenticated]
    url_name = "api-schema"
    template_name = "practice/api_docs.html"
