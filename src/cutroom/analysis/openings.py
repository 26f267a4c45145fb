"""Words that tell how a sentence opens, by language; a language without a table is judged neutrally."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cutroom.media.lexicon import words


@dataclass(frozen=True, slots=True)
class _Cues:
    """Folded words and phrases.

    Attributes:
        joins: Openings that lean on the sentence before.
        points: Openings that point at something said before.
        persons: Those among them that stand for somebody.
        recalls: Phrases that send the listener back, or go on from what was just said.
        strong: Words of a claim that somebody could deny.
        turns: Words that set one thing against another.
        address: Words that speak to the listener.
        begins: Phrases that begin a new thought.
        house: Phrases of greeting, housekeeping and thanks.
    """

    joins: frozenset[str]
    points: frozenset[str]
    persons: frozenset[str]
    recalls: tuple[str, ...]
    strong: frozenset[str]
    turns: frozenset[str]
    address: frozenset[str]
    begins: tuple[str, ...]
    house: tuple[str, ...]


def _cues(**tables: str) -> _Cues:
    phrases = {"recalls", "begins", "house"}
    return _Cues(
        **{
            name: tuple(p.strip() for p in text.split(",")) if name in phrases else frozenset(text.split())
            for name, text in tables.items()
        }  # type: ignore[arg-type]  # each field's type follows from its name, which the checker cannot see
    )


_TABLES: Final = {
    "en": _cues(
        joins="""and but or because which also then otherwise therefore thus plus although though whereas actually
            consequently anyway besides moreover furthermore""",
        points="""he she it they him her them this that these those his their its there yes no yeah exactly absolutely
            okay ok""",
        persons="he she they him them",
        recalls="""as i said, as i mentioned, like i said, as we saw, as you saw, earlier, last time, going back,
            back to, for example, for instance, in other words, after all, of course, in that sense,
            in this case, matter of fact, in addition, on the other hand, that said""",
        strong="""never always nobody everybody everyone nothing everything only most best worst greatest
            biggest hardest
            secret mistake wrong truth impossible must surprising surprised amazing incredible crazy actually reason
            problem important key crucial fundamental mystery discovered proved broke changed first""",
        turns="but however instead although despite rather unlike yet whereas actually",
        address="you your yours yourself imagine suppose remember notice look think consider",
        begins="""let me, let's, now let's, here's, here is, the reason, the first, the second, the third, the next,
            the question, one of the, what is, why do, how do, imagine, suppose, in fact, the problem, the idea,
            the point, the most, so let's, there was a, when i was, one day""",
        house="""good morning, good afternoon, good evening, welcome, thank you, thanks, my name is, can you hear,
            next slide, any questions, see you, homework, subscribe, like and subscribe""",
    ),
    "de": _cues(
        joins="und aber oder denn weil also dann auch sonst deshalb deswegen sowie obwohl während wobei",
        points="er sie es ihm ihr ihnen das dies dieser diese dieses jener da dort ja nein genau stimmt okay",
        persons="er ihm ihn",
        recalls="""wie gesagt, wie ich sagte, wie erwähnt, vorhin, letztes mal, wie wir gesehen haben, zurück zu,
            zum beispiel, mit anderen worten, natürlich, in diesem fall, andererseits""",
        strong="""nie niemals immer niemand jeder alle nichts alles nur beste schlimmste größte schwierigste geheimnis
            fehler falsch wahrheit unmöglich muss überraschend unglaublich eigentlich grund problem wichtig
            entscheidend""",
        turns="aber jedoch sondern trotzdem stattdessen dennoch hingegen eigentlich",
        address="du sie ihr euch ihnen dein ihre stell stellen denk denken schau merken",
        begins="""stellen sie sich, stell dir, schauen wir, kommen wir, das problem, die frage, der grund,
            das erste, eines der""",
        house="""guten morgen, guten tag, guten abend, willkommen, vielen dank, danke, mein name ist,
            noch fragen, nächste folie""",
    ),
    "fr": _cues(
        joins="et mais ou car parce donc aussi puis ensuite sinon alors",
        points="il elle ils elles lui leur ce cela ça ceci celui celle ces oui non voilà exactement",
        persons="il elle ils elles lui leur",
        recalls="""comme je l'ai dit, comme je disais, comme on l'a vu, tout à l'heure, la dernière fois, par exemple,
            autrement dit, bien sûr, dans ce cas, en effet""",
        strong="""jamais toujours personne chacun rien tout seul meilleur pire plus secret erreur faux vérité impossible
            doit surprenant incroyable raison problème important essentiel""",
        turns="mais cependant pourtant plutôt malgré contrairement",
        address="vous votre vos tu ton imaginez imagine pensez regardez supposez",
        begins="imaginez, prenons, regardons, passons, le problème, la question, la raison, le premier, l'un des",
        house="bonjour, bonsoir, bienvenue, merci, je m'appelle, des questions, diapositive suivante",
    ),
    "es": _cues(
        joins="y e pero o porque pues entonces también además luego así",
        points="él ella ello ellos ellas le les lo esto eso aquello este esta ese esa sí no exacto",
        persons="él ella ellos ellas",
        recalls="""como dije, como decía, como he dicho, como vimos, antes, la última vez, por ejemplo, es decir,
            por supuesto, en este caso, por otro lado""",
        strong="""nunca siempre nadie todos nada todo solo mejor peor mayor secreto error falso verdad imposible debe
            sorprendente increíble razón problema importante clave""",
        turns="pero sino aunque sin embargo pese",
        address="tú usted ustedes te tu su imagina imaginen piensa piensen mira miren",
        begins="""imagina, imaginen, vamos a, veamos, el problema, la pregunta, la razón, lo primero,
            uno de los, una de las""",
        house="""buenos días, buenas tardes, buenas noches, bienvenidos, gracias, me llamo, alguna pregunta,
            siguiente diapositiva""",
    ),
    "it": _cues(
        joins="e ed ma o perché quindi anche poi allora inoltre",
        points="lui lei esso essa loro questo questa quello quella ciò sì no esatto",
        persons="lui lei loro",
        recalls="""come ho detto, come dicevo, come abbiamo visto, prima, l'ultima volta, per esempio, ad esempio,
            in altre parole, certo, in questo caso""",
        strong="""mai sempre nessuno tutti niente tutto solo migliore peggiore segreto errore sbagliato
            verità impossibile
            deve sorprendente incredibile ragione problema importante fondamentale""",
        turns="ma però invece tuttavia nonostante",
        address="tu voi vi ti tuo vostro immagina immaginate pensa pensate guardate",
        begins="immaginate, vediamo, prendiamo, passiamo, il problema, la domanda, la ragione, il primo, uno dei",
        house="buongiorno, buonasera, benvenuti, grazie, mi chiamo, domande, prossima diapositiva",
    ),
    "pt": _cues(
        joins="e mas ou porque então também além depois assim pois",
        points="ele ela eles elas lhe isto isso aquilo este esta esse essa sim não exato",
        persons="ele ela eles elas",
        recalls="""como eu disse, como disse, como vimos, antes, da última vez, por exemplo, ou seja, claro,
            neste caso, por outro lado""",
        strong="""nunca sempre ninguém todos nada tudo só melhor pior maior segredo erro errado verdade impossível deve
            surpreendente incrível razão problema importante fundamental""",
        turns="mas porém entretanto contudo embora apesar",
        address="você vocês seu sua te imagine imaginem pense pensem veja vejam",
        begins="imagine, vamos, vejamos, o problema, a pergunta, a razão, o primeiro, um dos, uma das",
        house="""bom dia, boa tarde, boa noite, bem-vindos, obrigado, obrigada, meu nome é, alguma pergunta,
            próximo slide""",
    ),
    "nl": _cues(
        joins="en maar of want omdat dus ook dan daarom anders hoewel",
        points="hij zij het ze hem haar hun dit dat deze die daar er ja nee precies",
        persons="hij hem haar hun",
        recalls="""zoals ik zei, zoals gezegd, net, vorige keer, zoals we zagen, bijvoorbeeld, met andere woorden,
            natuurlijk, in dit geval""",
        strong="""nooit altijd niemand iedereen niets alles alleen beste slechtste grootste geheim fout
            waarheid onmogelijk
            moet verrassend ongelooflijk reden probleem belangrijk""",
        turns="maar echter toch hoewel ondanks integendeel",
        address="je jij jullie u uw jouw stel denk kijk",
        begins="stel je, laten we, het probleem, de vraag, de reden, het eerste, een van de",
        house="""goedemorgen, goedemiddag, goedenavond, welkom, dank u, dank je, bedankt, mijn naam is,
            nog vragen, volgende dia""",
    ),
}  # fmt: skip

_QUESTION: Final = re.compile(r"[?？؟⸮;;]\s*[\"'”’»)\]]*$")
_NUMBER: Final = re.compile(r"(?<![\w.])[$€£]?\d[\d.,]*\s?%?")
_END: Final = re.compile(r"[.!?。！？…؟।]+[\"'”’»)\]]*$")


def _table(language: str) -> _Cues | None:
    return _TABLES.get(language)


def _starts(text: str, phrases: tuple[str, ...]) -> str | None:
    folded = text.casefold().lstrip("\"'“‘«-–— ")
    return next((p for p in phrases if folded.startswith(p) and not folded[len(p) : len(p) + 1].isalpha()), None)


def is_question(text: str) -> bool:
    """Tell whether a sentence asks."""
    return bool(_QUESTION.search(text.strip()))


def is_finished(text: str) -> bool:
    """Tell whether a sentence ends as sentences end, in scripts that mark it."""
    return bool(_END.search(text.strip()))


def leans_on_before(text: str, language: str) -> str | None:
    """Find what makes a sentence hard to understand on its own.

    Returns:
        The opening that leans, or ``None`` when it stands by itself or the language has no table.
    """
    cues = _table(language)
    tokens = words(text[:80])[:4]
    if not tokens or cues is None:
        return None
    if phrase := _starts(text, cues.recalls):
        return phrase
    # Somebody else's words in a told dialogue, of which the beginning is missing.
    if text.lstrip()[0] in '"“«„' and len(text) < 60:
        return text.lstrip()[0]
    if tokens[0] in cues.joins | cues.points:
        return tokens[0]
    # "So he went", "I think they charge": a person comes up whom only the sentence before knows.
    person = next((token for token in tokens[1:] if token in cues.persons), None)
    if person and not is_question(text):
        return person
    # The end of somebody's quoted speech, without its beginning.
    return "…”" if text.count('"') % 2 and text.find('"') > 0 else None


def begins_thought(text: str, language: str) -> bool:
    """Tell whether a sentence opens as new thoughts do."""
    cues = _table(language)
    return cues is not None and _starts(text, cues.begins) is not None


def is_housekeeping(text: str, language: str) -> bool:
    """Tell whether a sentence greets, thanks or runs the event, and so has no place in a clip."""
    cues = _table(language)
    return cues is not None and _starts(text, cues.house) is not None


def hooks(text: str, language: str) -> tuple[str, ...]:
    """Name what in an opening makes a listener stay: question, number, claim, contrast, address."""
    found = ["a question"] if "?" in text or "？" in text or "؟" in text else []
    if _NUMBER.search(text):
        found.append("a number")
    cues = _table(language)
    if cues is not None:
        tokens = frozenset(words(text))
        for name, table in (
            ("a strong claim", cues.strong),
            ("a contrast", cues.turns),
            ("the listener", cues.address),
        ):
            if tokens & table:
                found.append(name)
    return tuple(found)
