# Dərsin keyfiyyətləri və slaydları. Şagirdə müraciət edirik, pages.ftl faylında olduğu kimi.

qualities = Görüntü və sərf olunan internet
waits-heading = Bu dərs hazırlanır
waits-text = Tezliklə ona burada, müxtəlif ölçülərdə baxmaq olacaq. O vaxta qədər yazını yükləyib başqa proqramda açmaq olar.
cheaper-soon = Bu dərsin daha kiçik ölçüləri hazırlanır. Bir az sonra yenidən bax.
original = Yazının özü
original-note = başqa proqram üçün

slides = Slaydlar və səs
slides-note = çox zəif internet üçün
slides-title = { $title }: slaydlar
slides-lead = Dərsin səsi və şəkilləri. Şəklə toxun və onun haqqında deyilənləri dinlə.
slides-silent-lead = Dərsin şəkilləri.
slides-lesson = Dərsin videosu
slide-nth = Şəkil { $number }
slide-video = video
missing-slides-title = Bu dərsin slaydları yoxdur
missing-slides-text = Bəlkə də hələ hazırlanmayıb. Dərsə video kimi baxa, ya da sinif və fənn üzrə başqa dərs tapa bilərsən.
