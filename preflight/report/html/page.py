"""The frame around a page: one file that asks nothing of any network and runs nothing."""

from base64 import b64encode
from hashlib import sha256

from preflight.report.html.markup import Html, block, element, text
from preflight.report.html.stylesheet import STYLESHEET


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
