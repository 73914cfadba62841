"""Which waiver holds for an endpoint today."""

from collections.abc import Sequence
from datetime import date

from preflight.diagnosis.quote import quoted
from preflight.model.profile import Waiver
from preflight.model.report import Waived


def waiver_for(id_: str, waivers: Sequence[Waiver], today: date) -> tuple[Waived | None, str]:
    """The waiver that holds, and a sentence when one has ended.

    A waiver of an entry holds for all its endpoints (`entry/…`); the more exact one wins.
    """
    matching = sorted(
        (each for each in waivers if _matches(each.id, id_)), key=lambda each: -len(each.id)
    )
    holding = next((each for each in matching if each.until is None or each.until >= today), None)
    if holding is not None:
        return Waived(reason=holding.reason, until=holding.until), ""
    if not matching:
        return None, ""
    return (
        None,
        f"A waiver ({quoted(matching[0].reason)}) ended on {matching[0].until} and does not hold any more.",
    )


def _matches(waived: str, id_: str) -> bool:
    return id_ == waived or id_.startswith(f"{waived}/")
