"""What the benchmark says where it cannot run."""

import os

import pytest

from bench import lab


def test_user_who_is_not_root_is_told_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert lab.obstacle() == "needs root on Linux, for its network namespaces"


def test_missing_tools_are_named_by_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(
        "shutil.which", lambda command, path: None if command in {"nft", "ip"} else command
    )

    assert lab.obstacle() == "needs these Debian packages: iproute2 nftables"
