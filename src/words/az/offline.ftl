# Dərsi cihazda saxlayıb internetsiz baxmaq. Şagirdə müraciət edirik, pages.ftl faylında olduğu kimi.

offline-save = Bu cihazda saxla
offline-more = Başqa cür saxla
offline-sound = Yalnız səs
offline-list = Saxlanılan dərslər
offline-lead = Bu cihazda saxladığın dərslərə internetsiz baxa bilərsən. Siyahını yalnız sənin brauzerin bilir.
offline-description = Bu cihazda saxlanılan dərslər: onlara internetsiz baxmaq olar.
offline-noscript = Bu siyahı üçün brauzerdə JavaScript açıq olmalıdır. Onsuz da dərsə internetsiz baxmaq olar: dərsin səhifəsində «Yüklə» düyməsini bas və faylı saxla.
offline-off = Hazırda bu saytda dərsləri brauzerdə saxlamaq olmur. Dərsin səhifəsində «Yüklə» düyməsini bas və faylı saxla.
offline-insecure = Dərsi brauzerdə saxlamaq üçün saytın ünvanı https ilə başlamalıdır. Burada isə «Yüklə» düyməsini bas və dərsi fayl kimi saxla.
offline-unsupported = Bu brauzer və ya gizli pəncərə dərsi saxlaya bilmir. «Yüklə» düyməsini bas və dərsi fayl kimi saxla.
offline-away = İnternet yoxdur, açmaq istədiyin səhifə isə bu cihazda saxlanılmayıb. İndi bunlara baxmaq olar:
offline-empty = Hələ heç nə saxlanılmayıb. İnternet olanda dərsin səhifəsini aç və «Bu cihazda saxla» düyməsini bas.
offline-used = Saxlanılıb: { $size }
offline-left = brauzerin hesabı ilə daha { $size } yer var

offline-saved = Saxlanılıb, internetsiz açılır
offline-newer = Bu dərsin yeni yazısı çıxıb
offline-renewed = Dərsin yeni yazısı çıxdı, ona görə əvvəldən saxlanılır
offline-preparing = Hazırlanır
offline-moving = Saxlanılır
offline-waiting = Əlaqə yoxdur, bərpa olunan kimi davam edəcək
offline-paused = Dayandırılıb
offline-stopped = Yarımçıq qalıb
offline-elsewhere = Başqa pəncərədə saxlanılır
offline-no-room = Yer çatmır: daha { $need } lazımdır, boş yer isə { $left }. Lazım olmayan dərsləri sil, sonra davam et.
offline-no-room-used = Yer çatmır: daha { $need } lazımdır. Saxlanılan dərslər { $used } yer tutur. Lazım olmayanları sil, sonra davam et.
offline-gone = Bu dərs artıq saytda yoxdur, saxlamaq olmur
offline-failed = Saxlamaq alınmadı. Bir azdan yenidən yoxla
offline-numbers = { $done } / { $all } ({ $part })
offline-part = { $number }%
offline-progress = { $name }: nə qədəri saxlanılıb

offline-pause = Dayandır
offline-go-on = Davam et
offline-again = Yenisini saxla
offline-cancel = Ləğv et
offline-remove = Sil
offline-remove-all = Hamısını sil
offline-remove-all-ask = Saxlanılan bütün dərslər bu cihazdan silinsin?
watch = Burada bax
