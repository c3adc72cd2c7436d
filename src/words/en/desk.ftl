# A lesson on the desk: describing, publishing, withdrawing. Politely and plainly.

teach-lesson = Lesson
teach-tab-description = Description
teach-tab-files = Captions and files
teach-tab-history = History
teach-not-yours-title = You may not change this lesson
teach-not-yours-text = It is somebody else’s, or only an editor may do this with it. Ask an editor or an administrator.
teach-refused-title = This was not done

desk-new = New lesson
desk-new-lead = Fill in what you know; everything can be changed later. Nobody but you and the editors sees the lesson until it is published.
desk-begin = Make the lesson
desk-upload-one = Upload a recording
desk-sheet = Many at once by a sheet
desk-space = Space: { $used } of { $most } used.
desk-space-free = You have { $most } of space for recordings.
desk-space-used = Space used: { $used }.
desk-whose = Whose lessons
desk-own = my own
desk-all = all
desk-state = State
desk-grade = Grade
desk-subject = Subject
desk-words = Words
desk-any = any
desk-show = Show
desk-show-all = Show all
desk-none-fits = No lesson fits these choices.
desk-nothing = nothing
desk-deleted = The draft is deleted.

desk-begun = The lesson is there as a draft. Next: upload its recording.
desk-published = Published: everybody can find the lesson now.
desk-unlisted = Whoever has the link can see the lesson now.
desk-withdrawn = The lesson is withdrawn. Whoever opens it reads your reason.
desk-reinstated = The lesson is back as it was.
desk-recording = Recording
desk-no-recording = no recording yet
desk-edition = edition { $count }
desk-watchable = Can be watched now.
desk-unplayable = Browsers cannot play this recording as it came, so it cannot be watched yet. It can be downloaded.
desk-upload-it = Upload the recording
desk-upload-again = Upload a new edition
desk-upload = Being uploaded: { $here } of { $length }
desk-upload-open = Being uploaded: { $here } so far
desk-upload-failed = The uploaded file is no recording that can be watched. { $why }
desk-upload-waits = Uploaded; it is being looked into and will be the new edition.
desk-who-sees = Who sees it
desk-stands = { $stands ->
    [draft] Only you and the editors see this draft.
    [unlisted] Whoever has the link can watch it. It is in no list and no search finds it.
    [withdrawn] Nobody can watch it. Whoever opens its address is told that it was taken back, and why:
   *[public] Everybody can find it and watch it.
}
desk-make = { $visibility ->
    [unlisted] Only with the link
   *[public] Publish
}
desk-make-text = { $visibility ->
    [unlisted] For trying it out or for one class: not listed, but open to everybody who is given the link.
   *[public] It stands under its grade and subject for everybody. Its address then stays for ever: later it can be withdrawn, but not be a draft again.
}
desk-editor-publishes = An editor publishes it. Tell one when it is ready.
desk-editor-changes = This lesson is published: an editor changes it. Tell one what is to be mended.
desk-withdraw = Withdraw the lesson
desk-withdraw-text = The lesson can no longer be watched here. Whoever opens its address reads that it was taken back, and your reason. You can put it back later.
desk-copies = Copies that others have downloaded, or that stand on other sites, may remain.
desk-reason = Reason, for those who open the lesson
desk-reason-hint = One or two sentences, at most { $count } characters.
desk-reason-needed = Write a reason: without one, nobody knows what has become of the lesson.
desk-reason-wrong = The reason has { $has } characters; at most { $most } are allowed, and no control characters.
desk-reinstate = Put it back
desk-delete = Delete the draft
desk-delete-text = The draft “{ $title }” goes for good, with all that is written about it.
desk-delete-bytes = Its recording and files are deleted as well. This cannot be undone.
desk-delete-nothing = It has no recording. This cannot be undone.
desk-delete-code = Its code stays taken, so that no other lesson ever gets it:
desk-back = Back to the lesson
desk-address = Address
desk-pupils-page = The pupils’ page
desk-address-hint = For textbooks, letters and other sites. It never changes.
desk-out-of-scope = With this grade and subject the lesson would be outside of what you edit. Nothing was saved; ask an administrator.

desk-wrong = { $count ->
    [one] One value does not fit. Nothing is saved yet.
   *[other] { $count } values do not fit. Nothing is saved yet.
}
desk-refused = “{ $value }” does not fit.
desk-changed = { $name } changed this lesson meanwhile. Nothing is saved yet, and what you wrote still stands below. These fields now say something else in the lesson:
desk-changed-by-you = You changed this lesson meanwhile, in another window. Nothing is saved yet, and what you wrote still stands below. These fields now say something else in the lesson:
desk-changed-next = Take over what you want to keep; then save again. What stands below replaces what is in the lesson.
desk-theirs = In the lesson now:
desk-save-over = Save over it

desk-group-lesson = The lesson
desk-group-programme = Place in the programme
desk-group-people = People and languages
desk-group-broadcasts = On television
desk-group-rights = Rights and source
desk-field = { $column ->
    [title] Title
    [description] Description
    [grades] Grades
    [subject] Subject
    [section] Section
    [language] Spoken language
    [programme] Programme
    [lesson_number] Number in the programme
    [unit] Unit
    [topic] Topic
    [curriculum] Curriculum
    [school_year] School year
    [term] Term
    [week] Week
    [textbook] Textbook
    [broadcasts] Broadcast
    [teachers] Teachers
    [interpreter] Sign language
    [kind] Kind
    [variant_of] Another form of
    [chapters] Parts of the lesson
    [license] Licence
    [rights_holder] Rights holder
    [source_url] Source (first published at)
   *[other] { $column }
}
desk-hint = { $column ->
    [title] As in the programme, in one line.
    [description] A few sentences for pupils: what the lesson is about, what they need for it.
    [grades] One or several.
    [subject] Under which it is found.
    [section] The language of instruction.
    [language] Only if another language is spoken than the section’s: az, ru, en.
    [programme] The series, such as Teledərs 2020.
    [lesson_number] In digits.
    [unit] The chapter of the programme.
    [topic] What it is about, in a few words.
    [curriculum] One standard per line: framework:code.
    [school_year] Like 2019/20.
    [term] 1 to 6.
    [week] Of the plan, 1 to 53, or of the calendar, like 2020-W14.
    [textbook] ISBN, a colon, the page: 9789952345674:34.
    [broadcasts] One per line: channel@2020-03-30T11:00. Channels:
    [teachers] One name per line.
    [interpreter] The name, if the lesson is shown in sign language.
    [kind] What sort of broadcast it was.
    [variant_of] The code of the lesson that this one repeats in sign language or in another language.
    [chapters] One per line, time and title: 03:40 Equal fractions.
    [license] Such as CC BY 4.0.
    [rights_holder] Who may allow its use.
    [source_url] An address that begins with https:// or http://.
   *[other] { $column }
}
