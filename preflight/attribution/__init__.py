"""Prediction meets measurement: what rules say of the flows of a report, beside what the report measured. Pure.

A rule that denies and a measurement that shows its engine's way of denying confirm each other. Where only one of them speaks, the rule
is likely; where they contradict each other, that is what the report says.
"""

from preflight.attribution.attribute import attribute
from preflight.attribution.flows import (
    at,
    is_stopped_at_lookup,
    measured,
    packets,
    questions,
    requests,
    source_of,
)

__all__ = [
    "at",
    "attribute",
    "is_stopped_at_lookup",
    "measured",
    "packets",
    "questions",
    "requests",
    "source_of",
]
