"""Indonesian. Malay is close enough to be read as Indonesian."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball

INDONESIAN = Language(
    "id",
    frozenset(
        """
        ada adalah adanya agar akan akibat aku anda antara apa apabila apakah atas atau bagi bahkan bahwa baik banyak
        beberapa belum berbagai bersama bila bisa boleh bukan dalam dan dapat dari daripada demi demikian dengan di dia
        diri dua dulu guna hampir hanya harus hingga ia ialah ini itu jadi jangan jika juga justru kalau kami kamu
        karena ke kemudian kepada ketika kini kita lagi lain lainnya lalu lebih maka maupun mereka meski meskipun
        mulai namun nanti oleh olehnya pada para paling per pernah pula pun saat saja sambil sampai sana sangat saya
        se seakan sebab sebagai sebagaimana sebelum sebelumnya sebuah secara sedang sedangkan sehingga sejak sejumlah
        sekali sekitar selain selalu selama seluruh semua sementara semakin seorang seperti sering serta sesuai
        sesudah setelah setiap siapa suatu sudah supaya tak tanpa tapi telah tentang terhadap termasuk tersebut tetapi
        tetap tiap tidak untuk usai walaupun yaitu yakni yang
        berkata kata katanya menambahkan mengatakan mengungkapkan menjelaskan menurut menyatakan menyebut menyebutkan
        ujar ujarnya ungkap
        """.split()
    ),
    snowball("indonesian"),
)
