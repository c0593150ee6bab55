"""Spanish."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball
from wirematch.text.languages.spelling import restoring

SPANISH = Language(
    "es",
    frozenset(
        """
        a al algo alguien algún alguna algunas alguno algunos ambas ambos ante antes apenas aquel aquella aquellas
        aquello aquellos aquí así aún aunque bajo bastante bien cada casi como cómo con contra cual cuál cuales
        cualquier cuando cuándo cuanto cuya cuyas cuyo cuyos de del dentro desde después donde dónde durante e el él
        ella ellas ello ellos en encima entonces entre era eran es esa esas ese eso esos esta está estaba estaban
        estado están estar estas este esto estos estuvo fin fue fuera fueron ha había habían haber habrá hace hacer
        hacia han hasta hay he hizo incluso junto la las le les lo los luego mas más me mediante medio menos mi mientras
        mis misma mismas mismo mismos muchas mucho muchos muy nada nadie ni ningún ninguna ninguno no nos nosotros
        nuestra nuestras nuestro nuestros nunca o os otra otras otro otros para pero poco por porque pudo puede pueden
        pues que qué quien quién quienes se sea según ser será serán si sí sido siempre sin sino sobre solo sólo son su
        sus tal también tampoco tan tanto te tenía tenían tener tiene tienen toda todas todavía todo todos tras tu tuvo
        u un una unas uno unos usted va van varias varios y ya yo
        dice dicen dijeron dijo afirmó agregó añadió aseguró explicó indicó informó informaron señaló
        """.split()
    ),
    restoring(snowball("spanish"), "ió ían ía ías irá".split()),
)
