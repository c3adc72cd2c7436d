# What programs of others show: the names of feeds.

feed-video = { $page } · Teledərs (видео)
feed-audio = { $page } · Teledərs (звук)
feed-description = { $page }: новые записи телевизионных уроков.
