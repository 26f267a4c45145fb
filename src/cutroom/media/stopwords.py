"""Words that say little about a subject, with those of spoken language, by ISO 639-1 code."""

from __future__ import annotations

from typing import Final

_TABLES: Final = {
    "en": """
        a about above across actually after again ago ain all almost alone along already alright also although
        always am among an and another any anybody anymore anyone anything anyway anywhere apart are aren around as
        aside at away back basically be became because become becomes been before began behind being below beside
        best better between beyond big bit both bring but by bye call called came can cannot certain certainly
        cetera come comes coming could couldn couple course did didn different do does doesn doing don done down
        during each eight eighth either else em end enough especially et etc even eventually ever every everybody
        everyone everything everywhere exactly except far few fifth find fine first five for four fourth from full
        further gave general get gets getting give given gives giving go goes going gone gonna good got gotta great
        guess guy guys had hadn half happen happened happens hardly has hasn have haven having he hello hence her
        here hers herself hey hi him himself his hmm how however huh i idea if in indeed inside instead into is isn
        it its itself just keep kind knew know known knows last lastly later least left less let lets like little ll
        long look looked looking looks lot lots made mainly make makes making many may maybe me mean means meant
        might mightn mine mm more most mostly much must mustn my myself namely near nearly need needs neither never
        new next nice nine ninth no nobody none nor normally not nothing notice now nowhere number obviously of off
        often oh ok okay old on once one ones only onto oops or other others otherwise ought our ours ourselves out
        outside over own part particular particularly people per perhaps place please point possible possibly pretty
        probably put puts putting quite rather re read really recall regarding remember right roughly said same saw
        say saying says second see seeing seem seemed seems seen seven seventh several shall shan she should shouldn
        show showed shown shows side simply since six sixth small so some somebody somehow someone something
        sometimes somewhat somewhere sorry sort start started starts still stuff such suddenly sure take taken takes
        taking talk talked talking tell ten tend tends than thank thanks that the their theirs them themselves then
        there therefore these they thing things think thinking third this those though thought three through
        throughout thus til till time times to today together told tomorrow too took top totally toward towards
        tried tries true try trying turn turns twice two uh um under unless unlike until up upon us use used uses
        using usually various ve very via wait wanna want wanted wants was wasn way ways we well went were weren
        what whatever when whenever where whereas wherever whether which whichever while who whoever whole whom
        whose why will with within without won word words work would wouldn wow wrong yeah yep yes yesterday yet you
        your yours yourself yourselves zero
    """,
    "de": """
        aber alle allem allen aller alles als also am an ander andere anderen anderer anderes auch auf aus bei beim
        bereits bin bis bist bitte da dabei dadurch dafür dagegen daher dahin damals damit danach dann daran darauf
        daraus darf darin darum darüber das dass davon davor dazu dein deine dem den denn der deren des deshalb
        dessen dich die dies diese diesem diesen dieser dieses dinge doch dort drei du durch dürfen eben ebenso eher
        eigentlich ein eine einem einen einer eines einfach einige einmal er erst erste ersten es etwa etwas euch
        euer eure fast für ganz ganze gar geben gegen gehen geht gemacht genau genug gerade gern gesagt gewesen gibt
        ging gleich gut habe haben halt hat hatte hatten heute hier hin hinter hätte ich ihm ihn ihnen ihr ihre
        ihrem ihren ihrer im immer in ins irgendwie ist ja jede jedem jeden jeder jedes jedoch jemand jetzt kann
        kannst kein keine keinem keinen keiner klar kommen kommt können könnte lassen leute lässt machen macht mal
        man manche mehr mein meine meinem meinen meiner mich mir mit muss möchte müssen nach nachdem natürlich neben
        nein neu nicht nichts noch nun nur ob oder oft ohne okay paar quasi recht richtig sache sachen sagen sagt
        schon sehen sehr seid sein seine seinem seinen seiner seit selbst sich sie sieht sind so sogar solche soll
        sollen sollte sondern sonst sowie stellen tun um und uns unser unsere unter viel viele vielleicht vom von
        vor wann war waren warum was weder weil weiter welche welchem welchen welcher welches wenig wenn wer werden
        wie wieder will wir wird wirklich wissen wo wohl wollen worden wurde wurden würde würden ziemlich zu zum zur
        zwar zwei zwischen äh ähm über
    """,
    "fr": """
        ai aller alors après as assez au aucun aucune aujourd aussi autour autre autres aux avaient avais avait
        avant avec avez avoir avons beaucoup ben bien bon bonjour c car ce ceci cela celle celles celui cent ces cet
        cette ceux chaque chez chose choses comme comment contre d dans de deja depuis des deux devant dire dis dit
        doit donc donner dont du déjà elle elles en encore enfin ensuite entre es est et eu euh eux faire fait
        fallait faut fois font genre gens grand hein ici il ils j jamais je juste l la laquelle le lequel les
        lesquels leur leurs lors lui là m ma maintenant mais me merci mes mettre moi moins mon même mêmes n ne ni
        non nos notre nous on ont ou oui où par parce parfois parle parler pas passer pendant petit peu peut peuvent
        peux plus plusieurs plutôt pour pourquoi pouvoir premier première prendre presque près puis qu quand que
        quel quelle quelles quelque quelques quels qui quoi rien s sa sans savoir se sera serait ses si soi soit
        sommes son sont sous souvent suis sur ta tandis te tel telle tes toi ton toujours tous tout toute toutes
        trois trop très tu un une va vais vers veut veux viens vient voici voilà voir vois vont vos votre voulait
        vouloir vous vraiment vu y à ça étaient étais était étant été être
    """,
    "es": """
        a acá ahora ahí al algo alguien alguna algunas alguno algunos algún allí ante antes aquel aquella aquello
        aquí así aunque aún bajo bastante bien bueno cada casi cierto claro como con contra cosa cosas creo cual
        cuales cualquier cuando cuanto cuatro cuál cuándo cómo da dar de debe deber decimos decir del dentro desde
        después dice dicho digamos donde dos durante dónde e eh el ella ellas ello ellos en entonces entre era eran
        es esa esas ese eso esos esta estaba estamos estar estas este esto estos estoy está están etcétera fue
        fueron gente gracias gran grande ha haber había habían hace hacemos hacen hacer hacia han has hasta hay he
        hecho hemos hola hoy igual ir jamás la las le les lo los luego me mejor menos mi mis misma mismo modo
        momento mucha muchas mucho muchos muy más nada nadie ni ninguna ningún no nos nosotros nuestra nuestro
        nuestros nunca o os otra otras otro otros para parece parte pero poco podemos poder podría por porque primer
        primera primero pueda puede pueden puedo pues que queremos quien quiere quiero quizá quién qué realmente
        sabemos saber se sea sean según ser será si sido siempre sin sino sobre sois solo somos son soy su sus sí
        sólo tal también tampoco tan tanto te tenemos tener tengo tenía ti tiempo tiene tienen toda todas todavía
        todo todos tras tres tu tus tú un una unas uno unos usted ustedes va vale vamos van vaya veces ver vez
        vosotros voy y ya yo él ésta
    """,
    "it": """
        a abbiamo adesso ai al alcune alcuni alla alle allora altra altre altri altro anche ancora andare appunto
        avere avete aveva bene bisogno c che chi ci ciao cioè ciò come comunque con cosa cose così cui da dagli dal
        dalla dalle dei del della delle dello dentro di dice diciamo dire dopo dove due e ecco ed era erano esempio
        essere fa fare fatto fino forse fosse fra già gli grande ha hai hanno ho i il in infatti insomma io l la le
        lei li lo loro lui ma magari mai me meglio meno mentre mi mia mio molta molte molti molto ne nei nel nella
        nelle nessun niente no noi non nostra nostro nulla o oggi ogni ok oppure ora parte per perché persone però
        più poco poi posso possono praticamente prima primo proprio puoi può qua qual qualche qualcosa quale quali
        quando quanto quasi quattro quella quelle quelli quello questa queste questi questo qui quindi sa sapere se
        secondo sei sempre senza si sia siamo sono sopra sotto sta stata stati stato stesso su sua sue sugli sul
        sulla suo suoi sì tanto te ti tra tre troppo tu tua tuo tutta tutte tutti tutto un una uno va vabbè vedere
        verso vi viene voi volta vostra vostro vuol è
    """,
    "pt": """
        a acho agora ainda algo algum alguma algumas alguns alguém ali além ao aos apenas aquela aquele aqui aquilo
        as assim até aí bem boa bom cada casa coisa coisas com como da dar das daí de dela dele deles demais dentro
        depois desde dessa desse desta deste deve diz dizer do dois dos duas durante e ela elas ele eles em entre
        então era eram essa essas esse esses esta estamos estar estas estava este estes estou está estão eu exemplo
        faz fazer feito fez ficar foi for foram gente grande hoje há ia ir isso isto jeito já lhe lo logo lugar lá
        maior mais mas me meio melhor menos mesmo meu meus minha minhas muita muitas muito muitos na nada nas nem
        nenhum nesse neste ninguém no nos nossa nosso nunca não nós o obrigado olha onde ontem os ou outra outras
        outro outros para parte pela pelo pelos per pessoal pessoas pode podem poder pois por porque pouco pra
        primeira primeiro quais qual quando quanto quase quatro que quem quer quero realmente sabe se seja sem
        sempre sendo ser será seu seus si sido sim sobre somos sou sua suas são só tal também tanto te tem temos
        tempo tenho ter teria teve tinha tipo toda todas todo todos três tu tudo tá tão têm um uma umas uns vai
        vamos vez vezes você vocês vou vão à às é
    """,
    "nl": """
        aan al alle alleen allemaal als altijd andere beetje ben bent bij dan dat de deze die dit doe doen door dus
        echt een eens eerst eerste eigenlijk elk elkaar en er even ga gaan gaat geen gewoon goed graag haar had
        hadden heb hebben hebt heeft heel heen hele hem hen het hier hij hoe hun iedereen iemand iets ik in is ja je
        jij jou jouw jullie kan komen komt kon kun kunnen laat laten maar mag maken me meer mensen met mij mijn moet
        moeten na naar natuurlijk nee neem net niet niets nieuwe nog nou nu of om omdat onder ons onze ook op over
        paar precies redelijk samen soms staan staat te tegen terug toch toen tot tussen twee uh uit van vanuit veel
        verder vind volgens voor waar waarom wanneer want waren was wat we weer weet weg wel welke werd weten wie
        wij wil willen worden wordt ze zeg zeggen zegt zei zeker zelf zich zien zij zijn zit zo zoals zou zouden
        zullen
    """,
    "ru": """
        а без более больше будет будто будут бы был была были было быть в вам вас ваш ведь весь во вон вообще вот
        все всегда всего всем всех всё вы где говорить говорят да даже два для до должен другой его ее если есть еще
        ещё её ж же за зачем здесь и из или им иметь их к каждый как какая какие какой когда конечно которая которое
        которые который кто куда ли либо лишь лучше между меня мне много может можно мой мы на над надо нам нас наш
        не него нее ней нельзя нет ни никогда ним них ничего но ну о об один одна однако он она они оно опять от
        очень первый перед по под получается после потом потому почему почти поэтому при про просто раз с сам свой
        себе себя сейчас скажем сказал сказать со собственно совсем соответственно так такая также такие такой там
        те тебя тем теперь то тогда того тоже только том тот три тут ты у уже хорошо хоть хотя чего чем через что
        чтоб чтобы чуть эта эти это этого этой этом этот эту я
    """,
}

_SETS: Final = {language: frozenset(table.split()) for language, table in _TABLES.items()}
_ALL: Final = frozenset().union(*_SETS.values())


def stop_words(language: str) -> frozenset[str]:
    """List a language's stop words; for ``"und"`` those of every language, for one without a table none."""
    return _ALL if language == "und" else _SETS.get(language, frozenset())
