"""Function words by which a clause is judged as a title, by ISO 639-1 code; a language without a table does without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """Folded words and phrases.

    Attributes:
        openers: What may be dropped from a beginning without a loss.
        leads: Words that ask, at the head of a question.
        tells: Those among them that make a title of an indirect question, as in "that is why the sky is blue".
        unfinished: Words that make a clause part of a larger one when they begin it.
        dangling: Words that stand for something named before.
        pointing: Phrases of two words that do so at the head of a clause.
        here: Words that point at what only the room can see.
        speaker: The speaker's own person.
        verbs: Small words that show a finite verb.
        auxiliaries: Those among them with which only questions begin.
        before_objects: A content word just before one of these is a verb.
        joints: Words before which a clause may be cut.
        never_last: Words after which something is missing.
        hollow: Words that can be left out anywhere.
        contrasts: What begins a second half of a question that only sharpens the first.
    """

    openers: frozenset[str]
    leads: frozenset[str]
    tells: frozenset[str]
    unfinished: frozenset[str]
    dangling: frozenset[str]
    pointing: frozenset[str]
    here: frozenset[str]
    speaker: frozenset[str]
    verbs: frozenset[str]
    auxiliaries: frozenset[str]
    before_objects: frozenset[str]
    joints: frozenset[str]
    never_last: frozenset[str]
    hollow: frozenset[str]
    contrasts: frozenset[str]


def _words(*, openers: str, pointing: str, contrasts: str, **tables: str) -> ClauseWords:
    return ClauseWords(
        openers=frozenset(phrase.strip() for phrase in openers.split(",")),
        pointing=frozenset(phrase.strip() for phrase in pointing.split(",")),
        contrasts=frozenset(phrase.strip() for phrase in contrasts.split(",")),
        **{name: frozenset(table.split()) for name, table in tables.items()},
    )


NO_WORDS: Final = ClauseWords(*(frozenset[str]() for _ in range(15)))

TABLES: Final = {
    "en": _words(
        openers="and, but, or, so, now, well, okay, ok, right, all right, alright, anyway, also, then, therefore, "
        "thus, um, uh, oh, yeah, yes, no, you see, you know, see, look, listen, i mean, i think, i think that, "
        "i believe, i guess, of course, in fact, actually, basically, by the way, in other words, for example, "
        "mr chair, madam chair, mr speaker, mr president, for instance, remember, notice, notice that, the question "
        "is, the question now is, my question is, "
        "my next question is, a question was, that means that, that means, as i said, as you know, as you can see, "
        "it turns out, it turns out that, the point is, the point is that, the fact is, the truth is, "
        "i want you to know that, remember that, again, first, first of all, second, secondly, third, thirdly, "
        "finally, let me "
        "tell you, however, still, here is the thing, at the same time, excuse me, sir, please, i would argue that, "
        "you can see that, you see that, and so, but then, and then, so then, hey, apparently, on the other hand, "
        "unfortunately, ladies and gentlemen, suppose, imagine",
        leads="why how what who where when which whose whom",
        tells="why how",
        unfinished="because which although though whereas otherwise unless while as since if when whenever until "
        "till after before once whether than that who whose whom where to for with without in at by from on of "
        "into about instead except according based like due not nor both even just such only how why what during "
        "between through besides despite per under over within",
        dangling="he she it they him her them his hers its their theirs this these those himself herself itself "
        "themselves that one ones former latter such same another others other both neither either so",
        pointing="there s",
        here="here there this these those above below again too also either next previous yesterday today tomorrow "
        "thereby "
        "slide blackboard demonstration homework please gonna wanna",
        speaker="i me my mine myself we us our ours ourselves",
        verbs="is are was were am be been has have had do does did can could will would may might must should shall "
        "isn aren wasn weren don doesn didn won wouldn couldn can't cannot s re ve ll means mean makes make made "
        "get gets got goes go went comes come came takes take took gives give gave becomes become became keeps "
        "keep kept says say said know knows need needs want wants look looks let lets seem seems work works use "
        "uses runs run tell tells told think thinks cost costs never",
        auxiliaries="let comes goes gets makes takes seems looks is are was were am has have had does did can could "
        "will would may might must should shall isn "
        "aren wasn weren didn won s re ve ll m d",
        before_objects="a an the my your his her our their its it them him me us you somebody someone everybody "
        "everything every each up out away down",
        joints="and but or because so which until when while if where although though unless since after before "
        "whereas "
        "than rather instead then",
        never_last="a an the of to in on at by for from with without into onto about as than and or but nor because "
        "so if when while which who whose that this these those very more most my your his her its our their is are "
        "was were be been am has have had do does did can could will would may might must should shall not i we "
        "he she they you just also only even such like what how why where there every each some any no between up "
        "down out away off around "
        "through under over really quite too one two three s re ve ll d m well says said say called",
        hollow="actually basically literally essentially indeed obviously um uh",
        contrasts="and not, but not, or, but",
    ),
    "de": _words(
        openers="und, aber, oder, also, nun, jetzt, gut, okay, ja, nein, naja, äh, ähm, denn, sehen sie, wissen sie, "
        "ich glaube, ich meine, natürlich, das heißt, eigentlich, übrigens, zum beispiel, erstens, zweitens, "
        "zunächst, schließlich, die frage ist, wie gesagt, so",
        leads="warum wieso weshalb wie was wer wen wem wessen wo woher wohin wann welche welcher welches wozu",
        tells="warum wieso",
        unfinished="weil dass obwohl während wenn als falls ob bis nachdem bevor da damit sodass indem mit ohne für "
        "von bei nach aus zu in im auf an durch gegen um sondern wobei sowie je",
        dangling="er sie es ihm ihn ihr ihnen sein seine seinen seiner ihre ihren ihrer dies diese diesem diesen "
        "dieser dieses jene jener jenes dessen deren dabei damit davon dafür dagegen daran darauf darin daraus "
        "darum dazu selbst derselbe",
        pointing="das ist, das sind, das war, das hat, das kann, das wird, das macht, das heißt, das geht, die ist, "
        "der ist, die sind, die hat, der hat",
        here="hier dort da oben unten heute gestern morgen auch wieder folie tafel",
        speaker="ich mich mir mein meine meinen wir uns unser unsere",
        verbs="ist sind war waren bin hat haben hatte hatten kann können konnte wird werden wurde würde muss müssen "
        "soll sollte darf will wollen gibt macht machen geht kommt bleibt braucht heißt steht liegt",
        auxiliaries="ist sind war waren hat haben hatte kann können wird werden würde muss müssen",
        before_objects="einen den das die ein eine ihre seine unsere mich dich uns euch jeden jedes alles",
        joints="und aber oder weil denn dass wenn während obwohl sondern damit als bis der die das",
        never_last="der die das den dem des ein eine einen einem einer und oder aber weil dass wenn mit von zu in im "
        "auf an für bei nach aus durch sehr nicht auch nur noch so als wie ist sind war hat haben wird werden ich "
        "wir er sie es man zum zur vom",
        hollow="eigentlich quasi halt sozusagen äh ähm",
        contrasts="und nicht, aber nicht, oder, sondern",
    ),
    "fr": _words(
        openers="et, mais, ou, alors, donc, bon, bah, ben, oui, non, euh, voilà, maintenant, en fait, vous voyez, "
        "vous savez, je crois que, je pense que, bien sûr, par exemple, d abord, ensuite, enfin, finalement, "
        "la question est, c est à dire, puis, ok, d accord, eh bien, et puis, en effet",
        leads="pourquoi comment qui où quand quel quelle quels quelles combien que qu est-ce",
        tells="pourquoi comment",
        unfinished="parce car qui dont lorsque quand si puisque bien tandis pendant comme afin avec sans pour de "
        "dans en par sur à au chez que",
        dangling="il elle ils elles lui leur leurs ce cela ça ceci celui celle ceux celles cet cette ces son sa "
        "ses y en eux ci",
        pointing="c est, c était, il y, on a",
        here="ici là aussi encore aujourd hier demain diapositive tableau",
        speaker="je j me m moi mon ma mes nous notre nos on",
        verbs="est sont était étaient a ont avait peut peuvent doit doivent fait font va vont faut sera serait devient "
        "veut prend donne reste suis sommes",
        auxiliaries="est sont était étaient a ont peut peuvent doit doivent t",
        before_objects="le la les un une des du mon votre notre leur ce cette tout",
        joints="et mais ou parce car donc qui dont que lorsque quand si puisque tandis",
        never_last="le la les un une des du de d et ou mais que qui dont à au aux en dans par pour sur avec sans très "
        "plus est sont a ont ne pas se s l ce cette son sa ses y il elle je on nous vous",
        hollow="euh effectivement",
        contrasts="et pas, et non, ou, mais",
    ),
    "es": _words(
        openers="y, pero, o, entonces, bueno, pues, ahora, bien, vale, sí, no, eh, ok, miren, mira, claro, sabes, "
        "creo que, por supuesto, por ejemplo, es decir, o sea, primero, luego, finalmente, en realidad, "
        "la pregunta es, además, así que, de hecho",
        leads="por qué cómo quién quiénes dónde cuándo cuál cuáles cuánto cuánta cuántos cuántas",
        tells="cómo",
        unfinished="porque que aunque cuando si mientras como donde quien para con sin de en por a desde hasta sobre "
        "según entre pues",
        dangling="él ella ellos ellas ello le les esto eso aquello este esta estos estas ese esa esos esas "
        "su sus "
        "aquel aquella mismo",
        pointing="",
        here="aquí ahí allí hoy ayer mañana también diapositiva pizarra",
        speaker="yo me mi mis mí nosotros nos nuestra nuestro nuestros",
        verbs="es son era eran está están fue fueron ha han había puede pueden debe deben hace hacen va van hay tiene "
        "tienen será sería quiere necesita da soy somos",
        auxiliaries="es son era eran está están fue fueron ha han puede pueden debe deben",
        before_objects="el la los las un una unos unas mi tu su todo cada",
        joints="y pero o porque que aunque cuando si mientras donde pues",
        never_last="el la los las un una de del y o pero que a al en con por para sin su sus mi muy más es son ha han "
        "no se lo le como cuando si este esta",
        hollow="eh básicamente",
        contrasts="y no, o, pero",
    ),
    "it": _words(
        openers="e, ed, ma, o, allora, quindi, bene, adesso, ora, ok, sì, no, eh, ecco, beh, insomma, cioè, guardate, "
        "credo che, penso che, naturalmente, certo, per esempio, ad esempio, prima di tutto, poi, infine, in realtà, "
        "la domanda è, inoltre, dunque, infatti",
        leads="perché come chi cosa dove quando quale quali quanto quanta quanti quante che",
        tells="",
        unfinished="perché che anche quando se mentre dove cui per con senza di in da su a come dopo prima",
        dangling="lui lei esso essa loro questo questa questi queste quello quella quelli quelle ciò "
        "suo sua "
        "suoi sue ne ci",
        pointing="c è",
        here="qui qua lì là oggi ieri domani anche lavagna diapositiva",
        speaker="io mi me mio mia miei mie noi nostro nostra nostri",
        verbs="è sono era erano ha hanno aveva può possono deve devono fa fanno va vanno sta c serve vuole dà sarà "
        "sarebbe diventa siamo",
        auxiliaries="è sono era erano ha hanno può possono deve devono",
        before_objects="il lo la i gli le un una uno mio tuo suo ogni tutto",
        joints="e ma o che quando se mentre dove quindi",
        never_last="il lo la i gli le un una uno di del della dei e o ma che a al in con su per da non si è sono ha "
        "hanno molto più come quando se questo questa",
        hollow="eh praticamente",
        contrasts="e non, o, ma",
    ),
    "pt": _words(
        openers="e, mas, ou, então, bom, bem, agora, ok, sim, não, é, olha, né, claro, por exemplo, ou seja, "
        "eu acho que, acho que, primeiro, depois, finalmente, na verdade, a pergunta é, além disso, pois",
        leads="por quê que como quem onde quando qual quais quanto quanta quantos quantas",
        tells="",
        unfinished="porque que embora quando se enquanto como onde quem para com sem de em por a desde até sobre",
        dangling="ele ela eles elas lhe lhes isto isso aquilo este esta estes estas esse essa esses essas seu sua seus "
        "suas dele dela deles delas nele nela disso nisso",
        pointing="",
        here="aqui ali lá hoje ontem amanhã também slide quadro",
        speaker="eu me meu minha meus minhas mim nós nos nosso nossa nossos",
        verbs="é são era eram está estão foi foram tem têm tinha pode podem deve devem faz fazem vai vão há será "
        "seria quer precisa dá sou somos",
        auxiliaries="é são era eram está estão foi foram tem têm pode podem deve devem",
        before_objects="o a os as um uma meu seu cada todo tudo",
        joints="e mas ou porque que embora quando se enquanto onde pois",
        never_last="o a os as um uma de do da dos das e ou mas que em no na com por para sem seu sua muito mais é são "
        "tem não se como quando este esta",
        hollow="né basicamente",
        contrasts="e não, ou, mas",
    ),
    "nl": _words(
        openers="en, maar, of, dus, nu, nou, oké, goed, ja, nee, eh, uh, kijk, weet je, ik denk dat, natuurlijk, "
        "bijvoorbeeld, eigenlijk, eerst, ten eerste, dan, tot slot, de vraag is, trouwens, want",
        leads="waarom hoe wat wie waar wanneer welke welk waarheen",
        tells="waarom",
        unfinished="omdat dat hoewel terwijl als wanneer toen of tot nadat voordat zodat die met zonder voor van bij "
        "naar uit te in op aan door tegen om",
        dangling="hij zij ze het hem haar hun hen dit dat deze die zijn ervan ermee daarvan daarmee daarin daarop "
        "zelf er",
        pointing="",
        here="hier daar boven onder vandaag gisteren morgen ook weer dia bord",
        speaker="ik me mij mijn wij we ons onze",
        verbs="is zijn was waren heeft hebben had kan kunnen kon wordt worden werd moet moeten zal zou mag wil gaat "
        "komt maakt doet blijft ben",
        auxiliaries="is zijn was waren heeft hebben had kan kunnen wordt worden moet moeten zal zou",
        before_objects="de het een mijn jouw zijn haar onze elke ieder alles",
        joints="en maar of omdat want dat als terwijl hoewel zodat die waar",
        never_last="de het een en of maar dat die van in op met voor te om bij naar uit aan door zeer heel niet ook "
        "nog zo als is zijn was heeft hebben wordt worden ik we wij hij zij ze je",
        hollow="eigenlijk uh",
        contrasts="en niet, of, maar",
    ),
}  # fmt: skip

#: What Chinese and Japanese sentences may begin with and lose, and what makes one lean on those before.
_UNSPACED_OPENERS: Final = {
    "zh": "所以 那么 但是 然后 而且 因此 其实 好 那 嗯 呃 啊 可是 不过 接下来 现在 首先 最后 另外 大家看",
    "ja": "では じゃあ それでは さて そして しかし でも だから ですから つまり 実は まず 次に 最後に えーと あの",
}
_UNSPACED_LEANING: Final = {
    "zh": "这 那 它 他 她 此 其 因为 如果 虽然 我 我们",
    "ja": "これ それ あれ この その あの 彼 彼女 ここ そこ 私",
}
UNSPACED_OPENERS: Final = {language: tuple(table.split()) for language, table in _UNSPACED_OPENERS.items()}
UNSPACED_LEANING: Final = {language: tuple(table.split()) for language, table in _UNSPACED_LEANING.items()}
UNSPACED_LEADS: Final = {
    "zh": ("为什么", "怎么", "如何", "什么", "谁", "哪", "多少"),
    "ja": ("なぜ", "どうして", "どう", "何", "誰", "どこ", "いつ"),
}
