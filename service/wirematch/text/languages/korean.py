"""Korean. Snowball has no stemmer for it: particles and endings of 'do' and 'become' are stripped here."""

from __future__ import annotations

from wirematch.text.languages.language import Language

LEAST_LEFT = 2
"""Syllables that must be left; a shorter remainder is more likely half a word than a word without its particle."""

_PARTICLES = """
    은 는 이 가 을 를 의 에 에서 에게 에게서 께서 한테 으로 로 으로써 로써 으로서 로서 와 과 이나 나 도 만 까지 부터
    보다 처럼 마다 조차 밖에 이라고 라고 이라는 라는 이라며 라며 이며 이고 이다 인 쯤 들 에는 에도 에만 에서는 에서도
""".split()
_DO_AND_BECOME = """
    하다 하고 하며 하는 하기 하게 하지 하던 하면 하자 한 한다 할 해 해서 했고 했다 했다고 했던 했으나 했으며 했지만
    하기로 하도록 하려고 하면서 한다고 했습니다 합니다 되고 되며 되는 되기 되지 되면 된 된다 될 돼 됐고 됐다 됐다고
    됐으며 되었다 됩니다 시켰다 시킨 시키는 받은 받는
""".split()
_ENDINGS = frozenset(_PARTICLES + _DO_AND_BECOME)
_LONGEST = max(map(len, _ENDINGS))


def stem(word: str) -> str:
    """Strip endings, the longest first, until none is left, so that a word and its marked forms are one."""
    while True:
        for size in range(min(_LONGEST, len(word) - LEAST_LEFT), 0, -1):
            if word[-size:] in _ENDINGS:
                word = word[:-size]
                break
        else:
            return word


KOREAN = Language(
    "ko",
    frozenset(
        """
        가장 각 각각 거나 거의 것 것과 것도 것만 것에 것으로 것은 것을 것이 것이다 게다가 결국 경우 곧 관련 관해 그
        그가 그것 그것은 그것을 그것이 그녀 그는 그대로 그들 그들은 그래서 그러나 그런 그런데 그를 그리고 그의 나 나는
        내 너무 누가 누구 다른 다만 다시 대로 대한 대해 대해서 더 더욱 동안 되고 되는 된 된다 될 됐다 등 등과 등도
        등에 등으로 등은 등을 등의 등이 따라 따라서 따르면 따른 때 때는 때문 때문에 또 또는 또한 로 매우 모든 모두
        무엇 및 바 바로 밖에 번 보다 비해 사실 수 수가 수는 수도 씨 씨가 씨는 씨의 아니다 아니라 아직 않고 않는 않는다
        않아 않았다 않은 약 어느 어떤 없는 없다 없었다 없이 여 여기 여러 역시 오히려 왜 우리 우리는 위한 위해 위해서
        의해 이 이것 이것은 이날 이는 이들 이들은 이라고 이러한 이런 이렇게 이를 이미 이번 이에 이와 이후 일부 있고
        있는 있다 있다고 있다는 있어 있었다 있으며 있을 자신 자신의 저 저는 전혀 점 정도 제 조금 좀 중 즉 지 지금 채
        총 특히 하고 하는 하며 하지만 한 한다 할 함께 해 했고 했다 했으며 혹은
        강조했다 것으로 말했다 말한다 밝혔다 밝혔다고 설명했다 알려졌다 전했다 주장했다
        """.split()
    ),
    stem,
)
