# Başqa saytların səhifələrində dərslər.

embed-summary = Saytda yerləşdirmək
embed-text = Kodu köçür və səhifənə yapışdır. Skript və kuki lazım deyil.
embed-window = (yeni pəncərədə açılır)
