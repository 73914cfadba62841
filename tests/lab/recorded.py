"""The real command, with what its diagnosis was given written beside: `python -m tests.lab.recorded --record FILE check …`.

Everything behind FILE is what `python -m preflight` would be given; output and exit code are its own. The file (see
`tests.lab.record`) appears when the run has been judged, whatever the verdict; a command that judges nothing writes none.
"""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from preflight import diagnosis
from preflight.cli import main

if TYPE_CHECKING:
    from preflight.diagnosis.judgement import Judgement
    from preflight.model.evidence import Evidence
    from preflight.model.plan import Plan
    from preflight.model.profile import Waiver

OPTION = "--record"


def run(arguments: Sequence[str]) -> NoReturn:
    """Run the command and exit as it does."""
    if len(arguments) < 2 or arguments[0] != OPTION:
        sys.exit(f"usage: python -m tests.lab.recorded {OPTION} FILE check …")
    _keep_what_is_judged(Path(arguments[1]).absolute())
    sys.argv[1:] = arguments[2:]
    main()


def _keep_what_is_judged(file: Path) -> None:
    judge = diagnosis.judge

    def kept(
        plan: "Plan", evidence: "Sequence[Evidence]", waivers: "Sequence[Waiver]", today: date
    ) -> "Judgement":
        # Only now: a recorded run starts as fast as any other.
        from tests.lab.record import Recording, dumps, harmless

        recording = Recording(
            plan=plan, evidence=tuple(evidence), waivers=tuple(waivers), today=today
        )
        file.write_text(dumps(harmless(recording)), encoding="utf-8")
        return judge(plan, evidence, waivers, today)

    diagnosis.judge = kept


if __name__ == "__main__":
    run(sys.argv[1:])
