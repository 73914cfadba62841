"""Recorded situations: what a real run saw, and what the diagnosis makes of it. No network, no clock, milliseconds each.

    <name>/evidence.json    the plan and the evidence of one run, as `tests.lab.record` writes them
    <name>/expected.json    verdict, stage, cause and confidence of each endpoint, and the findings

A diagnosis that changes breaks the test here first. When the change is meant, `python -m tests.scenarios` writes what is found now
into every expected.json: read the difference before committing it.

To record anew, when the observations themselves have changed or a situation is missing (root, Linux):

    python -m tests.scenarios.record                            the situations of tests.netns
    python -m tests.lab --record tests/lab/recordings           the lab's own, which tests.lab.test_recordings judges
    python -m tests.lab.recorded --record FILE check …          any other run

A recording holds no credentials, no name of the machine it was made on and no path of it; a test looks.
"""
