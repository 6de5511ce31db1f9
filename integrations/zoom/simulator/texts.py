"""Zoom's messages in another language than English: clients that read them instead of the code come to grief."""

import json

from werkzeug.wrappers import Response

TEXTS: dict[str, dict[int, str]] = {
    "en": {},
    "fr": {
        124: "Jeton d'accès non valide.",
        300: "Échec de la validation.",
        500: "Erreur interne.",
        1001: "utilisateur introuvable",
        1120: "utilisateur invalide",
        2300: "Ce point d'API n'est pas reconnu.",
        3001: "réunion introuvable",
        3161: "Votre compte n'est pas autorisé à organiser des réunions.",
    },
    "sv": {
        124: "Ogiltig åtkomsttoken.",
        300: "Valideringen misslyckades.",
        500: "Internt fel.",
        1001: "användaren finns inte",
        1120: "ogiltig användare",
        2300: "API-adressen känns inte igen.",
        3001: "mötet finns inte",
        3161: "Ditt konto får inte ordna möten.",
    },
}
"""By language and code. Limits (429) and scopes (4711) are recorded in English alone, and so they stay."""


def translated(response: Response, language: str) -> Response:
    """The answer, its message in the language where we have one."""
    if response.status_code < 400 or not TEXTS[language]:
        return response
    try:
        body = json.loads(response.get_data())
    except ValueError:
        return response
    code = body.get("code") if isinstance(body, dict) else None
    if code in TEXTS[language]:
        response.set_data(json.dumps({**body, "message": TEXTS[language][code]}, ensure_ascii=False))
    return response
