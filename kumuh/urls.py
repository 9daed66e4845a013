"""Addresses of the pages and of the API."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

# Each app's addresses join as soon as its module exists (temporary while built in parallel).
APPS = ["dashboard", "agencies", "areas", "programs"]
PREFIX = {"dashboard": "", "agencies": "", "areas": "", "programs": ""}

urlpatterns = [
    path("admin/", admin.site.urls),
    path("akun/", include("allauth.account.urls")),
    *(
        path(PREFIX[app], include(f"{app}.urls"))
        for app in APPS
        if find_spec(f"{app}.urls")
    ),
]
if find_spec("kumuh.api"):
    urlpatterns.append(path("api/", include("kumuh.api")))
