"""Turkish."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball


def _bare(word: str) -> str:
    """Strip endings of names and numbers, which follow an apostrophe: ``Ankara'da``."""
    return word.partition("'")[0]


TURKISH = Language(
    "tr",
    frozenset(
        """
        acaba ama ancak ardından arasında artık aslında ayrıca az bana bazı belki ben beni benim beri bile bir biraz
        birçok biri birkaç birlikte biz bize bizi bizim böyle bu buna bunda bundan bunlar bunları bunların bunu bunun
        burada bütün çok çünkü da daha dahi de defa değil diğer diye doğru dolayı dolayısıyla eden eder edilen ederek
        en etti eğer fakat gibi göre hala halen hangi hem henüz hep hepsi her herhangi herkes hiç hiçbir ile ilgili
        ilk ise itibaren işte için içinde kadar karşı karşın kendi kendine kendisi ki kim kimi kimse konusunda mi mı
        mu mü nasıl ne neden nedeniyle nerede niçin niye o olan olarak oldu olduğu olduğunu olması olsa olup olur
        olmak ona ondan onlar onların onu onun orada oysa önce pek rağmen sadece sana sanki sen siz sizin son sonra
        şey şimdi şu şöyle tarafından tüm üzere üzerinde üzerine var ve veya ya yani yönelik yaptığı yerine yine yok
        yüzünden zaten
        açıkladı anlattı belirten belirtildi belirtti bildirdi dedi ifade kaydetti söyleyen söyledi vurguladı
        """.split()
    ),
    snowball("turkish"),
    _bare,
    least_share=0.1,  # endings do the work of prepositions elsewhere
)
