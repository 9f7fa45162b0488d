"""The words of the pages, in both languages."""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("en", "de")

TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "Ask in SPARQL",
        "lead": "Who promised, and who delivered, what to whom? Who says so, and how firmly? "
        "Choose a question, or write your own.",
        "skip": "Skip to content",
        "main": "Main",
        "other_language": "Deutsch",
        "questions": "Questions",
        "filter": "Filter questions",
        "apply": "Filter",
        "none_found": "No question has these words.",
        "to_questions": "Example questions",
        "query": "Query",
        "run": "Run",
        "shortcut": "Ctrl+Enter runs",
        "link": "The address of this page is the link to this answer.",
        "answer": "Answer",
        "download": "Download",
        "row": "row",
        "rows": "rows",
        "graph": "graph",
        "truth": "truth value",
        "in_time": "in {ms} ms",
        "yes": "Yes",
        "no": "No",
        "empty": "No rows: nothing in this graph answers the question.",
        "no_columns": "The pattern matches; the query selects no variables.",
        "cut": "The first {shown} are shown; the downloads have all.",
        "error": "The query has no answer",
        "line": "Line {line}, column {column}",
        "unbound": "unbound",
        "snapshot": "Snapshot",
        "in_world": "In the world",
        "leave_world": "leave it",
        "machine": "For programs",
        "licence": "code Apache-2.0, data CC BY 4.0",
        "examples_rdf": "Examples as RDF",
        "service": "Service description",
    },
    "de": {
        "title": "In SPARQL fragen",
        "lead": "Wer hat wem was zugesagt und wer hat wem was geliefert? Wer sagt das, und wie "
        "sicher? Wählen Sie eine Frage oder schreiben Sie eine eigene.",
        "skip": "Zum Inhalt",
        "main": "Hauptmenü",
        "other_language": "English",
        "questions": "Fragen",
        "filter": "Fragen filtern",
        "apply": "Filtern",
        "none_found": "Keine Frage enthält diese Wörter.",
        "to_questions": "Beispielfragen",
        "query": "Abfrage",
        "run": "Ausführen",
        "shortcut": "Strg+Enter führt aus",
        "link": "Die Adresse dieser Seite ist der Verweis auf diese Antwort.",
        "answer": "Antwort",
        "download": "Herunterladen",
        "row": "Zeile",
        "rows": "Zeilen",
        "graph": "Graph",
        "truth": "Wahrheitswert",
        "in_time": "in {ms} ms",
        "yes": "Ja",
        "no": "Nein",
        "empty": "Keine Zeilen: In diesem Graphen beantwortet nichts die Frage.",
        "no_columns": "Das Muster trifft zu; die Abfrage wählt keine Variablen aus.",
        "cut": "Gezeigt werden die ersten {shown}; die Dateien enthalten alle.",
        "error": "Die Abfrage hat keine Antwort",
        "line": "Zeile {line}, Spalte {column}",
        "unbound": "ungebunden",
        "snapshot": "Stand",
        "in_world": "In der Welt",
        "leave_world": "verlassen",
        "machine": "Für Programme",
        "licence": "Code Apache-2.0, Daten CC BY 4.0",
        "examples_rdf": "Beispiele als RDF",
        "service": "Dienstbeschreibung",
    },
}


def number(value: int, language: str) -> str:
    """Write a number with the language's separator of thousands."""
    return f"{value:,}".replace(",", "." if language == "de" else ",")
