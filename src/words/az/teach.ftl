# Müəllimlərə, redaktorlara və inzibatçılara «siz» deyə müraciət edirik: nəzakətlə və sadə.

teach-sign-in = Daxil olun
teach-sign-in-lead = Dərs hazırlayanlar üçün. Dərslərə baxmaq üçün qeydiyyat lazım deyil.
teach-name = Ad
teach-password = Parol
teach-password-new = Yeni parol
teach-password-again = Eyni parol bir daha
teach-password-hint = Ən azı 8 simvol. Bir neçə sözü yadda saxlamaq asan, tapmaq çətindir.
teach-password-old = İndiki parol
teach-password-change = Parolu dəyişmək
teach-wrong = Ad və ya parol səhvdir.
teach-often = Cəhdlərin sayı çox oldu. { $count } dəqiqədən sonra yenidən cəhd edin.
teach-short = Parol çox qısadır: ən azı { $count } simvol yazın.
teach-long = Parol çox uzundur: ən çoxu { $count } bayt yazın.
teach-differ = Parollar fərqlidir. Eyni parolu iki dəfə yazın.
teach-busy = Hazırda çox adam daxil olur. Bir neçə saniyədən sonra yenidən cəhd edin.
teach-link-over = Bu keçid istifadə olunub və ya vaxtı bitib. İnzibatçıdan yenisini istəyin.
teach-welcome = İlk inzibatçı
teach-welcome-lead = Bu arxivin hələ inzibatçısı yoxdur. Daxil olmaq üçün ad və parol seçin.
teach-choose = Parol seçin
teach-choose-lead = Bu parolla daxil olacaqsınız. Əvvəlki girişləriniz bağlanacaq.
teach-save = Yadda saxla
teach-saved = Yadda saxlandı.
teach-desk = İş masası
teach-hello = Xoş gördük, { $name }
teach-acts-as = Rolunuz: { $role }.
teach-limited = Bu dərsləri redaktə edirsiniz: { $scopes }.
teach-role = { $role ->
    [admin] inzibatçı
    [editor] redaktor
    [worker] emal maşını
   *[teacher] müəllim
}
teach-account = Hesab
teach-people = İstifadəçilər
teach-log = Jurnal
teach-sign-out = Çıxış
teach-sign-out-everywhere = Hər yerdən çıxmaq
teach-sessions = Girişlər
teach-sessions-lead = Özgə kompüterdən daxil olmusunuzsa, bütün girişlərinizi bağlayın.
teach-tokens = Proqramlar üçün tokenlər
teach-tokens-lead = Tokeni olan proqram sizin adınızdan işləyir. Lazım olmayan tokenləri ləğv edin.
teach-token = token
teach-token-new = Yeni token budur. İndi köçürün: bir daha göstərilməyəcək.
teach-token-create = Token yaratmaq
teach-token-label = Nə üçündür
teach-token-role = Nəyə icazəsi var
teach-token-days = Neçə gün işləsin
teach-token-bad = Öz rolunuzdan yüksək olmayan rol və 1-dən { $count }-ə qədər gün seçin.
teach-token-until = bitir: { $date }
teach-token-expired = vaxtı bitib: { $date }
teach-token-revoked = ləğv edilib: { $date }
teach-revoke = Ləğv et
teach-person-add = İstifadəçi əlavə etmək
teach-person-role = Rol
teach-person-scopes = Redaktorun sahəsi
teach-person-scopes-hint = Siniflər (7), fənlər (mathematics) və ya sinifdə fənn (7/mathematics), aralarında boşluqla. Boşdursa: hamısı.
teach-person-quota = Yazılar üçün yer, GB
teach-person-quota-hint = Boşdursa: arxivin ayarındakı kimi.
teach-quota-bad = Yeri gigabaytla yazın, məsələn, 50 və ya 2,5.
teach-disable = Bağlamaq: daxil ola bilmir, tokenləri işləmir
teach-disabled = bağlanıb
teach-no-password = hələ parolu yoxdur
teach-link-lead = Keçidi açan şəxs parol seçir. Keçid bir dəfə və bir gün işləyir.
teach-link-make = Parol seçmək üçün keçid yaratmaq
teach-link-made = Bu keçidi ona göndərin. O, bir dəfə və bir gün işləyir, bir daha göstərilməyəcək:
teach-name-taken = { $name } adlı istifadəçi artıq var. Başqa ad seçin.
teach-last-admin = Bu, yeganə inzibatçıdır. Əvvəlcə başqasını təyin edin.
teach-forbidden-title = Bu səhifə inzibatçılar üçündür
teach-forbidden-text = Burada görülən iş lazımdırsa, inzibatçıya müraciət edin.
teach-log-lead = Kim nə edib: ən yenisi əvvəldə.
teach-log-more = Daha əvvəlkilər
teach-command-line = əmr sətri
teach-action = { $action ->
    [person-added] istifadəçi əlavə etdi
    [person-role] rol verdi
    [person-password] parol təyin etdi
    [person-disabled] istifadəçini bağladı
    [person-enabled] istifadəçini yenidən açdı
    [person-quota] yazılar üçün yeri dəyişdi
    [person-scopes] redaktorun sahəsini dəyişdi
    [token-created] token yaratdı
    [token-revoked] tokeni ləğv etdi
    [platform-added] öyrənmə platforması əlavə etdi
    [platform-removed] öyrənmə platformasını sildi
    [platform-key-renewed] öyrənmə platformaları üçün açarı yenilədi
    [created] dərs yaratdı
    [edited] dərsi redaktə etdi
    [recording] yazı əlavə etdi
    [published] dərsi dərc etdi
    [withdrawn] dərsi geri götürdü
    [deleted] qaralamanı sildi
    [unlisted] dərsi yalnız keçidlə göstərdi
    [reinstated] dərsi geri qaytardı
    [captions] subtitri dəyişdi
    [attachment] əlavəni dəyişdi
    [edition] göstərilən yazını dəyişdi
    [pruned] göstərilməyən faylları sildi
    [link_made] qaralamaya keçid yaratdı
    [link_removed] qaralamaya keçidi geri götürdü
    [job_cancelled] hazırlanmanı ləğv etdi
    [job_retried] yenidən hazırlatdı
   *[other] { $action }
}
teach-lessons = Dərslər
teach-no-lessons = Hələ dərsiniz yoxdur. Yeni dərs yaradın və ya birbaşa yazı yükləyin: ondan burada qaralama yaranacaq.
teach-lessons-more = Əvvəlki dərslər
teach-stands = { $stands ->
    [draft] qaralama
    [unlisted] yalnız keçidlə
    [withdrawn] geri götürülüb
   *[public] dərc olunub
}
