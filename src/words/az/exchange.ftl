# What programs of others show: the names of feeds.

feed-video = { $page } · Teledərs (video)
feed-audio = { $page } · Teledərs (səs)
feed-description = { $page }: televiziya dərslərinin yeni yazıları.
