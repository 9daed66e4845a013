"""The catalogue of SIPD codes, year by year."""

from django.db.models import QuerySet

from core.views import FilteredListView
from programs.filters import SipdFilter
from programs.models import SipdCode
from programs.tables import SIPD_COLUMNS


class SipdListView(FilteredListView):
    filterset_class = SipdFilter
    columns = SIPD_COLUMNS
    default_order = ("-year", "code")
    template_name = "programs/sipd_list.html"
    export_name = "kode-sipd"

    def get_queryset(self) -> QuerySet[SipdCode]:
        return SipdCode.objects.all()
