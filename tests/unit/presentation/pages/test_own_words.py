from __future__ import annotations

from wirematch.presentation.pages.own_words import own_words


def test_spans_are_cut_where_somebody_else_speaks():
    body = 'The mayor said the bridge "was safe until the barge came loose" and that he would resign in May.'
    own = own_words(body)
    quoted = body.index("was safe"), body.index("loose") + 5

    assert list(own.asides) == [quoted]
    assert own.within((0, len(body))) == [(0, quoted[0]), (quoted[1], len(body))]
    assert own.within(quoted) == []
    assert own.share_in([(0, len(body))]) == 1
    assert own.share_in([quoted]) == 0
    assert own_words("").share_in([(0, 4)]) == 0
