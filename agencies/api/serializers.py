"""Agencies and regions as JSON."""

from rest_framework import serializers

from agencies.models import Agency, AgencyAlias, Region


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
