# Расписание, недели, отбор уроков и даты.

day-month = { $day } { $month ->
    [1] января
    [2] февраля
    [3] марта
    [4] апреля
    [5] мая
    [6] июня
    [7] июля
    [8] августа
    [9] сентября
    [10] октября
    [11] ноября
   *[other] декабря
}
date = { $day } { $year }
weekday = { $number ->
    [1] понедельник
    [2] вторник
    [3] среда
    [4] четверг
    [5] пятница
    [6] суббота
   *[other] воскресенье
}
full-date = { $date }, { $weekday }
weekday-date = { $weekday }, { $date }

today-on-air = Сегодня в эфире
next-on-air = Следующий эфир: { $date }
last-on-air = Последний эфир: { $date }
timetable = Расписание
timetable-whole = Всё расписание
timetable-of = Телевизионные уроки: { $when }
timetable-description = Когда и на каком канале показывают телевизионные уроки.
timetable-empty = На сегодня в расписании нет уроков.
timetable-empty-day = На этот день в расписании нет уроков.
timetable-empty-week = На эту неделю в расписании нет уроков.
timetable-empty-filter = Подходящих уроков нет.
timetable-later = Дальше
timetable-choose = Выбрать день, канал, класс
timetable-day = День
timetable-channel = Канал
timetable-grade = Класс
timetable-section = Сектор
timetable-any = все
timetable-show = Показать
timetable-nav = Дни и недели
timetable-whole-week = Вся неделя: { $days }
airing-repeat = повтор
airing-announced = запись будет
week-missed = Прошлую неделю пришлось пропустить?
week-missed-link = Все уроки прошлой недели
week-newest-link = Все уроки недели: { $days }
week-heading = { $grade }: уроки недели
week-description = { $grade }, { $days }: телевизионные уроки по дням.
week-programme = { $number }-я неделя программы
week-empty = На этой неделе для этого класса по телевидению уроков не было.
week-unaired = Другие уроки этой недели
week-more = Уроков этой недели больше, чем показано здесь. Остальные — на страницах предметов.
week-all-subjects = Все предметы
week-choose-heading = Уроки недели: в каком ты классе?
week-choose-title = Уроки недели
bad-week-title = Такой недели нет
bad-week-text = «{ $value }» — не неделя. Напиши так: 2020-W14 (14-я неделя 2020 года). Неделя программы — число от 1 до 53.
late-week-text = Недели «{ $value }» нет: в { $year } году 52 недели. Напиши { $year }-W52 или { $next }-W01.
bad-day-title = Такого дня нет
bad-day-text = «{ $value }» — не дата. Напиши её так: 2020-04-06.
bad-channel-title = Такого канала нет
size-from = от { $size }
filters = Отобрать уроки
filter-year = Учебный год
filter-channel = Канал
filter-kind = Вид
filter-unit = Раздел
filter-signed = с жестовым языком
filter-captioned = с субтитрами
filter-all = Показать все
filter-none = Подходящих уроков нет.
for-teachers = Учителям
for-programs = Программам
footer-links = Другие страницы
