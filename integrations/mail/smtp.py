"""Mail over SMTP (RFC 5321), a connection a mail, with every failure told as what it means for the sender."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from integrations.mail.message import to_bytes
from integrations.outcome import OutcomeUnknown, Rejected, Retry

_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")


class SmtpMailer:
    """Sends through the server of `smtp://[user:password@]host[:25]` or `smtps://...[:465]`, percent-encoded.

    STARTTLS is used wherever the server offers it, and no password is sent without TLS. Certificates are verified by
    the system's authorities, or those in the file that SSL_CERT_FILE names. `timeout` is in seconds, for each answer.
    ValueError for a URL of another form.
    """

    def __init__(self, url: str, timeout: float = 60.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("A mail server is smtp://user:password@host:port or smtps://user:password@host:port.")
        self._wrapped = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or (465 if self._wrapped else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._timeout = timeout
        if not (self._user + self._password).isascii():
            raise ValueError("The mail server's user name and password must be ASCII.")

    def send(self, message: EmailMessage) -> None:
        """Hands the message to the server for its one recipient.

        Raises Rejected if the server refuses the recipient or the message for good, OutcomeUnknown if the connection
        was lost between the last byte and the answer, Retry for everything else. ValueError for several recipients.
        """
        (sender,) = message["From"].addresses
        (recipient,) = message["To"].addresses
        body = re.sub(rb"(?m)^\.", b"..", to_bytes(message)) + b".\r\n"  # RFC 5321, 4.5.2
        with self._session() as server:
            # A refused sender is a matter of our settings, the same for all mail, and an operator can mend it.
            _expect(2, "the sender", server.mail(sender.addr_spec), final=False)
            _expect(2, "the recipient", server.rcpt(recipient.addr_spec))
            _expect(3, "the message", server.docmd("DATA"))
            server.send(body)  # raises only if some of it stayed here, so that the server cannot have all of it
            _expect(2, "the message", _verdict(server))

    def check(self) -> str:
        """Says hello and logs in, and sends nothing; where mail goes, for an operator. Raises Retry as `send` does."""
        with self._session() as server:
            _expect(2, "our greeting", server.noop(), final=False)
            safe = "with TLS" if isinstance(server.sock, ssl.SSLSocket) else "without TLS"
        who = "logged in" if self._user else "without logging in"
        return f"{self._host} port {self._port} answers, {safe}, {who}"

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A connection, encrypted and logged in as far as it must be. What goes wrong in it is a Retry."""
        try:
            server = self._connect()
            try:
                self._secure(server)
                yield server
            finally:
                # What the server says to our good-bye changes nothing any more.
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
                server.close()
        except ssl.SSLError as error:
            raise Retry(f"No safe connection to the mail server: {_reason(error)}.") from error
        except smtplib.SMTPAuthenticationError as error:
            raise Retry(f"The mail server refuses our user name or password ({error.smtp_code}).") from error
        except smtplib.SMTPResponseException as error:
            raise Retry(f"The mail server does not take mail now ({error.smtp_code}).") from error
        except smtplib.SMTPServerDisconnected as error:
            raise Retry("The mail server hung up or fell silent before it had the message.") from error
        except smtplib.SMTPException as error:
            raise Retry("The mail server offers no way to log in, or none that we know.") from error
        except OSError as error:
            raise Retry(f"The mail server cannot be reached: {error.strerror or error}.") from error

    def _connect(self) -> smtplib.SMTP:
        if self._wrapped:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)

    def _secure(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if not self._wrapped and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()  # a new session (RFC 3207, 4.2), which smtplib leaves to us
        elif not self._wrapped and self._user:
            raise Retry("The mail server offers no TLS, and the password is not sent without.")
        if self._user:
            server.login(self._user, self._password)


def _verdict(server: smtplib.SMTP) -> tuple[int, bytes]:
    """The answer to the whole message, which may be delivered from here on if there is none."""
    try:
        code, text = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise OutcomeUnknown("The mail server had the message, and its answer was lost.") from error
    if code // 100 not in {2, 4, 5}:
        raise OutcomeUnknown("The mail server had the message, and its answer makes no sense.")
    return code, text


def _expect(kind: int, what: str, answer: tuple[int, bytes], *, final: bool = True) -> None:
    """Raises unless the answer is of the kind 2xx or 3xx. Only its codes are told: its words may hold the address."""
    code, text = answer
    if code // 100 == kind:
        return
    enhanced = _ENHANCED.match(text)
    codes = f"{code} {enhanced[0].decode()}" if enhanced else f"{code}"
    if code // 100 == 5 and final:
        raise Rejected(f"The mail server refuses {what} for good ({codes}).")
    raise Retry(f"The mail server does not take {what} now ({codes}).")


def _reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    return error.reason or "TLS failed"
