# Saving a lesson on the device, to watch it without the internet. We speak to a pupil, as in pages.ftl.

offline-save = Save on this device
offline-more = Save in another way
offline-sound = Sound only
offline-list = Saved lessons
offline-lead = Lessons that you saved on this device play without the internet. Only your browser knows this list.
offline-description = Lessons saved on this device: they play without the internet.
offline-noscript = This list needs JavaScript in your browser. You can watch without the internet all the same: press “Download” on the lesson's page and keep the file.
offline-off = Lessons cannot be saved in a browser on this site at present. Press “Download” on the lesson's page and keep the file.
offline-insecure = To save a lesson in the browser, the site's address must begin with https. Here you can press “Download” and keep the lesson as a file.
offline-unsupported = This browser or private window cannot save lessons. Press “Download” and keep the lesson as a file.
offline-away = There is no internet, and the page you wanted is not saved on this device. This is what you can watch now:
offline-empty = Nothing is saved yet. When you have internet, open a lesson and press “Save on this device”.
offline-used = Saved: { $size }
offline-left = by the browser’s count, room for { $size } more

offline-saved = Saved, opens without the internet
offline-newer = There is a newer recording of this lesson
offline-renewed = A newer recording came out, so saving began anew
offline-preparing = Getting ready
offline-moving = Saving
offline-waiting = No connection; it goes on as soon as there is one
offline-paused = Paused
offline-stopped = Not saved to the end
offline-elsewhere = Being saved in another window
offline-no-room = Not enough room: { $need } more are needed, { $left } are free. Remove lessons that you do not need, then go on.
offline-no-room-used = Not enough room: { $need } more are needed. Saved lessons take { $used }. Remove those that you do not need, then go on.
offline-gone = This lesson is no longer on the site, so it cannot be saved
offline-failed = Saving did not work. Try again in a while
offline-numbers = { $done } of { $all } ({ $part })
offline-part = { $number }%
offline-progress = { $name }: how much is saved

offline-pause = Pause
offline-go-on = Go on
offline-again = Save the newer one
offline-cancel = Cancel
offline-remove = Remove
offline-remove-all = Remove all
offline-remove-all-ask = Remove all saved lessons from this device?
watch = Watch here
