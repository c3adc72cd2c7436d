# The upload page. We speak to teachers: politely and plainly.

upload = Upload recordings
upload-nav = Upload
upload-lead = Each recording becomes a draft. You can fill in the draft while the recording is on its way.
upload-replace = A new recording for “{ $title }”
upload-replace-lead = The lesson keeps its address. Who watches it gets the new recording as soon as all of it is here.
upload-title = Title
upload-title-hint = Empty: the name of the file.
upload-drafts-for = What the drafts are for
upload-grades = Grades
upload-subject = Subject
upload-section = Section
upload-choose = Choose
upload-file = Recording
upload-file-hint = At most { $limit }. An MP4 with H.264 and AAC can be watched at once, everywhere.
upload-send = Upload
upload-plain = Without JavaScript one recording is sent at a time, and after a broken line it begins anew. With JavaScript you send many at once, and each goes on where it was.
upload-no-file = Choose a recording first.
upload-drop = Drop recordings here
upload-drop-one = Drop the recording here
upload-pick = Choose recordings
upload-pick-one = Choose the recording
upload-list = Uploads
upload-pause = Pause
upload-go-on = Continue
upload-again = Choose the file again
upload-cancel = Cancel
upload-retry = Try again
upload-dismiss = Hide
upload-watch = Watch
upload-draft = fill in the draft
upload-cancel-ask = Delete what has been uploaded ({ $done })?
upload-delete-both = Delete the draft as well
upload-delete = Delete the upload
upload-delete-keeping = Delete the upload, keep the draft
upload-keep = No, go on
upload-draft-stays = The upload is deleted; the draft could not be. You can delete it on its page.
upload-deleted = Deleted.
upload-preparing = The draft is being made …
upload-waiting = Waits for its turn
upload-moving = { $done } of { $all }
upload-speed = { $size }/s
upload-left = { $time } left
upload-paused = Paused
upload-no-line = No connection. What is here is safe, and it goes on by itself.
upload-signed-out = You are signed out. Sign in in another tab, and it goes on here.
upload-elsewhere = It was continued in another window.
upload-other-tab = Under way in another tab
upload-needs-file = To go on, choose { $name } again, or drop it here.
upload-cannot-go-on = This one cannot go on: it was sent without JavaScript. Cancel it and upload the file anew.
upload-looking = All of it is here. It is being looked into …
upload-ready = Ready to watch
upload-only-save = Uploaded. Browsers do not play this kind of file: pupils can only save it. An MP4 with H.264 and AAC plays everywhere.
upload-nothing = This file is no recording that can be watched. { $why }
upload-gone = This upload was deleted or has expired. Upload the file anew.
upload-failed = The archive refuses it: { $why }
upload-unreadable = { $name } can no longer be read. Was it moved or changed? Choose it again.
upload-wrong-file = That is { $other }. Choose { $name } ({ $size }).
upload-other-content = This { $name } has other content than the one that was begun. Choose the right file, or cancel this upload.
upload-no-recording = { $name } is neither video nor sound; it was left out.
upload-empty = { $name } is empty; it was left out.
upload-folder = { $name } is a folder: drop the recordings in it instead.
upload-one-only = A lesson gets one recording: drop one file.
upload-choose-first = Choose grade, subject and section. The upload begins then.
upload-disk-full = The archive’s disk is full. Tell its administrator.
upload-busy = The archive is busy or being restarted. Try again in a moment.
upload-broken = The line broke before all of the file had come. Send it again.
upload-too-long = The file has { $length }, at most { $limit } are allowed ({ $by }). Make it smaller, for instance with a lower quality.
upload-over-quota = The file has { $length }, but of your { $limit } ({ $by }) { $used } are used. Delete drafts that you do not need, or ask an administrator for more.
upload-too-many = { $used } uploads are unfinished, { $limit } are allowed ({ $by }). Finish or cancel some.
upload-no-room = The file needs { $length }, but the archive’s disk has { $limit } left. Tell its administrator.
upload-set-by-setting = setting { $name }
upload-set-by-admin = set by an administrator
upload-part = { $number }%
upload-seconds = { $count } s
upload-minutes = { $count } min
upload-hours = { $hours } h { $minutes } min

refusal-empty = The file is empty. Copy it from the camera again, then upload it anew.
refusal-not-media = It is { $looks ->
    [text] a text file
    [zeros] a file of nothing but zeros
    [sound] a sound that is not taken here (MP3 or WAV)
    [picture] a picture
    [pdf] a PDF document
    [zip] a document or an archive (ZIP)
   *[other] a file of an unknown kind
}. Choose the recording itself: MP4, MKV, WebM, TS, AVI, WMV, FLV or OGG.
refusal-cut-short = The file is cut short: it has { $have }, and at least { $needed } should be there. Copy it from the camera again, then upload it anew.
refusal-no-index = The recording was interrupted before it was finished, so players cannot open it. Save it again in the camera or in the program that made it; then upload it anew.
refusal-damaged = The file is damaged. Copy it from the camera again; if that does not help, save it as MP4 with another program.
refusal-too-many-parts = The file is made of more parts than are read here. Save it as MP4 with another program, or split it.
refusal-too-long = The file says that it lasts { $hours } hours; at most { $most } are taken. If that is not so, save it as MP4 with another program.
refusal-no-tracks = The file has neither picture nor sound. Choose the file that has them.
refusal-no-frames = The file announces a recording, but nothing of it is there. It was interrupted at the start: copy it from the camera again, or record anew.
refusal-no-duration = The file does not say how long it plays. Save it as MP4 with another program, and upload that.
refusal-unreadable = It begins like a recording, but cannot be read. See whether it plays on your computer; if so, save it as MP4 with another program, and upload that.
refusal-not-looked-into = The server could not look into it; the file itself may be in order. Please tell your administrator.
refusal-part-gone = A part of what was sent is gone. Send the file again.
refusal-other = When it was looked into, this was noted: “{ $why }”.
