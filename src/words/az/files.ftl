# Subtitrlər, əlavələr, yazılar, tarixçə, cədvəl və disk. Nəzakətlə və sadə.

form-compressed = Forma sıxılmış gəldi ({ $value }). Faylı olduğu kimi göndərin.
form-other = Bu, fayl olan forma deyil. Səhifəni yenidən açın və faylı orada seçin.
form-too-long = { $most }-dan çox gəldi, burada bundan artığı qəbul olunmur. Daha kiçik fayl seçin.
form-broken = Fayl tam gəlmədi. Yenidən göndərin.
refused-no-file = Fayl seçilməyib. Seçin və yenidən göndərin.
refused-empty = Fayl boşdur. Başqasını seçin.
refused-unknown = Görə biləcəyiniz { $value } kodlu dərs yoxdur.
refused-part = { $what ->
    [captions] Bu dərsin «{ $value }» dilində subtitri artıq yoxdur.
    [attachment] Bu dərsin belə əlavəsi artıq yoxdur.
    [edition] Bu dərsin { $value } nömrəli buraxılışı yoxdur.
    [link] Bu dərsin bu keçidi daha yoxdur.
   *[change] Bu dərsin tarixçəsində { $value } nömrəli dəyişiklik yoxdur.
}
refused-not-yours = { $act ->
    [view] Siz bu dərsin tarixçəsini görə bilməzsiniz.
    [publish] Siz bu dərsi dərc edə bilməzsiniz.
    [share] Siz bu dərsə keçid yarada bilməzsiniz.
    [withdraw] Siz bu dərsi geri götürə bilməzsiniz.
    [delete] Siz bu dərsi silə bilməzsiniz.
    [prune] Yazıların fayllarını yalnız inzibatçı silir.
   *[edit] Siz bu dərsi dəyişə bilməzsiniz.
} Redaktora və ya inzibatçıya müraciət edin.
refused-owners = Dərsin kimə məxsus olduğunu yalnız inzibatçılar müəyyən edir. İnzibatçıya müraciət edin.
refused-nobody = “{ $value }” adlı istifadəçi yoxdur. Onun daxil olduğu adı yazın.
refused-scope = Bu sinif və fənlə dərs sizin sahənizdən kənarda qalar. İnzibatçıya müraciət edin.
refused-rows = Cədvəldə { $count }-dən çox sətir var. Onu bir neçə cədvələ bölün.
refused-language = «{ $value }» dil kodu deyil. az, ru, en və ya başqa kod (BCP 47) yazın.
refused-reason = Səbəbi oxucular görəcək: 1-dən { $most }-ə qədər simvol olmalıdır, bunda { $has } var.
refused-large = Faylın həcmi { $has }, icazə verilən isə { $most }. Daha kiçik fayl seçin.
refused-quota = Faylın həcmi { $bytes }. Dərsləriniz və yükləmələriniz sizə ayrılmış { $quota } yerdən { $used } tutur. Lazım olmayan qaralamaları silin və ya inzibatçıdan əlavə yer istəyin.
refused-room = Arxivin diskində yer yoxdur: { $needed } lazımdır, { $free } boşdur, bunun { $reserve } hissəsi kataloq üçün saxlanılır. Arxivə baxan şəxsə bildirin.
refused-disk-full = Arxivin diski doludur. Heç nə dəyişmədi. Arxivə baxan şəxsə bildirin.
refused-disk = Arxivin diskində nasazlıq oldu. Heç nə dəyişmədi. Səbəbi serverin jurnalındadır.
conflict-changed = { $who } bu vaxt ərzində dərsi dəyişib. Ona yenidən baxın.
conflict-changed-command = Bu vaxt ərzində dərs əmr sətrindən dəyişdirilib. Ona yenidən baxın.
conflict-differs = Fərqlər göstəriləndən sonra dərslər dəyişib, ona görə heç nə tətbiq olunmadı. Cədvəlin indi nəyi dəyişəcəyi aşağıdadır.
conflict-published = Bu dərs dərc olunmuşdu, onun ünvanı işləməlidir. Əvəzində dərsi geri götürün.
conflict-no-recording = Bu dərsin hələ yazısı yoxdur. Əvvəlcə onu yükləyin.
conflict-full = Dərsin { $count } əlavəsi var, artıq olmaz. Əvvəlcə birini götürün.
conflict-shown = İndi { $number } nömrəli buraxılış göstərilir. Əvvəlcə başqasını göstərin.
conflict-pruned = { $number } nömrəli buraxılışın faylları silinib: onu daha göstərmək olmaz. Yazını yenidən yükləyin.
conflict-since = Bunu belə ləğv etmək olmur: sonradan yenə dəyişib – { $fields }. Əvvəlcə sonrakı dəyişikliyi ləğv edin.
conflict-not-undone = { $why ->
    [created] Dərsin yaradılması ləğv olunmur. Qaralamanı silin.
    [pruned] Bunu ləğv etmək olmur: fayllar silinib.
    [first] Bunu ləğv etmək olmur: bu, ilk buraxılışdır.
   *[other] Bunu ləğv etmək olmur: dərsdə heç nə dəyişməyib.
}
conflict-never-published = Bu dərs heç vaxt dərc olunmayıb, geri götürməyə ehtiyac yoxdur. Əvəzinə qaralamanı silin.
conflict-withdrawn = Bu dərs artıq geri götürülüb.
conflict-not-withdrawn = Bu dərs geri götürülməyib.

captions-heading = Subtitrlər
captions-absent = Hələ subtitr yoxdur.
captions-cues = { $count } subtitr
captions-unreadable = oxunmur
captions-mend = Düzəltmək
captions-add = Subtitr əlavə etmək və ya əvəz etmək
captions-language = Subtitrin dili
captions-other = Başqa dil
captions-other-hint = Onun kodu (BCP 47), məsələn, ka və ya zh-Hant. Yuxarıda seçilənin yerinə keçir.
captions-file = Subtitr faylı
captions-file-hint = UTF-8 ilə saxlanmış WebVTT (.vtt) və ya SubRip (.srt). Saxlamazdan əvvəl subtitrləri görəcəksiniz.
captions-look = Baxmaq
captions-write = Subtitri burada yazmaq
captions-text = Subtitrin mətni
captions-text-hint = Səhvi elə burada düzəldin və yenidən baxın.
captions-save = Subtitri saxlamaq
captions-preview = Şagirdlər nə görəcək
captions-summary = { $count } subtitr, { $first } ilə { $last } arası.
captions-replaces = İndiki subtitrin yerinə keçəcək ({ $language }).
captions-warnings = Diqqət yetirin:
captions-from = Başlanğıc
captions-to = Son
captions-words = Mətn
captions-between = … daha { $count } …
captions-video = Videolu dərs səhifəsinə
captions-too-large = Subtitrin həcmi { $has }, icazə verilən isə { $most }. Bu, doğru fayldırmı?
captions-not-utf8 = { $line } nömrəli sətirdə { $byte } baytı var, bu, UTF-8 mətni deyil. Faylı mətn redaktorunda açın və UTF-8 ilə saxlayın.
captions-utf16 = { $line } nömrəli sətir tam UTF-16 mətni deyil. Faylı mətn redaktorunda açın və UTF-8 ilə saxlayın.
captions-packed = Bu, subtitr yox, sıxılmış fayldır ({ $value }). Onu açın və içindəki .vtt və ya .srt faylını götürün.
captions-other-format = Bu, subtitr yox, başqa növ fayldır ({ $value }). Subtitrləri WebVTT (.vtt) və ya SubRip (.srt) kimi saxlayın.
captions-none = { $line } nömrəli sətir: «{ $value }». Subtitrlər WEBVTT sözü ilə və ya nömrə və vaxtla başlayır. Onları WebVTT (.vtt) və ya SubRip (.srt) kimi saxlayın.
captions-no-cues = Burada heç bir subtitr yoxdur. Subtitr 00:01.000 --> 00:04.000 kimi sətir və altındakı mətndir.
captions-many = { $line } nömrəli sətirdə icazə verilən { $most } subtitrdən artığı başlayır. Subtitrləri bölün.
captions-long = { $line } nömrəli sətirdəki subtitrdə { $most } simvoldan çox var. Hər subtitrdən sonra boş sətir qoyun.
captions-late = { $line } nömrəli sətir: «{ $value }» vaxtı { $hours } saatdan gecdir. Onu düzəldin.
captions-warning = { $line } nömrəli sətir: { $flaw ->
    [unreadable] «{ $value }» vaxtı oxunmur, ona görə subtitr buraxılıb. Belə yazın: 00:00:01.000 --> 00:00:04.000.
    [mended] «{ $value }» vaxtı adətən belə yazılmır, amma anlaşıldı. Doğru olub-olmadığına aşağıda baxın.
    [early] «{ $value }» başlamamış bitir, ona görə subtitr buraxılıb. Vaxtı düzəldin.
    [no-text] «{ $value }» subtitrinin mətni yoxdur, ona görə buraxılıb. Mətni vaxtın altındakı sətirdə yazın.
    [no-times] «{ $value }» mətninin vaxtı yoxdur, ona görə buraxılıb. Onu boş sətir qoymadan vaxtın altında yazın.
    [no-line] «{ $value }» subtitrinin üstündə boş sətir yoxdur. Anlaşıldı, amma boş sətir qoyun.
    [style] «{ $value }» buraxılıb: pleyerlər subtitri öz üslubunda göstərir.
    [unsorted] { $count } subtitr yuxarıdakından əvvəl başlayır, birincisi: «{ $value }». Sıraya salındı, heç nə etmək lazım deyil.
    [overlapping] { $count } subtitr əvvəlki bitməmiş başlayır, birincisi: «{ $value }». Hər ikisi birdən göstərilir; belə nəzərdə tutulmayıbsa, vaxtı düzəldin.
    [after] { $count } subtitr yazının sonundan ({ $time }) sonra başlayır, birincisi: «{ $value }». Bu, həmin yazıdırmı?
   *[more] buradan sonra daha { $count } qeyd var. Yuxarıdakıları düzəldin və yenidən baxın.
}

files-no-recording = Subtitrlər və əlavələr yazıya aiddir, bu dərsin isə hələ yazısı yoxdur.
files-upload = Yazı yükləmək
files-replace = Yazını əvəz etmək
files-remove = Götürmək
files-back = Saxlamadan geri
attachments-absent = Hələ əlavə yoxdur.
attachments-add = Fayl əlavə etmək
attachments-hint = İş vərəqi, təqdimat və ya həcmi { $most }-a qədər olan istənilən fayl. Şagirdlər onu öz cihazında saxlayır.
attachments-send = Əlavə etmək
files-busy = Hazırda çox fayl ötürülür. Bir dəqiqədən sonra yenidən cəhd edin.
editions = Yazının buraxılışları
editions-lead = Yazı əvəz olunanda əvvəlki buraxılış saxlanılır və yenidən göstərilə bilər.
editions-absent = Hələ yazı yoxdur.
edition-shown = göstərilir
edition-show = Yenidən bunu göstərmək
edition-prune = Fayllarını silmək
edition-pruned = faylları silinib
prune-edition = { $number } nömrəli buraxılışın fayllarını silmək
prune-lesson = Göstərilməyən hər şeyin fayllarını silmək
prune-all = Göstərilməyən hər şeyin fayllarını silmək
prune-lead = «{ $title }»: göstərilməyən yazıların, əvəz olunmuş subtitr və əlavələrin { $size } həcmində faylları silinəcək. Bunu ləğv etmək olmur. Kimsə bu faylların ünvanını saxlayıbsa, ünvan faylın artıq olmadığını bildirəcək (410). Dərsin öz ünvanları işləməyə davam edəcək.
prune-all-lead = { $count } dərsdə göstərilməyən yazıların, əvəz olunmuş subtitr və əlavələrin { $size } həcmində faylları silinəcək. Bunu ləğv etmək olmur. Kimsə bu faylların ünvanını saxlayıbsa, ünvan faylın artıq olmadığını bildirəcək (410). Dərslərin öz ünvanları işləməyə davam edəcək.
prune-nothing = Burada silinəsi heç nə yoxdur.
prune-do = Faylları silmək
prune-keep = Hər şeyi saxlamaq
freed = Diskdə { $size } yer boşaldı.
freed-later = Gedən idxal bitən kimi diskdə { $size } yer boşalacaq.

history-lead = Kim nəyi dəyişib: ən yenisi əvvəldə. Ləğv edilənin özünü də ləğv etmək olar.
history-empty = Hələ heç nə dəyişməyib.
history-undo = Ləğv etmək
history-undoes = əvvəlki dəyişikliyi ləğv edir
change-before = əvvəl:
change-after = sonra:
change-nothing = boş
change-long = Hər iki mətni göstərmək
deed-file = { $name } ({ $how ->
    [added] əlavə olundu
    [removed] götürüldü
   *[replaced] əvəz olundu
})
deed-part = { $part ->
    [code] Kod
    [visibility] Kim görür
    [withdrawn] Geri götürmənin səbəbi
    [edition] Göstərilən buraxılış
    [captions] Subtitrlər
    [file] Fayl
   *[other] { $part }
}

teach-sheet = Cədvəl
sheet-lead = Dərslərinizi cədvələ çıxarın, bir neçəsini birdən dəyişin və geri yükləyin. Hər hansı dəyişiklikdən əvvəl bütün fərqləri görəcəksiniz.
sheet-out = Cədvələ çıxarmaq
sheet-whose = Kimin dərsləri
sheet-own = Mənim
sheet-all = Dəyişə bildiyim hamısı
sheet-every = Hamısı
sheet-download = Cədvəli endirmək (CSV)
sheet-in = Cədvəldən geri yükləmək
sheet-file = «CSV UTF-8» kimi saxlanmış cədvəl
sheet-limits = Ən çoxu { $rows } sətir və { $most }. Dərslər daha çoxdursa, sinif və fənn seçib bir neçə cədvəl çıxarın.
sheet-look = Fərqləri göstərmək
sheet-how = Cədvəl necə yazılır
sheet-rule-code = Kodu olan sətir həmin dərsi dəyişir. Kodsuz sətir yeni dərsdir, kodu tətbiq olunanda verilir. Cədvəldən silinən sətir heç nəyi dəyişmir.
sheet-rule-lists = Siyahılarda (siniflər, müəllimlər, hissələr) qiymətlər nöqtəli vergüllə ayrılır.
sheet-rule-columns = Sildiyiniz sütun bütün dərslərdə olduğu kimi qalır. Boş xana sahəni boşaldır. Ad, siniflər, fənn və bölmə mütləqdir.
sheet-rule-visibility = Kim görür (visibility): public, unlisted və ya draft; boşdursa, draft, yəni qaralama.
sheet-empty = Cədvəl boşdur. Birinci sətir sütunların adıdır.
sheet-not-utf8 = { $line } nömrəli sətirdə { $byte } baytı var, bu, UTF-8 mətni deyil. Cədvəli «CSV UTF-8» kimi saxlayın.
sheet-utf16 = { $line } nömrəli sətir tam UTF-16 mətni deyil. Cədvəli «CSV UTF-8» kimi saxlayın.
sheet-nul = { $line } nömrəli sətir mətn deyil: bu, CSV faylı deyil. Cədvəli «CSV UTF-8» kimi saxlayın.
sheet-quote = { $line } nömrəli sətirdə açılan dırnaq bağlanmayıb. Onu bağlayın; xananın içində dırnaq iki dəfə yazılır.
sheet-row-long = { $line } nömrəli sətirdə başlayan cədvəl sətri { $most }-dan uzundur. Bəlkə dırnaq bağlanmayıb?
sheet-header = Sütunların adı olan birinci sətir:
sheet-column-unknown = «{ $value }» adlı sütun yoxdur; silin və ya adını dəyişin.
sheet-column-nearest = «{ $value }» adlı sütun yoxdur; bəlkə «{ $nearest }»?
sheet-column-nameless = { $number } nömrəli sütunun adı yoxdur; ad verin və ya silin.
sheet-column-twice = «{ $value }» sütunu iki dəfə var; birini silin.
sheet-column-missing = «{ $value }» sütunu yoxdur; əlavə edin.
differences-title = Cədvəl nəyi dəyişəcək
differences-lead = Hələ heç nə dəyişməyib. Fərqlərə baxın və tətbiq edin.
differences-none = Cədvəl heç nəyi dəyişməyəcək.
differences-apply = { $count } dərsə tətbiq etmək
differences-leave = Heç nəyi dəyişmədən geri
applied-title = Cədvəl tətbiq olundu
applied-lead = { $count } dərs dəyişdirildi və ya yaradıldı.
applied-back = Cədvələ qayıtmaq
rows-refused = { $count } sətir buraxıldı
rows-refused-lead = Bu sətirlər buraxılır, qalanlarını tətbiq etmək olar. Onları cədvəldə düzəldin və yenidən yükləyin.
rows-new = { $count } yeni dərs
rows-changed = { $count } dəyişən dərs
rows-unchanged = { $count } sətir arxivdəki kimidir.
rows-line = { $count } nömrəli sətir
rows-left = … və daha { $count }

teach-disk = Disk
disk-level = { $total } yerdən { $free } boşdur.
disk-reserve = Kataloq üçün saxlanılır
disk-stored = Arxivin faylları
disk-prunable = Onlardan daha göstərilməyən
disk-uploading = Bitməmiş yükləmələr
disk-people = Kim nə qədər yer tutur
disk-lessons = Dərslər
disk-bytes = Fayllar
disk-prunable-short = Göstərilməyən
disk-nobody = heç kimin (idxal)
