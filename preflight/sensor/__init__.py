"""What of Defender for Containers is on a cluster, how it stands, and what its removal left.

`gather` alone talks to the cluster and only reads; the rest is pure: objects in, values of `model.sensor` out. Names and labels are in
`names`, and documented commands, which are shown and never run, in `commands`.
"""

from preflight.sensor.detect import detect
from preflight.sensor.gather import gather
from preflight.sensor.inventory import Inventory

__all__ = ["Inventory", "detect", "gather"]
