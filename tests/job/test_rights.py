"""What the user must be allowed to do, said before anything is made."""

import pytest

from preflight.job import rights
from preflight.kube import JOBS
from tests.fakes.kube import FakeKube

ALL = tuple(rights.required(config_maps=True, secret=False))


def test_every_missing_right_is_named_with_a_command_that_asks_for_it() -> None:
    kube = FakeKube(denied={("create", "jobs.batch"), ("create", "configmaps")})
    with pytest.raises(rights.MissingRightsError) as caught:
        rights.check(kube, "mdc", ALL)

    assert "create jobs.batch, create configmaps" in str(caught.value)
    assert "kubectl --context fake --namespace mdc auth can-i create jobs.batch" in str(
        caught.value
    )
    assert caught.value.exit_code == 4
    assert kube.names(JOBS) == []


def test_nothing_is_said_when_all_are_there() -> None:
    rights.check(FakeKube(), "mdc", ALL)


def test_secrets_are_only_asked_for_where_a_proxy_has_credentials() -> None:
    without = {right.resource.plural for right in ALL}
    with_them = {r.resource.plural for r in rights.required(config_maps=False, secret=True)}

    assert "secrets" not in without
    assert "secrets" in with_them
    assert "configmaps" not in with_them


def test_useful_rights_that_are_missing_are_remarks() -> None:
    kube = FakeKube(denied={("get", "pods/log")})
    (remark,) = rights.lost(kube, "mdc")

    assert "get pods/log" in remark
