"""The composition root: what each process makes of the settings it is given."""

import pytest
from sqlalchemy import select

from scheduler import app
from scheduler.models import Host
from scheduler.settings import Settings

ZOOM = {
    "TRAFF_ZOOM_ACCOUNT_ID": "account",
    "TRAFF_ZOOM_CLIENT_ID": "client",
    "TRAFF_ZOOM_CLIENT_SECRET": "secret",
    "TRAFF_ZOOM_HOSTS": "zoom-1@example.org, zoom-2@example.org:2",
}


@pytest.fixture
def pool(tmp_path):
    """Opens the database with these settings; the hosts in service afterwards."""

    def opened(zoom, **values):
        url = {"TRAFF_DATABASE_URL": f"sqlite:///{tmp_path / 'traff.db'}"}
        database = app.open_database(Settings.from_env({**url, **zoom}, makes_links=False), **values)
        with database.reading() as session:
            found = [host.email for host in session.scalars(select(Host)) if not host.retired]
        database.close()
        return found

    return opened


def test_the_pool_is_what_the_settings_of_the_worker_say(pool):
    assert pool(ZOOM, speaks_to_zoom=True) == ["zoom-1@example.org", "zoom-2@example.org"]
    assert pool(ZOOM | {"TRAFF_ZOOM_HOSTS": "zoom-2@example.org"}, speaks_to_zoom=True) == ["zoom-2@example.org"]


def test_a_shell_may_come_before_the_first_worker(pool):
    assert pool({}) == []
    assert pool(ZOOM) == ["zoom-1@example.org", "zoom-2@example.org"]


@pytest.mark.parametrize("zoom", [{}, ZOOM | {"TRAFF_ZOOM_HOSTS": "zoom-9@example.org"}])
def test_a_shell_leaves_the_pool_alone_whatever_it_knows_of_zoom(pool, zoom):
    pool(ZOOM, speaks_to_zoom=True)
    assert pool(zoom) == ["zoom-1@example.org", "zoom-2@example.org"]


def test_the_worker_that_has_lost_zoom_takes_the_pool_out_of_service(pool):
    pool(ZOOM, speaks_to_zoom=True)
    assert pool({}, speaks_to_zoom=True) == []
