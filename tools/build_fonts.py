"""Make the packaged caption fonts from their published sources.

Run by hand when a source font changes, in an environment that has ``fonttools`` and ``brotli``::

    python tools/build_fonts.py SOURCES src/cutroom/media/data/fonts

``SOURCES`` is a folder that holds, anywhere below it, the files of Debian's ``fonts-noto-core`` and
``fonts-noto-cjk`` and of the ``@fontsource`` packages ``anton``, ``bebas-neue``, ``courier-prime``,
``luckiest-guy``, ``montserrat``, ``noto-emoji`` and ``poppins``.

Every font is cut to what captions need (no hinting, no vertical layout) and given a family name of its own, so
that a machine's font of the same name can never stand in for it, as the only style of that family, so that
nothing is emboldened by machine.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from fontTools.merge import Merger
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

PREFIX = "Cutroom "

#: Zero-width characters that text carries and that no font may draw as a box.
IGNORABLE = (0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060)

DISPLAY: dict[str, Sequence[str]] = {
    "Montserrat": [
        f"montserrat-{part}-800-normal.woff2"
        for part in ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "vietnamese")
    ],
    "Poppins": [f"poppins-{part}-700-normal.woff2" for part in ("latin", "latin-ext")],
    "Anton": [f"anton-{part}-400-normal.woff2" for part in ("latin", "latin-ext", "vietnamese")],
    "Bebas": [f"bebas-neue-{part}-400-normal.woff2" for part in ("latin", "latin-ext")],
    "Luckiest": [f"luckiest-guy-{part}-400-normal.woff2" for part in ("latin", "latin-ext")],
    "Courier": [f"courier-prime-{part}-700-normal.woff2" for part in ("latin", "latin-ext")],
    "Emoji": ["noto-emoji-emoji-700-normal.woff2"],
}

SCRIPTS = {
    "Sans": "NotoSans-Bold.ttf",
    "Sans Light": "NotoSans-Medium.ttf",
    "Arabic": "NotoSansArabic-Bold.ttf",
    "Hebrew": "NotoSansHebrew-Bold.ttf",
    "Devanagari": "NotoSansDevanagari-Bold.ttf",
    "Thai": "NotoSansThai-Bold.ttf",
    "Bengali": "NotoSansBengali-Bold.ttf",
    "Tamil": "NotoSansTamil-Bold.ttf",
    "Telugu": "NotoSansTelugu-Bold.ttf",
    "Kannada": "NotoSansKannada-Bold.ttf",
    "Malayalam": "NotoSansMalayalam-Bold.ttf",
    "Gujarati": "NotoSansGujarati-Bold.ttf",
    "Gurmukhi": "NotoSansGurmukhi-Bold.ttf",
    "Oriya": "NotoSansOriya-Bold.ttf",
    "Sinhala": "NotoSansSinhala-Bold.ttf",
    "Khmer": "NotoSansKhmer-Bold.ttf",
    "Lao": "NotoSansLao-Bold.ttf",
    "Myanmar": "NotoSansMyanmar-Bold.ttf",
    "Georgian": "NotoSansGeorgian-Bold.ttf",
    "Armenian": "NotoSansArmenian-Bold.ttf",
    "Ethiopic": "NotoSansEthiopic-Bold.ttf",
    "Thaana": "NotoSansThaana-Bold.ttf",
    "Tibetan": "NotoSerifTibetan-Bold.ttf",
    "Cherokee": "NotoSansCherokee-Bold.ttf",
    "Javanese": "NotoSansJavanese-Bold.ttf",
    "Mongolian": "NotoSansMongolian-Regular.ttf",
    "NKo": "NotoSansNKo-Regular.ttf",
    "Ol Chiki": "NotoSansOlChiki-Bold.ttf",
    "Syriac": "NotoSansSyriac-Black.ttf",
    "Tifinagh": "NotoSansTifinagh-Regular.ttf",
    "Canadian": "NotoSansCanadianAboriginal-Bold.ttf",
    "Symbols": "NotoSansSymbols-Bold.ttf",
    "Math": "NotoSansMath-Regular.ttf",
}

# fmt: off
#: Of large fonts that are mostly not text, the blocks that speech and slides use.
BLOCKS = {
    "Math": [
        (0x0391, 0x03F6), (0x2010, 0x2027), (0x2030, 0x205E), (0x2070, 0x209C), (0x2100, 0x214F), (0x2190, 0x23FF),
        (0x25A0, 0x25FF), (0x27C0, 0x27FF), (0x2900, 0x2AFF),
    ],
    "Symbols": [
        (0x20D0, 0x20F0), (0x2100, 0x218B), (0x2300, 0x23FF), (0x2460, 0x24FF), (0x2600, 0x26FF), (0x2700, 0x27BF),
    ],
}

#: Blocks that all four Chinese, Japanese and Korean faces hold beside their ideographs.
CJK_BLOCKS = [
    (0x20, 0x7E), (0x2010, 0x2027), (0x3000, 0x30FF), (0x3105, 0x312F), (0x3131, 0x318E), (0x31F0, 0x31FF),
    (0x3200, 0x33FF), (0xAC00, 0xD7A3), (0xFE30, 0xFE4F), (0xFF01, 0xFFEE),
]
# fmt: on


def main() -> None:
    """Write every font and say how large it became."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sources", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    found = {
        path.name: path for path in sorted(arguments.sources.rglob("*")) if path.suffix in {".ttf", ".ttc", ".woff2"}
    }
    for family, names in DISPLAY.items():
        write(cut(merged([found[name] for name in names]), family), family, arguments.target)
    for family, name in SCRIPTS.items():
        write(cut(TTFont(found[name]), family), family, arguments.target)
    write_cjk(found["NotoSansCJK-Bold.ttc"], arguments.target)


def merged(paths: Sequence[Path]) -> TTFont:
    """Join the parts that a font was sliced into for the web."""
    if len(paths) == 1:
        font = TTFont(paths[0])
        font.flavor = None
        return font
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for path in paths:
            part = TTFont(path)
            part.flavor = None
            plain = Path(folder, path.with_suffix(".ttf").name)
            part.save(plain)
            parts.append(str(plain))
        return Merger().merge(parts)


def options() -> Options:
    """Keep shaping, drop hinting and what only print needs."""
    chosen = Options()
    chosen.hinting = False
    chosen.legacy_kern = True
    chosen.notdef_outline = True
    chosen.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 14]
    chosen.drop_tables += ["DSIG", "MATH", "STAT", "meta", "vhea", "vmtx", "VORG", "BASE", "gasp"]
    return chosen


def cut(font: TTFont, family: str) -> TTFont:
    """Leave the glyphs that the family is packaged for, and give it the zero-width ones."""
    cmap = font.getBestCmap()
    blocks = BLOCKS.get(family)
    wanted = set(cmap) if blocks is None else {code for code in cmap if within(code, blocks)}
    subsetter = Subsetter(options())
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    if family != "Emoji":  # its joiners are glyphs that its sequences are made of
        add_ignorable(font)
    return font


def within(code: int, blocks: Iterable[tuple[int, int]]) -> bool:
    return any(first <= code <= last for first, last in blocks)


def add_ignorable(font: TTFont) -> None:
    """Map the zero-width characters that the font lacks to an empty glyph."""
    missing = [code for code in IGNORABLE if code not in font.getBestCmap()]
    if not missing:
        return
    name = "cutroom.empty"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphs[name] = TTGlyphPen(None).glyph()
    font["hmtx"].metrics[name] = (0, 0)
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format in (4, 12):
            table.cmap.update(dict.fromkeys(missing, name))


def rename(font: TTFont, family: str) -> None:
    """Make the font the one regular style of a family of ours, its copyright and licence kept."""
    table = font["name"]
    style, full = "Regular", PREFIX + family
    for record in list(table.names):
        if record.nameID not in (0, 7, 8, 9, 11, 13, 14):
            table.removeNames(nameID=record.nameID)
    for number, text in ((1, full), (2, style), (3, full), (4, full), (6, full.replace(" ", "") + "-Regular")):
        table.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = 400
    font["OS/2"].fsSelection = 0x40
    font["head"].macStyle = 0


def keep_full_map(font: TTFont) -> None:
    """Leave out the maps of the first plane from a font that has characters beyond it.

    libass up to 0.17.1 takes the first Microsoft map it meets, and would draw every emoji as a box.
    """
    if max(font.getBestCmap()) > 0xFFFF:
        font["cmap"].tables = [table for table in font["cmap"].tables if table.format != 4]


def write(font: TTFont, family: str, target: Path) -> None:
    rename(font, family)
    keep_full_map(font)
    path = target / f"{(PREFIX + family).replace(' ', '')}.ttf"
    font["head"].modified = font["head"].created  # the same sources give the same bytes
    font.recalcTimestamp = False
    font.save(path)
    sys.stdout.write(f"{path.stat().st_size:9,} {path.name} {len(font.getBestCmap())} characters\n")


def write_cjk(source: Path, target: Path) -> None:
    """Write four faces over one set of outlines: each draws its region's own forms and lends the rest.

    A character set of each region tells which forms are its own: JIS X 0208, KS X 1001, GB 2312, Big5 level 1.
    """
    faces = dict(zip(("JP", "KR", "SC", "TC"), TTCollection(source, lazy=False).fonts[:4], strict=True))
    own = {
        "JP": encodable("shift_jis"),
        "KR": encodable("euc_kr"),
        "SC": encodable("gb2312"),
        "TC": {code for code in encodable("big5") if chr(code).encode("big5") < b"\xc9"},
    }
    cmaps = {region: font.getBestCmap() for region, font in faces.items()}
    ideographs = set.union(*own.values(), encodable("big5"), encodable("big5hkscs")) & set(range(0x4E00, 0xA000))
    common = ideographs | {code for code in cmaps["SC"] if within(code, CJK_BLOCKS)}
    lent = ("SC", "TC", "JP", "KR")
    wanted: dict[str, dict[int, str]] = {}
    for region in faces:
        order = (region, *(other for other in lent if other != region))
        wanted[region] = {}
        for code in sorted(common):
            by = next((other for other in order if code in own[other] or code >= 0xA000 or code < 0x4E00), "TC")
            glyph = cmaps[by].get(code)
            if glyph:
                wanted[region][code] = glyph
    glyphs = {glyph for chosen in wanted.values() for glyph in chosen.values()}
    collection = TTCollection()
    for region, font in faces.items():
        for table in font["cmap"].tables:
            if table.isUnicode() and table.format in (4, 12):
                kept = wanted[region].items()
                table.cmap = {code: glyph for code, glyph in kept if table.format == 12 or code < 0x10000}
        chosen = options()
        chosen.drop_tables += ["GSUB", "GPOS", "GDEF"]
        subsetter = Subsetter(chosen)
        subsetter.populate(glyphs=glyphs, unicodes=set(wanted[region]))
        subsetter.subset(font)
        rename(font, f"CJK {region}")
        font.recalcTimestamp = False
        top = font["CFF "].cff
        top.fontNames = ["CutroomCJK"]
        top.topDictIndex[0].FullName = top.topDictIndex[0].FamilyName = "Cutroom CJK"
        collection.fonts.append(font)
    path = target / "CutroomCJK.ttc"
    collection.save(path, shareTables=True)
    sys.stdout.write(f"{path.stat().st_size:9,} {path.name} {len(glyphs)} glyphs, {len(common)} characters\n")


def encodable(codec: str) -> set[int]:
    """List the ideographs of a character set."""
    found = set()
    for code in range(0x4E00, 0xA000):
        try:
            chr(code).encode(codec)
        except UnicodeEncodeError:
            continue
        found.add(code)
    return found


if __name__ == "__main__":
    main()
