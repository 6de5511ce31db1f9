"""The core: commands and queries of a programme, plain functions f(session, ..., now). No framework here."""
