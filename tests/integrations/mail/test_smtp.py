"""SMTP against a real server, aiosmtpd, that answers by a script: what each answer means for the sender."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from integrations.mail import mailer
from integrations.mail.message import Mail, compose
from integrations.mail.smtp import SmtpMailer
from integrations.outcome import OutcomeUnknown, Rejected, Retry
from tests.crowds import PATIENCE
from tests.integrations.mail.test_message import INVITE, NOTICE
from tests.ports import free_port

DROP = "drop"


class Server(Controller):
    """A mail server that answers what `answers` says for a command, and keeps the mail that it took."""

    def __init__(self, answers: dict[str, str], **options: Any) -> None:
        self.answers = answers
        self.taken: list[Envelope] = []
        super().__init__(self, hostname="127.0.0.1", port=free_port(), ready_timeout=PATIENCE, **options)

    def factory(self) -> SMTP:
        return Scripted(self, **self.SMTP_kwargs)

    def mails(self) -> list[bytes]:
        return [content for envelope in self.taken if isinstance(content := envelope.content, bytes)]

    def answer(self, command: str, server: SMTP) -> str:
        answer = self.answers.get(command, "250 OK")
        if answer == DROP:
            server.transport.abort()
        return answer

    async def handle_MAIL(self, server: SMTP, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:
        envelope.mail_from = address
        return self.answer("MAIL", server)

    async def handle_RCPT(self, server: SMTP, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:
        envelope.rcpt_tos.append(address)
        return self.answer("RCPT", server)

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return self.answer("END", server)


class Scripted(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        answer = self.event_handler.answers.get("DATA")
        if answer is None:
            await super().smtp_DATA(arg)
            return
        if answer != DROP:
            await self.push(answer)
        if answer == DROP or answer.startswith("354"):
            self.transport.abort()

    async def smtp_STARTTLS(self, arg: str) -> None:
        if refusal := self.event_handler.answers.get("STARTTLS"):
            await self.push(refusal)
        else:
            await super().smtp_STARTTLS(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        if self.event_handler.answers.get("QUIT") == DROP:
            self.transport.abort()
        else:
            await super().smtp_QUIT(arg)


Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as running:

        def start(answers: dict[str, str] | None = None, **options: Any) -> Server:
            server = Server(answers or {}, **options)
            server.start()
            running.callback(server.stop)
            return server

        yield start


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """The server's side of TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def send(
    server: Server, mail: Mail = INVITE, *, scheme: str = "smtp", login: str = "", timeout: float = PATIENCE
) -> None:
    SmtpMailer(f"{scheme}://{login}localhost:{server.port}", timeout=timeout).send(compose(mail))


def test_the_mail_arrives_as_it_was_made(serve: Serve) -> None:
    server = serve()
    mailer(f"smtp://localhost:{server.port}").send(compose(INVITE))
    (envelope,) = server.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == (INVITE.sender[1], [INVITE.recipient])
    message = message_from_bytes(server.mails()[0], policy=default)
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert part.get_payload(decode=True) == INVITE.calendar


def test_lines_that_begin_with_a_dot_arrive(serve: Serve) -> None:
    server = serve()
    send(server, replace(NOTICE, text=".\n..\n.a\nb.\n"))
    assert server.mails()[0].endswith(b"\r\n\r\n.\r\n..\r\n.a\r\nb.\r\n")


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "END"])
def test_later_means_retry(serve: Serve, command: str) -> None:
    with pytest.raises(Retry, match=r"\(450 4\.2\.1\)") as raised:
        send(serve({command: f"450 4.2.1 <{INVITE.recipient}> try later"}))
    assert not isinstance(raised.value, OutcomeUnknown)
    assert INVITE.recipient not in str(raised.value)


@pytest.mark.parametrize("command", ["RCPT", "DATA", "END"])
def test_never_means_rejected(serve: Serve, command: str) -> None:
    with pytest.raises(Rejected, match=r"\(550 5\.1\.1\)") as raised:
        send(serve({command: f"550 5.1.1 <{INVITE.recipient}> no such user"}))
    assert INVITE.recipient not in str(raised.value)


def test_one_refused_recipient_keeps_no_other_from_their_mail(serve: Serve) -> None:
    server = serve({"RCPT": "550 no"})
    with pytest.raises(Rejected):
        send(server)
    server.answers.clear()
    send(server, replace(INVITE, recipient="bo@example.org"))
    assert [envelope.rcpt_tos for envelope in server.taken] == [["bo@example.org"]]


def test_a_refused_sender_can_be_mended(serve: Serve) -> None:
    with pytest.raises(Retry, match=r"the sender now \(550\)"):
        send(serve({"MAIL": "550 not yours"}))


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_dropped_before_the_message_means_retry(serve: Serve, command: str) -> None:
    with pytest.raises(Retry) as raised:
        send(serve({command: DROP}))
    assert not isinstance(raised.value, OutcomeUnknown)


def test_dropped_in_the_middle_of_the_message_means_retry(serve: Serve) -> None:
    server, message = serve({"DATA": "354 go on"}), compose(NOTICE)
    message.add_attachment(bytes(16_000_000), "application", "octet-stream")  # more than the buffers of both ends hold
    with pytest.raises(Retry) as raised:
        SmtpMailer(f"smtp://localhost:{server.port}").send(message)
    assert not isinstance(raised.value, OutcomeUnknown)


def test_dropped_after_the_message_is_unknown(serve: Serve) -> None:
    server = serve({"END": DROP})
    with pytest.raises(OutcomeUnknown):
        send(server)
    assert len(server.taken) == 1


@pytest.mark.parametrize("answer", ["ok", "354 go on"])
def test_a_senseless_answer_to_the_message_is_unknown(serve: Serve, answer: str) -> None:
    with pytest.raises(OutcomeUnknown):
        send(serve({"END": answer}))


def test_the_good_bye_does_not_matter(serve: Serve) -> None:
    server = serve({"QUIT": DROP})
    send(server)
    assert len(server.taken) == 1


def test_nobody_there_and_nobody_answering() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"smtp://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(Retry, match="fell silent"):
            SmtpMailer(url, timeout=0.2).send(compose(INVITE))
    with pytest.raises(Retry, match="cannot be reached: Connection refused"):
        SmtpMailer(url).send(compose(INVITE))


def test_a_server_that_is_not_ready() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            with listening.accept()[0] as connection:
                connection.sendall(b"554 no mail here\r\n")

        server = Thread(target=greet)
        server.start()
        with pytest.raises(Retry, match=r"does not take mail now \(554\)"):
            SmtpMailer(f"smtp://127.0.0.1:{listening.getsockname()[1]}", timeout=PATIENCE).send(compose(INVITE))
        server.join()


def test_several_recipients_are_refused(serve: Serve) -> None:
    server, message = serve(), compose(INVITE)
    message.replace_header("To", "a@example.org, b@example.org")
    with pytest.raises(ValueError, match="too many"):
        SmtpMailer(f"smtp://localhost:{server.port}").send(message)
    assert server.taken == []


@pytest.mark.usefixtures("trusted")
def test_tls_is_used_where_it_is_offered(serve: Serve, tls: ssl.SSLContext) -> None:
    server = serve(tls_context=tls, require_starttls=True)
    send(server)
    assert len(server.taken) == 1


@pytest.mark.usefixtures("trusted")
def test_tls_from_the_first_byte(serve: Serve, tls: ssl.SSLContext) -> None:
    server = serve(ssl_context=tls)
    send(server, scheme="smtps")
    assert len(server.taken) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for(serve: Serve, tls: ssl.SSLContext, scheme: str) -> None:
    server = serve(**{"tls_context" if scheme == "smtp" else "ssl_context": tls})
    with pytest.raises(Retry, match=r"its certificate is not trusted \(self-signed certificate\)"):
        send(server, scheme=scheme)
    assert server.taken == []


@pytest.mark.usefixtures("trusted")
def test_tls_offered_and_then_refused(serve: Serve, tls: ssl.SSLContext) -> None:
    server = serve({"STARTTLS": "454 not now"}, tls_context=tls)
    with pytest.raises(Retry, match=r"does not take mail now \(454\)"):
        send(server)
    assert server.taken == []


def checked(_server: SMTP, _session: Any, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"user@example.org", b"p:ss/w%rd"), handled=False)


@pytest.mark.usefixtures("trusted")
def test_the_password_is_percent_decoded_and_sent_under_tls(serve: Serve, tls: ssl.SSLContext) -> None:
    server = serve(tls_context=tls, authenticator=checked, auth_required=True)
    send(server, login="user%40example.org:p%3Ass%2Fw%25rd@")
    assert len(server.taken) == 1


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_can_be_mended(serve: Serve, tls: ssl.SSLContext) -> None:
    server = serve(tls_context=tls, authenticator=checked, auth_required=True)
    with pytest.raises(Retry, match=r"user name or password \(535\)"):
        send(server, login="user:wrong@")
    with pytest.raises(Retry, match=r"the sender now \(530"):
        send(server)
    assert server.taken == []


def test_no_password_without_tls(serve: Serve) -> None:
    asked: list[str] = []

    def listening(*_: Any) -> AuthResult:
        asked.append("asked")
        return AuthResult(success=True)

    server = serve(authenticator=listening, auth_require_tls=False)
    with pytest.raises(Retry, match="offers no TLS"):
        send(server, login="user:secret@")
    assert (asked, server.taken) == ([], [])


@pytest.mark.usefixtures("trusted")
def test_a_login_that_the_server_does_not_know(serve: Serve, tls: ssl.SSLContext) -> None:
    with pytest.raises(Retry, match="no way to log in"):
        send(serve(tls_context=tls, auth_exclude_mechanism=["LOGIN", "PLAIN"]), login="user:secret@")


@pytest.mark.parametrize(
    "url", ["http://host", "smtp://", "smtp://host:99999", "smtp://host/inbox", "smtp://u:%C3%A5@host"]
)
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"mail server|Port"):
        SmtpMailer(url)


def test_a_check_says_hello_and_sends_nothing(serve: Serve) -> None:
    server = serve()
    said = mailer(f"smtp://localhost:{server.port}").check()
    assert said == f"localhost port {server.port} answers, without TLS, without logging in"
    assert server.taken == []


def test_a_check_of_a_server_that_is_not_there_is_a_retry() -> None:
    with pytest.raises(Retry, match="cannot be reached"):
        mailer("smtp://127.0.0.1:1").check()
