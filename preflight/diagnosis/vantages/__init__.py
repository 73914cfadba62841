"""Several vantages as one control experiment: the same endpoints, asked from places that differ in one thing.

    (Place, Report) ──► Gathering ──► shares ──► parts ──► Extent ──► reading ──► FleetFinding
                    (bounded memory) (one cause) (one pattern) (where) (what that means)

`compare` is the way in. It is pure, and the order in which vantages come does not matter.
"""

from preflight.diagnosis.vantages.compare import compare
from preflight.diagnosis.vantages.gathering import Gathering

__all__ = ["Gathering", "compare"]
