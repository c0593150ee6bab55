from __future__ import annotations

import pytest
from lxml import etree

from wirematch.formats.markup import looks_like_markup, text_of, text_of_markup


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<p>a\n  <b>b</b>  c</p>\n\n<p> d </p>", "a b c\n\nd"),
        ("<p>a<br>b<br/>c</p>", "a\nb\nc"),
        ("<p>un<em>brok</em>en</p>", "unbroken"),
        ("<ul><li>a</li><li>b</li></ul><p>c</p>", "a\nb\n\nc"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a\n  b\n\nc</pre>", "a\nb\n\nc"),
        ("<p>a</p><script>x()</script><style>y</style><p>b</p>", "a\n\nb"),
        ("<figure><img><figcaption>caption</figcaption></figure><p>a</p>", "a"),
        ("a<script>x</script>b", "ab"),
        ("<p>&mdash; &amp; &#233; &nbsp;</p>", "— & é"),
        ("plain", "plain"),
        ("<p>a<p>b", "a\n\nb"),
        ("<div><div><p>a</p></div></div><div>b</div>", "a\n\nb"),
        ("<p> </p>", ""),
        ("", ""),
        ("a < b", "a < b"),
    ],
    ids=range(17),
)
def test_paragraphs_are_parted_and_lines_kept(markup, text):
    assert text_of_markup(markup).replace("\u00a0", "").strip() == text


def test_an_elements_own_tail_is_not_its_text():
    root = etree.fromstring("<a><b>in</b>out</a>")

    assert text_of(root[0]) == "in"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>a</p>", True),
        ("Four died.<br/>Nobody knows.", True),
        ("He wrote <em>no</em>.", True),
        ("2 < 3 and 4 > 3", False),
        ("Four died.", False),
        ("if x<y then </done>", False),
    ],
)
def test_markup_is_known_by_its_tags(text, expected):
    assert looks_like_markup(text) is expected
