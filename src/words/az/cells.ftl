# Dərsin bir dəyəri niyə qəbul edilmir, formada və ya cədvəlin sətrində: nə səhvdir və necə düzgün olar.

cell-cells = Bu sətirdə { $has } xana var, başlıq sətrində isə { $wants }. İçində ayırıcı işarə olan xanaları dırnağa alın və hər dırnağı bağlayın.
cell-torn = Bağlayan dırnaqdan sonra mətn var. Xananın içindəki dırnağı iki dəfə yazın.
cell-empty = Bu sahə doldurulmalıdır.
cell-too-long = Burada { $has } simvol var, ən çoxu { $most } ola bilər. Qısaldın.
cell-too-many = Siyahıda { $has } bənd var, ən çoxu { $most } ola bilər. Bir hissəsini çıxarın.
cell-empty-item = Siyahının bir bəndi boşdur. Artıq «;» işarəsini silin.
cell-twice = Bu, iki dəfə yazılıb. Birini silin.
cell-line-break = Burada sətir keçidi var. Bir sətirdə yazın.
cell-sign = Burada görünməyən { $sign } işarəsi var. Mətni onsuz, yenidən yazın.
cell-unseen = Burada görünən heç nə yoxdur. Nəsə yazın və ya boş buraxın.
cell-unknown = Bu arxivdə belə { $of ->
    [grade] sinif
    [subject] fənn
    [section] bölmə
   *[channel] kanal
} yoxdur. Bunlardan birini yazın: { $all }.
cell-unknown-near = Bu arxivdə belə { $of ->
    [grade] sinif
    [subject] fənn
    [section] bölmə
   *[channel] kanal
} yoxdur. Bəlkə, belə olmalıdır: { $near }?
cell-word = Bu sözlərdən birini yazın: { $words }.
cell-code-shape = Bu, dərsin kodu deyil: kod altı hərf və rəqəmdən ibarətdir. Onu dərsdən köçürün və ya boş buraxın.
cell-code-check = Bu kodun bir simvolu səhvdir. Onu dərsin kodu ilə hərf-hərf tutuşdurun.
cell-number = { $from } ilə { $to } arasında ədədi rəqəmlə yazın və ya boş buraxın.
cell-language = Bu, dilin kodu deyil. az, ru, en və ya başqasını yazın.
cell-standard = Çərçivəni, iki nöqtəni və standartın kodunu yazın: çərçivə:kod.
cell-school-year = Ardıcıl iki ili yazın, məsələn, { $like }.
cell-week = 1-dən 53-ə qədər ədəd və ya 2020-W14 kimi təqvim həftəsini yazın.
cell-no-such-week = { $year } ilində cəmi 52 təqvim həftəsi var. { $year }-W52 və ya { $next }-W01 yazın.
cell-no-page = Səhifə yazılmayıb. ISBN, iki nöqtə və səhifəni yazın: 9789952345674:34.
cell-long-page = İki nöqtədən sonra { $has } simvol var, ən çoxu { $most } ola bilər. Yalnız səhifəni yazın, məsələn, 34 və ya 34–36.
cell-isbn = ISBN səhvdir: yoxlama rəqəmi uyğun gəlmir. Dərslikdən 10 və ya 13 rəqəmli ISBN-i köçürün, sonra iki nöqtə və səhifəni yazın.
cell-broadcast = Kanalı, @ işarəsini və vaxtı yazın: kanal@2020-03-30T11:00.
cell-time = Bu, tarix və vaxt deyil. Belə yazın: 2020-03-30T11:00.
cell-year = { $year } ili ola bilməz. { $from } və ya daha sonrakı ili yazın.
cell-clocks-changed = O vaxt saatlar çəkilib: bu an iki dəfə olub və ya heç olmayıb. Saat qurşağını əlavə edin, məsələn, 2020-03-30T11:00:00+04:00.
cell-fractions = Saniyələri kəsrsiz, tam yazın.
cell-chapter-time = Vaxtla başlamır. Dəqiqə, saniyə və adı yazın: 03:40 Bərabər kəsrlər.
cell-chapter-title = Vaxtdan sonra ad yoxdur. Belə yazın: 03:40 Bərabər kəsrlər.
cell-chapter-order = Bu, özündən əvvəlkindən sonra başlamır. Onları vaxt ardıcıllığı ilə yazın.
cell-file = Cədvəllə fayl gəlmir. Xananı boş buraxın və faylı dərsin səhifəsində əlavə edin.
cell-address = Tam ünvanı yazın, məsələn, https://example.org/lesson.
cell-address-sign = Burada boşluq və ya ünvanda ola bilməyən başqa simvol var. Ünvanı brauzerin sətrindən köçürün.
cell-address-user = Ünvanda istifadəçi adı və ya parol var. Onu çıxarın: bunu hamı oxuya bilər.
cell-itself = Bu, dərsin özüdür. O biri dərsin kodunu yazın və ya boş buraxın.
cell-not-taken = Buraya belə dəyər yazmaq olmur.
cell-no-lesson = Dəyişə biləcəyiniz belə kodlu dərs yoxdur. Kodu iş masanızdan köçürün və ya yeni dərs üçün xananı boş buraxın.
cell-not-yours = Siz bu dərsi dəyişə bilməzsiniz. Redaktora müraciət edin.
cell-not-yours-to-publish = Buna siz qərar verə bilməzsiniz. Olduğu kimi saxlayın: dərsi redaktor dərc edir.
cell-was-published = Dərs dərc olunub və ünvanı işləməlidir: o, yenidən qaralama ola bilməz. Əvəzində onu öz səhifəsində geri götürün.
cell-out-of-scope = Bununla dərs redaktə etdiyiniz dərslərdən kənarda qalardı. Administratora müraciət edin.
cell-code-of-line = Bu kod artıq { $line } nömrəli sətirdə var. Bir dərsin bir sətri olur: başqa dərs üçün xananı boş buraxın.
cell-lesson-of-line = Bu, { $line } nömrəli sətirdəki dərsdir: adı, sinifləri, fənni, bölməsi, proqramı və nömrəsi eynidir. Sətirlərdən birini silin və ya onlara fərqli ad, yaxud nömrə verin.
cell-no-sibling = Bu arxivdə belə kodlu dərs yoxdur. O biri dərsin kodunu köçürün və ya boş buraxın.
