"""The installed command, run as people run it: in a process of its own, from a folder of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

TRAFF = Path(sys.executable).with_name("traff")
KEY = "kBq7-Wm2xTz9_Lp4vRc8nYd3sFg6hJa1"
PATIENCE = 600  # seconds, for machines with much else to do
SOON = 45  # seconds within which a service ends: were it to finish its pause first, that could take a minute


@dataclass(frozen=True)
class Shell:
    """A folder to work in, and an environment without any setting of ours but these."""

    folder: Path
    variables: dict[str, str] = field(default_factory=lambda: {"TRAFF_SECRET_KEY": KEY})

    @property
    def database_url(self) -> str:
        """Where commands keep their data unless told otherwise."""
        return f"sqlite:///{self.folder}/var/traff.db"

    def environment(self, **variables: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRAFF_")}
        return {**kept, "COLUMNS": "100", **self.variables, **variables}

    def run(self, *words: object, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """What the command said, and its exit code."""
        return subprocess.run(
            [TRAFF, *map(str, words)],
            cwd=self.folder,
            env=self.environment(**variables),
            input=given,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )

    def says(self, *words: object, **variables: str) -> list[str]:
        """The lines of a command that succeeds and complains about nothing."""
        ran = self.run(*words, **variables)
        assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout + ran.stderr
        return ran.stdout.splitlines()

    def refuses(self, *words: object, **variables: str) -> str:
        """What a command says that exits with 2: words on the error stream, and no traceback."""
        ran = self.run(*words, **variables)
        assert ran.returncode == 2, ran.stdout + ran.stderr
        assert ran.stdout == ""
        assert "Traceback" not in ran.stderr
        return ran.stderr.removesuffix("\n")

    @contextmanager
    def running(self, *words: object, **variables: str) -> Iterator["Running"]:
        """The command while it runs; it is ended afterwards, if it has not ended by itself."""
        with (self.folder / "stderr").open("w+", encoding="utf-8") as errors:
            process = subprocess.Popen(
                [TRAFF, *map(str, words)],
                cwd=self.folder,
                env=self.environment(**variables),
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
            )
            running = Running(process, errors)
            try:
                yield running
            finally:
                process.kill()
                running.close()


class Running:
    """A command that runs, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str], errors: IO[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._errors = errors
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def close(self) -> None:
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def errors(self) -> str:
        self._errors.seek(0)
        return self._errors.read()

    def wait_for(self, pattern: str) -> str:
        """The first line that matches; fails if the command ends, or says nothing of the kind for long."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for line in list(self.lines):
                if re.search(pattern, line):
                    return line
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.02)
        raise AssertionError(f"no line like {pattern!r} in {self.lines}; errors: {self.errors}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """The exit code of a command that ends soon, as it must; subprocess.TimeoutExpired where it does not."""
        self.process.send_signal(number)
        return self.process.wait(SOON)
