"""Support desk: people and their roles, agencies; regions and tokens to look at.

Giving someone the role Administrator opens nothing here: the Django admin asks for
`is_staff` and Django's own permissions, which only a superuser gives.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import (
    Agency,
    AgencyAlias,
    ApiToken,
    Membership,
    Notice,
    Region,
    RegionBoundary,
    SentMail,
    User,
)
from agencies.village_codes import succession_problems
from core.admin import ReadOnlyAdmin

# Signing in goes through allauth's page, which limits failed attempts.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = _("Slum Areas of South Kalimantan")
admin.site.site_title = _("Admin")
admin.site.index_title = _("Support desk")
admin.site.unregister(EmailAddress)  # nobody signs in with one

FOR_SUPERUSERS = ("is_staff", "is_superuser", "groups", "user_permissions")


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["agency"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """People are deactivated and not deleted: what they did stays theirs."""

    inlines = [MembershipInline]
    list_display = ["username", "first_name", "last_name", "is_active", "is_staff"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> tuple[str, ...]:
        """Nobody but a superuser hands out the keys of the admin."""
        fixed = ("last_login", "date_joined")
        return fixed if request.user.is_superuser else (*fixed, *FOR_SUPERUSERS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor changes the password of one."""
        allowed = super().has_change_permission(request, obj)
        is_above = obj is not None and obj.is_superuser
        return allowed and (request.user.is_superuser or not is_above)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ["user", "agency", "role", "valid_from", "valid_until"]
    list_filter = ["role"]
    list_select_related = ["user", "agency"]
    search_fields = ["user__username", "user__first_name", "agency__name"]
    autocomplete_fields = ["user", "agency"]


class AgencyAliasInline(admin.TabularInline):
    model = AgencyAlias
    extra = 0


@admin.register(Agency)
class AgencyAdmin(admin.ModelAdmin):
    inlines = [AgencyAliasInline]
    list_display = [
        "name",
        "short_name",
        "level",
        "kind",
        "region",
        "reports_progress",
        "contact",
        "valid_until",
    ]
    list_filter = ["level", "kind", "reports_progress"]
    list_select_related = ["region"]
    search_fields = ["name", "short_name", "aliases__name"]
    autocomplete_fields = ["region"]
    readonly_fields = ["is_demo"]


class RegionValidityForm(forms.ModelForm):
    """The days on which a code holds, and what took its place."""

    class Meta:
        model = Region
        fields = ["valid_from", "valid_until", "replaced_by"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        problems = succession_problems(
            self.instance,
            valid_until=cleaned.get("valid_until"),
            replaced_by=cleaned.get("replaced_by"),
        )
        for field, sentence in problems.items():
            self.add_error(field, sentence)
        return cleaned


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    """Regions come from `load_regions`; only how long a code holds is edited here."""

    form = RegionValidityForm
    list_display = ["code", "name", "level", "kind", "valid_until", "replaced_by"]
    list_filter = ["level"]
    list_select_related = ["replaced_by"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["replaced_by"]
    fields = [
        "code",
        "name",
        "level",
        "kind",
        "parent",
        "valid_from",
        "valid_until",
        "replaced_by",
    ]
    readonly_fields = ["code", "name", "level", "kind", "parent"]

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)


@admin.register(RegionBoundary)
class RegionBoundaryAdmin(ReadOnlyAdmin):
    list_display = ["region_id", "region", "source", "loaded_at"]
    list_select_related = ["region"]
    search_fields = ["region__code", "region__name"]
    exclude = ["geometry"]


class TokenChangeList(ChangeList):
    def url_for_result(self, result: Any) -> str:
        return reverse("admin:agencies_apitoken_delete", args=[result.token_key])


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Deleting a token revokes it. The hash, its primary key, is never shown.

    Addresses carry the token's first letters instead; there is no page but the list
    and the confirmation, and what the admin would log is in the trail anyway.
    """

    list_display = ["beginning", "owner", "made", "ends"]
    list_select_related = ["user"]
    search_fields = ["user__username"]
    actions = None
    delete_confirmation_template = "agencies/token_delete.html"

    @admin.display(description=_("Begins with"), ordering="token_key")
    def beginning(self, token: ApiToken) -> str:
        return str(token)

    @admin.display(description=_("user"), ordering="user")
    def owner(self, token: ApiToken) -> str:
        return str(token.user)

    @admin.display(description=_("Made"), ordering="created")
    def made(self, token: ApiToken) -> datetime:
        return token.created

    @admin.display(description=_("Ends"), ordering="expiry")
    def ends(self, token: ApiToken) -> datetime | None:
        return token.expiry

    def get_urls(self) -> list[URLPattern]:
        pages = {f"agencies_apitoken_{page}" for page in ("changelist", "delete")}
        return [url for url in super().get_urls() if url.name in pages]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TokenChangeList

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: Any = None
    ) -> ApiToken | None:
        return self.get_queryset(request).filter(token_key=object_id).first()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def get_deleted_objects(
        self, objs: Iterable[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        return [f"{token} ({token.user})" for token in objs], {}, set(), []

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[Any]:
        return []


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "user", "kind", "text", "read_at", "wants_mail"]
    list_filter = ["kind", "wants_mail"]
    list_select_related = ["user"]
    search_fields = ["user__username", "text", "key"]


class SureFilter(admin.SimpleListFilter):
    """How far a mail came."""

    title = _("mail")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(MAIL_STATES.items())

    def queryset(self, request: HttpRequest, mails: Any) -> Any:
        if self.value() == "unsure":
            return mails.unsure()
        if self.value() == "waiting":
            return mails.filter(attempted_at=None)
        return mails.filter(sent_at__isnull=False) if self.value() else mails


MAIL_STATES = {
    "sent": _("sent"),
    "waiting": _("not sent yet"),
    "unsure": _("unsure: handed over, not confirmed"),
}


@admin.register(SentMail)
class SentMailAdmin(ReadOnlyAdmin):
    """An unsure mail is not sent again: it may have arrived."""

    list_display = ["claimed_at", "user", "key", "state", "sent_at", "error"]
    list_filter = [SureFilter]
    list_select_related = ["user"]
    search_fields = ["user__username", "key", "subject"]

    @admin.display(description=_("state"))
    def state(self, mail: SentMail) -> str:
        if mail.sent_at:
            return str(MAIL_STATES["sent"])
        return str(MAIL_STATES["unsure" if mail.attempted_at else "waiting"])
