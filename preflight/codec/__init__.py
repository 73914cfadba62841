"""Report ⇄ the JSON of the contract: the only serialiser, described by `report.schema.json` beside this package.

`encode` always succeeds; `decode` gives a report or raises ReportError with one line that says where the document is wrong.
Durations are written in milliseconds with three decimals and instants of evidence in microseconds, so that a report whose
durations are whole microseconds and whose start is a whole millisecond comes back equal.

`fleet` does the same for several vantages and `fleet.schema.json`, `document` reads either, and `compact` has the form that fits into
a pod's termination message. They are imported where they are needed: `check` starts without them.
"""

from preflight.codec.decode import LIMIT, decode
from preflight.codec.encode import SCHEMA, encode

__all__ = ["LIMIT", "SCHEMA", "decode", "encode"]
