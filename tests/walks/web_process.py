"""A web server in a process of its own, as `traff web` runs it, over a given database."""

import http.client
import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlencode

from waitress.server import create_server

from scheduler.db import Database
from scheduler.settings import Settings
from scheduler.web import create_web
from tests.builders import LINKS, SECRET
from tests.crowds import PATIENCE, alone, wait_longer
from tests.world import SENDER, Clock

processes = multiprocessing.get_context("forkserver")


def serve(database_url: str, now: datetime, ports: "multiprocessing.Queue[int]", prepare: Callable[[], None]) -> None:
    """Serves until it is stopped. `prepare` may change this process first, as a control does."""
    wait_longer()
    prepare()
    settings = Settings(
        database_url="", secret_key=SECRET, base_url=LINKS.base_url, mail_url="", mail_from=SENDER, zoom=None,
        trusted_proxies=0,
    )  # fmt: skip
    web = create_web(settings, Database(database_url), LINKS, Clock(now))
    server = create_server(web, host="127.0.0.1", port=0, threads=16, ident=None)
    ports.put(server.effective_port)
    server.run()


def as_it_is() -> None:
    """Nothing is changed: what is tested."""


@contextmanager
def web_processes(
    count: int, database_url: str, now: datetime, prepare: Callable[[], None] = as_it_is
) -> Iterator[list[int]]:
    """The ports of so many web processes over one database."""
    processes.set_forkserver_preload(["tests.walks.web_process"])
    ports: multiprocessing.Queue[int] = processes.Queue()
    made = [
        processes.Process(target=serve, args=(database_url, now, ports, prepare), daemon=True) for _ in range(count)
    ]
    with alone():
        for process in made:
            process.start()
        try:
            yield [ports.get(timeout=PATIENCE) for _ in made]
        finally:
            for process in made:
                process.terminate()
            for process in made:
                process.join()


def post_at_once(posts: Sequence[tuple[int, str, dict[str, str]]]) -> Counter[int]:
    """Sends each (port, path, fields) from one starting shot; how often each status was answered."""
    barrier = threading.Barrier(len(posts))
    statuses: Counter[int] = Counter()

    def send(port: int, path: str, fields: dict[str, str]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2 * PATIENCE)
        connection.connect()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": "127.0.0.1"}
        barrier.wait()
        connection.request("POST", path, urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
        statuses[answer.status] += 1
        connection.close()

    threads = [threading.Thread(target=send, args=each) for each in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses
