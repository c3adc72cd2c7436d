# What programs of others show: the names of feeds.

feed-video = { $page } · Teledərs (video)
feed-audio = { $page } · Teledərs (sound)
feed-description = { $page }: new recorded television lessons.
