# The player. Names of buttons are short: they stand in a row, and are heard one after the other.

player-name = Video player
player-controls = Playback controls
player-play = Play
player-pause = Pause
player-mute = Mute
player-volume = Volume
player-seek = Moment of the lesson
player-position = { $at } of { $all }
player-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
player-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
player-chapters = Parts of the lesson
player-settings = Settings
player-full = Full screen
player-small = Picture in picture
player-close = Close
player-speed = Speed
player-quality = Picture
player-auto = automatic
player-captions = Captions
player-on = on
player-off = off
player-says = { $what }: { $value }
player-captions-size = Size of captions
player-size-normal = normal
player-size-large = large
player-size-huge = very large
player-copy = Copy link to this moment
player-copied = The link is copied
player-copy-yourself = Copy this link:
player-forget = Forget where I stopped in lessons
player-forgotten = Forgotten. Only this browser knew it.
player-keys = Keyboard
player-key-space = Space
player-key-play = play or pause
player-key-seek = 5 seconds back or forward
player-key-jump = 10 seconds back or forward
player-key-speed = slower or faster
player-key-part = start, 10 %, 20 % … 90 % of the lesson
player-key-help = this list
player-waiting = Loading…
player-lost = The connection is lost. Your place is kept, and we keep trying.
player-again = Try again
player-broken = The video does not play here. You can download it below.
player-fell = This picture cannot be had now. You are watching { $quality }.
player-replay = Watch again

resume-text = You stopped at
resume-start = From the beginning
