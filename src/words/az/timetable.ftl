# Cədvəl, həftələr, süzgəclər və tarixlər.

day-month = { $day } { $month ->
    [1] yanvar
    [2] fevral
    [3] mart
    [4] aprel
    [5] may
    [6] iyun
    [7] iyul
    [8] avqust
    [9] sentyabr
    [10] oktyabr
    [11] noyabr
   *[other] dekabr
}
date = { $day } { $year }
weekday = { $number ->
    [1] bazar ertəsi
    [2] çərşənbə axşamı
    [3] çərşənbə
    [4] cümə axşamı
    [5] cümə
    [6] şənbə
   *[other] bazar
}
full-date = { $date }, { $weekday }
weekday-date = { $weekday }, { $date }

today-on-air = Bu gün efirdə
next-on-air = Növbəti efir: { $date }
last-on-air = Sonuncu efir: { $date }
timetable = Cədvəl
timetable-whole = Bütün cədvəl
timetable-of = Televiziya dərsləri: { $when }
timetable-description = Televiziya dərsləri nə vaxt və hansı kanalda göstərilir.
timetable-empty = Bu gün üçün cədvəldə dərs yoxdur.
timetable-empty-day = Bu gündə cədvəldə dərs yoxdur.
timetable-empty-week = Bu həftə cədvəldə dərs yoxdur.
timetable-empty-filter = Seçimə uyğun dərs yoxdur.
timetable-later = Sonrakılar
timetable-choose = Günü, kanalı, sinfi seç
timetable-day = Gün
timetable-channel = Kanal
timetable-grade = Sinif
timetable-section = Bölmə
timetable-any = hamısı
timetable-show = Göstər
timetable-nav = Günlər və həftələr
timetable-whole-week = Bütün həftə: { $days }
airing-repeat = təkrar yayım
airing-announced = yazısı olacaq
week-missed = Keçən həftəni buraxdın?
week-missed-link = Keçən həftənin bütün dərsləri
week-newest-link = Həftənin bütün dərsləri: { $days }
week-heading = { $grade }: həftənin dərsləri
week-description = { $grade }, { $days }: televiziya dərsləri günlər üzrə.
week-programme = Proqramın { NUMBER($number, type: "ordinal") ->
    [one] { $number }-ci
    [few] { $number }-cü
    [many] { $number }-cı
   *[other] { $number }-cu
} həftəsi
week-empty = Bu həftə bu sinif üçün televiziyada dərs olmayıb.
week-unaired = Bu həftənin digər dərsləri
week-more = Bu həftənin dərsləri burada göstərildiyindən çoxdur. Qalanları fənlərin səhifələrindədir.
week-all-subjects = Bütün fənlər
week-choose-heading = Həftənin dərsləri: neçənci sinifdə oxuyursan?
week-choose-title = Həftənin dərsləri
bad-week-title = Belə həftə yoxdur
bad-week-text = «{ $value }» həftə deyil. Həftəni belə yaz: 2020-W14 (2020-ci ilin 14-cü həftəsi). Proqramın həftəsi isə 1-dən 53-ə qədər ədəddir.
late-week-text = «{ $value }» həftəsi yoxdur: { $year ->
    [2000] { $year }-ci
   *[other] { NUMBER($year, type: "ordinal") ->
        [one] { $year }-ci
        [few] { $year }-cü
        [many] { $year }-cı
       *[other] { $year }-cu
    }
} ildə 52 həftə var. Belə yaz: { $year }-W52 və ya { $next }-W01.
bad-day-title = Belə gün yoxdur
bad-day-text = «{ $value }» tarix deyil. Tarixi belə yaz: 2020-04-06.
bad-channel-title = Belə kanal yoxdur
size-from = { $size }-dan
filters = Dərsləri seç
filter-year = Dərs ili
filter-channel = Kanal
filter-kind = Növü
filter-unit = Fəsil
filter-signed = jest dili ilə
filter-captioned = subtitrlə
filter-all = Hamısını göstər
filter-none = Seçimə uyğun dərs yoxdur.
for-teachers = Müəllimlər üçün
for-programs = Proqramlar üçün
footer-links = Digər səhifələr
