from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.fingerprint.minhash import FingerprintScheme, sign
from wirematch.fingerprint.terms import read_terms
from wirematch.matching.profiles.rarity import Rarity
from wirematch.text.languages.further import KOREAN
from wirematch.text.languages.language import Language
from wirematch.text.languages.recognition import ENGLISH, OTHERS, recognize
from wirematch.text.languages.unread import UNREAD
from wirematch.text.normalize import normalize
from wirematch.text.prepare import prepare

LANGUAGES = {language.code: language for language in (ENGLISH, *OTHERS, KOREAN)}
WITHOUT_LIST = {"ja", "th", "zh"}
TEXTS = {
    (file.stem, kind): body
    for file in sorted((Path(__file__).parents[2] / "stories" / "languages").glob("*.json"))
    for kind, body in json.loads(file.read_text(encoding="utf-8")).items()
}

ITALIAN = """Il ponte di Porto Lauro è stato chiuso al traffico lunedì sera dopo che una chiatta carica di ghiaia ha
urtato uno dei piloni. Lo ha annunciato il sindaco, Ornella Vasti, che ha parlato di un danno all'arcata centrale."""
DUTCH = """De brug bij Lindehaven is maandagavond gesloten nadat een schip met grind een van de pijlers had geraakt.
Niemand raakte gewond, maar vier opvarenden werden voor controle naar het ziekenhuis gebracht."""
INDONESIAN = """Jembatan di Pelabuhan Merantu ditutup sejak Senin malam setelah sebuah tongkang bermuatan kerikil
menabrak salah satu tiangnya. Wali Kota Ratna Suwandari mengatakan bahwa tidak ada korban luka dalam kecelakaan itu."""
TURKISH = """İncirli Limanı'ndaki köprü, çakıl yüklü bir mavnanın ayaklardan birine çarpması üzerine pazartesi akşamı
kapatıldı. Belediye Başkanı Sevda Karaoğlu, yaralanan olmadığını ancak soruşturmanın en az bir ay süreceğini söyledi."""
TECHNICAL_ENGLISH = """Reactor 3 output fell 12 percent Tuesday, operator Kernova Energy said. Coolant pumps, turbine
governor valves, feedwater heaters passed inspection; crews replaced gasket seals, bearing rings, flange bolts. Restart
is scheduled Friday at 940 megawatts, full load by Sunday, regulator approval pending. Vibration sensors, recalibrated
after February tests, showed values below limits. Next outage: October, spent fuel transfer to dry storage."""
TECHNICAL_GERMAN = """Leitindex schließt Montag 1,2 Prozent fester, Technologiewerte legen kräftig zu. Chiphersteller
Quarzon erhöht Umsatzprognose, Analysten heben Kursziele. Autowerte schwächer, Zulieferer Radmann verliert drei Prozent
nach Gewinnwarnung. Anleiherenditen sinken auf 2,4 Prozent, Euro notiert bei 1,09 Dollar. Rohöl verbilligt sich,
Goldpreis stabil. Dienstag folgen Quartalszahlen mehrerer Versicherer, Mittwoch Zinsentscheid der Notenbank."""
GALICIAN = """A ponte de Porto Lourido quedou pechada o luns pola noite despois de que unha barcaza cargada de grava
batese cun dos piares. Anunciouno a alcaldesa, Uxía Varela, que explicou que non hai feridos, pero que catro persoas
que ían a bordo foron trasladadas ao hospital. Segundo a autoridade portuaria, a investigación durará un mes."""
SWEDISH = """Bron vid Lindhamn stängdes på måndagskvällen efter att en pråm lastad med grus hade kört in i en av
pelarna. Ingen skadades, men fyra personer som var ombord fördes till sjukhus för kontroll."""
BULGARIAN = """Властите в Карлово затвориха в понеделник стария мост над Стряма, след като инженери откриха пукнатини в
две от опорите. Кметът каза, че ремонтът може да продължи до есента и че парите за него вече са в бюджета."""
UKRAINIAN = """Міст у Старій Греблі закрили в понеділок після того, як інженери знайшли тріщини у двох опорах."""
RUSSIAN = """Мост в Старой Гребле закрыли в понедельник после того, как инженеры нашли трещины в двух опорах."""
UNREAD_TEXTS = {
    "yi": """דער בירגערמייסטער פון שטעטל האט געזאגט דינסטאג אז די בריק איבערן טייך וועט זיין פארמאכט ביז הארבסט.
אינזשענירן האבן געפונען שפאלטן אין צוויי פון די זיילן, און די ארבעטער האבן נישט געקענט פאררעכטן זיי
אין צייט. קיינער איז נישט פארוואונדעט געווארן, אבער פיר מענטשן זענען געבראכט געווארן אין שפיטאל. דער
ראט וועט זיך טרעפן פרייטאג, און די קאמיסיע וועט ארויסגעבן א באריכט וועגן דעם שאדן.""",
    "be": """Мост у Старой Грэблі закрылі ў панядзелак пасля таго, як інжынеры знайшлі расколіны ў дзвюх апорах.
Мэр горада сказаў, што рамонт можа працягнуцца да восені і што грошы на яго ўжо ёсць у бюджэце.
Ніхто не пацярпеў, але чацвёра чалавек, якія былі на борце баржы, адвезлены ў бальніцу. Паводле слоў
камісіі, прычыны здарэння высветляць на працягу месяца. Гэта ўжо трэці выпадак за год, калі мост
прыйшлося закрыць з-за пашкоджанняў.""",
    "mk": """Градоначалникот на Стара Брана изјави во понеделникот дека мостот преку реката ќе биде затворен до
есен. Инженерите нашле пукнатини на два столба, а работниците не успеале навреме да ги поправат.
Никој не е повреден, но четворица луѓе кои биле на баржата се пренесени во болница. Советот ќе се
состане во петок и ќе расправа за трошоците, кои според комисијата се повисоки од планираните.""",
    "sk": """Primátor Starej Hrádze v pondelok oznámil, že most cez rieku zostane zatvorený až do jesene.
Inžinieri našli trhliny na dvoch pilieroch a robotníci ich nestihli včas opraviť. Nikto nebol
zranený, ale štyria ľudia, ktorí boli na palube člna, skončili v nemocnici. Rada sa stretne v piatok
a komisia zverejní správu o príčinách nehody, ktorá sa stala už tretíkrát v tomto roku.""",
    "sl": """Župan Stare Brane je v ponedeljek sporočil, da bo most čez reko zaprt do jeseni. Inženirji so našli
razpoke na dveh stebrih, delavci pa jih niso uspeli pravočasno popraviti. Nihče ni bil poškodovan,
vendar so štiri ljudi, ki so bili na krovu, odpeljali v bolnišnico. Svet se bo sestal v petek,
komisija pa bo objavila poročilo o vzrokih nesreče, ki se je zgodila že tretjič letos.""",
    "ca": """L'alcalde de Vilaclara va anunciar dilluns que el pont sobre el riu estarà tancat fins a la tardor.
Els enginyers van trobar esquerdes en dos dels pilars i els obrers no les van poder reparar a temps.
Ningú no va resultar ferit, però quatre persones que eren a bord van ser traslladades a l'hospital.
El consell es reunirà divendres i la comissió publicarà un informe amb les causes de l'accident, que
és el tercer d'aquest any.""",
    "gl": """O concello de Vilanova aprobou onte os orzamentos do ano que vén, que inclúen máis cartos para as
estradas e para a escola do porto. O alcalde dixo que non haberá novos impostos, aínda que a
oposición cre que as contas non cadran. A votación foi axustada e tivo que repetirse dúas veces.""",
    "oc": """Lo cònsol de Vilavièlha a anonciat diluns que lo pont sus la ribièra serà barrat fins a la davalada.
Los engenhaires an trobat de fendas dins dos dels pilars e los obrièrs las an pas pogudas reparar a
temps. Degun es pas estat nafrat, mas quatre personas que èran a bòrd son estadas menadas a
l'espital.""",
    "sq": """Kryetari i bashkisë së Digës së Vjetër tha të hënën se ura mbi lumë do të mbyllet deri në vjeshtë.
Inxhinierët gjetën të çara në dy nga shtyllat dhe punëtorët nuk arritën t'i riparonin në kohë.
Askush nuk u plagos, por katër persona që ishin në bord u dërguan në spital.""",
    "af": """Die burgemeester van Ou Dam het Maandag gesê dat die brug oor die rivier tot die herfs gesluit sal
wees. Ingenieurs het krake in twee van die pilare gevind en die werkers kon dit nie betyds herstel
nie. Niemand is beseer nie, maar vier mense wat aan boord was, is na die hospitaal geneem. Die raad
sal Vrydag vergader en die kommissie sal 'n verslag oor die oorsaak van die ongeluk uitreik.""",
    "is": """Bæjarstjórinn í Gömlustíflu sagði á mánudag að brúin yfir ána yrði lokuð fram á haust. Verkfræðingar
fundu sprungur í tveimur stöplum og starfsmenn gátu ekki gert við þær í tæka tíð. Enginn slasaðist,
en fjórir sem voru um borð voru fluttir á sjúkrahús. Ráðið kemur saman á föstudag.""",
    "fo": """Borgarstjórin í Gomlubygd segði mánadagin, at brúgvin um ána verður stongd fram á heystið.
Verkfrøðingar funnu rivur í tveimum stólpum, og arbeiðsmenninir fingu ikki umvælt tær í tøkum tíma.
Eingin kom til skaða, men fýra fólk vóru flutt á sjúkrahús.""",
    "ht": """Majistra vil la te di lendi ke pon ki sou rivyè a ap rete fèmen jiska otòn. Enjenyè yo te jwenn fant
nan de nan poto yo epi travayè yo pa t kapab repare yo alè. Pèsonn pa blese, men yo te mennen kat
moun lopital.""",
}
PERSIAN = """پل بندر لاله دوشنبه شب پس از آنکه یک بارج حامل شن به یکی از پایه‌های آن برخورد کرد، بسته شد. شهردار
مینا فرهادی گفت کسی زخمی نشده است، اما چهار نفر که در شناور بودند برای معاینه به بیمارستان برده شدند."""


def term(code: str, word: str) -> str:
    language = LANGUAGES[code]
    return language.read(language.spell(normalize(word).text))[0]


def is_content(code: str, word: str) -> bool:
    language = LANGUAGES[code]
    return language.read(language.spell(normalize(word).text))[1]


@pytest.mark.parametrize(("code", "kind"), TEXTS)
def test_news_is_read_in_its_language(code, kind):
    text = prepare(TEXTS[code, kind])

    assert text.language == (None if code in WITHOUT_LIST else code)
    assert text.content.all() == (code in WITHOUT_LIST)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (ITALIAN, "it"),
        (DUTCH, "nl"),
        (INDONESIAN, "id"),
        (TURKISH, "tr"),
        (GALICIAN, None),  # as close to Portuguese as to Spanish
        (SWEDISH, "sv"),
        (BULGARIAN, "bg"),
        ("Две деца бяха спасени от пожар. Съсед ги изнесъл през прозореца, съобщиха от пожарната.", "bg"),
        (UKRAINIAN, "uk"),
        (RUSSIAN, "ru"),
        (RUSSIAN.replace("инженеры", "инженеры фирмы «Вісті»"), "ru"),
        (TECHNICAL_ENGLISH, "en"),
        (TECHNICAL_GERMAN, "de"),
        (PERSIAN, None),
        ("le 12 mars à midi", "fr"),
        ("2021 2022", None),
        ("", None),
    ],
)
def test_other_texts_are_read_in_the_language_whose_words_they_have(body, code):
    assert prepare(body).language == code


@pytest.mark.parametrize("code", UNREAD_TEXTS)
def test_a_text_in_a_language_that_is_not_read_is_not_taken_for_its_relative(code):
    assert prepare(UNREAD_TEXTS[code]).language is None


def test_every_unread_language_has_a_text():
    assert {language.code for language in UNREAD} == set(UNREAD_TEXTS)
    assert all(language.taken_for <= LANGUAGES.keys() for language in UNREAD)


def test_names_from_a_neighbour_change_no_language():
    quoted = "El diari «Els dies amb sol» i la revista «Aquest any» van publicar la carta."
    spanish = "El alcalde dijo que los puentes de la ciudad estarán cerrados hasta que los ingenieros los revisen. " * 2

    assert prepare(f"{spanish} Según {quoted}").language == "es"


@pytest.mark.parametrize("other", ["de", "es", "fr", "ru", "zh"])
def test_english_with_a_quotation_in_another_language_is_english(bridge, other):
    assert prepare(f"{bridge['wire']['body']}\n\n“{TEXTS[other, 'wire'][:200]}”").language == "en"


def test_english_comes_out_as_it_did_before_there_were_other_languages():
    body = "The barge drifted into the bridge before dawn, and four of the 12 people on it were killed."
    text = prepare(body)

    assert text.terms == (
        "the barg drift into the bridg befor dawn and four of the 12 peopl on it were kill".split()
    )  # fmt: skip
    assert text.words[:6].tolist() == [1098390085, 2550313061, 2434563622, 4163306716, 1098390085, 479374611]
    assert text.stems[:6].tolist() == [1098390085, 4174501926, 2308301490, 4163306716, 1098390085, 283802980]
    assert np.flatnonzero(text.content).tolist() == [1, 2, 5, 7, 9, 12, 13, 17]
    assert read_terms(body).terms.tolist() == text.stems[text.content].tolist()
    assert sign(body, FingerprintScheme())[:4].tolist() == [78968614, 882616876, 810790670, 934825328]


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("fr", "l'accord", "accord"),
        ("fr", "L’accord", "accords"),
        ("fr", "jusqu'ici", "ici"),
        ("it", "dell'accordo", "accordo"),
        ("it", "un'inchiesta", "inchieste"),
        ("es", "puente", "puentes"),
        ("pt", "greves", "greve"),
        ("de", "Brücke", "Brücken"),
        ("nl", "foto's", "foto"),
        ("ru", "вертолёт", "вертолетами"),
        ("bg", "мостовете", "мостът"),
        ("bg", "болницата", "болници"),
        ("bg", "инженерите", "инженер"),
        ("ar", "المَرْفَأ", "المرفا"),
        ("ar", "مـيـنـاء", "ميناء"),
        ("ar", "أغلقت", "اغلقت"),
        ("ar", "والمستشفيات", "مستشفيات"),
        ("ar", "للوقود", "وقود"),
        ("ar", "واستقبلت", "استقبلت"),
        ("hi", "ज़िला", "जिला"),
        ("hi", "पाँच", "पांच"),
        ("id", "jembatannya", "jembatan"),
        ("tr", "İstanbul'da", "İstanbul"),
        ("tr", "köprüler", "köprü"),
        ("ko", "소방관들은", "소방관"),
        ("ko", "설명했다고", "설명"),
    ],
)
def test_forms_of_a_word_are_one(code, one, other):
    assert term(code, one) == term(code, other)


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("fr", "aujourd'hui", "hui"),
        ("fr", "O'Brien", "Brien"),
        ("it", "D'Annunzio's", "D'Annunzio"),
        ("de", "Brücke", "Bruch"),
        ("ru", "порт", "спорт"),
        ("ko", "사과", "사"),
        ("ko", "도로", "도"),
    ],
)
def test_other_words_are_others(code, one, other):
    assert term(code, one) != term(code, other)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("es", "según"), ("pt", "pela"), ("fr", "qu'il"), ("fr", "d'après"), ("de", "wurde"), ("it", "nell'un"),
        ("nl", "volgens"), ("ru", "ещё"), ("ru", "еще"), ("ar", "وقال"), ("ar", "إلى"), ("ar", "الى"), ("ar", "مِن"),
        ("hi", "नहीं"), ("id", "yang"), ("tr", "için"), ("ko", "말했다"),
    ],
)  # fmt: skip
def test_function_words_are_no_content(code, word):
    assert not is_content(code, word)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_function_words_stand_in_the_form_in_which_words_are_compared(language: Language):
    assert all(normalize(word).text == word for word in language.function_words)
    assert recognize(sorted(language.function_words)) in {language, None if language is KOREAN else language}


@given(
    st.text("은는이가를에서로까지하고했다되명경찰도", max_size=12),
    st.sampled_from(["은", "을", "에서", "까지", "했다"]),
)
def test_a_korean_word_and_that_word_marked_are_one(word, ending):
    if len(word) >= 2:
        assert KOREAN.stem(KOREAN.stem(word)) == KOREAN.stem(word)
        assert KOREAN.stem("경찰" + ending) == "경찰"


def test_in_other_languages_longer_words_weigh_more_and_characters_all_the_same():
    rarity = Rarity(999, {"bridg": 99})
    full = rarity.ceiling / 2

    assert rarity.weigh(prepare("две баржи затонули")).tolist() == pytest.approx([full / 2, full * 5 / 6, full])
    assert rarity.weigh(prepare("台風接近")).tolist() == pytest.approx([full] * 4)
    assert rarity.weigh(prepare("la grève d'un an à 7")).tolist() == pytest.approx(
        [0, full * len(term("fr", "grève")) / 6, 0, full * 2 / 6, 0, full * 0.3], abs=1e-5
    )


MIXED = "В порту «Ōsaka» 大阪港で l’équipage de l’“Étoile” الميناءُ ２４ 만 명이 ﬁn."


def test_mixed_scripts_keep_their_offsets():
    text = prepare(MIXED)

    assert [MIXED[start:end] for start, end in zip(text.starts, text.ends, strict=True)] == [
        "В", "порту", "Ōsaka", "大", "阪", "港", "で", "l’équipage", "de", "l", "Étoile", "الميناءُ", "２４", "만",
        "명이", "ﬁn",
    ]  # fmt: skip


@given(st.lists(st.sampled_from([*TEXTS.values(), ITALIAN, TURKISH, MIXED]).map(lambda body: body[:90]), max_size=5))
def test_whatever_is_mixed_offsets_point_at_the_words(bodies):
    submitted = "\n".join(bodies)
    text = prepare(submitted)

    assert (text.starts < text.ends).all()
    assert (np.diff(text.starts) >= 0).all()
    assert (np.diff(text.ends) >= 0).all()
    words = [submitted[start:end] for start, end in zip(text.starts, text.ends, strict=True)]
    assert all(word[0].isalnum() and word == word.strip() for word in words)
