"""The frame around a page: one file that asks nothing of any network and runs nothing."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from preflight.report.html.markup import NOTHING, Html, block, element, text
from preflight.report.html.stylesheet import STYLESHEET
from preflight.report.words import moment

Ways = Sequence[tuple[str, str, Html]]
"""What a part is called, the name of its place, and the part."""


def contents(parts: Ways) -> Html:
    """Return a way to each part that is there."""
    ways = [
        element("li", element("a", text(name), href=f"#{place}"))
        for name, place, part in parts
        if part != NOTHING
    ]
    return block("nav", block("ul", *ways), aria_label="Contents")


def foot(started_at: datetime, version: str) -> Html:
    """Return when and by what it was measured."""
    said = f"Measured {moment(started_at)} UTC by defender-preflight {version}. This file loads nothing and runs nothing."
    return block("footer", element("p", text(said), class_="soft"))


def page(title: str, *parts: Html) -> str:
    """Return a whole document; its policy forbids every request, every script, and every style but its own."""
    style = Html(f"<style>{STYLESHEET}</style>")
    head = block(
        "head",
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark">'),
        Html('<meta name="referrer" content="no-referrer">'),
        Html('<meta name="robots" content="noindex">'),
        element("title", text(title)),
        style,
    )
    body = block("body", block("div", *parts, class_="sheet"))
    return f"<!DOCTYPE html>\n{block('html', head, body, lang='en')}\n"


def _policy() -> str:
    """Return the Content Security Policy (Level 3): the stylesheet is known by its hash, and nothing else is allowed."""
    digest = b64encode(sha256(STYLESHEET.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
