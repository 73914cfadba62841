"""Names for what a rule set creates."""

import re
import zlib

LONGEST = 60


def slug(text: str, longest: int = LONGEST) -> str:
    """The text in lower-case letters, digits and single hyphens, beginning with a letter; what is cut off leaves a check sum."""
    kept = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "rule"
    named = kept if kept[0].isalpha() else f"n-{kept}"
    if len(named) <= longest:
        return named
    return f"{named[: longest - 9].rstrip('-')}-{zlib.crc32(text.encode('utf-8', 'replace')):08x}"


def identifier(text: str) -> str:
    """The same in letters, digits and underscores."""
    return slug(text).replace("-", "_")


def of_name(fqdn: str, longest: int = LONGEST) -> str:
    """A name for the object of one FQDN. The wildcard becomes a word in capitals, which no FQDN here holds."""
    named = fqdn.replace("*", "ANY")
    if len(named) <= longest:
        return named
    return f"{named[: longest - 9]}-{zlib.crc32(fqdn.encode()):08x}"
