# Yükləmə səhifəsi. Müəllimlərə «siz» deyə müraciət edirik: nəzakətlə və sadə.

upload = Yazıları yükləyin
upload-nav = Yükləmə
upload-lead = Hər yazıdan bir qaralama yaranır. Yazı yüklənərkən qaralamanı doldura bilərsiniz.
upload-replace = «{ $title }» dərsinə yeni yazı
upload-replace-lead = Dərsin ünvanı dəyişmir. Yazı tam yüklənən kimi dərsə baxanlar yenisini görəcək.
upload-title = Başlıq
upload-title-hint = Boşdursa: faylın adı.
upload-drafts-for = Qaralamalar nə üçündür
upload-grades = Siniflər
upload-subject = Fənn
upload-section = Bölmə
upload-choose = Seçin
upload-file = Yazı
upload-file-hint = Ən çoxu { $limit }. H.264 və AAC ilə MP4 dərhal hər yerdə açılır.
upload-send = Yüklə
upload-plain = JavaScript olmadan hər dəfə bir yazı göndərilir, bağlantı kəsilsə, hər şey yenidən başlayır. JavaScript ilə birdən çox yazı göndərə bilərsiniz, hər biri qaldığı yerdən davam edir.
upload-no-file = Əvvəlcə yazını seçin.
upload-drop = Yazıları bura atın
upload-drop-one = Yazını bura atın
upload-pick = Yazıları seçin
upload-pick-one = Yazını seçin
upload-list = Yükləmələr
upload-pause = Fasilə
upload-go-on = Davam et
upload-again = Faylı yenidən seçin
upload-cancel = Ləğv et
upload-retry = Yenidən cəhd et
upload-dismiss = Gizlət
upload-watch = Baxmaq
upload-draft = qaralamanı doldurun
upload-cancel-ask = Yüklənən hissə ({ $done }) silinsin?
upload-delete-both = Qaralamanı da sil
upload-delete = Yükləməni sil
upload-delete-keeping = Yükləməni sil, qaralama qalsın
upload-keep = Xeyr, davam etsin
upload-draft-stays = Yükləmə silindi, qaralamanı isə silmək olmadı. Onu öz səhifəsində silə bilərsiniz.
upload-deleted = Silindi.
upload-preparing = Qaralama yaradılır …
upload-waiting = Növbəsini gözləyir
upload-moving = { $done } / { $all }
upload-speed = { $size }/san
upload-left = { $time } qalıb
upload-paused = Fasilə
upload-no-line = Bağlantı yoxdur. Yüklənən hissə itmir, yükləmə özü davam edəcək.
upload-signed-out = Hesabdan çıxmısınız. Başqa vərəqədə daxil olun: yükləmə burada davam edəcək.
upload-elsewhere = Yükləmə başqa pəncərədə davam edir.
upload-other-tab = Başqa vərəqədə yüklənir
upload-needs-file = Davam etmək üçün { $name } faylını yenidən seçin və ya bura atın.
upload-cannot-go-on = Davam etmək olmur: JavaScript olmadan göndərilib. Ləğv edin və faylı yenidən yükləyin.
upload-looking = Hamısı yüklənib. Yazı yoxlanılır …
upload-ready = Baxmağa hazırdır
upload-only-save = Yüklənib. Brauzerlər bu növ faylı oynatmır: şagirdlər onu yalnız saxlaya bilər. H.264 və AAC ilə MP4 hər yerdə açılır.
upload-nothing = Bu fayl baxıla bilən yazı deyil. { $why }
upload-gone = Bu yükləmə silinib və ya vaxtı bitib. Faylı yenidən yükləyin.
upload-failed = Arxiv qəbul etmir: { $why }
upload-unreadable = { $name } daha oxunmur. Yeri və ya özü dəyişib? Onu yenidən seçin.
upload-wrong-file = Bu, { $other } faylıdır. { $name } ({ $size }) faylını seçin.
upload-other-content = Bu { $name } faylının məzmunu başladığınızdan fərqlidir. Düzgün faylı seçin və ya yükləməni ləğv edin.
upload-no-recording = { $name } video və ya səs yazısı deyil, yüklənmədi.
upload-empty = { $name } boşdur, yüklənmədi.
upload-folder = { $name } qovluqdur: içindəki yazıları atın.
upload-one-only = Dərsin bir yazısı olur: bir fayl atın.
upload-choose-first = Sinif, fənn və bölməni seçin. Yükləmə onda başlayacaq.
upload-disk-full = Arxivin diski doludur. İnzibatçıya bildirin.
upload-busy = Arxiv məşğuldur və ya yenidən işə salınır. Bir azdan yenidən cəhd edin.
upload-broken = Fayl tam gəlməmiş bağlantı kəsildi. Yenidən göndərin.
upload-too-long = Fayl { $length }, ən çoxu isə { $limit } olar ({ $by }). Onu kiçildin, məsələn, keyfiyyətini azaldın.
upload-over-quota = Fayl { $length }, sizə ayrılan { $limit } yerdən ({ $by }) { $used } tutulub. Lazım olmayan qaralamaları silin və ya inzibatçıdan əlavə yer istəyin.
upload-too-many = { $used } yükləmə bitməyib, ən çoxu { $limit } ola bilər ({ $by }). Bəzilərini bitirin və ya ləğv edin.
upload-no-room = Fayla { $length } yer lazımdır, arxivin diskində { $limit } qalıb. İnzibatçıya bildirin.
upload-set-by-setting = { $name } ayarı
upload-set-by-admin = inzibatçı təyin edib
upload-part = { $number }%
upload-seconds = { $count } san
upload-minutes = { $count } dəq
upload-hours = { $hours } saat { $minutes } dəq

refusal-empty = Fayl boşdur. Onu kameradan yenidən köçürün, sonra təzədən yükləyin.
refusal-not-media = Bu, { $looks ->
    [text] mətn faylıdır
    [zeros] yalnız sıfırlardan ibarət fayldır
    [sound] burada qəbul edilməyən səs faylıdır (MP3 və ya WAV)
    [picture] şəkildir
    [pdf] PDF sənədidir
    [zip] sənəd və ya arxivdir (ZIP)
   *[other] naməlum növ fayldır
}. Yazının özünü seçin: MP4, MKV, WebM, TS, AVI, WMV, FLV və ya OGG.
refusal-cut-short = Fayl yarımçıqdır: { $have } var, ən azı { $needed } olmalı idi. Onu kameradan yenidən köçürün, sonra təzədən yükləyin.
refusal-no-index = Yazı tamamlanmadan kəsilib, ona görə açılmır. Onu kamerada və ya hazırladığınız proqramda yenidən saxlayın, sonra təzədən yükləyin.
refusal-damaged = Fayl zədələnib. Onu kameradan yenidən köçürün; kömək etməsə, başqa proqramda MP4 kimi saxlayın.
refusal-too-many-parts = Fayl burada oxunduğundan daha çox hissədən ibarətdir. Onu başqa proqramda MP4 kimi saxlayın və ya bölün.
refusal-too-long = Faylda müddət { $hours } saat göstərilib, ən çoxu { $most } saat ola bilər. Əslində belə deyilsə, onu başqa proqramda MP4 kimi saxlayın.
refusal-no-tracks = Faylda nə görüntü var, nə də səs. Onlar olan faylı seçin.
refusal-no-frames = Fayl yazı kimi başlayır, amma içində heç nə yoxdur: çəkiliş əvvəldən kəsilib. Onu kameradan yenidən köçürün və ya təzədən çəkin.
refusal-no-duration = Faylda nə qədər davam etdiyi göstərilməyib. Onu başqa proqramda MP4 kimi saxlayıb yükləyin.
refusal-unreadable = Fayl yazı kimi başlayır, amma oxunmur. Kompüterinizdə açıldığını yoxlayın; açılırsa, onu başqa proqramda MP4 kimi saxlayıb yükləyin.
refusal-not-looked-into = Server fayla baxa bilmədi; faylın özü yaxşı ola bilər. Zəhmət olmasa, administratora xəbər verin.
refusal-part-gone = Göndərilənlərin bir hissəsi itib. Faylı yenidən göndərin.
refusal-other = Yoxlama zamanı ingiliscə belə qeyd edilib: «{ $why }».
