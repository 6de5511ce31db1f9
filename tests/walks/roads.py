"""The two roads on which answers come in, from a mail's bytes to the database: the hook, and a mailbox over IMAP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from integrations.mail.imap import ImapInbox
from scheduler.app import make_mail_hook
from scheduler.db import Database
from scheduler.jobs import inbox
from scheduler.jobs.adapters import World
from scheduler.presenters.organizers import Organizers
from scheduler.web import create_web
from tests.builders import LINKS
from tests.imap_server import PASSWORD, USER, Mailbox
from tests.web.conftest import SETTINGS
from tests.world import SENDER, Clock

DOMAIN = "in.example.org"
SECRET = "the mail server's secret, 0123456789"
ORGANIZERS = Organizers(SENDER, DOMAIN, LINKS)


@dataclass
class Roads:
    """Both roads into one database."""

    database: Database
    clock: Clock
    mailbox: Mailbox
    world: World

    def __post_init__(self) -> None:
        settings = replace(SETTINGS, reply_domain=DOMAIN, inbound_secret=SECRET)
        self.app = create_web(settings, self.database, LINKS, self.clock, takes_mail=make_mail_hook(settings))

    def post(self, mail: bytes, **headers: str) -> int:
        """Hands the mail over as a mail server does; the status."""
        headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "message/rfc822", **headers}
        address = f"{LINKS.base_url}/hooks/mail"
        return self.app.test_client().post(address, data=mail, headers=headers).status_code

    def fetch(self, *mails: bytes) -> int:
        """Lays the mails into the mailbox and looks into it once; how many were taken from it."""
        for mail in mails:
            self.mailbox.put(mail)
        return inbox.poll(self.database, self.world, clock=self.clock, stop=threading.Event())

    def bring(self, mail: bytes, road: str) -> None:
        if road == "hook":
            assert self.post(mail) in {204, 413}
        else:
            assert self.fetch(mail) == 1


@contextmanager
def roads(database: Database, certificate: Path, now: datetime) -> Iterator[Roads]:
    mailbox = Mailbox()
    with mailbox.serve(certificate) as port:
        url = f"imaps://{quote(USER)}:{quote(PASSWORD, safe='')}@localhost:{port}/Answers"
        world = World(None, None, LINKS, SENDER, DOMAIN, ImapInbox(url))  # type: ignore[arg-type]
        yield Roads(database, Clock(now), mailbox, world)
