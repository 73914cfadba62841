"""What the evidence means: pure functions from observations to verdict, stage, cause and findings.

    evidence ──► survey ──► Case ──► rules ──► Diagnosis ──► EndpointResult ──► Finding
             (whole run)          (one check)             (one row)        (one cause and scope)

`judge` is the way in. One cause is one file in `rules`; its docstring is the page that people read. Rules run from the most specific
to the weakest, and the first that speaks wins. A rule reads only the evidence: no clock, no names looked up.
"""

from preflight.diagnosis.judgement import Judgement, judge

__all__ = ["Judgement", "judge"]
