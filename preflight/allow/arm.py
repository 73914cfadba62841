"""The frame of an ARM template, and text in it that cannot become an expression."""

from collections.abc import Mapping, Sequence

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def literal(text: str) -> str:
    """Text as a template's string: one that begins with a bracket would be evaluated (ARM template expressions, "Escape characters")."""
    return f"[{text}" if text.startswith("[") else text


def template(
    metadata: Mapping[str, object],
    parameters: Mapping[str, object],
    resources: Sequence[Mapping[str, object]],
) -> dict[str, object]:
    """The template as JSON has it."""
    return {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "metadata": metadata,
        "parameters": parameters,
        "resources": resources,
    }
