"""Function words by which phrases are told apart, by ISO 639-1 code; a language without a table does without."""

from __future__ import annotations

from typing import Final


def _tables(**tables: str) -> dict[str, frozenset[str]]:
    return {language: frozenset(table.split()) for language, table in tables.items()}


#: A noun, or an adjective before one, follows these more often than a verb does.
BEFORE_NOUNS: Final = _tables(
    en="a an the this these those of my your our his her their its some every each with in for by from about into "
    "at any no many more two three four five called",
    de="der die das den dem des ein eine einen einem einer dieser diese dieses von mit zum zur im am vom für kein "
    "keine",
    fr="le la les l un une des du de d ce cette ces mon ma mes notre nos votre leur au aux en par sur avec",
    es="el la los las un una unos unas del de este esta estos estas su sus mi mis nuestro nuestra al con por",
    it="il lo la i gli le un uno una del dello della dei delle di questo questa al alla nel nella con su",
    pt="o a os as um uma uns umas do da dos das de este esta esse essa no na nos nas ao com seu sua",
    nl="de het een deze die dit dat van mijn jouw zijn haar onze in op met voor geen",
)
#: A verb follows these more often than a noun does.
BEFORE_VERBS: Final = _tables(
    en="i you he she we they who to will would can could should must might may didn don doesn won wouldn couldn "
    "can not never let lets please ll d ve re and just it",
    de="ich du er wir sie zu nicht man",
    fr="je j tu il elle nous vous ils elles on ne n se s pour",
    es="yo tú él ella nosotros ellos se no para que",
    it="io tu lui lei noi voi loro si non che",
    pt="eu você ele ela nós eles se não que para",
    nl="ik jij je hij wij we zij ze te niet",
)
#: Words that may stand inside a noun phrase.
LINKS: Final = _tables(
    en="of s", fr="de d du des la l les", es="de del la los las", it="di del della dei delle d", pt="de do da dos das"
)
#: Content words that a phrase should not end with: adjectives, adverbs and verbs that their company does not give away.
WEAK_ENDS: Final = _tables(
    en="minus plus squared "
    "able add added amazing ask asked based believe big bigger bring build built buy change changed changing "
    "clear close common complete completely computed consider create created cut different difficult directly "
    "discuss discussed due easier easily easy entire equal exact explain extremely fairly familiar faster fast "
    "feel fill final finally follow following follows free funny general giving great greater grow happy hard "
    "harder hear heard heavy help helps hold huge important immediately interested interesting introduce "
    "involved keep kept larger large leave likely live lived long longer lose lower main major making maximum "
    "means measure measured met minimum move moved moving necessary needed negative obvious opposite original "
    "perfect perfectly play positive powerful prefer present produce proud quick quickly ready real recent "
    "relevant remain respect run running sad send sent separate shorter short showing similar simple simplest "
    "slightly slow slowly smaller smallest solve special specific spend spent standing stand stay stop stood "
    "straight strange strong suppose supposed terrible thinking total tremendous typical understand "
    "unfortunately useful wait walk walked wonderful worked working works worry write writes written wrote "
    "younger young equals larger happening became depend depends required requires allow allows",
)


#: What a speaker says just before naming a subject; up to four words.
ANNOUNCEMENTS: Final = {
    language: frozenset(table.split("; "))
    for language, table in {
        "en": "called the; define; discuss; discuss the; focus on; focus on the; how about; introduce; introduce "
        "the; is called; is called a; is called the; look at; look at a; look at the; looking at; looking "
        "at the; move on to; move to; on to; start with; start with the; talk about; talk about a; talk "
        "about the; talking about; talking about the; the concept of; the definition of; the idea of; the "
        "problem of; the subject of; the topic of; think about; think about the; this is a; this is the; "
        "turn to; turn to the; what are; what is; what is a; what is the",
        "de": "beginnen mit; das ist die; das ist ein; geht es um; kommen zu; nennt man; reden über; sprechen "
        "über; thema; was ist",
        "fr": "c est la; c est le; commencer par; on appelle; parler de; parler des; parler du; qu est ce que; s "
        "appelle",
        "es": "empezar con; hablar de; hablar del; hablar sobre; qué es; se llama; tema de; vamos a ver",
        "it": "che cos è; cominciare con; parlare del; parlare della; parlare di; si chiama; vediamo",
        "pt": "começar com; falar de; falar sobre; o que é; se chama; tema; vamos ver",
        "nl": "beginnen met; gaat over; hebben over; heet; praten over; wat is",
    }.items()
}
