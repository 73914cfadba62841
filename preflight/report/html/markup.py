"""HTML's own escaping: what is not `Html` was never escaped, and the type checker watches over that."""

from html import escape
from typing import NewType

from preflight.report.escape import printable

Html = NewType("Html", str)
"""Markup of ours in which nothing untrusted is active; made by the functions below alone."""

NOTHING = Html("")


def text(said: str) -> Html:
    """Return untrusted text as one line of words: neither markup nor anything invisible comes through."""
    return Html(escape(printable(said)))


def lines(said: str) -> Html:
    """Return untrusted text with its line ends kept, for `pre`."""
    return Html("\n".join(escape(printable(line)) for line in said.split("\n")))


def code(said: str) -> Html:
    """Return untrusted text as a name or address that is read letter by letter; nothing for empty text."""
    return element("code", text(said)) if said else NOTHING


def host(said: str) -> Html:
    """Return a host's name, which may be broken at its dots and nowhere else while there is room; copied, it is whole."""
    return element("code", Html(text(said).replace(".", ".<wbr>"))) if said else NOTHING


def element(name: str, *inside: Html, **attributes: str) -> Html:
    """Return an element on one line; `class_` stands for class, and other underscores for hyphens."""
    return Html(f"{_open(name, attributes)}{''.join(inside)}</{name}>")


def block(name: str, *inside: Html, **attributes: str) -> Html:
    """Return an element whose parts have lines of their own; empty parts are left out."""
    return Html(f"{_open(name, attributes)}\n{joined(*inside)}\n</{name}>")


def joined(*parts: Html) -> Html:
    """Return the parts one per line; empty ones are left out."""
    return Html("\n".join(part for part in parts if part))


def spoken(said: str) -> Html:
    """Return words for those who hear the page; those who see it have a sign in their place."""
    return element("span", text(said), class_="spoken")


def sign(shown: str, said: str) -> Html:
    """Return a sign, and the words by which it is read out."""
    return Html(f"{element('span', text(shown), aria_hidden='true')}{spoken(said)}")


def _open(name: str, attributes: dict[str, str]) -> str:
    given = (
        f' {key.rstrip("_").replace("_", "-")}="{escape(printable(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{''.join(given)}>"
