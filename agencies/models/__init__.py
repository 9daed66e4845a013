"""The models of this app, one noun a file."""

from agencies.models.agency import Agency, AgencyAlias
from agencies.models.notice import Notice, NoticeChoice, SentMail
from agencies.models.region import Region, RegionBoundary
from agencies.models.user import ApiToken, Membership, User

__all__ = [
    "Agency",
    "AgencyAlias",
    "ApiToken",
    "Membership",
    "Notice",
    "NoticeChoice",
    "Region",
    "RegionBoundary",
    "SentMail",
    "User",
]
