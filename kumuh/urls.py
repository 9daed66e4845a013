"""Addresses of the pages and of the API."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

# Of allauth only what an office needs: accounts are made by an administrator, so
# sign-up answers that it is closed, and a lost password goes through the administrator.
ACCOUNT = [
    path("masuk/", account.login, name="account_login"),
    path("keluar/", account.logout, name="account_logout"),
    path("nonaktif/", account.account_inactive, name="account_inactive"),
    path("daftar/", account.signup, name="account_signup"),
    path("sandi/", account.password_change, name="account_change_password"),
    path("konfirmasi/", account.reauthenticate, name="account_reauthenticate"),
]
PAGES = ("dashboard", "agencies", "areas", "programs", "coordination")

urlpatterns = [
    path("admin/", admin.site.urls),
    path("akun/", include(ACCOUNT)),
    path("bahasa/", set_language, name="set_language"),
    *(path("", include(f"{app}.urls")) for app in PAGES),
    path("api/", include("kumuh.api")),
]
