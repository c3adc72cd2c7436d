# Yazıda qeyri-adi olan: şagirdlər üçün nə deməkdir və müəllim nə edə bilər. Nəzakətlə və sadə.

verdict-heading = Bu yazı haqqında
verdict-hopeless = Bu yazıdan heç nə hazırlamaq olmadı: { $cause ->
    [slow] iş serverin icazə verdiyindən uzun çəkir. Zəhmət olmasa, administratora xəbər verin (job_seconds parametri) və ya daha kiçik yazı yükləyin.
    [server] server ona baxa bilmədi, yazının günahı yoxdur. Zəhmət olmasa, administratora xəbər verin.
   *[recording] onu oxumaq mümkün deyil. Zəhmət olmasa, kompüterinizdə açıldığını yoxlayın. Açılmırsa, onu yenidən köçürün və ya saxlayın, sonra təzədən yükləyin.
}
verdict-not-converted = Bu yazını çevirmək mümkün olmadı, ona görə şagirdlər ona baxa bilmir. { $cause ->
    [slow] İş serverin icazə verdiyindən uzun çəkir. Zəhmət olmasa, administratora xəbər verin (job_seconds parametri) və ya yazını MP4 kimi (H.264 görüntü, AAC səs) saxlayıb yükləyin.
    [server] Səbəb yazı deyil, serverdir. Zəhmət olmasa, administratora xəbər verin; sonra yenidən cəhd etmək olar.
   *[recording] Zəhmət olmasa, onu hazırladığınız proqramda MP4 kimi (H.264 görüntü, AAC səs) saxlayıb yükləyin.
}
verdict-one-quality = Daha kiçik keyfiyyətləri hazırlamaq mümkün olmadı. Şagirdlər əsl yazıya baxa bilər; zəif xətdə gözləməli olurlar. { $cause ->
    [slow] İş serverin icazə verdiyindən uzun çəkir: zəhmət olmasa, administratora xəbər verin (job_seconds parametri).
    [server] Səbəb yazı deyil, serverdir: zəhmət olmasa, administratora xəbər verin.
   *[recording] Yenidən cəhd edə və ya yazını təzədən MP4 kimi saxlayıb yükləyə bilərsiniz.
}
verdict-converted = Brauzerlər { $format } formatını göstərə bilmir, ona görə şagirdlər çevrilmiş keyfiyyətlərə baxır. Əsl yazı saxlanılıb və endirilə bilər. Heç nə etmək lazım deyil.
verdict-converting = Brauzerlər { $format } formatını göstərə bilmir, ona görə şagirdlər çevrilmiş keyfiyyətləri alacaq. Onlar hazır olana qədər əsl yazını yalnız endirmək olar. Heç nə etmək lazım deyil.
verdict-breaks-off = Faylda müddət { $said } göstərilib, amma o, { $plays } anında kəsilir. Şagirdlər olan hissəni görür. Dərsin davamı varsa, zəhmət olmasa, faylı kameradan yenidən köçürün və yeni buraxılış kimi yükləyin.
verdict-breaks-off-at-once = Faylda müddət { $said } göstərilib, amma o, ilk kadrdan əvvəl kəsilir: yalnız lap başlanğıcı köçürülüb. Zəhmət olmasa, onu kameradan yenidən köçürün, kompüterinizdə sonadək açıldığını yoxlayın və yeni buraxılış kimi yükləyin.
verdict-no-sound = Yazının səsi yoxdur. Dərsdə danışılıbsa, zəhmət olmasa, mikrofonu yoxlayın və səsi olan yazı yükləyin.
verdict-broken-sound = Yazının səsini oxumaq mümkün deyil, ona görə şagirdlər yalnız görüntünü alır. Zəhmət olmasa, yazını kompüterinizdə dinləyin; orada səs varsa, onu MP4 kimi (H.264 görüntü, AAC səs) saxlayıb yükləyin.
verdict-silent = Yazıda səs var, amma heç nə eşidilmir. Bəlkə də mikrofon söndürülmüşdü; zəhmət olmasa, yazını dinləyin.
verdict-quiet = Səs çox zəifdir. Çevrilmiş keyfiyyətlərdə o gücləndirilir, küy də onunla birlikdə. Növbəti dəfə, zəhmət olmasa, mikrofonu yaxına qoyun.
verdict-no-picture = Yazının görüntüsü yoxdur: şagirdlər onu dinləyir. Görüntü olmalıdırsa, zəhmət olmasa, görüntüsü olan faylı yükləyin.
verdict-turned = Kamera çevrilmiş tutulub və yazıda bu qeyd olunub: şagirdlər görüntünü düzgün görür. Heç nə etmək lazım deyil.
verdict-upright = Görüntünün hündürlüyü enindən böyükdür: kompüterdə kiçik görünür, lövhəni oxumaq çətindir. Növbəti dəfə, zəhmət olmasa, telefonu üfüqi tutun.
verdict-uneven = Kadrlar qeyri-bərabər gəlir, ekran yazılarında belə olur. Çevrilmiş keyfiyyətlərdə görüntü ilə səs uyğunlaşdırılıb. Heç nə etmək lazım deyil.
verdict-interlaced = Yazı televiziyadakı kimi sətirarasıdır: hərəkət edən kənarlar darağa bənzəyir. Çevrilmiş keyfiyyətlərdə bu aradan qaldırılır. Heç nə etmək lazım deyil.
verdict-high-dynamic-range = Yazı geniş dinamik diapazonludur (HDR). Çevrilmiş keyfiyyətlərdə parlaqlıq və rənglər adi ekranlara uyğunlaşdırılır; əsl yazıda onlar solğun görünə bilər. Heç nə etmək lazım deyil; istəsəniz, növbəti dəfə kamerada HDR-i söndürün.
verdict-larger = { $size } ölçülü görüntü 1080p-dən böyükdür. Şagirdlər daha kiçik keyfiyyətləri alır; əsl yazı çox trafik aparır. Növbəti yazı üçün 1080p və ya 720p kifayətdir.
verdict-small = { $size } ölçülü görüntü çox kiçikdir: lövhədəki yazını oxumaq demək olar mümkün deyil. Daha böyük yazı varsa, zəhmət olmasa, onu yükləyin.
verdict-sounds = Yazıda { $count } səs var; { $used ->
    [az] Azərbaycan dilində olan
    [ru] rus dilində olan
    [en] ingilis dilində olan
    [none] birincisi
   *[other] dili «{ $used }» olan
} istifadə olunur. Başqası lazımdırsa, zəhmət olmasa, yalnız o səsi olan yazını yükləyin.
verdict-pictures = Yazıda { $count } görüntü var; birincisi istifadə olunur. Başqası lazımdırsa, zəhmət olmasa, yalnız o görüntüsü olan yazını yükləyin.
verdict-bitmap-subtitles = Yazının subtitrləri mətn deyil, şəkildir: onları burada oxumaq, axtarmaq və ya açmaq olmur. Mətni varsa (.vtt və ya .srt faylı), zəhmət olmasa, onu subtitr kimi əlavə edin.
verdict-unread-subtitles = Yazıda subtitr var, amma ondan mətn oxumaq mümkün olmadı. Mətni varsa (.vtt və ya .srt faylı), zəhmət olmasa, onu subtitr kimi əlavə edin.
