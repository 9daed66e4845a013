"""The OpenAPI schema: made once a process and language, the same for everybody."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator

_made: dict[str, Any] = {}


class Generator(SchemaGenerator):
    """Describes every endpoint, which takes seconds; the second time it is known."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        language = get_language() or ""
        if not public or self.api_version or language not in dict(settings.LANGUAGES):
            return super().get_schema(request=request, public=public)
        if language not in _made:
            _made[language] = super().get_schema(request=request, public=public)
        return _made[language]
