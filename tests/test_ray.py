"""On the nodes of a Ray cluster comes out what comes out here, even where one of them is lost."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from onrecord.build import build
from onrecord.engines import Engine
from test_resume import SHARDS, VERSION, corpus, sums

ray = pytest.importorskip("ray", reason="ray is not installed: pip install 'onrecord[ray]'")
__all__ = ["corpus"]


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Three nodes of one processor on this machine, the first without any for tasks."""
    from ray.cluster_utils import Cluster  # noqa: PLC0415 - optional

    path = os.pathsep.join(p for p in sys.path if p)
    # A node that is lost is missed after seconds, not after half a minute.
    health = {"health_check_initial_delay_ms": 500, "health_check_period_ms": 500}
    head = {"num_cpus": 0, "_system_config": {**health, "health_check_failure_threshold": 6}}
    nodes = Cluster(initialize_head=True, head_node_args=head)
    ray.init(
        address=nodes.address, log_to_driver=False, runtime_env={"env_vars": {"PYTHONPATH": path}}
    )
    yield nodes
    ray.shutdown()
    nodes.shutdown()


def test_a_node_that_is_killed_changes_nothing(cluster: Any, corpus: Path, tmp_path: Path) -> None:
    expected = sums(build(corpus, tmp_path / "here", VERSION).folder)
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    scratch = tmp_path / "there" / f".onrecord-{VERSION}.shards"
    finished: list[int] = []

    def kill() -> None:
        while not list(scratch.glob("0*")):
            time.sleep(0.01)
        finished.append(len(list(scratch.glob("0*"))))
        cluster.remove_node(nodes[0], allow_graceful=False)

    killer = threading.Thread(target=kill)
    killer.start()
    built = build(corpus, tmp_path / "there", VERSION, Engine(name="ray"))
    killer.join(60)
    assert not killer.is_alive()
    assert sums(built.folder) == expected
    assert finished[0] < SHARDS


def test_without_ray_it_is_a_message(
    corpus: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    result = run("build", "--corpus", corpus, "--engine", "ray")
    assert result.exit_code == 1
    assert "pip install 'onrecord[ray]'" in result.stderr
