# Dərsdə deyilənlər mətn kimi, internetə qənaət, çap. Şagirdə müraciət edirik, pages.ftl faylında olduğu kimi.

read = Oxu
read-note = dərsdə deyilənlərin mətni
transcript-title = { $title }: mətn
transcript-lead = Dərsdə deyilənlərin hamısı. Cümləyə toxun və onu dərsdə dinlə.
transcript-parts = Mətnin hissələri
transcript-after = Mətnin davamı
transcript-before = Mətnin əvvəlki hissəsi
missing-transcript-title = Bu dərsin mətni yoxdur
missing-transcript-text = Dərsdə deyilənlər bu dildə yazıya alınmayıb. Dərsə video kimi baxa, ya da sinif və fənn üzrə başqa dərs tapa bilərsən.

download-sound = Səsi yüklə
saver = İnternetə qənaət
saver-note = Hər dərs üçün ən kiçik ölçü seçilir.
