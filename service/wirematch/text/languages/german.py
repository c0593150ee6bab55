"""German."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball
from wirematch.text.languages.spelling import german

GERMAN = Language(
    "de",
    frozenset(
        """
        ab aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes anders auch auf aus
        außer außerdem bei beim bereits bevor bin bis bisher da dabei dadurch dafür dagegen daher damals damit danach
        dann daran darauf darüber darum darunter das dass davon davor dazu dein dem demnach den denen denn dennoch der
        deren des dessen deshalb dich die dies diese diesem diesen dieser dieses dir doch dort du durch eben ehe ein
        eine einem einen einer eines einige einigen einiger einmal er erst es etwa etwas euch eure für gegen gegenüber
        gewesen hab habe haben hat hatte hatten hätte hätten her hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren
        ihrer ihres im immer in indem innerhalb ins ist ja je jede jedem jeden jeder jedes jedoch jemand jene jenen
        jener jetzt kann kaum kein keine keinem keinen keiner können könne könnte könnten man mehr mehrere mein meine
        meinem meinen meiner mich mir mit muss müssen müsse musste mussten nach nachdem neben nicht nichts niemand noch
        nun nur ob oder ohne rund schon sehr sei seien sein seine seinem seinen seiner seines seit selbst sich sie sind
        so sobald solche solchen sogar soll sollen solle sollte sollten sondern sonst soweit sowie sowohl trotz um und
        uns unser unsere unseren unter viel viele vielen vom von vor während wann war waren warum was wegen weil weiter
        welche welchem welchen welcher welches wenn wer werde werden wie wieder will wir wird wo wobei wohl wollen
        wollte worden wurde wurden würde würden zu zudem zum zur zwar zwischen über
        berichtet erklärt erklärte erklärten hieß mitteilte sagt sagte sagten teilte
        """.split()
    ),
    snowball("german"),
    spell=german,
)
