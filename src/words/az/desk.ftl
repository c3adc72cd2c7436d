# İş masasında dərs: təsvir, dərc, geri götürmə. «Siz» deyə müraciət edirik.

teach-lesson = Dərs
teach-tab-description = Təsvir
teach-tab-files = Subtitrlər və fayllar
teach-tab-history = Tarixçə
teach-not-yours-title = Bu dərsi siz dəyişə bilmirsiniz
teach-not-yours-text = O, başqasınındır, yaxud onu yalnız redaktor dəyişə bilər. Redaktora və ya inzibatçıya müraciət edin.
teach-refused-title = Bu, alınmadı

desk-new = Yeni dərs
desk-new-lead = Bildiyinizi yazın: sonra hamısını dəyişmək olar. Dərs dərc olunana qədər onu yalnız siz və redaktorlar görürsünüz.
desk-begin = Dərsi yaratmaq
desk-upload-one = Yazı yükləmək
desk-sheet = Çoxunu birdən cədvəllə
desk-space = Yer: { $most } yerdən { $used } tutulub.
desk-space-free = Yazılar üçün { $most } yeriniz var.
desk-space-used = Tutulan yer: { $used }.
desk-whose = Kimin dərsləri
desk-own = mənim
desk-all = hamısı
desk-state = Vəziyyəti
desk-grade = Sinif
desk-subject = Fənn
desk-words = Sözlər
desk-any = fərqi yoxdur
desk-show = Göstər
desk-show-all = Hamısını göstər
desk-none-fits = Belə dərs yoxdur.
desk-nothing = heç nə
desk-deleted = Qaralama silindi.

desk-begun = Dərs qaralama kimi yarandı. İndi yazısını yükləyin.
desk-published = Dərc olundu: indi dərsi hər kəs tapa bilər.
desk-unlisted = İndi dərsi keçidi olan hər kəs görür.
desk-withdrawn = Dərs geri götürüldü. Onu açan hər kəs səbəbinizi oxuyacaq.
desk-reinstated = Dərs olduğu kimi qaytarıldı.
desk-recording = Yazı
desk-no-recording = hələ yazısı yoxdur
desk-edition = { $count }-{ NUMBER($count, type: "ordinal") ->
    [one] ci
    [few] cü
    [many] cı
   *[other] cu
} buraxılış
desk-watchable = İndi baxmaq olar.
desk-unplayable = Brauzerlər bu yazını ilkin halında göstərə bilmir, ona görə hələ baxmaq olmur. Onu endirmək olar.
desk-upload-it = Yazını yükləyin
desk-upload-again = Yeni buraxılış yükləmək
desk-upload = Yüklənir: { $length } yazıdan { $here }
desk-upload-open = Yüklənir: hələlik { $here }
desk-upload-failed = Yüklənən fayl baxıla bilən yazı deyil. { $why }
desk-upload-waits = Yükləndi; yoxlanılır və yeni buraxılış olacaq.
desk-who-sees = Kim görür
desk-stands = { $stands ->
    [draft] Bu qaralamanı yalnız siz və redaktorlar görürsünüz.
    [unlisted] Keçidi olan hər kəs dərsə baxa bilər. O, siyahılarda yoxdur və axtarışda tapılmır.
    [withdrawn] Dərsə baxmaq olmur. Ünvanını açan hər kəs onun geri götürüldüyünü və səbəbini oxuyur:
   *[public] Dərsi hər kəs tapıb baxa bilər.
}
desk-make = { $visibility ->
    [unlisted] Yalnız keçidlə
   *[public] Dərc etmək
}
desk-make-text = { $visibility ->
    [unlisted] Yoxlamaq və ya bir sinif üçün: siyahılarda yoxdur, amma keçid verilən hər kəsə açıqdır.
   *[public] Dərs hamı üçün öz sinfində və fənnində görünəcək. Ünvanı həmişəlik qalır: sonra geri götürmək olar, amma yenidən qaralama etmək olmaz.
}
desk-editor-publishes = Onu redaktor dərc edir. Hazır olanda redaktora xəbər verin.
desk-editor-changes = Bu dərs dərc olunub: onu redaktor dəyişir. Nəyi düzəltmək lazım olduğunu redaktora deyin.
desk-withdraw = Dərsi geri götürmək
desk-withdraw-text = Dərsə burada daha baxmaq olmayacaq. Ünvanını açan hər kəs onun geri götürüldüyünü və səbəbinizi oxuyacaq. Sonra onu qaytara bilərsiniz.
desk-copies = Başqalarının yükləyib götürdüyü və ya başqa saytlarda olan nüsxələr qala bilər.
desk-reason = Səbəb: dərsi açanlar üçün
desk-reason-hint = Bir-iki cümlə, ən çoxu { $count } simvol.
desk-reason-needed = Səbəb yazın: səbəbsiz heç kim dərsə nə olduğunu bilməz.
desk-reason-wrong = Səbəbdə { $has } simvol var; ən çoxu { $most } olar, idarəedici simvollar olmaz.
desk-reinstate = Qaytarmaq
desk-delete = Qaralamanı silmək
desk-delete-text = «{ $title }» qaralaması, haqqında yazılanlarla birlikdə, həmişəlik silinəcək.
desk-delete-bytes = Yazısı və faylları da silinəcək. Bunu geri qaytarmaq olmaz.
desk-delete-nothing = Yazısı yoxdur. Bunu geri qaytarmaq olmaz.
desk-delete-code = Kodu tutulmuş qalır ki, başqa dərsə keçməsin:
desk-back = Dərsə qayıtmaq
desk-address = Ünvan
desk-pupils-page = Şagirdlərin səhifəsi
desk-address-hint = Dərsliklər, məktublar və başqa saytlar üçün. Heç vaxt dəyişmir.
desk-out-of-scope = Bu sinif və fənlə dərs sizin sahənizdən çıxardı. Heç nə yadda saxlanmadı; inzibatçıya müraciət edin.

desk-wrong = { $count } dəyər uyğun gəlmir. Hələ heç nə yadda saxlanmayıb.
desk-refused = «{ $value }» uyğun gəlmir.
desk-changed = { $name } bu arada dərsi dəyişib. Hələ heç nə yadda saxlanmayıb, yazdıqlarınız aşağıda durur. Dərsdə bu sahələr indi başqadır:
desk-changed-by-you = Siz bu arada dərsi başqa pəncərədə dəyişmisiniz. Hələ heç nə yadda saxlanmayıb, yazdıqlarınız aşağıda durur. Dərsdə bu sahələr indi başqadır:
desk-changed-next = Saxlamaq istədiyinizi köçürün və yenidən yadda saxlayın. Aşağıda yazılanlar dərsdəkiləri əvəz edəcək.
desk-theirs = İndi dərsdə:
desk-save-over = Üstündən yadda saxla

desk-group-lesson = Dərs
desk-group-programme = Proqramda yeri
desk-group-people = İnsanlar və dillər
desk-group-broadcasts = Televiziyada
desk-group-rights = Hüquqlar və mənbə
desk-field = { $column ->
    [title] Adı
    [description] Təsviri
    [grades] Siniflər
    [subject] Fənn
    [section] Bölmə
    [language] Dərsin dili
    [programme] Proqram
    [lesson_number] Proqramda nömrəsi
    [unit] Fəsil
    [topic] Mövzu
    [curriculum] Kurikulum
    [school_year] Dərs ili
    [term] Yarımil və ya rüb
    [week] Həftə
    [textbook] Dərslik
    [broadcasts] Efirdə
    [teachers] Müəllimlər
    [interpreter] Jest dilinə tərcümə
    [kind] Növü
    [variant_of] Hansı dərsin başqa forması
    [chapters] Dərsin hissələri
    [license] Lisenziya
    [rights_holder] Hüquq sahibi
    [source_url] Mənbə (ilk dərc olunduğu ünvan)
   *[other] { $column }
}
desk-hint = { $column ->
    [title] Proqramdakı kimi, bir sətirdə.
    [description] Şagirdlər üçün bir neçə cümlə: dərs nə haqqındadır, ona nə lazımdır.
    [grades] Bir və ya bir neçə.
    [subject] Hansı fəndə tapılsın.
    [section] Təlim dili.
    [language] Yalnız bölmənin dilindən başqa dildə danışılırsa: az, ru, en.
    [programme] Silsilə, məsələn, Teledərs 2020.
    [lesson_number] Rəqəmlə.
    [unit] Proqramın fəsli.
    [topic] Nə haqqındadır, bir neçə sözlə.
    [curriculum] Hər sətirdə bir standart: çərçivə:kod.
    [school_year] Məsələn, 2019/20.
    [term] 1-dən 6-ya qədər.
    [week] Plan üzrə 1-dən 53-ə qədər və ya təqvim üzrə, məsələn, 2020-W14.
    [textbook] ISBN, iki nöqtə, səhifə: 9789952345674:34.
    [broadcasts] Hər sətirdə biri: kanal@2020-03-30T11:00. Kanallar:
    [teachers] Hər sətirdə bir ad.
    [interpreter] Dərs jest dilində də göstərilirsə, tərcüməçinin adı.
    [kind] Hansı veriliş olub.
    [variant_of] Bu dərsin jest dilində və ya başqa dildə təkrar etdiyi dərsin kodu.
    [chapters] Hər sətirdə biri, vaxt və ad: 03:40 Bərabər kəsrlər.
    [license] Məsələn, CC BY 4.0.
    [rights_holder] İstifadəsinə kim icazə verə bilər.
    [source_url] https:// və ya http:// ilə başlayan ünvan.
   *[other] { $column }
}
