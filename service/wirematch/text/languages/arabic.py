"""Arabic."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball

_WORDS = """
    آخر أثناء إذ إذا أشار أضاف أعلن أفاد أكثر أكد ألا أم أما أمام إن إلا إلى أن أنا أنت أنه أنها أنهم إنه إنها أو أوضح
    أول أي أيضا أين إياه بأن بإن بحسب بدون بسبب بشأن بشكل بعد بعدما بعض بل بما بن به بها بهذا بهذه بهم بين بينما تحت
    تكون تلك تم تمت ثم جدا جميع حتى حسب حسبما حوالي حول حيث حين خارج خلال خلف داخل دون ذات ذكر ذلك رغم سوف سوى صرح ضد
    ضمن عبر عدة عدم على عليه عليها عليهم عن عنه عنها عند عندما غير فإن فقد فقط فوق في فيما فيه فيها فيهم قال قالت قالوا
    قبل قد قرب كان كانت كانوا كذلك كل كلا كما كي كيف لا لأن لأنه لدى لديه لقد لكل لكن لكنه لم لما لماذا له لها لهذا
    لهذه لهم لن لو لولا ليس ليست ما ماذا متى مثل مع معه معها مما من منذ منه منها منهم مهما مضيفا نحن نحو نفس نفسه هذا
    هذان هذه هل هم هنا هناك هو هؤلاء هي وراء وفق وفقا يا يتم يجب يقول يكون يمكن يوجد أحد إحدى التي الذي الذين اللذين
    اللتين اللواتي
""".split()
_WITHOUT_HAMZA = [word.translate(str.maketrans("أإآ", "ااا")) for word in _WORDS]
_AND = ("و", "ف")
# The article, alone and joined to particles: and-the, so-the, by-the, as-the, and-to-the, to-the, the.
_ARTICLES = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال")
LEAST_LEFT = 3


def _bare(word: str) -> str:
    """Strip the article, as Snowball removes different endings from a word with it than from the word without it.

    Also strips "and" before an alif, which Snowball leaves; it strips other particles itself.
    """
    while True:
        for prefix in _ARTICLES:
            if word.startswith(prefix) and len(word) >= len(prefix) + LEAST_LEFT:
                word = word.removeprefix(prefix)
                break
        else:
            return word[1:] if word.startswith("وا") and len(word) > LEAST_LEFT + 1 else word


ARABIC = Language(
    "ar",
    # "And" and "so" are written as one word with what follows: wa-qala, fa-inna.
    frozenset(particle + word for particle in ("", *_AND) for word in (*_WORDS, *_WITHOUT_HAMZA)) | {"و"},
    snowball("arabic"),
    _bare,
    least_share=0.12,  # the article and half the prepositions are part of the following word
)
