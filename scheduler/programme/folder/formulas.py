"""Cells that a spreadsheet would compute, made text on the way out and themselves again on the way in."""

# Excel, LibreOffice and Google's Sheets take what begins so for a formula, or cut it off before they look.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe(cell: str) -> str:
    """The cell as text: an apostrophe before what a spreadsheet would compute (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def plain(cell: str) -> str:
    """The cell as it was before `safe`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
