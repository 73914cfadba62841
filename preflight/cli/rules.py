"""`rules`: the rule that blocks, and the rule that opens."""

import click

from preflight.cli.rules_explain import explain
from preflight.cli.rules_request import request

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
def rules() -> None:
    """Name the rule that blocks, and write the one that opens.

    \b
    Examples:
      defender-preflight rules explain --policies exports/ --environment aks
      defender-preflight rules request --report report.json --format nsg
    """  # noqa: D301 - click reads the control character


rules.add_command(explain)
rules.add_command(request)
