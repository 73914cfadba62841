"""What a browser would make of a page: its elements with their attributes, and its text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

WITHOUT_END = {"meta", "wbr"}
"""Elements that are never closed (HTML Living Standard, "void elements")."""


@dataclass
class Page(HTMLParser):
    """A page that was read; an element that is closed wrongly fails at once."""

    html: str
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()
        assert self.inside == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in WITHOUT_END:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.inside:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """Every word on the page, in its order."""
        return "".join(self.texts)

    @property
    def tags(self) -> list[str]:
        """The elements' names, in their order."""
        return [tag for tag, _ in self.elements]

    @property
    def structure(self) -> list[tuple[str, dict[str, str | None]]]:
        """Everything but text, and but the places where a name may be broken."""
        return [one for one in self.elements if one[0] != "wbr"]

    def values(self, attribute: str) -> list[str]:
        """Every value of an attribute."""
        return [given[attribute] or "" for _, given in self.elements if attribute in given]
