"""Addresses of the survey import, part of `areas`."""

from django.urls import path

from areas import survey_views

urlpatterns = [
    path(
        "impor-survei/", survey_views.SurveyImportView.as_view(), name="survey-import"
    ),
    path(
        "impor-survei/simpan/",
        survey_views.SurveyConfirmView.as_view(),
        name="survey-confirm",
    ),
    path(
        "impor-survei/kesalahan/",
        survey_views.SurveyErrorsView.as_view(),
        name="survey-errors",
    ),
    path(
        "impor-survei/templat/",
        survey_views.SurveyTemplateView.as_view(),
        name="survey-template",
    ),
]
