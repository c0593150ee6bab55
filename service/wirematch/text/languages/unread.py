"""Languages that are not read, told from relatives that are: a text in one of them is read in no language.

Read in its relative, such a text would lose words that are not function words in it and keep its own, and a rewrite of
it would be judged by a measure that was made for another language.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from wirematch.text.languages.spelling import unmarked

LEAST_OWN = 3
"""Words that only the unread language has, without which a text is not taken for one in it."""


@dataclass(frozen=True, slots=True, eq=False)
class UnreadLanguage:
    """Function words of a language, also those that it shares with the languages that it may be taken for."""

    code: str
    taken_for: frozenset[str]
    function_words: frozenset[str]
    """As they are written, and without their marks."""

    def is_likelier(self, words: Counter[str], other: frozenset[str]) -> bool:
        """Whether more of these folded words are function words of this language alone than of the other alone."""
        own = sum(words[word] for word in words.keys() & self.function_words if word not in other)
        return own >= LEAST_OWN and own > sum(
            words[word] for word in words.keys() & other if word not in self.function_words
        )


def _language(code: str, taken_for: str, words: str) -> UnreadLanguage:
    written = words.split()
    return UnreadLanguage(code, frozenset(taken_for.split()), frozenset(written).union(map(unmarked, written)))


UNREAD = (
    _language(
        "ca",
        "es pt it fr ro",
        """
        a abans aquest aquesta aquestes aquests així això al als amb any anys aquell aquella cada com contra
        d'un d'una de del dels des després dia diu dos durant el ell ella ells els en encara entre era eren
        es està estan estat estava fa fet fins ha han havia havien hi i ja la les li llavors lo manera
        mentre molt molts més nou no o on per però perquè pot poden primer quan quatre que qui s sense
        segons ser seu seva seus seves si sobre som són sota també tan tenir tot tota tots totes tres un una
        unes uns va van vegada vegades vosaltres
        """,
    ),
    _language(
        "gl",
        "pt es",
        """
        a á ademais aínda algún algunha ambos antes ao aos as ás así até cada case catro co coa coas como
        con contra cos cun cunha da das de dende desde despois dez di dixo do dos dous dunha dun dúas e é el
        ela elas eles en entre era eran esa ese esta está están este estes fan fixo foi foron ha hai hoxe
        isto lle lles lonxe mais máis maior mesmo moi moito na nas nin no non nos nova novo nun nunha o onde
        onte os ou outra outras outro outros pasado para pero pode poden polo pola polas polos por porque
        que quen se segundo seis sen ser seu seus sobre súa súas son tamén ten teñen tivo todo todos tres
        tras un unha unhas uns xa xunto
        """,
    ),
    _language(
        "oc",
        "es fr pt it",
        """
        a al als amb ara aquel aquela aquesta aqueste après ans atal avant coma contra dab dau daus de dels
        del dempuèi dins dos e el eles en entre es èra èran estada estat foguèt fins i la las li lo los lor
        mai mas mens mès nòstre o òc ont per perque pas plan pòdon pòt qu qual quand que qui quora sa sas
        segon sens ser seu siá son sus tan tanben totes tot tota totas tres un una vers
        """,
    ),
    _language(
        "sk",
        "cs pl sr",
        """
        a aby aj ak ako ale alebo ani asi až bez bol bola boli bolo bude budú by cez či ďalej ďalší do dnes
        ešte ho hoci ich im iba ide ja jej je jeho k kde keď keďže každý ktorá ktoré ktorého ktorej ktorí
        ktorú ktorý ktorých ktorým ku lebo len má majú medzi mi mať menej môže môžu musí na nad nám nás naše
        nebol nebola neboli nebolo nich nie niektoré nim o od okrem on oni ona oproti pod podľa po pokiaľ
        počas pre pred preto pretože pri proti s sa sám si sme so sú svoj svoje ta tá tak takže tam tej ten
        tento tieto to toho tom tomu tú tým týchto u už v vo však všetko všetky za zo z že žiadny
        """,
    ),
    _language(
        "sl",
        "cs sr pl",
        """
        a ali ampak bi bil bila bile bili bilo biti bo bodo brez če čez da dan dela do drugi dve dveh eden
        ena ga glede ima imajo in iz ja jih jim jo k kaj kako kakor ker ki kjer ko kot lahko le leta leto
        med mu na nad naj najbolj nam nas ne nekaj ni nihče nikoli niso no o ob od odgovorni on oni pa po
        pod poleg potem pred predvsem preden pri proti prvi s saj samo se sedaj sem si skupaj smo so sta
        svoj svoje še šele ta tako tam te tega tem tej to toda tudi tri trije tu v vendar več ves vsaj vse
        vseh vsi vso za zakaj zaradi zato zdaj z že
        """,
    ),
    _language(
        "sq",
        "cs sr pl ro",
        """
        ai ajo ata ato as ashtu askush asnjë atë atij cila cili cilin dhe deri do duhet e edhe është ishte
        ishin gjatë gjithë i ju ka kanë kam ky kjo këtë këto kur krye me më mbi midis në nga ndërsa nën nuk
        një o pa para pas per për përpara po por pra prej që qenë re saj së sa se si sipas sot tha tek të
        tij tjera tjetër tri u vetëm ti t vit
        """,
    ),
    _language(
        "mk",
        "bg sr ru uk",
        """
        а ако ама без беа беше би биде бил била биле било во воопшто врз г ги го да дали два две дека до
        додека доколку други другите е една еден едно ќе и иако или им има имаат имаше исто истиот јас кај
        како кога која кои кого колку кон кое кој коишто којашто којшто ли ми може можат му на над најмногу
        нас не него неговата неговиот негов нема ни нив нивните ниту но новата нешто никој ние од овие овој
        оваа ова околу освен откако односно оние оној отколку па по под покрај поради после потоа пред преку
        при против само сега секој се си сите сѐ со според сме сум тие тоа тој таа така тука уште треба што
        """,
    ),
    _language(
        "be",
        "uk ru bg",
        """
        а аб аднак адзін адна адно ад акрамя але альбо амаль апошнія без больш быў была былі было быць ва
        вам вас вельмі вось гэта гэтага гэтай гэтым гэтыя гэты да дзе для другі дык ды ёсць ён з за заўсёды
        зараз і іх ім імі іншыя іншых й каб калі каля каго кожны кім лепш між можа можна мае маюць мы на над
        нават нам нас не нельга ні ніхто нічога ну о па паводле пад падчас пакуль паміж пасля перад першы
        пра праз працягу при пры раней разам са сам сама самы сваё сваёй свае сваіх сваім свайго свой сваю
        себя сябе супраць сёння так такі такія такім там таго таксама тады тае той толькі тое тут тыя тым
        тых у ўжо ўсе ўсё ўсіх ўсяго ў усе хто хаця хоць цяпер ці час чаго чым што як яго яе якая якога якой
        якую які якія якіх якім яна яны яно яму яшчэ дадаў заявіў заявіла паведаміў паведаміла паведамілі
        сказаў сказала
        """,
    ),
    _language(
        "yi",
        "he",
        """
        א אבער אדער אויב אויך אויס אויף אום און אונדז אונטער איבער איבערן איז אין אינעם איר אירע אים אלע אלץ
        אן אס אפילו אז אזוי אזא אט ארום ביז ביי ביים בלויז גאנצע געווארן געוועזן געווען געזאגט גיט גרויסע דא
        דאך דאס דארף דארט דארפן דורך די דיזע דער דערנאך דעם דען האב האבן האט ווארט ווארום וואס וואו ווי וויל
        ווייל ווען וועט וועלן וועלכע ווער וועגן וועלכער ווידער ווערן ווערט זאגט זאל זאלן זאגן זאלסט זייער
        זייערע זיי זיין זיינע זיך זי זינט זענען זעט טאג טוט יא יאר יעדער יעדן יענע לויט מאכט מאל מיט מער מיר
        מוז מען מענטשן מיין נאך נאר נישט ניט נייע נעבן סיי עס ער עטלעכע פאר פארן פון פונעם פיל פיר צו צום
        צוויי צווישן צייט קיין קיינער קען קענען קעגן שוין שטייט
        """,
    ),
    _language(
        "af",
        "nl de",
        """
        aan al alle as asook baie beide binne buite by daar dan dat deur dié die dit drie een elke en gaan
        geen gesê gewees gister haar had hê het hier hoe hom hul hulle hy in is jaar jare julle kan kon kry
        langs maar maak meer mense met moes moet my na naby nadat net nie niks nog nou of om omdat ondersoek
        onder ons ook oor op sal se sê self selfs sedert sien sodat soos steeds sy teen terwyl tot toe
        tussen twee uit van vanaf vandag vir voor waar waarin was wat weens weer wees weet word wou hierdie
        daardie
        """,
    ),
    _language(
        "is",
        "no da sv",
        """
        á að af allt aðeins annað annar án báðir bæði ef eða eftir ekki en enginn enn er eru ein eina einn
        eins einnig eitt ég fjórir fjögur frá fram fyrir gegn gerir hafa hafði hafi hann hans hefur hefði
        hennar hér hjá hún hvað hver hvort í inn innan kom má með meðal meira meðan mjög muni munu mun nú né
        nema niður nokkrir nokkur og okkar okkur saman sagði sagt segir sem séu sé sig síðan síðar sín sína
        sínum sinn sitt sjálfur skal skulu svo til þá það þær þar þau þegar þeir þeim þeirra þess þessi
        þessu þetta þessum því þó þrír þriggja þrátt tveir tveimur um undir upp úr út við var varð verður
        verða verið voru væri vegna vera yfir yrði
        """,
    ),
    _language(
        "fo",
        "no da sv",
        """
        á ímillum allar alla alt at av áðrenn báðir eftir eigur ein eina eingin einki einum einaferð eitt
        ella enn er eru eisini fyri frá fram fekk fingu fóru fýra har hava havi hesa hesi hesin hetta hevur
        hevði hann hana hansara hennara hon hvør hvussu hví í ígjøgnum ikki inn inni ímóti kann kundi kom
        kunnu kring millum mær man men meðan meira mest móti mugu má nakað nakar niður nógv nú o og okkara
        sambært segði seg sum síðani sjálvur skal skuldu so tað tær tá tann tey teir teimum teirra tess tí
        tó tríggjar tveir tveimum um undir upp úr út uttan við var varð verða verður vera vóru yvir
        """,
    ),
    _language(
        "ht",
        "es fr",
        """
        a ak an ankò ap apre avan avèk ba bay chak chèf dè di e epi fè gen gran ka kap kapab ki kote kòm
        kont la lan lè li men menm nan nou ou pa pandan pi pou poko sa san se si sou sèlman te tankou tou
        tout toujou ant konsa yo yon youn
        """,
    ),
)
"""Those of the languages near one that is read in which news is written."""


def is_unread(code: str, words: list[str], function_words: frozenset[str]) -> bool:
    """Whether a text of these folded words, taken for one in the language of this code, is likelier in another."""
    near = [language for language in UNREAD if code in language.taken_for]
    if not near:
        return False
    counts = Counter(words)
    return any(language.is_likelier(counts, function_words) for language in near)
