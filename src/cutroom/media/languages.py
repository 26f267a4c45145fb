"""Languages by ISO 639-1 code, from the many ways they are written."""

from __future__ import annotations

from typing import Final

#: No language, or one that ISO 639-1 has no code for.
UNDETERMINED: Final = "und"

#: English names as speech servers give them; more than one name may lead to a code.
_NAMES: Final = """
    af:afrikaans am:amharic ar:arabic as:assamese az:azerbaijani ba:bashkir be:belarusian bg:bulgarian bn:bengali
    bo:tibetan br:breton bs:bosnian ca:catalan,valencian cs:czech cy:welsh da:danish de:german el:greek en:english
    es:spanish,castilian et:estonian eu:basque fa:persian,farsi fi:finnish fo:faroese fr:french gl:galician
    gu:gujarati ha:hausa he:hebrew hi:hindi hr:croatian ht:haitian hu:hungarian hy:armenian id:indonesian
    is:icelandic it:italian ja:japanese jv:javanese ka:georgian kk:kazakh km:khmer kn:kannada ko:korean la:latin
    lb:luxembourgish,letzeburgesch ln:lingala lo:lao lt:lithuanian lv:latvian mg:malagasy mi:maori mk:macedonian
    ml:malayalam mn:mongolian mr:marathi ms:malay mt:maltese my:myanmar,burmese ne:nepali nl:dutch,flemish
    nn:nynorsk no:norwegian oc:occitan pa:punjabi,panjabi pl:polish ps:pashto,pushto pt:portuguese
    ro:romanian,moldavian,moldovan ru:russian sa:sanskrit sd:sindhi si:sinhala,sinhalese sk:slovak sl:slovenian
    sn:shona so:somali sq:albanian sr:serbian su:sundanese sv:swedish sw:swahili ta:tamil te:telugu tg:tajik
    th:thai tk:turkmen tl:tagalog tr:turkish tt:tatar uk:ukrainian ur:urdu uz:uzbek vi:vietnamese yi:yiddish
    yo:yoruba zh:chinese,mandarin,cantonese
"""
#: What Whisper and media containers write in place of the code: old codes, and ISO 639-2 of the larger languages.
_ALIASES: Final = """
    jw:jv iw:he in:id nb:no fil:tl yue:zh cmn:zh ara:ar bul:bg cat:ca ces:cs cze:cs dan:da deu:de ger:de dut:nl
    nld:nl ell:el gre:el eng:en est:et fas:fa per:fa fin:fi fra:fr fre:fr heb:he hin:hi hrv:hr hun:hu ind:id ita:it
    jpn:ja kor:ko lav:lv lit:lt msa:ms may:ms nor:no nob:no nno:nn pol:pl por:pt ron:ro rum:ro rus:ru slk:sk slo:sk
    slv:sl spa:es srp:sr swe:sv tam:ta tel:te tha:th tur:tr ukr:uk urd:ur vie:vi zho:zh chi:zh
"""
_CODES: Final = {
    name: code
    for code, _, names in (entry.partition(":") for entry in _NAMES.split())
    for name in (code, *names.split(","))
}
_CODES.update((alias, code) for alias, _, code in (pair.partition(":") for pair in _ALIASES.split()))


def language_code(written: str | None) -> str:
    """Bring a language to its ISO 639-1 code.

    Args:
        written: A code with or without a region (``pt-BR``), three letters (``deu``) or an English name.

    Returns:
        Two letters, or ``"und"``.
    """
    name = (written or "").strip().lower().replace("_", "-")
    name = name.partition("-")[0]
    return _CODES.get(name, UNDETERMINED)
