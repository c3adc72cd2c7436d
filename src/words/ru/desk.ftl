# Урок на рабочем столе: описание, публикация, снятие. Обращаемся на «вы».

teach-lesson = Урок
teach-tab-description = Описание
teach-tab-files = Субтитры и файлы
teach-tab-history = История
teach-not-yours-title = Вы не можете изменить этот урок
teach-not-yours-text = Он чужой, или изменить его может только редактор. Обратитесь к редактору или администратору.
teach-refused-title = Не получилось
