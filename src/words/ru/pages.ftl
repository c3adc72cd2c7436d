# С учеником говорим на «ты»: коротко, спокойно, словами, понятными ребёнку.

site = Teledərs
title = { $page } · Teledərs
skip = К содержанию
languages = Язык сайта
breadcrumbs = Где ты сейчас
sections = Сектор
footer = Здесь ни за кем не следят. Регистрация не нужна.
grades = Классы
lessons = { $count } { $count ->
    [one] урок
    [few] урока
   *[many] уроков
}
minutes = { $count } { $count ->
    [one] минута
    [few] минуты
   *[many] минут
}
size = { $number }{ "\u00A0" }{ $unit ->
    [KB] КБ
    [MB] МБ
   *[GB] ГБ
}
language = { $code ->
    [az] азербайджанский
    [ru] русский
    [en] английский
    [tr] турецкий
    [de] немецкий
    [fr] французский
    [ar] арабский
    [fa] персидский
    [ka] грузинский
    [es] испанский
    [it] итальянский
   *[other] { $code }
}

home-title = Выбери класс
home-heading = В каком ты классе?
home-lead = Записи телевизионных уроков. Их можно смотреть и с телефона, и при слабом интернете.
home-cost = На один урок уходит в среднем { $size } интернета. Размер каждого урока написан рядом с ним.
home-description = Записи телевизионных уроков для школьников. Выбери класс и предмет и смотри урок.

grade-lead = Выбери предмет. Рядом написано, сколько интернета в среднем уходит на один урок.
grade-description = { $grade }: записи телевизионных уроков по предметам.
grade-empty = В этом секторе уроков пока нет.
average = урок ≈ { $size }

subject-description = { $subject }, { $grade }: записи телевизионных уроков в порядке программы.
codes = Коды для печати
codes-title = { $subject }, { $grade }: коды
codes-lead = Распечатай, вырежи и вклей в учебник или тетрадь: каждый код открывает свой урок.
codes-shelf = Список этих уроков
cartridge = Для учебных платформ (Common Cartridge)

# The API's description
api = API для программ
api-lead = Любой сайт и любая программа может читать уроки в виде JSON. Описание на английском языке.
api-common = Ответы, которые есть у многих
api-token = Нужен токен.
api-required = обязательно
api-body = что отправляют
api-also = также
subject-empty = В этом секторе уроков по этому предмету пока нет.
ungrouped = Другие уроки
more = Следующие уроки
from-start = К началу списка

lesson-nth = Урок { $number }
captioned = с субтитрами
signed = с жестовым языком
silent = без звука
sound-only = только звук
not-yet = записи пока нет
kind = { $kind ->
    [live] прямой эфир
    [revision] урок повторения
    [exam] подготовка к экзамену
   *[lesson] урок
}

lesson-description = { $title }. { $subject }, { $grade }. Запись телевизионного урока.
ways = Как посмотреть
play = Смотреть
listen = Слушать
listen-note = только звук, для медленного интернета
download = Скачать
download-note = чтобы смотреть без интернета
unplayable-heading = Эта запись не открывается в браузере
unplayable-text = Её можно скачать и открыть в другой программе.
silent-text = В этом уроке нет звука.
silent-captioned-text = В этом уроке нет звука: всё, что говорится, написано в субтитрах.
announced-heading = Записи этого урока пока нет
announced-text = Когда запись появится, урок можно будет посмотреть на этой странице.
announced-air = По телевидению:
chapters = Части урока
unit-lessons = Уроки этого раздела
next-lesson = Следующий урок
other-variant = Другой вариант этого урока
attachments = Материалы к уроку
facts = Об уроке

fact-section = Сектор
fact-grades = { $count ->
    [1] Класс
   *[other] Классы
}
fact-language = Язык урока
fact-kind = Вид
fact-programme = Программа
fact-number = Место в программе
fact-unit = Раздел
fact-topic = Тема
fact-year = Учебный год
fact-broadcasts = В эфире
fact-textbook = Учебник
fact-curriculum = Учебный план
fact-teachers = { $count ->
    [1] Учитель
   *[other] Учителя
}
fact-interpreter = Перевод на жестовый язык
fact-captions = Субтитры
fact-license = Лицензия
fact-rights = Правообладатель
fact-source = Источник
fact-code = Код
broadcast = { $channel }, { $date }
textbook = ISBN { $isbn }
textbook-page = ISBN { $isbn }, с. { $page }

missing-title = Страница не найдена
missing-text = Возможно, в адресе ошибка. Урок можно найти по классу и предмету.
missing-grade-title = Такого класса нет
missing-subject-title = Такого предмета нет
missing-section-title = Такого сектора нет
missing-lesson-title = Такого урока нет
missing-lesson-text = Урока с таким кодом мы не нашли. Проверь код ещё раз или найди урок по классу и предмету.
miscopied-title = В коде ошибка
miscopied-text = Один знак в коде неверный. Внимательно перепиши код ещё раз.
miscopied-meant = Один знак в коде неверный. Может быть, ты ищешь этот урок?
gone-title = Этот урок убран
gone-text = Посмотреть этот урок больше нельзя.
gone-reason = Причина:
gone-instead = Вместо него можно посмотреть
gone-shelf = Все уроки:
failed-title = Что-то не получилось
failed-text = Это не твоя ошибка. Попробуй ещё раз чуть позже.
busy-title = Сейчас смотрит очень много людей
busy-text = Попробуй ещё раз через несколько секунд.
to-grades = Выбрать класс
