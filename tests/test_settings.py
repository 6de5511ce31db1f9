"""Settings: each variable, right and wrong; what is wrong is named, and what is secret is never shown."""

import secrets
from typing import Any

import pytest

from scheduler.errors import BadSetting
from scheduler.settings import HostSetting, Settings, ZoomSettings

KEY = "kBq7-Wm2xTz9_Lp4vRc8nYd3sFg6hJa1"  # 32 characters
ZOOM = {
    "TRAFF_ZOOM_ACCOUNT_ID": "account",
    "TRAFF_ZOOM_CLIENT_ID": "client",
    "TRAFF_ZOOM_CLIENT_SECRET": "zoom-secret",
    "TRAFF_ZOOM_HOSTS": "zoom-1@example.org",
}


def settings(**variables: str) -> Settings:
    return Settings.from_env({"TRAFF_SECRET_KEY": KEY, **variables})


def refusal(**variables: str) -> str:
    with pytest.raises(BadSetting) as refused:
        settings(**variables)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert not sentence.endswith("..")
    assert "\n" not in sentence
    return sentence


def test_a_secret_key_is_all_that_must_be_set() -> None:
    assert settings() == Settings(
        database_url="sqlite:///var/traff.db",
        secret_key=KEY,
        base_url="http://127.0.0.1:8000",
        mail_url="maildir:var/mail",
        mail_from="traff@example.org",
        zoom=None,
        trusted_proxies=0,
        reply_domain="",
    )


def test_empty_is_as_good_as_not_set() -> None:
    names = (
        "DATABASE_URL",
        "BASE_URL",
        "MAIL_URL",
        "MAIL_FROM",
        "TRUSTED_PROXIES",
        "REPLY_DOMAIN",
        "INBOUND_SECRET",
        "INBOUND_URL",
        "ZOOM_HOSTS",
        "ZOOM_CLIENT_ID",
    )
    assert settings(**{f"TRAFF_{name}": "" for name in names}) == settings()


def test_variables_of_others_are_none_of_ours() -> None:
    assert settings(PATH="/bin", SECRET_KEY="x", TRAFF_TEST_POSTGRES="y") == settings()


RIGHT: list[tuple[str, str, str, Any]] = [
    ("TRAFF_DATABASE_URL", "postgresql+psycopg://a@b/c", "database_url", "postgresql+psycopg://a@b/c"),
    ("TRAFF_BASE_URL", "https://traff.example.org/", "base_url", "https://traff.example.org"),
    ("TRAFF_BASE_URL", "http://[::1]:8000", "base_url", "http://[::1]:8000"),
    ("TRAFF_BASE_URL", "http://traff_web:80", "base_url", "http://traff_web:80"),
    ("TRAFF_MAIL_URL", "maildir:/var/mail/traff", "mail_url", "maildir:/var/mail/traff"),
    ("TRAFF_MAIL_FROM", "traff@localhost", "mail_from", "traff@localhost"),
    ("TRAFF_MAIL_FROM", "no-reply+x@a.b-c.example.org", "mail_from", "no-reply+x@a.b-c.example.org"),
    ("TRAFF_TRUSTED_PROXIES", "2", "trusted_proxies", 2),
    ("TRAFF_REPLY_DOMAIN", "In.Traff.example.org", "reply_domain", "in.traff.example.org"),
    ("TRAFF_REPLY_DOMAIN", "localhost", "reply_domain", "localhost"),
    ("TRAFF_INBOUND_SECRET", KEY[::-1], "inbound_secret", KEY[::-1]),
    ("TRAFF_INBOUND_URL", "imaps://a:b@example.org/x", "inbound_url", "imaps://a:b@example.org/x"),
]


@pytest.mark.parametrize(("name", "given", "field", "value"), RIGHT)
def test_a_variable_that_is_right(name: str, given: str, field: str, value: object) -> None:
    assert getattr(settings(**{name: given}), field) == value


@pytest.mark.parametrize("url", ["smtp://mail.example.org", "smtp://a:b@mail:587", "smtps://mail:465"])
def test_a_mail_server_needs_a_sender(url: str) -> None:
    found = settings(TRAFF_MAIL_URL=url, TRAFF_MAIL_FROM="a@b.se")
    assert (found.mail_url, found.mail_from) == (url, "a@b.se")
    assert refusal(TRAFF_MAIL_URL=url) == "TRAFF_MAIL_FROM must name the address that invites come from."


@pytest.mark.parametrize(
    ("hosts", "pool"),
    [
        ("Zoom-1@example.org", [("zoom-1@example.org", 1)]),
        ("a@x.se:2, b@x.se ,c@x.se:10,", [("a@x.se", 2), ("b@x.se", 1), ("c@x.se", 10)]),
    ],
)
def test_zoom_as_it_is_set(hosts: str, pool: list[tuple[str, int]]) -> None:
    assert settings(**{**ZOOM, "TRAFF_ZOOM_HOSTS": hosts}).zoom == ZoomSettings(
        account_id="account",
        client_id="client",
        client_secret="zoom-secret",
        token_url="https://zoom.us/oauth/token",
        api_url="",
        hosts=tuple(HostSetting(email, capacity) for email, capacity in pool),
    )


def test_zoom_elsewhere() -> None:
    urls = {"TRAFF_ZOOM_API_URL": "http://127.0.0.1:8090/v2/", "TRAFF_ZOOM_TOKEN_URL": "http://127.0.0.1:8090/t"}
    zoom = settings(**ZOOM, **urls).zoom
    assert zoom is not None
    assert (zoom.api_url, zoom.token_url) == ("http://127.0.0.1:8090/v2", "http://127.0.0.1:8090/t")
    assert settings(**urls).zoom is None, "without credentials there is no Zoom, wherever it may be"


@pytest.mark.parametrize("missing", ZOOM)
def test_zoom_needs_all_four(missing: str) -> None:
    given = {name: value for name, value in ZOOM.items() if name != missing}
    sentence = refusal(**given)
    assert sentence.startswith(f"{missing} is not set, though {next(iter(given))} is; Zoom needs all four of ")
    assert all(name in sentence for name in ZOOM)


AN_ADDRESS = "must be an address such as https://traff.example.org, not"
NO_PATH = "must be an address without a path, such as https://traff.example.org; give Träff a host name of its own."
PLAIN = "must be a plain address without user, ? or #."
A_MAIL_URL = "must be maildir:FOLDER, smtp://HOST:PORT or smtps://HOST:PORT."
A_DOMAIN = "must be a domain whose mail comes to Träff, such as in.traff.example.org."
A_MAILBOX = "must be imaps://USER:PASSWORD@HOST/FOLDER."
A_SENDER = "must be one address, such as traff@example.org."
WRONG = [
    *(
        ("TRAFF_BASE_URL", url, f"{AN_ADDRESS} {url!r}.")
        for url in (
            "traff.example.org", "ftp://traff.example.org", "https://", "http:///", "http://a b", "http://[::1", "//x",
            "http://x:port", "http://x:0", "http://x:65536", "http://x:123456", "http://x\n.se", "https://träff.se",
            "http://x/å",
        )
    ),
    *(("TRAFF_BASE_URL", url, NO_PATH) for url in ("https://example.org/traff", "https://example.org/traff/")),
    *(("TRAFF_BASE_URL", url, PLAIN) for url in ("https://a:b@x.se", "https://x.se/?a", "https://x.se/#a")),
    *(("TRAFF_MAIL_URL", url, A_MAIL_URL) for url in ("var/mail", "mbox:x", "maildir:", "smtp:", "smtp://", "SMTP//x")),
    *(
        ("TRAFF_MAIL_FROM", sender, A_SENDER)
        for sender in ("traff", "a@b@c", "Träff <a@b.se>", "a@b.se, c@d.se", "träff@b.se", "a@träff.se", "a b@c.se",
                       "a@b.se\nBcc: c@d.se", "@b.se", "a@", "a@b..se", ".a@b.se")
    ),
    *(
        ("TRAFF_REPLY_DOMAIN", domain, A_DOMAIN)
        for domain in (
            "in@example.org", "@example.org", "in..example.org", ".example.org", "in.example.org.", "träff.se",
            "in.example.org\n", "a b.se", "-a.se", "a-.se", "x" * 64 + ".se", ".".join(["abc"] * 46), "https://x.se",
        )
    ),
    *(("TRAFF_INBOUND_URL", url, A_MAILBOX) for url in ("imap://a:b@x.se", "x.se", "IMAPS://a:b@x.se", "pop3://a:b@x.se")),
    *(
        ("TRAFF_TRUSTED_PROXIES", text, f"must be a whole number from 0 to 99, not {text[:40]!r}.")
        for text in ("one", "-1", "1.0", "100", "9" * 5000, "²")
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "why"), WRONG)
def test_a_variable_that_is_wrong(name: str, given: str, why: str) -> None:
    assert refusal(**{name: given}) == f"{name} {why}"


@pytest.mark.parametrize("name", ["TRAFF_ZOOM_API_URL", "TRAFF_ZOOM_TOKEN_URL"])
def test_an_address_of_zoom_that_is_none(name: str) -> None:
    assert refusal(**ZOOM, **{name: "api.zoom.us"}) == f"{name} {AN_ADDRESS} 'api.zoom.us'."


@pytest.mark.parametrize(
    ("hosts", "why"),
    [
        (" , ", "must name each host once, as in zoom-1@example.org,zoom-2@example.org:2."),
        ("a@x.se,A@x.se:2", "must name each host once, as in zoom-1@example.org,zoom-2@example.org:2."),
        *(
            (f"a@x.se,{host}", f"has {host!r}, which is not email[:capacity] with 1 to 10.")
            for host in ("zoom", "zoom@", "b@x.se:0", "b@x.se:11", "b@x.se:-1", "b@x.se:two", "b@x.se:٣", "b c@x.se")
        ),
    ],
)
def test_hosts_that_are_wrong(hosts: str, why: str) -> None:
    assert refusal(**{**ZOOM, "TRAFF_ZOOM_HOSTS": hosts}) == f"TRAFF_ZOOM_HOSTS {why}"


MAKE_ONE = 'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))".'


@pytest.mark.parametrize("key", ["secret", "x" * 100, KEY[:31], "0123456789", "changeme" * 8, "ab" * 40, " " * 64])
def test_a_weak_secret_key_is_refused_unseen(key: str) -> None:
    sentence = refusal(TRAFF_SECRET_KEY=key)
    assert sentence == f"TRAFF_SECRET_KEY is too easy to guess; {MAKE_ONE}"
    with pytest.raises(BadSetting, match="too easy"):
        Settings.from_env({"TRAFF_SECRET_KEY": key}, makes_links=False)


def test_a_secret_key_may_be_missing_only_where_no_links_are_made() -> None:
    assert refusal(TRAFF_SECRET_KEY="") == f"TRAFF_SECRET_KEY is not set; {MAKE_ONE}"
    with pytest.raises(BadSetting, match="is not set"):
        Settings.from_env({})
    assert Settings.from_env({}, makes_links=False).secret_key == ""


def test_keys_made_as_the_sentence_says_are_strong_enough() -> None:
    for _ in range(200):
        settings(TRAFF_SECRET_KEY=secrets.token_urlsafe(48))


def test_secrets_are_in_no_representation() -> None:
    given = settings(
        TRAFF_DATABASE_URL="postgresql+psycopg://traff:db-secret@db/traff",
        TRAFF_MAIL_URL="smtp://traff:mail-secret@mail:587",
        TRAFF_MAIL_FROM="traff@example.org",
        **ZOOM,
    )
    for shown in (repr(given), str(given), f"{given.zoom!r}", repr({"settings": given})):
        for secret in (KEY, "db-secret", "mail-secret", "zoom-secret"):
            assert secret not in shown
        assert "account" in shown


@pytest.mark.parametrize(
    "variables",
    [
        {"TRAFF_MAIL_URL": "imap://traff:mail-secret@mail"},
        {"TRAFF_BASE_URL": "https://traff:web-secret@example.org"},
        {"TRAFF_BASE_URL": "traff:web-secret@example.org"},
        {**ZOOM, "TRAFF_ZOOM_API_URL": "https://traff:web-secret@example.org"},
        {**ZOOM, "TRAFF_ZOOM_HOSTS": ""},
    ],
)
def test_a_refusal_repeats_no_secret(variables: dict[str, str]) -> None:
    assert "secret" not in refusal(**variables).replace("SECRET", "").replace("TRAFF_ZOOM_CLIENT_", "")


def test_settings_are_frozen() -> None:
    given = settings(**ZOOM)
    for name in ("secret_key", "base_url", "zoom"):
        with pytest.raises(AttributeError):
            setattr(given, name, "")
