"""Many people before a few web processes: each posts a form over a connection of their own, at their own moment."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import requests

from tests.cli.shell import TRAFF, Shell
from tests.crowds import alone
from tests.ports import free_port

REPOSITORY = Path(__file__).parents[2]
AT_A_TIME = 1100  # connections that the client holds open
PATIENCE = 120  # seconds for one answer: who waits longer has given up


@dataclass(frozen=True)
class Post:
    """A form on its way to one of the servers; `at` is in seconds after the starting shot."""

    who: str
    port: int
    path: str
    fields: dict[str, str]
    cookie: str
    at: float = 0.0


@dataclass(frozen=True)
class Answer:
    """What came back, and when it was sent and answered, by one clock."""

    who: str
    status: int
    location: str
    sent: float
    answered: float

    @property
    def seconds(self) -> float:
        return self.answered - self.sent


@contextmanager
def servers(folder: Path, database_url: str, count: int, *launch: str) -> Iterator[list[int]]:
    """The ports of so many `traff web` processes on one database; started by `launch`, where a test changes them."""
    shell = Shell(folder)
    ports = [free_port() for _ in range(count)]
    environment = shell.environment(
        TRAFF_DATABASE_URL=database_url, TRAFF_BASE_URL="http://127.0.0.1", PYTHONPATH=str(REPOSITORY)
    )
    command = [sys.executable, "-m", "tests.stampede.launch", *launch] if launch else [str(TRAFF)]
    with alone(), (folder / "servers.log").open("w") as log:
        running = [
            subprocess.Popen(
                [*command, "web", "--port", str(port)], cwd=folder, env=environment, stdout=log, stderr=log
            )
            for port in ports
        ]
        try:
            for port, process in zip(ports, running, strict=True):
                _wait(port, process, folder / "servers.log")
            yield ports
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(PATIENCE)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            requests.get(f"http://127.0.0.1:{port}/", timeout=PATIENCE)
            return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError(f"no server at {port}: {log.read_text()}")


def rush(posts: Sequence[Post]) -> list[Answer]:
    """Sends all the posts, each at its moment, and gives the answers in the order of the posts."""
    with ThreadPoolExecutor(1) as thread:  # a browser's tests may keep a loop of their own in this one
        return thread.submit(lambda: asyncio.run(_rush(posts))).result()


async def _rush(posts: Sequence[Post]) -> list[Answer]:
    gate, shot = asyncio.Semaphore(AT_A_TIME), time.monotonic() + 0.5
    return list(await asyncio.gather(*(_send(post, gate, shot) for post in posts)))


async def _send(post: Post, gate: asyncio.Semaphore, shot: float) -> Answer:
    body = urlencode(post.fields).encode()
    head = (
        f"POST {post.path} HTTP/1.1\r\nHost: 127.0.0.1:{post.port}\r\nCookie: {post.cookie}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    await asyncio.sleep(max(0.0, shot + post.at - time.monotonic()))
    async with gate:
        sent = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", post.port)
        writer.write(head.encode() + body)
        answer = await asyncio.wait_for(reader.read(), PATIENCE)
        answered = time.monotonic()
        writer.close()
    lines = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    return Answer(post.who, int(lines[0].split()[1]), headers.get("location", ""), sent, answered)


def form_of(port: int, path: str) -> tuple[dict[str, str], str]:
    """The hidden fields of the page's form and the cookie that goes with them, as a browser has them."""
    with requests.get(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as page:
        token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        return {"csrf_token": token}, "; ".join(f"{name}={value}" for name, value in page.cookies.items())


def figures(answers: Sequence[Answer]) -> str:
    """p50, p99 and the longest wait, and answers a second."""
    waits = sorted(answer.seconds for answer in answers)
    took = max(answer.answered for answer in answers) - min(answer.sent for answer in answers)
    p50, p99 = (waits[int(len(waits) * part)] for part in (0.5, 0.99))
    return (
        f"{len(answers)} posts: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, longest {waits[-1] * 1000:.0f} ms; "
        f"{len(answers) / took:.0f} a second"
    )
