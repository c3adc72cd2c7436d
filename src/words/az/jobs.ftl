# Yazılardan nələr hazırlanır: işlərin siyahısı və onun dərs səhifəsindəki hissəsi.
jobs-nav = Emal
jobs-title = Emal
jobs-lead = Arxivin yazılardan hazırladıqları: zəif xətlər üçün kiçik keyfiyyətlər, şəkillər, slaydlar, subtitrlər. Bu zaman dərsə baxmaq olar.
jobs-only = Yalnız bu dərs:
jobs-all-lessons = Bütün dərsləri göstər
jobs-state = Vəziyyət
jobs-group = { $state ->
    [running] Hazırlanır
    [queued] Növbədə
    [failed] Alınmadı
    [done] Hazırdır
   *[cancelled] Ləğv edilib
}
jobs-none = Yoxdur.
jobs-more = { $state ->
    [queued] Bütün növbə
    [failed] Alınmayanların hamısı
    [done] Hazır olanların hamısı
    [cancelled] Ləğv edilənlərin hamısı
   *[running] Hazırlananların hamısı
}
jobs-kind = { $kind ->
    [probe] Yazının yoxlanması
    [narrow] 240p və səs
    [ladder] Daha yüksək keyfiyyətlər
    [pictures] Üz şəkli və kadrlar
    [slides] Slaydlar
    [words] Yazının öz subtitrləri
    [speech] Nitqdən subtitrlər
   *[other] { $kind }
}
jobs-stands = { $state ->
    [running] hazırlanır
    [done] hazırdır
    [failed] alınmadı
   *[cancelled] ləğv edilib
}
jobs-nothing = { $why ->
    [few-lines] hazırlanacaq bir şey yox idi: yazı yüksək keyfiyyətlər üçün çox kiçikdir
    [no-picture] hazırlanacaq bir şey yox idi: yazının görüntüsü yoxdur
    [no-frame] hazırlanacaq bir şey yox idi: görüntünün heç bir kadrını oxumaq olmadı
    [no-sound] hazırlanacaq bir şey yox idi: yazının səsi yoxdur
    [no-subtitles] hazırlanacaq bir şey yox idi: yazıda oxunan subtitr yoxdur
    [no-words] hazırlanacaq bir şey yox idi: subtitrlərindən heç bir söz oxunmadı
    [captioned] hazırlanacaq bir şey yox idi: dərsin bu dildə subtitrləri artıq var
    [no-language] hazırlanacaq bir şey yox idi: hansı dildə danışıldığı məlum deyil
    [no-program] hazırlanacaq bir şey yox idi: bu arxivdə nitqi yazıya çevirən proqram yoxdur
   *[unsaid] hazırlanacaq bir şey yox idi
}
jobs-waits = { $count ->
    [0] növbə onundur
   *[other] növbəsini gözləyir (ondan əvvəl: { $count })
}
jobs-rests = yenidən cəhd: { $when }
jobs-since = növbəyə qoyulub: { $when }
jobs-begun = başlanıb: { $when }
jobs-ended = { $when }
jobs-server = bu server
jobs-worker = icraçı: { $name }
jobs-log = Jurnal
jobs-cancel = Ləğv et
jobs-retry = Yenidən cəhd et
jobs-make = Yenə də hazırla
jobs-make-anew = Yenidən hazırla
jobs-make-all = Hamısını yenidən hazırla
jobs-make-all-hint = Yazı yenidən yoxlanır və qalan hər şey yenidən hazırlanır. O vaxta qədər şagirdlərdə indikilər qalır.
jobs-cancelled = Ləğv edildi. İcraçı bir neçə saniyəyə dayanacaq.
jobs-queued = Yenidən növbəyə qoyuldu.
jobs-count-running = Hazırlanır: { $count }
jobs-count-queued = Növbədə: { $count }
jobs-count-failed = Alınmadı: { $count }
jobs-all-ready = Hər şey hazırdır.
jobs-none-yet = Hazırda heç nə hazırlanmır.
jobs-of-lesson = Nələr hazırlanır
jobs-of-lesson-more = Ətraflı
jobs-no-job = Görə biləcəyiniz { $value } nömrəli iş yoxdur. Olanlar siyahıdadır.
jobs-is-over = { $state ->
    [failed] Bu alınmayıb, ləğv etməyə bir şey yoxdur; yenidən cəhd edə bilərsiniz.
    [cancelled] Bu artıq ləğv edilib.
   *[done] Bu hazırdır, ləğv etməyə bir şey yoxdur; yenidən hazırlada bilərsiniz.
}
jobs-is-under-way = { $state ->
    [running] Bu artıq hazırlanır. Yenidən başlamaq üçün əvvəlcə ləğv edin.
   *[queued] Bu artıq növbəsini gözləyir. Yenidən başlamaq üçün əvvəlcə ləğv edin.
}
jobs-not-shown = { $number } nömrəli yazı göstərilmir, ona görə ondan heç nə hazırlanmır. Əvvəlcə «Subtitrlər və fayllar» səhifəsində onu göstərin.
jobs-not-probed = Yazı hələ yoxlanmayıb, ondan nələr hazırlana biləcəyi məlum deyil. «Hamısını yenidən hazırla» düyməsini basın, qalanı özü ardınca gələcək.
jobs-no-speech = Bu arxivdə nitqdən subtitr hazırlayan proqram yoxdur. Onu serverin idarəçisi təyin edir (speech_program).
jobs-asks = Səhifə hazırda dəyişikliklərdən xəbər almır; özü hər { $seconds } saniyədən bir soruşur.
