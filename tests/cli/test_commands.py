"""What all commands have in common: help, settings, and one sentence for what the user can mend."""

import importlib.metadata
import re

import pytest
from click.testing import CliRunner

from scheduler.cli import main
from tests.cli.shell import Shell

HELP = {
    "": [
        "coordinator",
        "demo",
        "doctor",
        "load",
        "mail",
        "migrate",
        "restored",
        "serve",
        "slots",
        "wave",
        "web",
        "worker",
        "zoom",
    ],
    "coordinator": ["EMAIL", "--programme SLUG", "--department NAME"],
    "demo": ["--no-serve", "--dir DIR", "--port N"],
    "doctor": ["a line each"],
    "load": ["DIR", "programme.toml, people.csv, pairs.csv and availability.csv"],
    "mail": ["test"],
    "mail test": ["ADDRESS", "--locale"],
    "migrate": [],
    "restored": ["once after a backup"],
    "serve": ["--port N", "--host ADDRESS"],
    "slots": [],
    "wave": ["SLUG", "--from DATE", "--to DATE", "--minutes N", "--book", "--json"],
    "web": ["--port N", "--host ADDRESS"],
    "worker": ["--drain"],
    "zoom": ["check", "simulate"],
    "zoom check": ["licence"],
    "zoom simulate": ["--port", "--fault NAME=RATE", "--strict", "--state"],
}


def check_help(command: str, page: str) -> None:
    assert page.startswith(f"Usage: traff {command}".rstrip() + " ")
    words = " ".join(page.split())
    for word in HELP[command]:
        assert word in words
    assert "..." not in words.replace("[ARGS]...", "").replace("TRAFF_ZOOM_...", ""), "nothing is cut short"


@pytest.mark.parametrize("command", ["", "zoom simulate"])
def test_help_is_there_where_nothing_else_is(shell: Shell, command: str) -> None:
    check_help(command, "\n".join(shell.says(*command.split(), "--help", TRAFF_SECRET_KEY="")))
    assert list(shell.folder.iterdir()) == [], "to ask changes nothing"


@pytest.mark.parametrize("command", HELP)
def test_help_says_what_a_command_does(command: str) -> None:
    """Within this process, since each of its own takes a second to start."""
    asked = CliRunner().invoke(main, [*command.split(), "-h"], prog_name="traff", terminal_width=100)
    assert asked.exit_code == 0
    check_help(command, asked.output)


def test_the_list_of_commands_says_what_each_does(shell: Shell) -> None:
    lines = shell.says("--help")
    listed = dict(re.findall(r"(?m)^  (\w+) {2,}(\S.*)$", "\n".join(lines[lines.index("Commands:") :])))
    assert sorted(listed) == HELP[""]
    assert all(text.endswith(".") for text in listed.values())


def test_the_version_is_the_packages(shell: Shell) -> None:
    assert shell.says("--version") == [f"traff, version {importlib.metadata.version('traff')}"]


def test_a_command_with_a_slip_is_refused(shell: Shell) -> None:
    assert shell.refuses("lood", "demo").splitlines()[0].startswith("Usage: traff")


MAKE_ONE = 'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))".'
ELSEWHERE = "postgresql+psycopg://postgres:hidden@127.0.0.1:1/traff"
SETTINGS = {
    "no secret key": (["serve"], {"TRAFF_SECRET_KEY": ""}, f"TRAFF_SECRET_KEY is not set; {MAKE_ONE}"),
    "a weak secret key": (
        ["worker", "--drain"],
        {"TRAFF_SECRET_KEY": "secret"},
        f"TRAFF_SECRET_KEY is too easy to guess; {MAKE_ONE}",
    ),
    "a database that does not answer": (
        ["web"],
        {"TRAFF_DATABASE_URL": ELSEWHERE},
        "TRAFF_DATABASE_URL names a database that does not answer: connection failed: connection to server at "
        '"127.0.0.1", port 1 failed: Connection refused.',
    ),
    "a mail server that is none": (
        ["worker", "--drain"],
        {"TRAFF_MAIL_URL": "smtp://traff:hid/den@mail:587", "TRAFF_MAIL_FROM": "traff@example.org"},
        "TRAFF_MAIL_URL must be maildir:FOLDER, or smtp://USER:PASSWORD@HOST:PORT with what is special in it as %XX.",
    ),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_settings_that_will_not_do_are_one_sentence(shell: Shell, case: str) -> None:
    words, variables, sentence = SETTINGS[case]
    assert shell.refuses(*words, **variables) == f"traff: {sentence}"


def test_what_the_machine_refuses_is_one_sentence_too(shell: Shell) -> None:
    (shell.folder / "file").write_text("")
    assert shell.refuses("demo", "--no-serve", "--dir", "file/demo").startswith("traff: file/demo: Not a directory")


def test_settings_are_read_from_a_file_and_the_environment_goes_before_it(shell: Shell) -> None:
    (shell.folder / ".env").write_text("TRAFF_DATABASE_URL=sqlite:///one.db\n# a remark\nexport TRAFF_SECRET_KEY='x'\n")
    shell.says("migrate")
    assert (shell.folder / "one.db").is_file(), "from the file; the weak key there gives way to the environment's"
    shell.says("migrate", TRAFF_DATABASE_URL="sqlite:///two.db")
    assert (shell.folder / "two.db").is_file()


def test_a_file_of_settings_that_is_no_text_is_one_sentence(shell: Shell) -> None:
    (shell.folder / ".env").write_bytes("TRAFF_MAIL_FROM=träff@example.org".encode("utf-16"))
    assert shell.refuses("migrate") == "traff: .env cannot be read; save it as text in UTF-8."
