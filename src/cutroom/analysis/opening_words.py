"""Words and phrases by which a sentence shows how it opens, by ISO 639-1 code; a language without a table has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class OpeningWords:
    """Folded words and phrases.

    Attributes:
        small: Words that may stand before an opening.
        joins: Openings that lean on the sentence before.
        points: Openings that point at something said before.
        persons: Those among them that stand for somebody.
        recalls: Phrases that send the listener back, or go on from what was just said.
        strong: Words of a claim that somebody could deny.
        turns: Words that set one thing against another.
        address: Words that speak to the listener.
        house: Phrases of greeting, housekeeping and thanks.
        begins: Phrases with which a new thought begins.
        opens: Phrases with which a new part of a talk begins.
        moves: Phrases that say, within the first words, where the speaker goes.
    """

    small: frozenset[str]
    joins: frozenset[str]
    points: frozenset[str]
    persons: frozenset[str]
    recalls: tuple[str, ...]
    strong: frozenset[str]
    turns: frozenset[str]
    address: frozenset[str]
    house: tuple[str, ...]
    begins: tuple[str, ...]
    opens: tuple[str, ...]
    moves: tuple[str, ...]


def _words(
    phrases: dict[str, str],
    *,
    small: str,
    joins: str,
    points: str,
    persons: str,
    recalls: str,
    strong: str,
    turns: str,
    address: str,
    house: str,
) -> OpeningWords:
    """Read a table; ``phrases`` lists each phrase once, under all that it does."""

    def doing(role: str) -> tuple[str, ...]:
        return tuple(phrase for roles, text in phrases.items() if role in roles.split() for phrase in _split(text))

    return OpeningWords(
        small=frozenset(small.split()),
        joins=frozenset(joins.split()),
        points=frozenset(points.split()),
        persons=frozenset(persons.split()),
        recalls=_split(recalls),
        strong=frozenset(strong.split()),
        turns=frozenset(turns.split()),
        address=frozenset(address.split()),
        house=_split(house),
        begins=doing("begins"),
        opens=doing("opens"),
        moves=doing("moves"),
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in text.split(","))


OPENING_WORDS: Final = {
    "en": _words(
        {
            "begins opens moves": "let's",
            "begins opens": "the next, imagine, suppose",
            "opens moves": (
                "next, first, second, third, finally, let us, another, the other, i want to, i now, we now, moving on"
            ),
            "begins": (
                "let me, now let's, here's, here is, the reason, the first, the second, the third, the question, "
                "one of the, what is, why do, how do, in fact, the problem, the idea, the point, the most, so "
                "let's, there was a, when i was, one day"
            ),
            "opens": (
                "now, first of all, secondly, lastly, all right, alright, ok, okay, the last, i would like, i'd "
                "like, we will now, so far, in summary, to summarize, in conclusion, today, my name is, welcome"
            ),
            "moves": (
                "i now want to, i would like to, i'd like to, i'm going to, i'm now going to, i will now, we will, "
                "we'll, we are going, we're going, move on, turn to, come back, go back, go to, talk about, look "
                "at, last"
            ),
        },
        small="um uh and but well yeah right so ok okay all alright then",
        joins=(
            "and but or because which also then otherwise therefore thus plus although though whereas actually "
            "consequently anyway besides moreover furthermore"
        ),
        points=(
            "he she it they him her them this that these those his their its there yes no yeah exactly absolutely "
            "okay ok"
        ),
        persons="he she they him them",
        recalls=(
            "as i said, as i mentioned, like i said, as we saw, as you saw, earlier, last time, going back, back "
            "to, for example, for instance, in other words, after all, of course, in that sense, in this case, "
            "matter of fact, in addition, on the other hand, that said"
        ),
        strong=(
            "never always nobody everybody everyone nothing everything only most best worst greatest biggest "
            "hardest secret mistake wrong truth impossible must surprising surprised amazing incredible crazy "
            "actually reason problem important key crucial fundamental mystery discovered proved broke changed "
            "first"
        ),
        turns="but however instead although despite rather unlike yet whereas actually",
        address="you your yours yourself imagine suppose remember notice look think consider",
        house=(
            "good morning, good afternoon, good evening, welcome, thank you, thanks, my name is, can you hear, next "
            "slide, any questions, see you, homework, subscribe, like and subscribe"
        ),
    ),
    "de": _words(
        {
            "begins opens moves": "kommen wir",
            "begins moves": "schauen wir",
            "opens moves": "als nächstes, ich möchte",
            "begins": "stellen sie sich, stell dir, das problem, die frage, der grund, das erste, eines der",
            "opens": (
                "nun, jetzt, zunächst, erstens, zweitens, drittens, schließlich, zum schluss, lasst uns, lassen sie "
                "uns, ein weiterer, ein weiteres, eine weitere, wir kommen, zusammenfassend, heute, willkommen"
            ),
            "moves": "wir wollen, sehen wir uns, sprechen über, gehen wir",
        },
        small="äh ähm und aber ja gut so also okay dann",
        joins="und aber oder denn weil also dann auch sonst deshalb deswegen sowie obwohl während wobei",
        points="er sie es ihm ihr ihnen das dies dieser diese dieses jener da dort ja nein genau stimmt okay",
        persons="er ihm ihn",
        recalls=(
            "wie gesagt, wie ich sagte, wie erwähnt, vorhin, letztes mal, wie wir gesehen haben, zurück zu, zum "
            "beispiel, mit anderen worten, natürlich, in diesem fall, andererseits"
        ),
        strong=(
            "nie niemals immer niemand jeder alle nichts alles nur beste schlimmste größte schwierigste geheimnis "
            "fehler falsch wahrheit unmöglich muss überraschend unglaublich eigentlich grund problem wichtig "
            "entscheidend"
        ),
        turns="aber jedoch sondern trotzdem stattdessen dennoch hingegen eigentlich",
        address="du sie ihr euch ihnen dein ihre stell stellen denk denken schau merken",
        house=(
            "guten morgen, guten tag, guten abend, willkommen, vielen dank, danke, mein name ist, noch fragen, "
            "nächste folie"
        ),
    ),
    "fr": _words(
        {
            "begins opens": "passons",
            "begins moves": "regardons",
            "opens moves": "je vais, nous allons",
            "begins": "imaginez, prenons, le problème, la question, la raison, le premier, l'un des",
            "opens": (
                "maintenant, ensuite, d'abord, tout d'abord, premièrement, deuxièmement, enfin, voyons, un autre, "
                "une autre, je voudrais, en résumé, pour conclure, aujourd'hui, bonjour, bienvenue"
            ),
            "moves": "passons à, on va, parler de, prochain, revenons",
        },
        small="euh et mais oui bon ben alors donc voilà ok",
        joins="et mais ou car parce donc aussi puis ensuite sinon alors",
        points="il elle ils elles lui leur ce cela ça ceci celui celle ces oui non voilà exactement",
        persons="il elle ils elles lui leur",
        recalls=(
            "comme je l'ai dit, comme je disais, comme on l'a vu, tout à l'heure, la dernière fois, par exemple, "
            "autrement dit, bien sûr, dans ce cas, en effet"
        ),
        strong=(
            "jamais toujours personne chacun rien tout seul meilleur pire plus secret erreur faux vérité impossible "
            "doit surprenant incroyable raison problème important essentiel"
        ),
        turns="mais cependant pourtant plutôt malgré contrairement",
        address="vous votre vos tu ton imaginez imagine pensez regardez supposez",
        house="bonjour, bonsoir, bienvenue, merci, je m'appelle, des questions, diapositive suivante",
    ),
    "es": _words(
        {
            "begins opens moves": "vamos a, veamos",
            "begins": "imagina, imaginen, el problema, la pregunta, la razón, lo primero, uno de los, una de las",
            "opens": (
                "ahora, a continuación, primero, en primer lugar, segundo, en segundo lugar, finalmente, por "
                "último, pasemos, otro, otra, quiero, quisiera, me gustaría, en resumen, para terminar, hoy, hola, "
                "bienvenidos"
            ),
            "moves": "pasemos a, voy a, hablar de, siguiente, volvamos",
        },
        small="eh y pero sí bueno pues entonces vale ok",
        joins="y e pero o porque pues entonces también además luego así",
        points="él ella ello ellos ellas le les lo esto eso aquello este esta ese esa sí no exacto",
        persons="él ella ellos ellas",
        recalls=(
            "como dije, como decía, como he dicho, como vimos, antes, la última vez, por ejemplo, es decir, por "
            "supuesto, en este caso, por otro lado"
        ),
        strong=(
            "nunca siempre nadie todos nada todo solo mejor peor mayor secreto error falso verdad imposible debe "
            "sorprendente increíble razón problema importante clave"
        ),
        turns="pero sino aunque sin embargo pese",
        address="tú usted ustedes te tu su imagina imaginen piensa piensen mira miren",
        house=(
            "buenos días, buenas tardes, buenas noches, bienvenidos, gracias, me llamo, alguna pregunta, siguiente "
            "diapositiva"
        ),
    ),
    "it": _words(
        {
            "begins opens moves": "vediamo",
            "begins opens": "passiamo",
            "begins": "immaginate, prendiamo, il problema, la domanda, la ragione, il primo, uno dei",
            "opens": (
                "adesso, ora, poi, prima di tutto, innanzitutto, in secondo luogo, infine, un altro, un'altra, "
                "vorrei, voglio, in sintesi, per concludere, oggi, benvenuti, buongiorno"
            ),
            "moves": "passiamo a, andiamo a, parlare di, prossimo, torniamo",
        },
        small="eh e ma sì bene allora quindi ok",
        joins="e ed ma o perché quindi anche poi allora inoltre",
        points="lui lei esso essa loro questo questa quello quella ciò sì no esatto",
        persons="lui lei loro",
        recalls=(
            "come ho detto, come dicevo, come abbiamo visto, prima, l'ultima volta, per esempio, ad esempio, in "
            "altre parole, certo, in questo caso"
        ),
        strong=(
            "mai sempre nessuno tutti niente tutto solo migliore peggiore segreto errore sbagliato verità "
            "impossibile deve sorprendente incredibile ragione problema importante fondamentale"
        ),
        turns="ma però invece tuttavia nonostante",
        address="tu voi vi ti tuo vostro immagina immaginate pensa pensate guardate",
        house="buongiorno, buonasera, benvenuti, grazie, mi chiamo, domande, prossima diapositiva",
    ),
    "pt": _words(
        {
            "begins opens moves": "vamos",
            "begins moves": "vejamos",
            "begins": "imagine, o problema, a pergunta, a razão, o primeiro, um dos, uma das",
            "opens": (
                "agora, a seguir, primeiro, em primeiro lugar, segundo, em segundo lugar, finalmente, por último, "
                "passemos, outro, outra, quero, gostaria, em resumo, para concluir, hoje, olá, bem-vindos"
            ),
            "moves": "passemos a, falar de, falar sobre, próximo, voltemos",
        },
        small="é e mas sim bom então ok",
        joins="e mas ou porque então também além depois assim pois",
        points="ele ela eles elas lhe isto isso aquilo este esta esse essa sim não exato",
        persons="ele ela eles elas",
        recalls=(
            "como eu disse, como disse, como vimos, antes, da última vez, por exemplo, ou seja, claro, neste caso, "
            "por outro lado"
        ),
        strong=(
            "nunca sempre ninguém todos nada tudo só melhor pior maior segredo erro errado verdade impossível deve "
            "surpreendente incrível razão problema importante fundamental"
        ),
        turns="mas porém entretanto contudo embora apesar",
        address="você vocês seu sua te imagine imaginem pense pensem veja vejam",
        house=(
            "bom dia, boa tarde, boa noite, bem-vindos, obrigado, obrigada, meu nome é, alguma pergunta, próximo slide"
        ),
    ),
    "nl": _words(
        {
            "begins opens moves": "laten we",
            "opens moves": "we gaan",
            "begins": "stel je, het probleem, de vraag, de reden, het eerste, een van de",
            "opens": (
                "nu, vervolgens, ten eerste, eerst, ten tweede, tot slot, ten slotte, een ander, een andere, ik "
                "wil, ik zou, samenvattend, vandaag, welkom"
            ),
            "moves": "praten over, kijken naar, volgende, terug naar",
        },
        small="uh en maar ja goed dus oké nou",
        joins="en maar of want omdat dus ook dan daarom anders hoewel",
        points="hij zij het ze hem haar hun dit dat deze die daar er ja nee precies",
        persons="hij hem haar hun",
        recalls=(
            "zoals ik zei, zoals gezegd, net, vorige keer, zoals we zagen, bijvoorbeeld, met andere woorden, "
            "natuurlijk, in dit geval"
        ),
        strong=(
            "nooit altijd niemand iedereen niets alles alleen beste slechtste grootste geheim fout waarheid "
            "onmogelijk moet verrassend ongelooflijk reden probleem belangrijk"
        ),
        turns="maar echter toch hoewel ondanks integendeel",
        address="je jij jullie u uw jouw stel denk kijk",
        house=(
            "goedemorgen, goedemiddag, goedenavond, welkom, dank u, dank je, bedankt, mijn naam is, nog vragen, "
            "volgende dia"
        ),
    ),
}
