"""What commands have in common: where their settings come from."""

import os

from dotenv import dotenv_values

from scheduler.settings import Settings


def settings(*, makes_links: bool = True) -> Settings:
    """The settings of the environment, and of `.env` for what the environment leaves open."""
    local = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return Settings.from_env({**local, **os.environ}, makes_links=makes_links)
