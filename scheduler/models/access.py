"""Who is signed in: links used once, and sessions that can be ended. Only hashes of what people hold are kept."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base


class SignIn(Base):
    """A sign-in link for an address; used once, by POST."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WebSession(Base):
    """A browser that is signed in as an address, until it expires or is ended."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
