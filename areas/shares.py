"""Hectares shared out so that they add up to the last square centimetre."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from core.fields import six_places

STEP = Decimal("0.000001")


def shares_of(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """`total` in proportion to the weights, in their order, to six decimals.

    They sum exactly to `total`. What rounding down leaves over goes, one step each, to
    those that lost most by it: no share is more than its weight while the total is not
    more than all of them. Raises ValueError without weights above 0.
    """
    whole = sum(weights, Decimal(0))
    if whole <= 0 or min(weights) < 0:
        raise ValueError("shares need weights above 0")
    exact = [six_places(total) * weight / whole for weight in weights]
    shares = [share.quantize(STEP, rounding=ROUND_FLOOR) for share in exact]
    left = int((six_places(total) - sum(shares, Decimal(0))) / STEP)
    lost = [share - kept for share, kept in zip(exact, shares, strict=True)]
    order = sorted(range(len(weights)), key=lambda place: (-lost[place], place))
    for place in order[:left]:
        shares[place] += STEP
    return shares
