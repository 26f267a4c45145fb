"""A real recording through the interface, while any process is killed at any moment: the same clips come out."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.faults.instance import Client, Process, instance
from tests.services.server import free_port
from tests.services.servers import Redis

from cutroom.core.cores import count_cores
from cutroom.core.settings import Settings
from cutroom.media import ffmpeg

pytestmark = pytest.mark.slow

#: Quick to notice a death, and without what is not the same twice.
EAGER = {"CUTROOM_BEAT_S": "0.3", "CUTROOM_LEASE_S": "6", "CUTROOM_OCR": "none"}
PARAMS = {"count": 3, "min_s": 5, "max_s": 25, "preset": "square-1080"}
SPEECH = ("azure/en-US_general_testing/audio.wav", "misc/two_cities_16k.wav", "misc/jfk.flac")
SLIDES = ("slide-con_000.png", "slide-con_008.png", "slide-con_016.png", "slide-con_024.png")


@pytest.fixture(scope="session")
def talk(shared_media: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real speech of three people over real slides."""
    target = tmp_path_factory.mktemp("real") / "talk.mp4"
    sounds = [shared_media / "speech" / name for name in SPEECH]
    slides = [shared_media / "slides" / name for name in SLIDES]
    inputs: list[str] = []
    for slide in slides:
        inputs += ["-loop", "1", "-framerate", "10", "-t", "40", "-i", f"file:{slide}"]
    for sound in sounds:
        inputs += ["-i", f"file:{sound}"]
    pictures = "".join(f"[{n}:v]scale=1280:720,setsar=1,format=yuv420p[v{n}];" for n in range(len(slides)))
    voices = "".join(
        f"[{len(slides) + n}:a]aresample=48000,aformat=channel_layouts=mono[a{n}];" for n in range(len(sounds))
    )
    shown = "".join(f"[v{n}]" for n in range(len(slides)))
    heard = "".join(f"[a{n}]" for n in range(len(sounds)))
    graph = f"{pictures}{voices}{shown}concat=n={len(slides)}:v=1:a=0[v];{heard}concat=n={len(sounds)}:v=0:a=1[a]"
    encode = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", "aac", "-shortest"]
    ffmpeg.run(
        [*inputs, "-filter_complex", graph, "-map", "[v]", "-map", "[a]", *encode, f"file:{target}"],
        reads=[*sounds, *slides],
        writes=target.parent,
        time_limit_s=120,
    )
    return target


@pytest.fixture(scope="session")
def undisturbed(talk: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The clips of an instance that nothing happened to."""
    folder = tmp_path_factory.mktemp("undisturbed")
    environment = {**EAGER, "CUTROOM_DATA_DIR": str(folder / "data"), "CUTROOM_IMPORT_ROOTS": str(talk.parent)}
    with instance(folder, environment, {"up": ["up", "--port", "0"]}) as processes:
        client = Client(processes["up"].said(r"Cutroom is at (\S+)"))
        client.sign_in(processes["up"].said(r"(\S+/setup\?token=\S+)"))
        run = client.start(talk, PARAMS)
        *_, last = client.follow(run)
        assert last["state"] == "succeeded", last
        clips = client.clips(run)
    assert len([name for name in clips if name.endswith(".mp4")]) == 3
    return clips


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_killed_the_same_clips_come_out(
    seed: int, talk: Path, undisturbed: Mapping[str, str], tmp_path: Path
) -> None:
    chance = random.Random(seed)
    port = free_port()
    environment = {**EAGER, "CUTROOM_DATA_DIR": str(tmp_path / "data"), "CUTROOM_IMPORT_ROOTS": str(talk.parent)}
    with instance(tmp_path, environment, {"up": ["up", "--port", str(port)]}) as processes:
        up = processes["up"]
        client = Client(up.said(r"Cutroom is at (\S+)"))
        client.sign_in(up.said(r"(\S+/setup\?token=\S+)"))
        run = client.start(talk, PARAMS)
        killed: list[str] = []
        next_at = time.monotonic() + 1
        for _ in client.follow(run):
            # One step that takes five workers with it is given up, so the longest must not meet all of them.
            if len(killed) < 7 and time.monotonic() > next_at:
                killed.append(up.kill(chance))
                next_at = time.monotonic() + chance.uniform(3, 10)
        assert client.run(run)["error"] is None, killed
        assert client.run(run)["state"] == "succeeded", killed
        assert client.clips(run) == undisturbed, killed
        assert any(step["attempt"] > 1 for step in client.steps(run)), killed


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_many_machines_an_emptied_broker_and_dead_workers_change_nothing(
    talk: Path,
    undisturbed: Mapping[str, str],
    database_url: str,
    own_redis: Redis,
    s3_settings: Settings,
    tmp_path: Path,
) -> None:
    chance = random.Random(3)
    port = free_port()
    assert s3_settings.s3_endpoint
    assert s3_settings.s3_access_key
    assert s3_settings.s3_secret_key
    shared = {
        **EAGER,
        "CUTROOM_DATABASE_URL": database_url,
        "CUTROOM_BROKER_URL": own_redis.url,
        "CUTROOM_STORAGE": s3_settings.storage,
        "CUTROOM_S3_ENDPOINT": s3_settings.s3_endpoint,
        "CUTROOM_S3_ACCESS_KEY": s3_settings.s3_access_key.get_secret_value(),
        "CUTROOM_S3_SECRET_KEY": s3_settings.s3_secret_key.get_secret_value(),
        "CUTROOM_SECRET_KEY": "the same on every machine",
        "CUTROOM_IMPORT_ROOTS": str(talk.parent),
    }
    with ExitStack() as stack:

        def machine(name: str, command: list[str]) -> Process:
            environment = {**shared, "CUTROOM_DATA_DIR": str(tmp_path / name)}
            return stack.enter_context(instance(tmp_path / f"{name}-log", environment, {name: command}))[name]

        api = machine("api", ["api", "--port", str(port)])
        client = Client(api.said(r"Cutroom is at (\S+)"))
        client.sign_in(api.said(r"(\S+/setup\?token=\S+)"))
        # As many slots as cores, as one machine has by itself: what is computed with more threads is heard by a hair
        # otherwise.
        queues = f"cpu={count_cores()},io=1"
        workers = [machine(name, ["worker", "--queues", queues]) for name in ("one", "two")]
        run = client.start(talk, PARAMS)
        killed: list[str] = []
        next_at = time.monotonic() + 8
        for _ in client.follow(run):
            if len(killed) >= 6 or time.monotonic() < next_at:
                continue
            if len(killed) % 3 == 1:
                own_redis.kill()
                time.sleep(2)
                own_redis.start()
                killed.append("the broker, and all that it knew")
            else:
                killed.append(chance.choice(workers).kill(chance))
            next_at = time.monotonic() + chance.uniform(3, 8)
        assert client.run(run)["error"] is None, killed
        assert client.run(run)["state"] == "succeeded", killed
        assert len(killed) >= 2
        assert client.clips(run) == undisturbed, killed
