"""What a document says it is."""

from typing import Any

from preflight.errors import ReportError


def check_kind(document: Any, *kinds: str) -> str:
    """Return which of these kinds it is; of another, say so before the schema lists everything that it lacks.

    Raises:
        ReportError: it is none of them.
    """
    if not isinstance(document, dict):
        raise ReportError("at /: must be an object")
    kind = document.get("schema")
    wanted = " or ".join(map(repr, kinds))
    if not isinstance(kind, str):
        raise ReportError(f"at /schema: must be {wanted}; this is not a report")
    if kind not in kinds:
        raise ReportError(f"at /schema: must be {wanted}, not {kind[:80]!a}{_hint(kind, kinds)}")
    return kind


def _hint(kind: str, kinds: tuple[str, ...]) -> str:
    family, _, version = kind.rpartition("/")
    if family in {own.rpartition("/")[0] for own in kinds} and _is_version(version):
        return ": a newer defender-preflight wrote it"
    if family == "defender-preflight/fleet":
        return ": it joins the reports of several vantages; one of its `reports` is wanted here"
    return ": it comes from another command" if family.startswith("defender-preflight") else ""


def _is_version(text: str) -> bool:
    return text[:1] == "v" and text[1:].isdecimal()
