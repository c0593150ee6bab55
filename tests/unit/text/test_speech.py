from __future__ import annotations

import pytest

from wirematch.text.prepare import prepare

NEWS = "The barge drifted into the bridge before dawn, and four of the people on it were killed, the police said."
MORE = "Divers searched the channel all day while ferries took the islanders to the mainland and back again."


def spoken(submitted: str) -> list[str]:
    """Return the spoken words, as submitted."""
    text = prepare(submitted)
    return [submitted[a:b] for a, b, said in zip(text.starts, text.ends, text.spoken, strict=True) if said]


def spoken_paragraphs(*paragraphs: str) -> list[int]:
    """Return which paragraphs are speech from end to end; none may be so in part."""
    text = prepare("\n\n".join(paragraphs))
    places, begin = [], 0
    for number, paragraph in enumerate(paragraphs):
        end = begin + len(paragraph)
        said = text.spoken[(text.starts >= begin) & (text.starts < end)]
        assert said.all() or not said.any(), paragraph
        if said.any():
            places.append(number)
        begin = end + 2
    return places


@pytest.mark.parametrize(
    ("submitted", "words"),
    [
        ('The mayor said "no report" twice.', ["no", "report"]),
        ("The mayor said “no report” twice.", ["no", "report"]),
        ("Der Bürgermeister sagte „kein Bericht“ zweimal.", ["kein", "Bericht"]),
        ("Le maire a dit «\u00a0aucun rapport\u00a0» deux fois.", ["aucun", "rapport"]),
        ("The mayor said ``no report'' twice.", ["no", "report"]),
        ("The mayor said ``no report'' twice, and \"no more\" then.", ["no", "report", "no", "more"]),
        ("``No report,'' he said, ``will do.\" He left.", ["No", "report", "will", "do"]),
        ("``It was 'no report''', he said.", ["It", "was", "no", "report"]),
        ('"No report," he said, "will do."', ["No", "report", "will", "do"]),
        ("“No ‘report’ will do,” he said.", ["No", "report", "will", "do"]),
        ("There is no quotation here.", []),
    ],
)
def test_what_stands_between_double_marks_is_spoken(submitted, words):
    assert spoken(submitted) == words


@pytest.mark.parametrize(
    ("submitted", "words"),
    [
        ("He said 'nobody knows' to reporters.", ["nobody", "knows"]),
        ("He said ‘nobody knows’ to reporters.", ["nobody", "knows"]),
        (
            "He said ‘nobody’s barge shouldn’t sink’ to reporters.",
            ["nobody’s", "barge", "shouldn’t", "sink"],
        ),
        ("He said 'nobody's barge shouldn't sink' to reporters.", ["nobody's", "barge", "shouldn't", "sink"]),
        ("The harbour's pier and the barge's mooring lines gave way.", []),
        ("The islanders' ferries and the divers' boats were late.", []),
        ("The storm of '98 took the harbour's pier, and that of '07 the rest.", []),
    ],
)
def test_british_marks_have_apostrophes_within_and_are_none(submitted, words):
    assert spoken(submitted) == words


@pytest.mark.parametrize(("opened", "closed"), [("“", "”"), ('"', '"'), ("‘", "’"), ("'", "'"), ("«", "»")])
def test_a_quotation_never_reaches_into_the_next_paragraph(opened, closed):
    submitted = f"He said: {opened}nobody knows.\n\n{MORE}\n\nShe said {opened}the barge sank{closed} to reporters."

    assert not {"Divers", "searched", "islanders", "reporters"} & set(spoken(submitted))
    assert spoken(submitted)[-3:] == ["the", "barge", "sank"]


@pytest.mark.parametrize("mark", ["“", '"'])
def test_a_quotation_that_goes_on_opens_anew_in_each_paragraph(mark):
    submitted = f"{mark}The barge sank.\n\n{mark}The bridge fell,{'”' if mark == '“' else mark} he said."

    assert spoken(submitted) == ["The", "barge", "sank", "The", "bridge", "fell"]


def test_a_paragraph_in_the_first_person_is_a_block_quotation():
    statement = "We ask everyone to stay away from our harbour until the divers have done their work there."

    assert spoken_paragraphs(NEWS, statement, MORE) == [1]


def test_a_single_first_person_tells_in_a_short_paragraph_only():
    short = "The barge was always the pride of my family."
    long = NEWS + " " + MORE + " The old song has it that the bridge will outlive us and my harbour too."

    assert spoken_paragraphs(NEWS, short, MORE, NEWS) == [1]
    assert spoken_paragraphs(NEWS, long.replace("us and ", ""), MORE, NEWS) == []


def test_the_first_person_within_marks_makes_no_block():
    submitted = f"{NEWS}\n\nThe mayor said “we lost our bridge and I lost my brother” and left the hall.\n\n{MORE}"

    assert spoken(submitted) == "we lost our bridge and I lost my brother".split()


def test_a_paragraph_that_was_announced_is_a_block_quotation():
    announcement = "The harbour master said in a statement:"
    statement = "The barge was moored as the rules of the harbour demand, and the storm took it nonetheless."

    assert spoken_paragraphs(NEWS, announcement, statement, MORE) == [2]


@pytest.mark.parametrize(
    "post",
    [
        "Bridge closed until further notice. Ferries from pier two. @MarlowePort",
        "Bridge closed until further notice #marlowebridge",
        "Bridge closed until further notice pic.twitter.com/abc",
    ],
)
def test_a_post_is_a_block_quotation(post):
    assert spoken_paragraphs(NEWS, post, MORE) == [1]


def test_a_long_paragraph_that_names_an_account_is_the_reporters():
    assert spoken_paragraphs(NEWS, f"{NEWS} {MORE} {NEWS} {MORE} The port has the account @MarlowePort.", MORE) == []


def test_a_paragraph_between_two_block_quotations_is_one():
    first = "We ask everyone to stay away from our harbour today."
    between = "Ferries leave from the second pier and will be free of charge."
    last = "We thank the islanders for all that they did for us."

    assert spoken_paragraphs(NEWS, first, between, last, MORE, NEWS) == [1, 2, 3]
    assert spoken_paragraphs(NEWS, first, MORE, NEWS, last) == [1, 4]


def test_a_column_in_the_first_person_is_not_all_speech():
    column = [
        "I was at the harbour when the barge hit our bridge, and I shall never forget it.",
        "My neighbours and I had come to see the storm, as we do every winter in our town.",
        "We stood there until the divers came, and then we went home and I wrote this down.",
        "The mayor said “nobody knows” twice, and I believe him when he tells us so.",
    ]

    assert spoken("\n\n".join(column)) == ["nobody", "knows"]


def test_in_other_languages_only_marks_tell():
    german = [
        "Der Lastkahn ist vor dem Morgen gegen die Brücke getrieben, und vier der Menschen auf ihm sind gestorben.",
        "In einer Mitteilung der Stadt hieß es:",
        "Wir bitten alle, dem Hafen fernzubleiben, und wir danken für die „große Hilfe“ in der Nacht. @HafenMarlowe",
        "Die Taucher haben den ganzen Tag in dem Kanal gesucht, und die Fähren sind wieder gefahren.",
    ]

    assert prepare("\n\n".join(german)).language == "de"
    assert spoken("\n\n".join(german)) == ["große", "Hilfe"]


def test_no_words_no_speech():
    assert spoken("") == spoken("“”") == []


POST = "Nobody asked for a toll on the bridge. Nobody will pay it."


@pytest.mark.parametrize("signature", ["— Ilsa M. (@ilsamoreland) March 3, 2026", "- Ilsa M (@ilsa) 3 March 2026"])
@pytest.mark.parametrize("gap", [" ", "\n\n"])
def test_a_signed_post_is_spoken_wherever_its_signature_stands(signature, gap):
    said = spoken(f"{NEWS}\n\n{POST}{gap}{signature}\n\n{MORE}")

    assert set(POST.replace(".", "").split()) <= set(said)
    assert not set(MORE.replace(".", "").split()) & set(said) - set(POST.split())


def test_signed_posts_are_spoken_even_if_they_are_most_of_the_text():
    posts = [f"{POST} - Ilsa M. (@ilsamoreland) March {day}, 2026" for day in range(1, 9)]

    assert spoken_paragraphs(NEWS, *posts) == list(range(1, 9))
