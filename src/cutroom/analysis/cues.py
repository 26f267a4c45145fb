"""How speakers say that something new begins, by ISO 639-1 code; a language without a table has no cues."""

from __future__ import annotations

from typing import Final

from cutroom.media.lexicon import tokens

#: Small words that may stand before an opening.
_BEFORE: Final = {
    "en": "um uh and but well yeah right so ok okay all alright then",
    "de": "äh ähm und aber ja gut so also okay dann",
    "fr": "euh et mais oui bon ben alors donc voilà ok",
    "es": "eh y pero sí bueno pues entonces vale ok",
    "it": "eh e ma sì bene allora quindi ok",
    "pt": "é e mas sim bom então ok",
    "nl": "uh en maar ja goed dus oké nou",
}
#: A sentence that opens with one of these begins something.
_OPENINGS: Final = {
    "en": "now; next; first; first of all; second; secondly; third; finally; lastly; let's; let us; all right; "
    "alright; ok; okay; another; the other; the next; the last; i want to; i now; i would like; i'd like; "
    "we now; we will now; suppose; moving on; so far; in summary; to summarize; in conclusion; imagine; "
    "today; my name is; welcome",
    "de": "nun; jetzt; als nächstes; zunächst; erstens; zweitens; drittens; schließlich; zum schluss; kommen "
    "wir; lasst uns; lassen sie uns; ein weiterer; ein weiteres; eine weitere; ich möchte; wir kommen; "
    "zusammenfassend; heute; willkommen",
    "fr": "maintenant; ensuite; d'abord; tout d'abord; premièrement; deuxièmement; enfin; passons; voyons; un "
    "autre; une autre; je voudrais; je vais; nous allons; en résumé; pour conclure; aujourd'hui; bonjour; "
    "bienvenue",
    "es": "ahora; a continuación; primero; en primer lugar; segundo; en segundo lugar; finalmente; por último; "
    "pasemos; veamos; vamos a; otro; otra; quiero; quisiera; me gustaría; en resumen; para terminar; hoy; "
    "hola; bienvenidos",
    "it": "adesso; ora; poi; prima di tutto; innanzitutto; in secondo luogo; infine; passiamo; vediamo; un "
    "altro; un'altra; vorrei; voglio; in sintesi; per concludere; oggi; benvenuti; buongiorno",
    "pt": "agora; a seguir; primeiro; em primeiro lugar; segundo; em segundo lugar; finalmente; por último; "
    "passemos; vamos; outro; outra; quero; gostaria; em resumo; para concluir; hoje; olá; bem-vindos",
    "nl": "nu; vervolgens; ten eerste; eerst; ten tweede; tot slot; ten slotte; laten we; we gaan; een ander; "
    "een andere; ik wil; ik zou; samenvattend; vandaag; welkom",
}
#: Said in the first words of a sentence, these say where the speaker goes.
_MOVES: Final = {
    "en": "let's; let us; i want to; i now want to; i would like to; i'd like to; i'm going to; i'm now going "
    "to; i will now; i now; we will; we'll; we are going; we're going; we now; move on; moving on; next; "
    "turn to; come back; go back; go to; talk about; look at; first; second; third; finally; last; "
    "another; the other",
    "de": "kommen wir; als nächstes; ich möchte; wir wollen; schauen wir; sehen wir uns; sprechen über; gehen wir",
    "fr": "passons à; je vais; nous allons; on va; parler de; regardons; prochain; revenons",
    "es": "pasemos a; vamos a; voy a; hablar de; veamos; siguiente; volvamos",
    "it": "passiamo a; andiamo a; parlare di; vediamo; prossimo; torniamo",
    "pt": "passemos a; vamos; falar de; falar sobre; vejamos; próximo; voltemos",
    "nl": "laten we; we gaan; praten over; kijken naar; volgende; terug naar",
}
_MOVES_WITHIN_WORDS: Final = 12


def _phrases(tables: dict[str, str]) -> dict[str, frozenset[str]]:
    return {
        language: frozenset(" ".join(_words(phrase)) for phrase in table.split(";"))
        for language, table in tables.items()
    }


def _words(text: str) -> list[str]:
    return [token.word for token in tokens(text)]


_SKIPPED: Final = {language: frozenset(table.split()) for language, table in _BEFORE.items()}
_OPENING: Final = _phrases(_OPENINGS)
_MOVE: Final = _phrases(_MOVES)
_LONGEST: Final = 4


def count_cues(text: str, language: str) -> int:
    """Count how a sentence says that something new begins: 0, 1 or 2 (it opens so, and it says where it goes)."""
    found = _words(text)[:_MOVES_WITHIN_WORDS]
    skipped = _SKIPPED.get(language, frozenset())
    first = next((number for number, word in enumerate(found) if word not in skipped), len(found))
    # "All right" and "okay" may be skipped as small words and be the opening itself.
    opens = any(_starts(found[start:], _OPENING.get(language)) for start in range(first + 1))
    moves = any(_starts(found[start:], _MOVE.get(language)) for start in range(len(found)))
    return opens + moves


def _starts(found: list[str], phrases: frozenset[str] | None) -> bool:
    return phrases is not None and any(" ".join(found[:size]) in phrases for size in range(1, _LONGEST + 1))
