# Links that end, by which a draft is shown to chosen people.

teach-tab-links = Keçidlər
links-lead = Keçid bu qaralamanı, müddəti bitənədək, kimdə varsa ona hesabsız göstərir: onu qiymətləndirəcək həmkarlara və ya bir sinfə. Keçidi başqasına da ötürmək olar. Siz onu istənilən vaxt geri götürə bilərsiniz.
links-open = Bu dərs qaralama deyil: ünvanı kimdə varsa, ona baxa bilər, müddətli keçidlər də ora aparır.
links-note = Kimin üçündür?
links-note-hint = Bunu yalnız siz və redaktorlar görürsünüz. Məsələn: rəyçilər üçün.
links-days = Neçə gün qüvvədə olsun?
links-make = Keçid yarat
links-made = Keçidlər
links-until = { $who } yaradıb, { $made } · { $ends } tarixinədək
links-ended = { $who } yaradıb, { $made } · { $ends } tarixində bitib
links-rests = İndi heç nə göstərmir: onu yaradan bu dərsi daha göstərə bilməz.
links-nth = Keçid { $number }
links-remove = Geri götür
refused-days = Keçid 1 gündən { $most } günədək qüvvədə olur. Belə bir ədəd yazın.
refused-note = Qeyd ən çoxu { $most } işarəlik bir sətirdir, bunda isə { $has } işarə var.
conflict-not-draft = Bu dərs qaralama deyil: ünvanı kimdə varsa, onu görür. Həmin ünvanı ötürün.
conflict-many-links = Bu dərsin { $most } qüvvədə olan keçidi var, daha çox ola bilməz. Əvvəlcə birini geri götürün.

link-until = Bu dərs dərc olunmayıb. Onu bu keçidi olan hər kəs görür: { $date } tarixinədək.
link-ended-title = Bu keçidin müddəti bitib
link-ended-text = Keçid dərsi { $date } tarixinədək göstərirdi. Baxmağa davam etmək üçün onu sizə verəndən yeni keçid istəyin.
