"""Addresses of the rule sets."""

from django.urls import path

from areas.views import rule_sets

BASE = "aturan-penilaian"

urlpatterns = [
    path(f"{BASE}/", rule_sets.RuleSetListView.as_view(), name="rule-set-list"),
    path(
        f"{BASE}/<slug:code>/",
        rule_sets.RuleSetDetailView.as_view(),
        name="rule-set-detail",
    ),
    path(
        f"{BASE}/<slug:code>/versi-baru/",
        rule_sets.RuleSetReviseView.as_view(),
        name="rule-set-revise",
    ),
    path(
        f"{BASE}/<slug:code>/terbitkan/",
        rule_sets.RuleSetPublishView.as_view(),
        name="rule-set-publish",
    ),
    path(
        f"{BASE}/<slug:code>/buang/",
        rule_sets.RuleSetDiscardView.as_view(),
        name="rule-set-discard",
    ),
]
