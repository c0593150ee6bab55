"""Automated reports: one template, filled with figures and names. Two fillings differ in all of them."""

from __future__ import annotations

from collections.abc import Callable

PLACES = (
    "Bartonmouth", "Lindholm", "Averland", "Quillern", "Skarvik", "Ostermere", "Talgrove", "Norwick", "Fennimore",
    "Drovany", "Hexley", "Umberfield",
)  # fmt: skip
NAMES = ("Mara", "Jonas", "Ilse", "Hugo", "Petra", "Oskar", "Wilma", "Tomas", "Greta", "Edwin", "Ruth", "Clement")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ABOUT = (
    " The service publishes such a report for every event of this kind. It is written by a program from the data that "
    "the stations deliver, and an editor reads it only later. Readers who notice a mistake are asked to write to the "
    "service. The archive holds all reports since the beginning of the record, and anybody may use them free of charge "
    "as long as the source is named. A map with all events of the month appears on the first day of the next one, with "
    "a short comment by the experts of the service on whatever was out of the ordinary."
)
"""What all reports of a service end with."""


def _quake(n: int) -> str:
    return (
        f"A magnitude {3 + n / 10:.1f} earthquake struck {17 + 3 * n} km north of {PLACES[n]} at {8 + n}:{10 + 4 * n} "
        f"on {DAYS[n % 7]}, the Northern Seismological Centre said. The quake had a depth of {30 + n} km. There were "
        "no immediate reports of damage or injuries. The agency said that its figures were calculated automatically "
        "and may be revised once seismologists have reviewed the data from more stations."
    )


def _weather(n: int) -> str:
    return (
        f"{PLACES[n]} can expect sunny spells and a light breeze on {DAYS[n % 7]}, with temperatures of up to "
        f"{15 + n} degrees and lows of {n - 7} degrees at night. "
        f"The chance of rain is {41 + 2 * n} percent, the weather service "
        f"said, and there is no risk of frost. Winds will reach {31 + n} km per hour in the afternoon."
    )


def _market(n: int) -> str:
    return (
        f"The {PLACES[n]} index closed 0.{10 + 7 * n} percent higher at {4 + n},{211 + 13 * n}.{20 + n} points on "
        f"{DAYS[n % 7]}. Traders spoke of a quiet session with little news from companies, and of a market that waits "
        f"for the decision of the central bank. Turnover was {311 + 17 * n} million crowns."
    )


def _match(n: int) -> str:
    return (
        f"{PLACES[n]} Rovers beat {PLACES[n - 1]} United {n + 2}-{n + 1} in front of {2100 + 37 * n} spectators. "
        f"{NAMES[n]} {PLACES[n - 3]}son scored the winner in the {61 + n}th minute after a corner. The visitors had "
        "the better chances in the first half but failed to take them, and their coach spoke of a deserved defeat."
    )


def _court(n: int) -> str:
    return (
        f"{NAMES[n]} {PLACES[n]}son, {21 + n}, of {PLACES[n - 1]} Street, was fined {150 + 20 * n} crowns and ordered "
        "to pay the costs of the case for driving without insurance. The court heard that there had been an earlier "
        "warning, and that the car had meanwhile been sold. There is a right of appeal within a month."
    )


def _road(n: int) -> str:
    return (
        f"The A{11 + n} is closed in both directions between {PLACES[n]} and {PLACES[n - 1]} after an accident. Police "
        f"advise drivers to leave the motorway at junction {3 + n} and to follow the signs. The closure is expected to "
        f"last until {8 + n}:{10 + 4 * n} while the wreckage is removed and the surface is cleaned of spilled oil."
    )


def _german(n: int) -> str:
    return (
        f"Ein Erdbeben der Stärke {3 + n / 10:.1f} hat sich um {8 + n}.{10 + 4 * n} Uhr {17 + 3 * n} Kilometer "
        f"nördlich von {PLACES[n]} ereignet. Das teilte das Geologische Landesamt mit. Berichte über Schäden oder "
        f"Verletzte lagen zunächst nicht vor. Das Beben hatte sein Zentrum in einer Tiefe von {40 + n} Kilometern. Die "
        "Angaben wurden automatisch berechnet und können sich ändern, wenn sie von Fachleuten geprüft worden sind."
    )


def _russian(n: int) -> str:
    return (
        f"Землетрясение магнитудой {3 + n / 10:.1f} произошло в {8 + n}:{10 + 4 * n} в {17 + 3 * n} километрах к "
        f"северу от города, сообщила сейсмологическая служба. Очаг находился на глубине {40 + n} километров. "
        "Сообщений о пострадавших и разрушениях не поступало, уточнили власти. Данные рассчитаны автоматически и могут "
        "быть изменены."
    )


def _japanese(n: int) -> str:
    return (
        f"{13 + n}日午後{n + 1}時{22 + n}分ごろ、北部で地震があり、マグニチュード{3 + n / 10:.1f}と推定される。"
        f"震源の深さは約{40 + n}キロで、気象庁によると津波の心配はない。けが人や建物の被害の情報は入っていない。"
    )


TEMPLATES: dict[str, Callable[[int], str]] = {
    "earthquake": _quake,
    "weather": _weather,
    "market": _market,
    "match": _match,
    "court": _court,
    "road": _road,
    "German": _german,
    "Russian": _russian,
    "Japanese": _japanese,
}
FILLINGS = len(PLACES)
