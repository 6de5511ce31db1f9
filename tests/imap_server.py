"""A stand-in for an IMAP server: over TLS, with the commands of RFC 9051 that a fetcher needs, and flags that last."""

import base64
import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

DROP = "drop"
USER, PASSWORD = "träff", 'pass "word" \\ %@:/å'


@dataclass
class Mail:
    uid: int
    content: bytes
    flags: set[str] = field(default_factory=set)
    broken: str = ""  # what the server says instead of handing it out, or DROP


class Mailbox:
    """The folder Answers. `answers` says what a command is answered by instead of being done: DROP, or a line."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.valid = 1
        self.answers: dict[str, str] = {}
        self.permanent = r"\Answered \Seen \Deleted"
        self.capabilities = "IMAP4rev1 AUTH=PLAIN"
        self.sessions = 0
        self._next = 1

    def put(self, content: bytes) -> Mail:
        self.mails.append(Mail(self._next, content))
        self._next += 1
        return self.mails[-1]

    def renumber(self) -> None:
        """The server was restored from a copy: the same mails under other UIDs, which is what UIDVALIDITY tells."""
        self.valid += 1
        self._next = 1000 * self.valid
        for mail in self.mails:
            mail.uid, self._next = self._next, self._next + 1

    def open(self, flag: str) -> list[Mail]:
        return [mail for mail in self.mails if flag not in mail.flags]

    @contextmanager
    def serve(self, certificate: Path) -> Iterator[int]:
        """The port, at localhost."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        mailbox = self

        class Handler(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                self.request.settimeout(60)
                self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self) -> None:
                mailbox.sessions += 1
                Session(mailbox, self.rfile, self.wfile).run()

            def finish(self) -> None:
                try:
                    super().finish()
                finally:
                    self.request.close()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request: object, client_address: object) -> None:
                """Clients that break off are part of the tests."""

        with Server(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            yield server.server_address[1]
            server.shutdown()


class Session:
    """One connection, from greeting to the end."""

    def __init__(self, mailbox: Mailbox, rfile, wfile) -> None:
        self.mailbox, self.rfile, self.wfile = mailbox, rfile, wfile
        self.signed_in = self.selected = False

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def run(self) -> None:
        self.say(f"* OK [CAPABILITY {self.mailbox.capabilities}] ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            words = rest.split(" ")
            name = " ".join(words[:2] if words[0].upper() == "UID" else words[:1]).upper()
            instead = self.mailbox.answers.get(name)
            if instead == DROP:
                return
            if instead:
                self.say(f"{tag} {instead}")
                continue
            came_of_it = self.do(name, rest)
            if came_of_it == DROP:
                return
            self.say(f"{tag} {came_of_it}")
            if name == "LOGOUT":
                return

    def do(self, name: str, rest: str) -> str:
        simple = {
            "CAPABILITY": lambda: self.say(f"* CAPABILITY {self.mailbox.capabilities}"),
            "LOGOUT": lambda: self.say("* BYE"),
            "NOOP": lambda: None,
        }
        if name in simple:
            simple[name]()
            return "OK done"
        if name == "AUTHENTICATE":
            return self.authenticate()
        if name == "LOGIN":
            self.signed_in = PASSWORD.isascii()
            return "NO no such user"
        if not self.signed_in:
            return "BAD sign in first"
        if name == "SELECT":
            return self.select(rest)
        return self.by_uid(name, rest) if self.selected else "BAD select first"

    def authenticate(self) -> str:
        self.say("+ ")
        given = base64.b64decode(self.rfile.readline()).decode().split("\0")
        self.signed_in = given == ["", USER, PASSWORD]
        return "OK hello" if self.signed_in else f"NO wrong password for {given[1]}"

    def select(self, rest: str) -> str:
        if rest.partition(" ")[2].strip('"') != "Answers":
            return "NO no such folder"
        self.selected = True
        self.say(f"* {len(self.mailbox.mails)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.mailbox.valid}] valid")
        self.say(f"* OK [PERMANENTFLAGS ({self.mailbox.permanent})] kept")
        return "OK [READ-WRITE] selected"

    def by_uid(self, name: str, rest: str) -> str:
        if name == "UID SEARCH":
            unmarked = set(re.findall(r"UN(\w+)", rest))
            found = [
                str(mail.uid)
                for mail in self.mailbox.mails
                if not {flag.strip("\\").upper() for flag in mail.flags} & unmarked
            ]
            self.say(" ".join(["* SEARCH", *found]))
            return "OK found"
        uid = int(rest.split(" ")[2])
        mail = next((each for each in self.mailbox.mails if each.uid == uid), None)
        if mail is None:
            return "OK nothing"  # RFC 9051 section 6.4.9: a UID that is not there is no error
        if name == "UID FETCH":
            return mail.broken or self.fetch(mail, rest)
        mail.flags |= set(re.findall(r"\\\w+", rest))
        return "OK stored"

    def fetch(self, mail: Mail, rest: str) -> str:
        first, most = map(int, re.search(r"BODY\.PEEK\[\]<(\d+)\.(\d+)>", rest).groups())
        part = mail.content[first : first + most]
        self.wfile.write(
            f"* 1 FETCH (UID {mail.uid} RFC822.SIZE {len(mail.content)} BODY[]<{first}> {{{len(part)}}}\r\n".encode()
        )
        self.wfile.write(part)
        self.say(")")
        return "OK fetched"
