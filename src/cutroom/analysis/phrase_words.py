"""Function words by which phrases are told apart, by ISO 639-1 code; a language without a table does without."""

from __future__ import annotations

from typing import Final


def _tables(**tables: str) -> dict[str, frozenset[str]]:
    return {language: frozenset(table.split()) for language, table in tables.items()}


#: A noun, or an adjective before one, follows these more often than a verb does.
BEFORE_NOUNS: Final = _tables(
    en="a an the this these those of my your our his her their its some every each with in for by from about into "
    "at any no many more two three four five called of",
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
    "can not never let lets please ll d ve re and just it is are was were be been being very so too really quite "
    "pretty extremely get got",
    de="ich du er wir sie zu nicht man ist sind war waren sehr so",
    fr="je j tu il elle nous vous ils elles on ne n se s pour est sont était très trop plus si",
    es="yo tú él ella nosotros ellos se no para que es son está están muy tan más",
    it="io tu lui lei noi voi loro si non che è sono era molto così più",
    pt="eu você ele ela nós eles se não que para é são está estão muito tão mais",
    nl="ik jij je hij wij we zij ze te niet is zijn was heel zeer erg",
)
#: A word with one of these right behind it is a verb more often than a noun.
AFTER_VERBS: Final = _tables(
    en="a an the my your his her our their its it them him me us you somebody someone everybody everything "
    "every each up out down away",
    de="mich dich uns euch ihn",
    fr="le la les un une mon votre notre",
    es="el la los las un una",
    it="il lo la i gli le un una",
    pt="o a os as um uma",
    nl="de het een mijn jouw onze",
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

#: Nouns that name nothing when they stand alone.
BLAND: Final = _tables(
    en="angle answer area bit bunch case chance choice class consequence consequences couple day days detail details "
    "difference direction end evening example examples fact factor feet foot form friend friends game goal half hand "
    "hour hours idea issue kilogram kilograms length letter level line list matter meter meters minute minutes moment "
    "moments month months morning name night object option order page pair piece pieces place point points position "
    "problem question questions reason reasons rest result results room scale second seconds sense side sign "
    "situation size sort state step steps story sum system term terms test thing things ticket today tomorrow top "
    "type types unit units value values version view way week weeks white year years world guy guys kid boy girl man "
    "people person woman hundred thousand million billion dollar dollars percent meeting slide slides lot stuff word "
    "words bottom middle left right front zero distance height width number numbers thickness choices gentlemen lady "
    "ladies sir opinion life",
    de="beispiel bild fall frage fragen grund jahr jahre jahren leute mal mensch menschen minute minuten moment punkt "
    "problem sache sachen seite stelle stunde stunden tag tage teil thema weise woche zeit meter prozent",
    fr="an ans année années cas chose côté exemple fois fin heure heures jour jours minute minutes moment monde "
    "nombre partie personne personnes point problème question raison semaine temps type manière façon mètres",
    es="año años caso cosa día días ejemplo fin forma gente hora horas lado lugar manera minuto minutos momento "
    "mundo número parte persona personas problema pregunta punto razón semana tiempo tipo vez metros",
    it="anno anni caso cosa giorno giorni esempio fine modo gente lato luogo minuto minuti momento mondo numero ora "
    "ore parte persona persone problema domanda punto ragione settimana tempo tipo volta metri",
    pt="ano anos caso coisa dia dias exemplo fim forma gente hora horas lado lugar maneira minuto minutos momento "
    "mundo número parte pessoa pessoas problema pergunta ponto razão semana tempo tipo vez metros",
    nl="dag dagen deel ding dingen geval jaar jaren keer kant manier mens mensen minuut minuten moment plaats probleem "
    "punt reden stuk tijd uur vraag vragen week weken voorbeeld wereld meter",
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
