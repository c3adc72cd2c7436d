# İş masasında dərs: təsvir, dərc, geri götürmə. «Siz» deyə müraciət edirik.

teach-lesson = Dərs
teach-tab-description = Təsvir
teach-tab-files = Altyazılar və fayllar
teach-tab-history = Tarixçə
teach-not-yours-title = Bu dərsi siz dəyişə bilmirsiniz
teach-not-yours-text = O, başqasınındır, yaxud onu yalnız redaktor dəyişə bilər. Redaktora və ya inzibatçıya müraciət edin.
teach-refused-title = Bu, alınmadı
