# Captions, attachments, editions, history, the sheet and the disk. Politely and plainly.

form-compressed = The form came compressed ({ $value }). Send the file as it is.
form-other = This is no form with a file. Open the page again and choose the file there.
form-too-long = More than { $most } came, and no more is taken here. Choose a smaller file.
form-broken = The file did not come whole. Send it again.
refused-no-file = No file was chosen. Choose one and send it again.
refused-empty = The file is empty. Choose another one.
refused-unknown = There is no lesson { $value } that you may see.
refused-part = { $what ->
    [captions] This lesson has no captions in “{ $value }” any more.
    [attachment] This lesson does not have this attachment any more.
    [edition] This lesson has no edition { $value }.
    [link] This lesson does not have this link any more.
   *[change] This lesson has no change { $value } in its history.
}
refused-not-yours = { $act ->
    [view] You may not see this lesson’s history.
    [publish] You may not publish this lesson.
    [share] You may not make links to this lesson.
    [withdraw] You may not take this lesson back.
    [delete] You may not delete this lesson.
    [prune] Only an administrator gives up the bytes of recordings.
   *[edit] You may not change this lesson.
} Ask an editor or an administrator.
refused-owners = Only administrators say whose a lesson is. Ask one.
refused-nobody = There is nobody called “{ $value }”. Write the name that they sign in with.
refused-scope = With this grade and subject the lesson would be outside of what you edit. Ask an administrator.
refused-rows = The sheet has more than { $count } rows. Split it into several.
refused-language = “{ $value }” is no language tag. Write az, ru, en or another one (BCP 47).
refused-reason = Readers are told the reason: it has 1 to { $most } characters, and this one has { $has }.
refused-large = The file has { $has }; { $most } are allowed. Choose a smaller one.
refused-quota = The file has { $bytes }. Your lessons and uploads take { $used } of the { $quota } that you may have. Delete drafts that you do not need, or ask an administrator for more room.
refused-room = The archive’s disk has no room: { $needed } are needed, { $free } are free, and { $reserve } of them are kept for the catalogue. Tell the archive’s operator.
refused-disk-full = The archive’s disk is full. Nothing was changed. Tell the archive’s operator.
refused-disk = The archive’s disk failed. Nothing was changed. Its operator finds the fault in the log.
conflict-changed = { $who } changed this lesson meanwhile. Look at it again.
conflict-changed-command = This lesson was changed meanwhile on the command line. Look at it again.
conflict-differs = Lessons changed since these differences were shown, so nothing was applied. This is what the sheet would do now.
conflict-published = This lesson was published, and its address must not break. Take it back instead.
conflict-no-recording = This lesson has no recording yet. Upload it first.
conflict-full = The lesson has { $count } { $count ->
    [one] attachment
   *[other] attachments
}, and may have no more. Take one away first.
conflict-shown = Edition { $number } is the one that is shown. Show another one first.
conflict-pruned = The bytes of edition { $number } were given up: it cannot be shown any more. Upload it again.
conflict-since = This cannot be undone as it is: { $fields } changed again since. Undo the later change first.
conflict-not-undone = { $why ->
    [created] A lesson that was made is not unmade. Delete the draft instead.
    [pruned] This cannot be undone: the bytes are gone.
    [first] This cannot be undone: it is the first edition.
   *[other] This cannot be undone: it changed nothing of the lesson.
}
conflict-never-published = This lesson was never published, so there is nothing to take back. Delete the draft instead.
conflict-withdrawn = This lesson was taken back already.
conflict-not-withdrawn = This lesson is not taken back.

captions-heading = Captions
captions-absent = There are no captions yet.
captions-cues = { $count } { $count ->
    [one] caption
   *[other] captions
}
captions-unreadable = cannot be read
captions-mend = Mend
captions-add = Add captions, or replace them
captions-language = Language of the captions
captions-other = Another language
captions-other-hint = Its tag (BCP 47), such as ka or zh-Hant. It counts instead of the one above.
captions-file = File with the captions
captions-file-hint = WebVTT (.vtt) or SubRip (.srt), saved as UTF-8. You will see the captions before they are saved.
captions-look = Look at them
captions-write = Write captions here
captions-text = Text of the captions
captions-text-hint = Correct what is wrong right here, then look at it again.
captions-save = Save the captions
captions-preview = What students will get
captions-summary = { $count } { $count ->
    [one] caption
   *[other] captions
}, from { $first } until { $last }.
captions-replaces = They take the place of the present captions ({ $language }).
captions-warnings = Please look at this:
captions-from = From
captions-to = Until
captions-words = Text
captions-between = … { $count } more …
captions-video = To the lesson with its video
captions-too-large = The captions have { $has }; { $most } are allowed. Is this the right file?
captions-not-utf8 = Line { $line } has the byte { $byte }, which is not UTF-8 text. Open the file in a text editor and save it as UTF-8.
captions-utf16 = Line { $line } is not whole UTF-16 text. Open the file in a text editor and save it as UTF-8.
captions-packed = This is a packed file ({ $value }), not captions. Unpack it and take the .vtt or .srt file that is in it.
captions-other-format = This is another kind of file ({ $value }), not captions. Export the captions as WebVTT (.vtt) or SubRip (.srt).
captions-none = Line { $line } is “{ $value }”. Captions begin with WEBVTT, or with a number and times. Export them as WebVTT (.vtt) or SubRip (.srt).
captions-no-cues = There is no caption in it. A caption is a line such as 00:01.000 --> 00:04.000 with its text below.
captions-many = In line { $line } begins a caption beyond the { $most } that are allowed. Split the captions.
captions-long = The caption in line { $line } has more than { $most } characters. Put an empty line after each caption.
captions-late = Line { $line }: the times “{ $value }” are later than { $hours } hours. Correct them.
captions-warning = Line { $line }: { $flaw ->
    [unreadable] the times “{ $value }” cannot be read, so the caption is left out. Write them like 00:00:01.000 --> 00:00:04.000.
    [mended] the times “{ $value }” are not written as usual, but were understood. See below whether they are right.
    [early] “{ $value }” ends before it begins, so the caption is left out. Correct its times.
    [no-text] the caption “{ $value }” has no text, so it is left out. Write the text in the line below its times.
    [no-times] the text “{ $value }” has no times, so it is left out. Put it right below its times, without an empty line between them.
    [no-line] there is no empty line above the caption “{ $value }”. It was understood, but put one there.
    [style] “{ $value }” is left out: players show captions in their own style.
    [unsorted] { $count ->
        [one] one caption begins
       *[other] { $count } captions begin
    } before one that stands above, the first at “{ $value }”. They were put in order; you need do nothing.
    [overlapping] { $count ->
        [one] one caption begins
       *[other] { $count } captions begin
    } before an earlier one has ended, the first at “{ $value }”. Both are shown at once; correct the times if that is not meant.
    [after] { $count ->
        [one] one caption begins
       *[other] { $count } captions begin
    } after the recording’s end at { $time }, the first at “{ $value }”. Is this the right recording?
   *[more] and { $count } more from here on. Mend those above and look again.
}

files-no-recording = Captions and attachments belong to a recording, and this lesson has none yet.
files-upload = Upload a recording
files-replace = Replace the recording
files-remove = Take away
files-back = Back without saving
attachments-absent = There are no attachments yet.
attachments-add = Add a file
attachments-hint = A worksheet, a presentation or any other file of at most { $most }. Students save it to their device.
attachments-send = Add it
files-busy = Many files are on their way just now. Try again in a minute.
editions = Editions of the recording
editions-lead = When a recording is replaced, the earlier one is kept and can be shown again.
editions-absent = There is no recording yet.
edition-shown = is shown
edition-show = Show this one again
edition-prune = Give up its bytes
edition-pruned = its bytes were given up
prune-edition = Give up the bytes of edition { $number }
prune-lesson = Give up the bytes of all that is not shown
prune-all = Give up the bytes of all that is not shown
prune-lead = “{ $title }”: { $size } of recordings that are not shown, and of captions and attachments that were replaced, are deleted. This cannot be undone. Addresses of these files, where somebody kept them, answer that they are gone (410). The lesson’s own addresses go on to work.
prune-all-lead = In { $count } { $count ->
    [one] lesson
   *[other] lessons
}, { $size } of recordings that are not shown, and of captions and attachments that were replaced, are deleted. This cannot be undone. Addresses of these files, where somebody kept them, answer that they are gone (410). The lessons’ own addresses go on to work.
prune-nothing = There is nothing to give up here.
prune-do = Give up the bytes
prune-keep = Keep everything
freed = { $size } were given back to the disk.
freed-later = { $size } are given back to the disk as soon as the import that is running has ended.

history-lead = Who changed what, the newest first. What was undone can be undone again.
history-empty = Nothing was changed yet.
history-undo = Undo
history-undoes = undoes an earlier change
change-before = before:
change-after = after:
change-nothing = nothing
change-long = Show both texts
deed-file = { $name } ({ $how ->
    [added] added
    [removed] taken away
   *[replaced] replaced
})
deed-part = { $part ->
    [code] Code
    [visibility] Visibility
    [withdrawn] Reason of the withdrawal
    [edition] Edition that is shown
    [captions] Captions
    [file] The file
   *[other] { $part }
}

teach-sheet = Sheet
sheet-lead = Take your lessons out into a spreadsheet, change many at once, and bring them back. You see every difference before anything is changed.
sheet-out = Out into a spreadsheet
sheet-whose = Whose lessons
sheet-own = Mine
sheet-all = All that I may edit
sheet-every = All
sheet-download = Download the sheet (CSV)
sheet-in = Back from a spreadsheet
sheet-file = Sheet, saved as “CSV UTF-8”
sheet-limits = At most { $rows } rows and { $most }. For more lessons, choose grade and subject and take several sheets.
sheet-look = Show the differences
sheet-how = How the sheet is written
sheet-rule-code = A row with a code changes this lesson. A row without a code is a new lesson, which gets its code when the sheet is applied. A row that you delete from the sheet changes nothing.
sheet-rule-lists = In a list (grades, teachers, chapters) there is a semicolon between the items.
sheet-rule-columns = A column that you remove stays as it is in every lesson. An empty cell empties the field. Title, grades, subject and section are needed.
sheet-rule-visibility = Visibility is public, unlisted or draft; empty is draft.
sheet-empty = The sheet is empty. Its first line names the columns.
sheet-not-utf8 = Line { $line } has the byte { $byte }, which is not UTF-8 text. Save the sheet as “CSV UTF-8”.
sheet-utf16 = Line { $line } is not whole UTF-16 text. Save the sheet as “CSV UTF-8”.
sheet-nul = Line { $line } is no text: this is not a CSV file. Save the sheet as “CSV UTF-8”.
sheet-quote = The quotation mark that opens in line { $line } is never closed. Close it; inside a cell write a quotation mark twice.
sheet-row-long = The row that begins in line { $line } is longer than { $most }. Is a quotation mark in it not closed?
sheet-header = The first line, which names the columns:
sheet-column-unknown = There is no column “{ $value }”; remove it or rename it.
sheet-column-nearest = There is no column “{ $value }”; did you mean “{ $nearest }”?
sheet-column-nameless = Column { $number } has no name; name it or remove it.
sheet-column-twice = The column “{ $value }” stands there twice; remove one.
sheet-column-missing = The column “{ $value }” is missing; add it.
differences-title = What the sheet would change
differences-lead = Nothing is changed yet. Look at the differences, then apply them.
differences-none = The sheet would change nothing.
differences-apply = Apply to { $count } { $count ->
    [one] lesson
   *[other] lessons
}
differences-leave = Back, without changing anything
applied-title = The sheet was applied
applied-lead = { $count } { $count ->
    [one] lesson was
   *[other] lessons were
} changed or made.
applied-back = To the sheet
rows-refused = { $count } { $count ->
    [one] row
   *[other] rows
} left out
rows-refused-lead = These rows are left out; the others can be applied. Mend them in the spreadsheet and bring it again.
rows-new = { $count } new { $count ->
    [one] lesson
   *[other] lessons
}
rows-changed = { $count } changed { $count ->
    [one] lesson
   *[other] lessons
}
rows-unchanged = { $count } { $count ->
    [one] row is
   *[other] rows are
} as in the archive already.
rows-line = Line { $count }
rows-left = … and { $count } more

teach-disk = Disk
disk-level = { $free } of { $total } are free.
disk-reserve = Kept for the catalogue
disk-stored = The archive’s files
disk-prunable = Of them not shown any more
disk-uploading = Unfinished uploads
disk-people = Who takes how much
disk-lessons = Lessons
disk-bytes = Files
disk-prunable-short = Not shown
disk-nobody = nobody’s (imported)
