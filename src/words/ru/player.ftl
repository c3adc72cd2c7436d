# Плеер. Названия кнопок короткие: они стоят в ряд и звучат одно за другим.

player-name = Видеоплеер
player-controls = Управление видео
player-play = Смотреть
player-pause = Пауза
player-mute = Без звука
player-volume = Громкость
player-seek = Место в уроке
player-position = { $at }, всего { $all }
player-hours = { $count ->
    [one] { $count } час
    [few] { $count } часа
   *[many] { $count } часов
}
player-seconds = { $count ->
    [one] { $count } секунда
    [few] { $count } секунды
   *[many] { $count } секунд
}
player-chapters = Части урока
player-settings = Настройки
player-full = На весь экран
player-small = Картинка в картинке
player-close = Закрыть
player-speed = Скорость
player-quality = Качество
player-auto = автоматически
player-captions = Субтитры
player-on = включено
player-off = выключено
player-says = { $what }: { $value }
player-captions-size = Размер субтитров
player-size-normal = обычный
player-size-large = крупный
player-size-huge = очень крупный
player-copy = Скопировать ссылку на это место
player-copied = Ссылка скопирована
player-copy-yourself = Скопируй эту ссылку:
player-forget = Забыть, где остановлены уроки
player-forgotten = Забыто. Об этом знал только этот браузер.
player-keys = Клавиши
player-key-space = Пробел
player-key-play = смотреть или пауза
player-key-seek = на 5 секунд назад или вперёд
player-key-jump = на 10 секунд назад или вперёд
player-key-speed = медленнее или быстрее
player-key-part = начало, 10 %, 20 % … 90 % урока
player-key-help = этот список
player-waiting = Загружается…
player-lost = Связь пропала. Место в уроке сохранено, мы пробуем снова.
player-again = Попробовать ещё раз
player-broken = Здесь видео не открывается. Его можно скачать ниже.
player-fell = Это качество сейчас недоступно. Ты смотришь { $quality }.
player-replay = Посмотреть ещё раз

resume-text = Продолжение с
resume-start = С начала
