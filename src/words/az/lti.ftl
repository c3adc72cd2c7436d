# Tədris platformasından gəlib ora qayıdanlar üçün. Müəllimə «siz» deyirik.

lti-for = { $platform } üçün dərs seçimi
lti-pick = Dərs seçin
lti-pick-lead = Dərsi tapın, ona baxın və kursunuza əlavə edin.
lti-pick-lead-many = Dərsi tapıb baxın, ya da bir neçəsini işarələyib kursunuza birlikdə əlavə edin.
lti-pick-empty = Burada hələ dərs yoxdur.
lti-tick = İşarələ: { $title }
lti-take-ticked = İşarələnənləri götür
lti-take-unit = Bütün fəsli götür
lti-all-grades = Bütün siniflər
lti-back = Siyahıya qayıt
lti-cancel = Seçmədən çıx

lti-start = Başlanğıc
lti-start-hint = Dəqiqə və saniyə: 12:30
lti-start-show = Oradan başla
lti-start-wrong = «{ $typed }» bu dərsin anı deyil. Dərs { $length } davam edir: dəqiqə və saniyəni yazın, məsələn 12:30, ya da boş saxlayın.
lti-starts = Şagirdlər onu { $start } anından görəcək.
lti-add = Kursa əlavə et
lti-add-hint = Baxmaq üçün şagirdlərə qeydiyyat və kuki lazım deyil.
lti-announced = Bu dərsin hələ yazısı yoxdur. Yazı gələn kimi şagirdlər onu burada görəcək.

lti-chosen = { $count ->
    [one] Bu dərs kursa əlavə edilsin?
   *[other] Bu { $count } dərs kursa əlavə edilsin?
}
lti-add-all = Hamısını kursa əlavə et
lti-none-ticked = Heç bir dərs işarələnməyib
lti-none-ticked-text = Siyahıya qayıdın və istədiyiniz dərsləri işarələyin.
lti-too-many = Bir dəfəyə çoxdur
lti-not-there = Dərslərdən biri yoxdur
lti-not-there-text = Hamının görə bildiyi «{ $code }» kodlu dərs yoxdur. Siyahıya qayıdın və yenidən seçin.
lti-one-only = Yalnız bir dərs
lti-one-only-text = { $platform } burada bir dəfəyə yalnız bir dərs qəbul edir. Siyahıya qayıdın və birini seçin.

lti-nothing = Burada hələ dərs seçilməyib
lti-nothing-text = { $platform } bu arxivə qoşulub, amma bu tapşırıqda hansı dərsin göstərildiyi deyilmir.
lti-nothing-how = Müəllimlər üçün: tapşırığın parametrlərini açın, məzmun seçmə düyməsini («Select content») basın, dərsi seçib yadda saxlayın.
lti-nothing-address = Ya da alətin ünvanı yerinə dərs səhifəsinin ünvanını yazın: { $address }

lti-fault = Kurs arxivi aça bilmədi
lti-fault-again = Kursa qayıdıb bir də açın. Yenə belə olsa, tədris platformasına baxan adama deyin.
lti-technical = Platformaya baxan üçün:
lti-not-teacher = Dərsi yalnız müəllim seçir
lti-again = Onu kursunuzdan bir də açın.
lti-over = Bu səhifənin vaxtı bitib

lti-register = Tədris platformasını qoşmaq
lti-register-lead = { $host } bu arxivə qoşulmaq istəyir.
lti-register-what = O nə öyrənir
lti-register-gives = arxivin adını və nişanını, ünvanlarını və açıq açarını
lti-register-no-names = Arxiv insanlar haqqında nə öyrənir
lti-register-anonymous = heç nə deməyən bir nömrəni və müəllim olub-olmadığını; ad, e-poçt, qiymət yoxdur. Bunların heç biri saxlanmır.
lti-register-issuer = Ünvanı (issuer)
lti-register-product = Platforma
lti-register-button = Qoş
lti-registered = Qoşuldu
lti-registered-text = { $platform } bu arxivə qoşuldu. İndi platforma sizdən aləti işə salmağı istəyə bilər.
lti-registered-close = Bu pəncərəni bağlaya bilərsiniz.
lti-invite = Bu dəvət artıq etibarlı deyil
lti-invite-asked = Bu ünvan tədris platforması üçündür
lti-invite-asked-text = Onu platformada alətin qeydiyyat ünvanı soruşulan yerə yapışdırın. Platforma onu özü açır və haradan soruşmaq lazım olduğunu deyir.
lti-register-failed = Tədris platforması qoşulmadı
lti-register-failed-text = Burada heç nə dəyişmədi, dəvət hələ etibarlıdır. Bir də yoxlayın, ya da arxivi əl ilə qeydiyyatdan keçirin.

lti-by-itself = Bu ünvanı tədris platforması açır. Onu əl ilə açmaq lazım deyil.

lti-refused-request = Tədris platforması lazım olanların hamısını göndərməyib, ya da həddən artıq göndərib.
lti-refused-unknown-platform = Bu tədris platforması arxivə qoşulmayıb. Onu arxivə baxan adam qoşa bilər.
lti-refused-several-platforms = Bu tədris platformasından bir neçə məktəb qoşulub, platforma isə hansından gəldiyinizi demir.
lti-refused-elsewhere = Kurs bu arxivin olmayan ünvanını göstərir.
lti-refused-by-platform = Tədris platforması sizi arxivə buraxmadı.
lti-refused-state-unknown = Bura keçid kursunuzdan başlanmayıb, ya da arxiv bu arada yenidən işə salınıb.
lti-refused-state-over = Bura gəlmək çox vaxt apardı.
lti-refused-replayed = Bu keçid artıq işlənib. O, bir dəfəlikdir.
lti-refused-busy = Hazırda həddən artıq adam daxil olur. Bir dəqiqə gözləyin.
lti-refused-malformed = Tədris platformasının göndərdiyini oxumaq olmur.
lti-refused-algorithm = Tədris platforması arxivin qəbul etmədiyi üsulla imzalayır.
lti-refused-no-key = Tədris platforması dərc etmədiyi açarla imzalayıb.
lti-refused-signature = Tədris platformasının göndərdiyində onun imzası yoxdur, ya da o, yolda dəyişdirilib.
lti-refused-keys = Arxiv tədris platformasının açarlarını ala bilmədi.
lti-refused-issuer = Göndərilən sizin gəldiyiniz deyil, başqa tədris platformasındandır.
lti-refused-audience = Tədris platformasının göndərdiyi başqa arxiv üçündür.
lti-refused-time = Tədris platformasının göndərdiyində onun nə vaxt etibarlı olduğu deyilmir.
lti-refused-nonce = Tədris platformasının göndərdiyi başqa keçidə aiddir.
lti-refused-version = Tədris platforması LTI-nin 1.3 deyil, başqa versiyası ilə danışır.
lti-refused-message-type = Tədris platforması arxivin bacarmadığı işi istəyir.
lti-refused-deployment = Tədris platformasının bu hissəsi arxivə qoşulmayıb.
lti-refused-target = Tapşırıq bu arxivin olmayan ünvanını göstərir.
lti-refused-deep-linking = Tədris platforması seçilən dərsin hara göndəriləcəyini demir.
lti-refused-over = Tədris platformasının göndərdiyi köhnədir. Ola bilsin, saatlardan biri səhvdir.
lti-refused-future = Tədris platformasının göndərdiyi hələ etibarlı deyil: saatlardan biri səhvdir.
lti-refused-code = Tapşırıqda yazılan dərs ola bilməz. Ola bilsin, kodu bütöv köçürülməyib.
lti-refused-not-a-teacher = Tədris platforması deyir ki, siz bu kursda müəllim deyilsiniz. Müəlliminizin seçdiyi dərslər kursdadır.
lti-refused-accepts-nothing = Kurs burada arxivin verə biləcəyi heç nəyi qəbul etmir.
lti-refused-too-many = Bir dəfəyə çox dərs işarələmisiniz. Kursa bir dəfəyə ən çoxu 50 dərs əlavə etmək olar: geri qayıdın və bəzilərinin işarəsini götürün.
lti-refused-ticket-unknown = Ola bilsin, ünvanı bütöv köçürülməyib.
lti-refused-ticket-over = Kursunuzdan gəldiyinizdən çox vaxt keçib.
lti-refused-platform-gone = Gəldiyiniz tədris platforması artıq arxivə qoşulu deyil.
lti-refused-invite = O, artıq işlənib, vaxtı keçib, ya da bütöv köçürülməyib. Arxivə baxan adam yenisini yarada bilər.
lti-refused-address = Tədris platformasının göstərdiyi ünvandan arxiv soruşa bilməz.
lti-refused-unreachable = Arxiv tədris platforması ilə əlaqə saxlaya bilmədi.
lti-refused-configuration = Tədris platformasının özü haqqında dedikləri yarımçıqdır, ya da bir-biri ilə düz gəlmir.
lti-refused-not-registered = Tədris platforması arxivin qeydiyyatını qəbul etmədi.
lti-refused-own = Arxivin özündə nəsə alınmadı. Bu, sizin səhviniz deyil.
