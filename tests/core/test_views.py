"""The shared views, over regions: the simplest records there are."""

import csv
import io

import django_filters
import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.template.loader import get_template
from django.urls import include, path
from django.utils import translation
from django.views.i18n import set_language

from agencies.models import Region
from core import demo, html
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from core.forms import LocalDecimalField
from core.tables import Column
from core.views import FilteredListView, ServiceFormView, StepView, filter_summary

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

ERRORS = {
    "rule": BusinessRuleError(errors={"hectares": ["Terlalu besar."]}),
    "state": WrongStateError("Sudah terverifikasi."),
    "right": NotAllowedError("Peran Anda tidak cukup."),
}


class RegionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="name", lookup_expr="icontains", label="Nama"
    )
    since = django_filters.DateFilter(method="unchanged", label="Sejak")

    class Meta:
        model = Region
        fields = ["level", "parent"]

    def unchanged(self, queryset, name, value):
        return queryset


class RegionListView(FilteredListView):
    filterset_class = RegionFilter
    template_name = "_components/list_page.html"
    default_order = ("code",)
    paginate_by = 3
    export_name = "wilayah"
    columns = (
        Column("Nama", "name", "name"),
        Column("Induk", "parent.name", "parent__name"),
        Column("Kode", "code"),
        Column("Tingkat", lambda row: html.chip(row.level), kind="html"),
    )

    def get_queryset(self):
        return Region.objects.select_related("parent")

    def get_export_meta(self):
        return {"Per": "2026-06-30"}


class RegionDetailView(RegionListView):
    pass


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Alasan")


class RegionStepView(StepView):
    queryset = Region.objects.all()
    done_message = "Laporan diajukan."
    title = "Ajukan"

    def get_done_url(self, record):
        return "/wilayah/"

    def take_step(self, record, **values):
        if error := ERRORS.get(record.name):
            raise error
        record.name = values.get("reason", "diajukan")
        record.save()


class RegionReturnView(RegionStepView):
    form_class = ReasonForm


class HectaresForm(forms.Form):
    hectares = LocalDecimalField(label="Luas")
    outcome = forms.CharField(required=False)


class HectaresView(ServiceFormView):
    form_class = HectaresForm
    template_name = "_components/confirm.html"
    success_url = "/wilayah/"
    done_message = "Tersimpan."

    def call_service(self, form):
        if error := ERRORS.get(form.cleaned_data["outcome"]):
            raise error


urlpatterns = [
    path("wilayah/", RegionListView.as_view()),
    path("wilayah/<str:pk>/submit/", RegionStepView.as_view()),
    path("wilayah/<str:pk>/return/", RegionReturnView.as_view()),
    path("luas/", HectaresView.as_view()),
    path("kosong/", lambda request: HttpResponse("ok")),
    path("akun/", include("allauth.account.urls")),
    path("bahasa/", set_language, name="set_language"),
    path("", include("coordination.urls")),  # the sign-in page leads to a list
]


@pytest.fixture(autouse=True)
def _indonesian():
    with translation.override("id"):
        yield


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "id"
    return client


@pytest.fixture
def someone(client):
    user = get_user_model().objects.create_user("salim")
    client.force_login(user)
    return user


@pytest.fixture
def regions(someone):
    province = Region.objects.create(
        code="63", name="Kalsel", level="province", kind="provinsi"
    )
    names = ["Banjar", "Tapin", "Balangan", "Tabalong"]
    return [province] + [
        Region.objects.create(
            code=f"63.0{i}", name=name, level="regency", kind="k", parent=province
        )
        for i, name in enumerate(names, 1)
    ]


def names_on(response) -> list[str]:
    return [row.name for row in response.context["object_list"]]


def csv_of(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


# ---- lists ------------------------------------------------------------------


@pytest.mark.parametrize("url", ["/wilayah/", "/wilayah/63/submit/", "/luas/"])
def test_pages_are_for_those_signed_in(client, url):
    assert client.get(url)["Location"].startswith("/akun/login/?next=")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Kalsel", "Banjar", "Tapin"]),
        ("page=2", ["Balangan", "Tabalong"]),
        ("q=TA", ["Tapin", "Tabalong"]),
        ("level=province", ["Kalsel"]),
        ("sort=name", ["Balangan", "Banjar", "Kalsel"]),
        ("sort=-name", ["Tapin", "Tabalong", "Kalsel"]),
        ("sort=parent__name&page=2", ["Tabalong", "Kalsel"]),
        ("sort=-parent__name&page=2", ["Tabalong", "Kalsel"]),  # without: last again
    ],
)
def test_list(client, regions, query, names):
    assert names_on(client.get(f"/wilayah/?{query}")) == names


@pytest.mark.parametrize("sort", ["code", "-level", "password", "name'", "--name", "?"])
def test_only_sortable_columns_sort(client, regions, sort):
    response = client.get("/wilayah/", {"sort": sort})

    assert names_on(response) == ["Kalsel", "Banjar", "Tapin"]
    assert response.context["order"] == ""


@pytest.mark.parametrize("page", ["99", "0", "-1", "abc", "9" * 30, ""])
def test_a_page_that_does_not_exist_is_the_nearest_one(client, regions, page):
    response = client.get("/wilayah/", {"page": page})

    assert response.status_code == 200
    assert response.context["page_obj"].number in (1, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [("level", "planet"), ("parent", "99"), ("since", "32-13-2026"), ("q", "\x00")],
)
def test_a_filter_that_cannot_be_read_shows_no_rows_and_says_so(
    client, regions, name, value
):
    response = client.get("/wilayah/", {name: value})

    assert response.status_code == 200
    assert names_on(response) == []
    assert "Ada saringan yang tidak terbaca" in response.content.decode()


def test_a_filter_that_cannot_be_read_exports_nothing(client, regions):
    response = client.get("/wilayah/?level=planet&format=csv&q=a")

    assert response["Location"] == "/wilayah/?level=planet&q=a"


FILTERED = "Tingkat: Kabupaten/kota"


def test_csv_holds_exactly_what_is_filtered_in_the_same_order(client, regions):
    response = client.get("/wilayah/?level=regency&sort=-name&page=2&format=csv")

    assert csv_of(response) == [
        ["Nama", "Induk", "Kode", "Tingkat", "Per", "Saringan"],
        ["Tapin", "Kalsel", "63.02", "regency", "2026-06-30", FILTERED],
        ["Tabalong", "Kalsel", "63.04", "regency", "2026-06-30", FILTERED],
        ["Banjar", "Kalsel", "63.01", "regency", "2026-06-30", FILTERED],
        ["Balangan", "Kalsel", "63.03", "regency", "2026-06-30", FILTERED],
    ]


def test_links_of_the_list_keep_filter_and_sorting(client, regions):
    page = client.get("/wilayah/?q=a&sort=-name&page=2").content.decode()

    assert 'href="?q=a&amp;sort=-name&amp;page=1"' in page
    assert 'href="?q=a&amp;sort=-name&amp;format=csv"' in page
    assert 'href="?q=a&amp;sort=name"' in page


def test_filters_in_force_are_told_in_words(regions):
    filterset = RegionFilter(
        {"q": "ba", "level": "regency", "parent": "63", "since": "2026-01-08"},
        Region.objects.all(),
    )

    assert dict(filter_summary(filterset)) == {
        "Nama": "ba",
        "Tingkat": "Kabupaten/kota",
        "Wilayah induk": "Kalsel",
        "Sejak": "8 Jan 2026",
    }


def test_list_costs_the_same_for_more_rows(
    client, regions, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(RegionListView, "paginate_by", 500)
    client.get("/wilayah/")  # the first page fills caches
    Region.objects.bulk_create(
        Region(code=f"63.1{i}", name="x", level="regency", kind="k", parent=regions[0])
        for i in range(9)
    )

    # session, user, is there example data, memberships, regions of the filter, count,
    # rows, tasks and notices of the header
    with django_assert_num_queries(8):
        client.get("/wilayah/")


def test_an_empty_list_after_filtering_offers_to_clear(client, regions):
    page = client.get("/wilayah/?q=zzz").content.decode()

    assert "Tidak ada baris yang cocok" in page
    assert 'href="/wilayah/"' in page


# ---- steps ------------------------------------------------------------------


def test_a_step_is_taken_and_told(client, regions):
    response = client.post("/wilayah/63.01/submit/", follow=True)

    assert Region.objects.get(pk="63.01").name == "diajukan"
    assert "Laporan diajukan." in response.content.decode()


@pytest.mark.parametrize(
    ("name", "text"), [("rule", "Terlalu besar."), ("state", "Sudah terverifikasi.")]
)
def test_a_refused_step_becomes_a_message(client, regions, name, text):
    Region.objects.filter(pk="63.01").update(name=name)

    response = client.post("/wilayah/63.01/submit/", follow=True)

    assert response.redirect_chain == [("/wilayah/", 302)]
    assert text in response.content.decode()


def test_a_step_without_the_right_is_403_with_its_sentence(client, regions):
    Region.objects.filter(pk="63.01").update(name="right")

    response = client.post("/wilayah/63.01/submit/")

    assert response.status_code == 403
    assert "Peran Anda tidak cukup." in response.content.decode()


def test_a_step_outside_the_scope_is_404(client, regions):
    assert client.post("/wilayah/99/submit/").status_code == 404


def test_get_of_a_step_leads_to_the_record(client, regions):
    assert client.get("/wilayah/63.01/submit/")["Location"] == "/wilayah/"
    assert Region.objects.get(pk="63.01").name == "Banjar"


def test_a_step_with_a_reason_asks_until_it_has_one(client, regions):
    url = "/wilayah/63.01/return/"

    assert "Alasan" in client.get(url).content.decode()
    refused = client.post(url, {"reason": ""})
    assert 'href="#id_reason"' in refused.content.decode()
    assert client.post(url, {"reason": "foto kurang"}).status_code == 302
    assert Region.objects.get(pk="63.01").name == "foto kurang"


def test_a_refused_reason_is_not_lost(client, regions):
    Region.objects.filter(pk="63.01").update(name="rule")

    page = client.post("/wilayah/63.01/return/", {"reason": "foto kurang"})

    assert 'value="foto kurang"' in page.content.decode()
    assert "Terlalu besar." in page.content.decode()


# ---- forms ------------------------------------------------------------------


def test_a_form_reaches_its_service(client, someone):
    response = client.post("/luas/", {"hectares": "0,84"})

    assert response["Location"] == "/wilayah/"


def test_a_broken_rule_stands_at_its_field(client, someone):
    response = client.post("/luas/", {"hectares": "0,84", "outcome": "rule"})

    assert response.context["form"].errors == {"hectares": ["Terlalu besar."]}
    assert 'value="0,84"' in response.content.decode()


def test_a_form_that_came_too_late_starts_anew(client, someone):
    response = client.post("/luas/", {"hectares": "1", "outcome": "state"})

    assert response["Location"] == "/luas/"


def test_a_form_without_the_right_is_403(client, someone):
    response = client.post("/luas/", {"hectares": "1", "outcome": "right"})

    assert response.status_code == 403


# ---- frame ------------------------------------------------------------------


def test_example_data_is_marked_on_every_page(client, someone, monkeypatch):
    assert "DATA CONTOH" not in client.get("/luas/").content.decode()

    monkeypatch.setattr(demo, "_questions", [lambda: True])

    assert "DATA CONTOH" in client.get("/luas/").content.decode()


@pytest.mark.parametrize("url", ["/wilayah/", "/luas/", "/tidak-ada/", "/akun/login/"])
def test_no_page_breaks_the_browser_rules(client, regions, url):
    if "login" in url:
        client.logout()
    page = client.get(url).content.decode()

    for forbidden in (" style=", " onclick=", "<script>", "http://", "https://"):
        assert forbidden not in page


def test_signing_out_is_a_post(client, someone):
    page = client.get("/luas/").content.decode()

    assert '<form method="post" action="/akun/logout/">' in page
    assert 'href="/akun/logout/"' not in page


def test_nobody_signs_up(client):
    assert "tidak ada pendaftaran" in client.get("/akun/signup/").content.decode()
    client.post(
        "/akun/signup/",
        {"username": "x", "password1": "p4ssw0rd!!", "password2": "p4ssw0rd!!"},
    )
    assert not get_user_model().objects.exists()


def test_error_pages_lean_on_no_request():
    for name in ("400.html", "403.html", "404.html", "500.html"):
        assert "<h1>" in get_template(name).render()


def test_a_stale_form_gets_its_own_page(someone):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "id"})
    strict.force_login(someone)

    response = strict.post("/luas/", {"hectares": "1"})

    assert response.status_code == 403
    assert "Formulir sudah kedaluwarsa" in response.content.decode()


def test_too_many_wrong_passwords_are_told(client, someone, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }
    client.logout()

    for _attempt in range(6):
        response = client.post("/akun/login/", {"login": "salim", "password": "x"})

    assert "Tunggu lima menit" in response.content.decode()
