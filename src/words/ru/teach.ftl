# К учителям, редакторам и администраторам обращаемся на «вы»: вежливо и просто.

teach-sign-in = Войти
teach-sign-in-lead = Для тех, кто готовит уроки. Чтобы смотреть их, регистрация не нужна.
teach-name = Имя
teach-password = Пароль
teach-password-new = Новый пароль
teach-password-again = Тот же пароль ещё раз
teach-password-hint = Не меньше 8 знаков. Несколько слов легко запомнить и трудно подобрать.
teach-password-old = Нынешний пароль
teach-password-change = Сменить пароль
teach-wrong = Имя или пароль неверны.
teach-often = Слишком много попыток. Попробуйте снова через { $count } { $count ->
    [one] минуту
    [few] минуты
   *[other] минут
}.
teach-short = Пароль слишком короткий: нужно не меньше { $count } знаков.
teach-long = Пароль слишком длинный: можно не больше { $count } байт.
teach-differ = Пароли различаются. Введите один и тот же дважды.
teach-busy = Сейчас входит много людей. Попробуйте снова через несколько секунд.
teach-link-over = Ссылка уже использована, или её срок истёк. Попросите у администратора другую.
teach-welcome = Первый администратор
teach-welcome-lead = В этом архиве ещё нет администратора. Выберите имя и пароль, с которыми будете входить.
teach-choose = Выберите пароль
teach-choose-lead = С ним вы будете входить. Прежние сеансы завершатся.
teach-save = Сохранить
teach-saved = Сохранено.
teach-desk = Рабочий стол
teach-hello = Здравствуйте, { $name }
teach-acts-as = Ваша роль: { $role }.
teach-limited = Вы редактируете уроки: { $scopes }.
teach-role = { $role ->
    [admin] администратор
    [editor] редактор
    [worker] машина для обработки
   *[teacher] учитель
}
teach-account = Учётная запись
teach-people = Люди
teach-log = Журнал
teach-sign-out = Выйти
teach-sign-out-everywhere = Выйти везде
teach-sessions = Сеансы
teach-sessions-lead = Если вы входили с чужого компьютера, завершите все свои сеансы.
teach-tokens = Токены для программ
teach-tokens-lead = Программа, у которой есть токен, действует от вашего имени. Отзовите токены, которые не нужны.
teach-token = токен
teach-token-new = Это новый токен. Скопируйте его сейчас: больше он не будет показан.
teach-token-create = Создать токен
teach-token-label = Для чего он
teach-token-role = Что ему можно
teach-token-days = Сколько дней действует
teach-token-bad = Выберите роль не выше своей и срок от 1 до { $count } дней.
teach-token-until = до { $date }
teach-token-expired = истёк { $date }
teach-token-revoked = отозван { $date }
teach-revoke = Отозвать
teach-person-add = Добавить человека
teach-person-role = Роль
teach-person-scopes = Область редактора
teach-person-scopes-hint = Классы (7), предметы (mathematics) или предмет в классе (7/mathematics) через пробел. Пусто: всё.
teach-person-quota = Место для записей, ГБ
teach-person-quota-hint = Пусто: как в настройках архива.
teach-quota-bad = Напишите место числом гигабайт, например 50 или 2,5.
teach-disable = Закрыть доступ: нельзя войти, токены не действуют
teach-disabled = доступ закрыт
teach-no-password = пароля ещё нет
teach-link-lead = Кто откроет ссылку, выберет пароль. Она действует один раз и один день.
teach-link-make = Создать ссылку для выбора пароля
teach-link-made = Отправьте эту ссылку. Она действует один раз и один день и больше не будет показана:
teach-name-taken = { $name } уже есть. Выберите другое имя.
teach-last-admin = Это единственный администратор. Сначала назначьте другого.
teach-forbidden-title = Эта страница для администраторов
teach-forbidden-text = Если вам нужно то, что здесь делается, обратитесь к администратору.
teach-log-lead = Кто что сделал: сначала новое.
teach-log-more = Раньше
teach-command-line = командная строка
teach-action = { $action ->
    [person-added] добавление человека
    [person-role] новая роль
    [person-password] новый пароль
    [person-disabled] доступ закрыт
    [person-enabled] доступ открыт
    [person-quota] место для записей
    [person-scopes] область редактора
    [token-created] создание токена
    [token-revoked] отзыв токена
    [platform-added] добавление учебной платформы
    [platform-removed] удаление учебной платформы
    [platform-key-renewed] новый ключ для учебных платформ
    [created] новый урок
    [edited] правка урока
    [recording] новая запись
    [published] публикация урока
    [withdrawn] урок убран
    [deleted] удаление черновика
    [unlisted] урок открыт только по ссылке
    [reinstated] урок возвращён
    [captions] субтитры
    [attachment] приложение
    [edition] показана другая запись
    [pruned] удаление ненужных файлов
    [link_made] создал(а) ссылку на черновик
    [link_removed] отозвал(а) ссылку на черновик
    [job_cancelled] подготовка отменена
    [job_retried] подготовка заново
   *[other] { $action }
}
teach-lessons = Уроки
teach-no-lessons = У вас ещё нет уроков. Создайте новый урок или сразу загрузите запись: здесь появится черновик.
teach-lessons-more = Более ранние уроки
teach-stands = { $stands ->
    [draft] черновик
    [unlisted] только по ссылке
    [withdrawn] снят
   *[public] опубликован
}
