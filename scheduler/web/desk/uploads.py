"""Files that are looked at before they are loaded: between the two they wait in the page itself."""

from base64 import b64decode, b64encode
from collections.abc import Mapping

from flask import request


def sent(*names: str) -> dict[str, bytes]:
    """The files that were chosen, of those of these names."""
    files = {name: request.files[name].read() for name in names if name in request.files}
    return {name: content for name, content in files.items() if content}


def to_carry(files: Mapping[str, bytes]) -> dict[str, str]:
    """The files as a page holds them."""
    return {name: b64encode(content).decode() for name, content in files.items()}


def carried(*names: str) -> dict[str, bytes]:
    """The files as the page brought them back; none, if it brings what it did not hold."""
    found = {name: request.form.get(name, "") for name in names}
    try:
        return {name: b64decode(text, validate=True) for name, text in found.items() if text}
    except ValueError:
        return {}
