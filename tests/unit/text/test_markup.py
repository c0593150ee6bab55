"""Bodies with markup: the text that is compared, and offsets into the submitted body."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.formats_documents import STORY
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, BodyFormat, Relation
from wirematch.text.markup import looks_like_markdown, opening, plain_text, read_markup
from wirematch.text.prepare import prepare


def as_html(text: str) -> str:
    marked = text.replace("coastguard", '<a href="https://courier.example/t?a=1&amp;b=2"><b>coastguard</b></a>', 3)
    marked = marked.replace("“", "&ldquo;").replace("”", "&rdquo;").replace("lifeboats", "<em>life</em>boats")
    return "".join(f'<p class="x">{part}</p>\n' for part in marked.split("\n\n"))


def as_markdown(text: str) -> str:
    marked = text.replace("coastguard", "[coastguard](https://courier.example/t_(x)?a=1)".replace("_(x)", ""), 3)
    marked = marked.replace("lifeboats", "**lifeboats**").replace("passengers", "*passengers*")
    return "## Ferry aground\n\n" + marked


@pytest.mark.parametrize("marked", [as_html, as_markdown, lambda text: as_html(text).replace("<", "&lt;")])
def test_a_copy_with_markup_is_a_copy(marked):
    story = Article(body=STORY, source="Norwind")
    submission = Article(body=marked(STORY))

    match = default_comparer().compare_articles(submission, story)

    assert match.relation is Relation.COPY
    assert match.coverage.submission > 0.95
    for passage in match.passages:
        mine = submission.body[passage.submission.start : passage.submission.end]
        theirs = story.body[passage.story.start : passage.story.end]
        assert plain_text(Article(body=mine, body_format=BodyFormat.HTML)).split()[:1] or mine
        assert mine.split()[-1].strip(".,”*")[-4:] in theirs or "</" in mine or "&" in mine


@pytest.mark.parametrize(
    "picture",
    [
        "![A map](data:image/png;base64,{})\n\n",
        "[image1]: <data:image/png;base64,{}>\n\n",
        "[image1]: data:image/png,{}\n\n",
    ],
)
def test_a_picture_within_an_address_is_no_text(picture):
    body = "# Ferry\n\n" + picture.format("iVBORw0KGgo+/9" * 2_000) + STORY

    assert plain_text(Article(body=body, body_format=BodyFormat.MARKDOWN)).split() == f"Ferry {STORY}".split()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One <b>bold</b>ness.</p><p>Two</p>", "One boldness.\n\n\n\nTwo"),
        ("One<br>two <br/>three", "One\ntwo \nthree"),
        ("A caf&eacute; burnt.\n\nNobody&nbsp;died.", "A café burnt.\n\nNobody died."),
        ("&lt;p&gt;One&lt;/p&gt;", "One"),
        ("<p>One</p><script>var a = '<p>two</p>';</script><!-- <p>three</p> -->", "One"),
        ("<p>One\n  line</p>", "One line"),
        ("# Head\n\nThe **bold** one.", "Head\n\nThe bold one."),
        ('See [the *quay*](https://a.example/b_c "t") here.', "See the quay here."),
        ("See [the quay][1] here.\n\n[1]: https://a.example", "See the quay here."),
        ("**Bold** and ![a picture](https://a.example/p.jpg) go.", "Bold and  go."),
        (
            "**Bold**\n\n> Quoted\n- entry\n\n---\n\nsnake_case 2 * 3 \\* 4",
            "Bold\n\nQuoted\nentry\n\n\n\nsnake_case 2 * 3 * 4",
        ),
    ],
)
def test_markup_is_read(body, text):
    assert read_markup(body).text.strip() == text


@pytest.mark.parametrize(
    "body",
    [
        "AT&T said 3 < 4 & 5 > 2.",
        "He gave it two stars: * and **.",
        "Room #3 (see [1]) and a_b_c.",
        "The tag <quay> is none of HTML's.",
        "Prices: 2 * 3 * 4 = 24",
    ],
)
def test_what_only_looks_like_markup_stays(body):
    assert read_markup(body).text == body
    assert not looks_like_markdown(body)


def test_the_format_may_be_said():
    assert read_markup("<p>One</p>", "text").text == "<p>One</p>"
    assert read_markup("a <q>b</q>", "html").text == "a b"
    assert read_markup("a <q>b</q>").text == "a <q>b</q>"
    assert read_markup("*one* two", "markdown").text == "one two"
    assert read_markup("*one* two").text == "*one* two"


def test_words_point_into_what_was_submitted():
    body = "<p>The caf&eacute; <b>burnt</b> down.</p>"
    prepared = prepare(body)

    assert [body[start:end] for start, end in zip(prepared.starts, prepared.ends, strict=True)] == [
        "The",
        "caf&eacute;",
        "burnt",
        "down",
    ]
    assert prepared.length == len(body)


PIECES = (
    "<p> </p> <b> </b> <br> <!-- --> <script> </script> &amp; &eacute; &lt;p&gt; [a](/b) ** __ * _ # > - \n \n\n é 文 a"
).split(" ")


@given(
    body=st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=60).map("".join),
    kind=st.sampled_from([None, *BodyFormat]),
)
@settings(max_examples=max(400, settings.default.max_examples))
def test_any_text_has_a_way_back(body, kind):
    read = read_markup(body, kind)

    if read.starts is None:
        assert read.text == body
        return
    starts, ends = read.starts.tolist(), read.ends.tolist()
    assert len(starts) == len(ends) == len(read.text)
    assert all(0 <= start < end <= len(body) for start, end in zip(starts, ends, strict=True))
    assert starts == sorted(starts)
    prepare(body, None, kind)


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<script>",
        "<a ",
        "[",
        "[a](",
        "*",
        "&",
        "<p>",
        "_",
        "\\",
        "**a",
        "[a][b",
        "<",
        "> ",
        "- ",
        "![a",
        "**a** *a ",
        "# a\n- ",
    ],
)
@pytest.mark.parametrize("kind", [None, BodyFormat.HTML, BodyFormat.MARKDOWN])
def test_no_text_takes_the_square_of_its_length(piece, kind):
    body = (piece * 200_000)[:200_000]

    assert len(read_markup(body, kind).text) <= len(body)  # quadratic time would be minutes


@pytest.mark.parametrize(
    "body",
    [
        "<style>p {color: red}</style><!-- <p>Old</p> --><p>Ferry&nbsp;<b>aground</b></p><p>All are safe.</p>",
        "<html><head><title>Star</title></head><body><p>Ferry <a href='/t?a=1&amp;b=2'>aground</a>, all safe</p>",
        "# Ferry [aground](https://norwind.example/1)\n\nAll are **safe**.",
        "Ferry aground: 3 < 4 & all are safe",
    ],
)
def test_what_a_body_begins_with_is_text_wherever_it_is_cut(body):
    kind = BodyFormat.HTML if body.startswith("<") else None
    whole = opening(body, kind)

    assert whole.startswith("Ferry")
    if kind is not None:
        assert all(whole.startswith(opening(body[:cut], kind)) for cut in range(len(body)))
