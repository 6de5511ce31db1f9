"""Ctrl-C within a search: noted the first time, obeyed the second."""

import os
import signal

import pytest

from scheduler.cli.environment import until_ctrl_c


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_ctrl_c_is_noted_and_the_second_ends_the_command() -> None:
    before = signal.getsignal(signal.SIGINT)
    with until_ctrl_c() as stop:
        assert not stop()
        press()
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            press()
    assert signal.getsignal(signal.SIGINT) is before
