"""Kubernetes label selectors, and the labels they are asked of.

matchLabels and matchExpressions hold together. An empty selector selects everything. NotIn and DoesNotExist also hold where the label
is missing (apimachinery, meta/v1 LabelSelector).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique

from preflight.policies.kubernetes.fields import Fields, Malformed, each, fields, text, texts
from preflight.policies.kubernetes.truth import YES, Truth, every, missing, truth

NAME_LABEL = "kubernetes.io/metadata.name"
"""The label that the API server gives to every namespace."""


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """The labels of something, as far as they are known."""

    labels: Mapping[str, str]
    known: bool
    """Whether there are no others."""
    whose: str
    """As in `the namespace "shop"`."""


@unique
class Operator(StrEnum):
    """How a label is compared."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition on one label."""

    key: str
    operator: Operator
    values: frozenset[str]

    def holds(self, asked: Labelled) -> Truth:
        """Whether these labels fulfil it."""
        value = asked.labels.get(self.key)
        if value is None and not asked.known:
            return missing(f"it is not known whether {asked.whose} has the label {self.key}")
        match self.operator:
            case Operator.IN:
                return truth(value is not None and value in self.values)
            case Operator.NOT_IN:
                return truth(value is None or value not in self.values)
            case Operator.EXISTS:
                return truth(value is not None)
            case Operator.DOES_NOT_EXIST:
                return truth(value is None)


@dataclass(frozen=True, slots=True)
class LabelSelector:
    """Conditions that must hold together; none at all select everything."""

    requirements: tuple[Requirement, ...]

    def selects(self, asked: Labelled) -> Truth:
        """Whether these labels fulfil every condition."""
        if not self.requirements:
            return YES
        return every(requirement.holds(asked) for requirement in self.requirements)


EVERYTHING = LabelSelector(())


def selector(value: object, path: str) -> LabelSelector:
    """The selector that stands there; nothing stands for everything. Raises Malformed."""
    found = fields(value, path)
    if not found:
        return EVERYTHING
    return LabelSelector((*_labels(found, path), *_expressions(found, path)))


def _labels(found: Fields, path: str) -> Iterator[Requirement]:
    where = f"{path}.matchLabels"
    for key, value in fields(found.get("matchLabels"), where).items():
        yield Requirement(
            str(key), Operator.IN, frozenset((text(value, f"{where}[{str(key)[:60]}]"),))
        )


def _expressions(found: Fields, path: str) -> Iterator[Requirement]:
    for expression, where in each(found.get("matchExpressions"), f"{path}.matchExpressions"):
        try:
            operator = Operator(text(expression.get("operator"), f"{where}.operator"))
        except ValueError:
            raise Malformed(f"{where}.operator is none of {', '.join(Operator)}") from None
        values = texts(expression.get("values"), f"{where}.values")
        if bool(values) != (operator in {Operator.IN, Operator.NOT_IN}):
            raise Malformed(f"{where}.values does not go with {operator}")
        yield Requirement(text(expression.get("key"), f"{where}.key"), operator, frozenset(values))
