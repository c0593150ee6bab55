"""Convert the two- or three-letter language codes of engines and dictionaries to ISO 639-1."""

from __future__ import annotations

_CODES = (
    "afr:af ara:ar arg:an asm:as ast:ast aze:az baq:eu bel:be ben:bn bos:bs bre:br bul:bg cat:ca ces:cs cym:cy "
    "cze:cs dan:da deu:de dut:nl ell:el eng:en epo:eo est:et eus:eu fao:fo fas:fa fin:fi fra:fr fre:fr ger:de "
    "gle:ga glg:gl gre:el guj:gu hbs:sh heb:he hin:hi hrv:hr hun:hu hye:hy ind:id isl:is ita:it jpn:ja kat:ka "
    "kaz:kk kir:ky kor:ko kur:ku lat:la lav:lv lit:lt mar:mr mkd:mk mlt:mt msa:ms nld:nl nno:nn nob:nb nor:no "
    "oci:oc pan:pa pol:pl por:pt ron:ro rum:ro rus:ru scc:sr scr:hr slk:sk slo:sk slv:sl sme:se spa:es sqi:sq "
    "srd:sc srp:sr swa:sw swe:sv swh:sw tat:tt tur:tr ukr:uk urd:ur uzb:uz vie:vi zho:zh zlm:ms zsm:ms"
)
TWO_LETTERS: dict[str, str] = dict(pair.split(":", 1) for pair in _CODES.split())
"""ISO 639-2 and 639-3 to ISO 639-1; Asturian only has three letters."""


def two_letters(code: str) -> str | None:
    """Return the ISO 639-1 code of a language, or None if it is unknown. ``deu`` is ``de``, and so is ``de``."""
    return TWO_LETTERS.get(code, code if len(code) == 2 else None)
