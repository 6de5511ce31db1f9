"""Where in a TOML text each key stands, which tomllib does not tell."""

import re

HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?")
KEY = re.compile(r"(\s*)([A-Za-z0-9_-]+)\s*=")

Place = tuple[int, int]


def places(text: str) -> dict[tuple[str, int, str], Place]:
    """(table, which one of its name from 0, key) -> (line, column), both from 1. The key "" is the table's header."""
    found: dict[tuple[str, int, str], Place] = {}
    count: dict[str, int] = {}
    table, which = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        header, key = HEADER.match(line), KEY.match(line)
        if header:
            table = header[2]
            which = count.get(table, 0)
            count[table] = which + 1
            found[table, which, ""] = (number, 1)
        elif key:
            found.setdefault((table, which, key[2]), (number, len(key[1]) + 1))
    return found
