from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from cutroom.media.fonts import DISPLAY, Face, _characters, _tables, covers, fonts_dir, measure, metrics, runs
from cutroom.media.graphemes import clean

#: A sentence of everyday words in each writing that the package promises to draw.
SAMPLES = {
    "en": "Don’t “quote” me — it’s 50 % naïve & £3…",
    "vi": "Không ai nói rằng ánh sáng bị bẻ cong",
    "tr": "Işığın büküldüğünü söylemediler",
    "ru": "Никто не говорил мне, что свет изгибается",
    "uk": "Ґанок, їжак і єнот",
    "el": "Κανείς δεν μου είπε ότι το φως λυγίζει",
    "ar": "لم يخبرني أحد أنّ الضوء ينحني؟",
    "fa": "هیچ‌کس نگفت که نور خم می‌شود",
    "ur": "کسی نے نہیں بتایا کہ روشنی مڑتی ہے",
    "he": "אף אחד לא אמר לי שהאור מתעקם",
    "hi": "किसी ने नहीं बताया कि प्रकाश मुड़ता है।",
    "bn": "কেউ আমাকে বলেনি যে আলো বাঁকে",
    "ta": "ஒளி வளைகிறது என்று யாரும் சொல்லவில்லை",
    "te": "కాంతి వంగుతుందని ఎవరూ చెప్పలేదు",
    "kn": "ಬೆಳಕು ಬಾಗುತ್ತದೆ ಎಂದು ಯಾರೂ ಹೇಳಲಿಲ್ಲ",
    "ml": "പ്രകാശം വളയുമെന്ന് ആരും പറഞ്ഞില്ല",
    "gu": "પ્રકાશ વળે છે એવું કોઈએ કહ્યું નહીં",
    "pa": "ਕਿਸੇ ਨੇ ਨਹੀਂ ਦੱਸਿਆ ਕਿ ਰੌਸ਼ਨੀ ਮੁੜਦੀ ਹੈ",
    "or": "ଆଲୋକ ବଙ୍କା ହୁଏ ବୋଲି କେହି କହିନଥିଲେ",
    "si": "ආලෝකය නැමෙන බව කිසිවෙකු කීවේ නැත",
    "th": "ไม่มีใครบอกฉันว่าแสงโค้งได้",
    "lo": "ບໍ່ມີໃຜບອກຂ້ອຍວ່າແສງໂຄ້ງ",
    "km": "គ្មាននរណាប្រាប់ខ្ញុំថាពន្លឺកោងទេ",
    "my": "အလင်းကွေးတယ်လို့ ဘယ်သူမှမပြောဘူး",
    "bo": "འོད་གུག་གི་ཡོད་པ་སུས་ཀྱང་མ་བཤད།",
    "ka": "არავის უთქვამს, რომ სინათლე იხრება",
    "hy": "Ոչ ոք չասաց, որ լույսը թեքվում է",
    "am": "ብርሃን እንደሚታጠፍ ማንም አልነገረኝም",
    "dv": "އަލި ގުޅޭކަން އެއްވެސް މީހަކު",
    "zh": "没有人告诉我，引力会弯曲光线。",
    "yue": "冇人話我知，光線係會彎嘅。",
    "ja": "重力が光を曲げるなんて、誰も「教えて」くれなかった！",
    "ko": "아무도 중력이 빛을 휘게 한다고 말하지 않았다.",
    "emoji": "👍🏽 🔥 ❤️ 1️⃣ ✨ 👩‍💻 🇩🇪 🎉",
    "math": "∇·E = ρ/ε₀, ∑ xᵢ² ≤ ∞ → √2 ≈ 1.41 ∈ ℝ",
}


@pytest.mark.parametrize("language", SAMPLES)
@pytest.mark.parametrize("name", DISPLAY)
def test_every_run_names_a_face_that_has_its_letters(language: str, name: str) -> None:
    text = clean(SAMPLES[language])
    found = runs(text, DISPLAY[name], language)
    assert "".join(run.text for run in found) == text
    assert [run for run in found if not covers(run.text, run.face)] == []


@given(st.text(max_size=60))
def test_runs_hold_all_of_a_text_in_order(text: str) -> None:
    assert "".join(run.text for run in runs(text, DISPLAY["Anton"])) == text


@pytest.mark.parametrize(
    ("language", "region"), [("ja", "JP"), ("ko", "KR"), ("zh", "SC"), ("yue", "TC"), ("und", "SC")]
)
def test_shared_ideographs_take_the_form_of_the_language(language: str, region: str) -> None:
    assert [run.face.family for run in runs("骨直", DISPLAY["Sans"], language)] == [f"Cutroom CJK {region}"]


def test_japanese_and_chinese_forms_of_one_character_differ() -> None:
    japanese, chinese = (runs("直", DISPLAY["Sans"], language)[0].face for language in ("ja", "zh"))
    fonts = [ImageFont.truetype(fonts_dir() / face.file, 100, index=face.index) for face in (japanese, chinese)]
    assert bytes(fonts[0].getmask("直")) != bytes(fonts[1].getmask("直"))


@pytest.mark.parametrize("text", ["مرحبا.", "(हिन्दी)", "日本語!?"])
def test_punctuation_does_not_cut_a_word(text: str) -> None:
    assert len(runs(text, DISPLAY["Sans"], "und")) == 1


@pytest.mark.parametrize("text", ["👩‍💻", "❤️", "1️⃣", "🇩🇪"])
def test_an_emoji_sequence_is_one_run_of_the_emoji_face(text: str) -> None:
    assert [(run.text, run.face.family) for run in runs(text, DISPLAY["Sans"])] == [(text, "Cutroom Emoji")]


def test_joined_letters_measure_less_than_the_same_letters_apart() -> None:
    arabic = runs("لا", DISPLAY["Sans"], "ar")[0].face
    assert measure("لا", arabic).advance < 0.8 * sum(measure(letter, arabic).advance for letter in "لا")


@pytest.mark.parametrize("path", sorted(fonts_dir().glob("*.tt[fc]")), ids=lambda path: path.name)
def test_every_font_carries_our_name_as_its_only_style(path: Path) -> None:
    font = ImageFont.truetype(str(path), 20)
    family, style = font.getname()
    assert family is not None
    assert family.startswith("Cutroom ")
    assert style == "Regular"


@pytest.mark.parametrize("path", sorted(fonts_dir().glob("*.ttf")), ids=lambda path: path.name)
def test_a_font_with_characters_beyond_the_first_plane_has_no_smaller_map(path: Path) -> None:
    # libass up to 0.17.1 takes the first map it meets, and drew every emoji as a box.
    face = Face("", path.name)
    cmap = _tables(face)["cmap"]
    count = struct.unpack_from(">H", cmap, 2)[0]
    offsets = [struct.unpack_from(">HHI", cmap, 4 + 8 * number)[2] for number in range(count)]
    formats = {struct.unpack_from(">H", cmap, offset)[0] for offset in offsets}
    assert 4 not in formats or max(_characters(face)) <= 0xFFFF


def test_metrics_are_those_of_the_file() -> None:
    data = (fonts_dir() / "CutroomSans.ttf").read_bytes()
    assert data[:4] == struct.pack(">I", 0x00010000)
    assert metrics(DISPLAY["Sans"]).ascent == pytest.approx(1.069)
    assert metrics(DISPLAY["Sans"]).descent == pytest.approx(0.293)


def test_the_fonts_come_with_their_licences_and_stay_small() -> None:
    beside = fonts_dir().with_name("fonts_licences")
    notice = (beside / "README.md").read_text(encoding="utf-8")
    assert {"OFL-1.1.txt", "Apache-2.0.txt", "README.md"} == {file.name for file in beside.iterdir()}
    assert all(f"Cutroom{name.replace(' ', '')}" in notice for name in (*DISPLAY, "CJK", "Emoji", "Symbols", "Math"))
    assert sum(file.stat().st_size for file in fonts_dir().iterdir()) < 14_000_000


def test_the_folder_of_fonts_holds_nothing_else() -> None:
    assert {file.suffix for file in fonts_dir().iterdir()} == {".ttf", ".ttc"}
