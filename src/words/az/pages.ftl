# Şagirdlə «sən» deyə danışırıq: qısa, sakit, uşağın başa düşəcəyi sözlərlə.

site = Teledərs
title = { $page } · Teledərs
skip = Məzmuna keç
languages = Saytın dili
breadcrumbs = Hansı səhifədəsən
sections = Bölmə
footer = Heç kim izlənmir. Qeydiyyat lazım deyil.
grades = Siniflər
lessons = { $count } dərs
minutes = { $count } dəqiqə
size = { $number }{ "\u00A0" }{ $unit ->
    [KB] KB
    [MB] MB
   *[GB] GB
}
language = { $code ->
    [az] azərbaycanca
    [ru] rusca
    [en] ingiliscə
    [tr] türkcə
    [de] almanca
    [fr] fransızca
    [ar] ərəbcə
    [fa] farsca
    [ka] gürcücə
    [es] ispanca
    [it] italyanca
   *[other] { $code }
}

home-title = Sinfini seç
home-heading = Neçənci sinifdə oxuyursan?
home-lead = Televiziya dərslərinin yazıları. Telefonda da, zəif internetdə də baxmaq olur.
home-cost = Bir dərsə orta hesabla { $size } internet gedir. Hər dərsin həcmi yanında yazılıb.
home-description = Məktəblilər üçün televiziya dərslərinin yazıları. Sinfini və fənni seç, dərsə bax.

grade-lead = Fənni seç. Yanında bir dərsə orta hesabla nə qədər internet getdiyi yazılıb.
grade-description = { $grade }: televiziya dərslərinin yazıları fənlər üzrə.
grade-empty = Bu bölmədə hələ dərs yoxdur.
average = bir dərs ≈ { $size }

subject-description = { $subject }, { $grade }: televiziya dərslərinin yazıları proqram ardıcıllığı ilə.
codes = Kodları çap et
codes-title = { $subject }, { $grade }: kodlar
codes-lead = Çap et, kəs, dərsliyə və ya dəftərə yapışdır: hər kod öz dərsini açır.
codes-shelf = Bu dərslərin siyahısı
cartridge = Təhsil platformaları üçün (Common Cartridge)

# The API's description
api = Proqramlar üçün API
api-lead = Hər bir sayt və proqram dərsləri JSON kimi oxuya bilər. Təsvir ingilis dilindədir.
api-common = Çoxunda olan cavablar
api-token = Token tələb olunur.
api-required = mütləq
api-body = göndərilən
api-also = həmçinin
subject-empty = Bu bölmədə bu fəndən hələ dərs yoxdur.
ungrouped = Digər dərslər
more = Sonrakı dərslər
from-start = Əvvəldən başla

lesson-nth = { NUMBER($number, type: "ordinal") ->
    [one] { $number }-ci
    [few] { $number }-cü
    [many] { $number }-cı
   *[other] { $number }-cu
} dərs
captioned = subtitrlə
signed = jest dili ilə
silent = səssiz
sound-only = yalnız səs
not-yet = yazısı hələ yoxdur
kind = { $kind ->
    [live] canlı dərs
    [revision] təkrar dərsi
    [exam] imtahana hazırlıq
   *[lesson] dərs
}

lesson-description = { $title }. { $subject }, { $grade }. Televiziya dərsinin yazısı.
ways = Necə baxmaq olar
play = Bax
listen = Dinlə
listen-note = yalnız səs, zəif internet üçün
download = Yüklə
download-note = internetsiz baxmaq üçün
unplayable-heading = Bu yazı brauzerdə açılmır
unplayable-text = Onu yükləyib başqa proqramda açmaq olar.
silent-text = Bu dərsdə səs yoxdur.
silent-captioned-text = Bu dərsdə səs yoxdur, deyilənlər subtitrlərdə yazılıb.
announced-heading = Bu dərsin yazısı hələ yoxdur
announced-text = Yazı əlavə olunanda dərsə bu səhifədə baxmaq olacaq.
announced-air = Televiziyada göstərilir:
chapters = Dərsin hissələri
unit-lessons = Bu fəslin dərsləri
next-lesson = Növbəti dərs
other-variant = Bu dərsin başqa variantı
attachments = Dərsə əlavələr
facts = Dərs haqqında

fact-section = Bölmə
fact-grades = { $count ->
    [one] Sinif
   *[other] Siniflər
}
fact-language = Dərsin dili
fact-kind = Növü
fact-programme = Proqram
fact-number = Proqramda yeri
fact-unit = Fəsil
fact-topic = Mövzu
fact-year = Dərs ili
fact-broadcasts = Efirdə
fact-textbook = Dərslik
fact-curriculum = Kurikulum
fact-teachers = { $count ->
    [one] Müəllim
   *[other] Müəllimlər
}
fact-interpreter = Jest dilinə tərcümə
fact-captions = Subtitrlər
fact-license = Lisenziya
fact-rights = Hüquq sahibi
fact-source = Mənbə
fact-code = Kod
broadcast = { $channel }, { $date }
textbook = ISBN { $isbn }
textbook-page = ISBN { $isbn }, səh. { $page }

missing-title = Səhifə tapılmadı
missing-text = Ünvanda səhv ola bilər. Dərsi sinif və fənn üzrə tapmaq olar.
missing-grade-title = Belə sinif yoxdur
missing-subject-title = Belə fənn yoxdur
missing-section-title = Belə bölmə yoxdur
missing-lesson-title = Belə dərs yoxdur
missing-lesson-text = Bu kodla dərs tapılmadı. Kodu bir də yoxla və ya dərsi sinif və fənn üzrə axtar.
miscopied-title = Kodda səhv var
miscopied-text = Kodun bir işarəsi düz deyil. Kodu bir də diqqətlə köçür.
miscopied-meant = Kodun bir işarəsi düz deyil. Bəlkə, bu dərsi axtarırsan?
gone-title = Bu dərs götürülüb
gone-text = Bu dərsə artıq baxmaq olmur.
gone-reason = Səbəbi:
gone-instead = Əvəzinə bunlara baxa bilərsən
gone-shelf = Bütün dərslər:
failed-title = Nəsə alınmadı
failed-text = Bu, sənin səhvin deyil. Bir azdan yenidən yoxla.
busy-title = Hazırda çox adam baxır
busy-text = Bir neçə saniyədən sonra yenidən yoxla.
to-grades = Sinfini seç
