"""`rules`: the rule that blocks, and the rule that opens."""

import click

from preflight.cli.rules_explain import explain

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
def rules() -> None:
    """Name the rule that blocks, out of policies and firewall exports.

    \b
    Example:
      defender-preflight rules explain --policies exports/ --environment aks
    """  # noqa: D301 - click reads the control character


rules.add_command(explain)
