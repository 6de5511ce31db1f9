"""Who is signed in: links used once, and sessions that can be ended. Nothing that people hold can be read from here."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class SignIn(Base):
    """A sign-in link for an address, and the code that does the same; used once, by POST.

    The link is an HMAC over the id and `nonce`, and so is the code: neither stands here, nor in the outbox.
    """

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    nonce: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)  # wrong codes
    used_at: Mapped[datetime | None]
    leads_to: Mapped[str] = mapped_column(default="")  # a path of ours, for afterwards


class WebSession(Base):
    """A browser that is signed in as an address, until it expires or is ended."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
