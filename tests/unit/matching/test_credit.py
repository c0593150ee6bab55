from __future__ import annotations

import pytest

from wirematch.matching.credit import credits_source, known_agencies, names_source
from wirematch.models import Article


@pytest.mark.parametrize(
    ("submitted", "source"),
    [
        ("PORT MARLOWE (Norwind) - A barge sank.", "Norwind"),
        ("A barge sank, norwind reports.", "Norwind"),
        ("A barge sank.\n\n--IANS", "IANS"),
        ("According to Aster\n Science Wire, it did.", "Aster Science Wire"),
        ("WESTERHOLM (ASW) - Amber lamps help.", "Aster Science Wire (ASW)"),
        ("Aster Science Wire reports that amber lamps help.", "Aster Science Wire (ASW)"),
        ("«Полярная линия» сообщила об этом.", "Полярная линия"),
        ("A note by A.B. (C++) says so.", "A.B. (C++)"),
        ("A barge sank (Norwind).", "  Norwind "),
    ],
)
def test_a_source_named_anywhere_is_a_credit(submitted, source):
    assert names_source(submitted, source)


@pytest.mark.parametrize(
    ("submitted", "source"),
    [
        ("A barge sank.", "Norwind"),
        ("The Norwinder sank.", "Norwind"),
        ("He put the cap on and heard a rap.", "AP"),
        ("ap was the password", "AP"),
        ("Aster, the science wire, is here.", "Aster Science Wire"),
        ("asw is no agency here", "Aster Science Wire (ASW)"),
        ("A barge sank.", ""),
        ("A barge sank.", "  "),
        ("A barge sank.", None),
        ("A barge sank.", "()"),
        ("axb", "a.b"),
    ],
)
def test_what_only_looks_like_the_source_is_none(submitted, source):
    assert not names_source(submitted, source)


@pytest.mark.parametrize(
    ("submitted", "source"),
    [
        ("LINDHOLM, March 3 (AP) - The quay is closed.", "The Associated Press"),
        ("LINDHOLM (AP) -- The quay is closed.", "Associated Press"),
        ("The quay is closed, the AP reported.", "Associated Press"),
        ("The quay is closed, Agence France-Presse reported.", "AFP"),
        ("The quay is closed, said Reuters.", "Thomson Reuters"),
        ("By Ada Lund, Associated Press\n\nThe quay is closed.", "AP"),
        ("Der Kai ist geschlossen. (dpa/dts)", "Deutsche Presse-Agentur"),
        ("LINDHOLM (dpa) - Der Kai ist geschlossen.", "dpa"),
        ("DPA meldet, der Kai sei geschlossen.", "dpa"),
        ("The quay is closed, the Press Association reported.", "PA"),
        ("The quay is closed. (PA)", "Press Association"),
        ("The quay is closed, PA said.", "PA Media"),
        ("The quay is closed.\n\n— with agencies", "Reuters"),
        ("The quay is closed.\n\n(Agencies)", "AFP"),
        ("Il molo è chiuso. (ANSA)", "Agenzia ANSA"),
        ("Kajen är stängd. (TT)", "Tidningarnas Telegrambyrå"),
        ("Reuters/AFP", "Agence France-Presse"),
        ("码头关闭。新华社北京电", "Xinhua"),
        ("LINDHOLM, 3 mars (Belga)", "belga.be"),
        ("Photo: Heikki Lahti / STT", "Suomen Tietotoimisto"),
    ],
)
def test_agencies_are_known_by_all_their_names(submitted, source):
    assert names_source(submitted, source)


@pytest.mark.parametrize(
    ("submitted", "source"),
    [
        ("He moved to Scranton, PA 18503 last year.", "Press Association"),
        ("The TT Club insured it.", "Tidningarnas Telegrambyrå"),
        ("The quay is closed with agencies of the board.", "Norwind"),
        ("Nobody was told about it at home.", "about"),
        ("The news came by wire.", "News"),
        ("The quay is closed, Reuters reported.", "AFP"),
        ("Padua is on the map of the MAP project.", "Maghreb Arabe Presse"),
    ],
)
def test_other_meanings_of_a_name_are_no_credit(submitted, source):
    assert not names_source(submitted, source)


def test_a_credit_stands_in_the_text_the_headline_the_byline_or_the_source():
    story = Article(body="The quay is closed.", source="Associated Press")

    def credited(**fields: object) -> bool:
        return credits_source(Article.model_validate({"body": "The quay is closed."} | fields), story)

    assert not credited()
    assert credited(metadata={"byline": "Ada Lund, AP"})
    assert credited(source="Courier/AP")
    assert credited(headline="AP: Quay closed")
    assert not credited(source="Tolvane Courier", metadata={"byline": "Ada Lund"})


def test_a_source_that_is_the_storys_author_is_a_person_and_no_agency():
    story = Article(body="x", source="Petra Salonen", metadata={"byline": "Petra Salonen"})

    assert not credits_source(Article(body="Petra Salonen said the board had no choice."), story)


def test_there_are_forty_agencies_and_each_name_is_one_agencys():
    names = known_agencies()

    assert len({tuple(row) for row in map(tuple, names._rows.values())}) >= 40
    assert len(names.of("AP")) == len(names.of("The Associated Press")) >= 3


def test_names_can_be_added():
    names = known_agencies().also({"Norwind": ["Norwind Press", "NW!"], "AP": ["Ay Pee"]})

    assert names_source("The quay is closed, Norwind Press said.", "Norwind", names)
    assert names_source("LINDHOLM (NW) - The quay is closed.", "Norwind Press", names)
    assert not names_source("The NW quay is closed.", "Norwind", names)
    assert names_source("The quay is closed, Ay Pee said.", "Associated Press", names)
    assert names_source("The quay is closed (AP).", "Ay Pee", names)
