"""Agencies and regions as JSON."""

from rest_framework import serializers

from agencies.models import Agency, AgencyAlias, Notice, Region


class AgencyAliasSerializer(serializers.ModelSerializer):
    class Meta:
        model = AgencyAlias
        fields = ["name", "valid_from", "valid_until", "note"]


class AgencySerializer(serializers.ModelSerializer):
    aliases = AgencyAliasSerializer(many=True, read_only=True)

    class Meta:
        model = Agency
        fields = [
            "id",
            "name",
            "short_name",
            "level",
            "kind",
            "region",
            "valid_from",
            "valid_until",
            "is_demo",
            "aliases",
        ]


class RegionSerializer(serializers.ModelSerializer):
    """`valid_until` is the first day on which the code no longer exists."""

    class Meta:
        model = Region
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


class NoticeSerializer(serializers.ModelSerializer):
    """`url` is the page that the notice is about; `read_at` is null while unread."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = ["id", "kind", "text", "url", "created_at", "read_at"]

    def get_url(self, notice: Notice) -> str:
        return self.context["request"].build_absolute_uri(notice.url)
