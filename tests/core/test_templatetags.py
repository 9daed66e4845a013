from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from core.figures import Figure
from core.forms import LocalDecimalField
from core.html import Part
from core.tables import Column


@pytest.fixture(autouse=True)
def _indonesian():
    with translation.override("id"):
        yield


def rendered(source: str, **context) -> str:
    return Template("{% load kumuh %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("{{ v|ha }}", Decimal("12.480000"), '<data value="12.480000">12,48</data>'),
        ("{{ v|ha }}", Decimal("0.005"), '<data value="0.005">0,01</data>'),
        ("{{ v|ha }}", None, '<span class="none">–</span>'),
        ("{{ v|num }}", 3150, '<data value="3150">3.150</data>'),
        ("{{ v|num }}", Decimal("3.50"), '<data value="3.50">3,5</data>'),
        ("{{ v|num:1 }}", Decimal("3.26"), '<data value="3.26">3,3</data>'),
        ("{{ v|pct }}", Decimal("45.625"), "45,63\u00a0%"),
        ("{{ v|rp }}", 1234567, 'Rp\u00a0<data value="1234567">1.234.567</data>'),
        ("{{ v|tgl }}", date(2026, 8, 17), "17 Agu 2026"),
        ("{{ v|tgl }}", None, "–"),
    ],
)
def test_filters(source, value, expected):
    assert rendered(source, v=value) == expected


def test_severity_says_letter_and_word():
    assert rendered('{% severity "B" "Berat" %}') == (
        '<span class="sev sev-b" data-k="B">Berat</span>'
    )


def test_chip_has_word_colour_and_icon():
    chip = rendered('{% chip v "late" "clock" %}', v="Terlambat <1")

    assert chip.startswith('<span class="st st-late"><svg class="i" aria-hidden')
    assert "img/icons.svg#clock" in chip
    assert "Terlambat &lt;1" in chip


@pytest.mark.parametrize(
    ("share", "width"),
    [("34.36", "34.36"), ("120", "100.00"), ("-3", "0.00"), (None, "0.00")],
)
def test_bar_is_drawn_without_inline_style(share, width):
    bar = rendered("{% bar v %}", v=share and Decimal(share))

    assert f'width="{width}%"' in bar
    assert "style=" not in bar


def test_stacked_bar_tells_its_numbers_and_leaves_out_nothing_but_zero():
    parts = [
        Part("B", "Berat", Decimal(30)),
        Part("S", "Sedang", Decimal(0)),
        Part("T", "Tidak kumuh", Decimal(10)),
    ]
    bar = rendered("{% stackbar v %}", v=parts)

    assert 'aria-label="Berat 30,00 ha, Tidak kumuh 10,00 ha dari 40,00 ha"' in bar
    assert 'x="75.00%" width="25.00%"' in bar
    assert "Sedang" not in bar


# ---- tables -----------------------------------------------------------------

COLUMNS = [
    Column("Nama", "name", "name"),
    Column("Luas", "hectares", "hectares", kind="hectares", unit="ha"),
    Column("Catatan", "note"),
]
ROWS = [{"name": "Melati", "hectares": Decimal("1.5"), "note": ""}]


def table(rf, query: str, order: str | None) -> str:
    context = {"request": rf.get(f"/kawasan/{query}"), "c": COLUMNS, "r": ROWS}
    if order is not None:
        context["order"] = order
    return rendered('{% data_table c r caption="Kawasan" %}', **context)


def test_headings_sort_and_keep_the_filters(rf):
    page = table(rf, "?q=melati&page=3", "")

    assert 'href="?q=melati&amp;sort=name"' in page
    assert '<th scope="col">Catatan</th>' in page
    assert "<caption>Kawasan</caption>" in page


def test_the_sorted_heading_says_so_and_turns_round(rf):
    page = table(rf, "?sort=hectares", "hectares")

    assert '<th scope="col" class="num" aria-sort="ascending">' in page
    assert 'href="?sort=-hectares"' in page
    assert 'aria-sort="descending"' in table(rf, "?sort=-hectares", "-hectares")


def test_a_table_that_is_not_a_list_page_does_not_sort(rf):
    assert "?sort=" not in table(rf, "", None)


# ---- components -------------------------------------------------------------


def test_a_figure_card_shows_everything_it_must():
    figure = Figure(
        label="Ditangani",
        value=Decimal("622.520000"),
        url="/buku-besar/",
        share=Decimal("34.36"),
        how="622,52 ÷ 1.812,00 ha",
        source="SK 01/2024",
        as_of=date(2026, 6, 30),
    )

    card = render_to_string("_components/figure_card.html", {"figure": figure})

    assert 'href="/buku-besar/"' in card
    assert '<data value="622.520000">622,52</data>' in card
    for text in ("34,36", "622,52 ÷", "SK 01/2024", "per 30 Jun 2026"):
        assert text in card


def test_a_figure_that_cannot_be_computed_is_not_zero():
    figure = Figure(label="Membaik", value=None, share=Decimal(0), how="Belum ada.")

    card = render_to_string("_components/figure_card.html", {"figure": figure})

    assert "belum dihitung" in card
    assert "0,00" not in card


def test_a_closed_step_stays_visible_with_its_reasons():
    steps = [
        {
            "name": "verify",
            "label": "Verifikasi",
            "is_open": False,
            "reasons": ["Belum diajukan", {"text": "Baris 3", "url": "#baris-3"}],
        },
        {"name": "submit", "label": "Ajukan", "is_open": True, "url": "/submit/"},
    ]

    page = render_to_string("_components/steps.html", {"steps": steps})

    assert 'aria-disabled="true" aria-describedby="sebab-verify"' in page
    assert "<li>Belum diajukan</li>" in page
    assert '<a href="#baris-3">Baris 3</a>' in page
    assert '<form method="post" action="/submit/"' in page


class ExampleForm(forms.Form):
    hectares = LocalDecimalField(label="Luas", help_text="Seperti di SK.")
    way = forms.ChoiceField(label="Cara", choices=["ab"], widget=forms.RadioSelect)
    nil = forms.BooleanField(label="Nihil", required=False)
    token = forms.CharField(widget=forms.HiddenInput)


def test_a_form_lists_all_errors_linked_to_their_fields():
    page = str(ExampleForm({"hectares": "1.234"}))

    assert 'id="kesalahan"' in page
    assert '<a href="#id_hectares">Luas</a>: “1.234” dapat berarti' in page
    assert '<a href="#id_way">Cara</a>' in page
    assert "Belum tersimpan: 3 isian" in page


def test_a_field_is_tied_to_its_help_and_its_error():
    page = str(ExampleForm({"hectares": "x"})["hectares"].as_field_group())

    assert 'aria-describedby="id_hectares_helptext id_hectares_error"' in page
    assert 'id="id_hectares_helptext"' in page
    assert 'id="id_hectares_error"' in page
    assert 'class="form-control is-invalid-k"' in page
    assert 'inputmode="decimal"' in page


def test_no_id_stands_twice_in_a_form():
    page = str(ExampleForm({}))

    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_a_check_box_stands_in_a_row_with_its_words():
    page = str(ExampleForm()["nil"].as_field_group())

    assert '<label class="check-row"><input type="checkbox"' in page
    assert "form-check-input" in page
