"""Whether example data is stored."""

from agencies.models import User
from areas.models import Decree, SlumArea
from coordination.models import Meeting, Outreach, Practice, WorkingGroup
from programs.models import Programme

MARKED = (
    User,
    Decree,
    SlumArea,
    Programme,
    Meeting,
    WorkingGroup,
    Outreach,
    Practice,
)


def demo_is_there() -> bool:
    """What the badge DATA CONTOH asks on every page: one query over two small tables.

    The example always has users and decrees.
    """
    decrees = Decree.objects.filter(is_demo=True).order_by().values("is_demo")
    users = User.objects.filter(is_demo=True).order_by().values("is_demo")
    return decrees.union(users, all=True).exists()


def any_marked() -> bool:
    """Whether any record at all is marked as example data."""
    return any(model._default_manager.filter(is_demo=True).exists() for model in MARKED)
