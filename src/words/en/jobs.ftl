# What is made of recordings: the list of jobs, and a lesson's part of it.
jobs-nav = Processing
jobs-title = Processing
jobs-lead = What the archive makes of recordings: smaller qualities for slow lines, pictures, slides, captions. A lesson can be watched while this goes on.
jobs-only = Only of
jobs-all-lessons = Show all lessons’
jobs-state = State
jobs-group = { $state ->
    [running] In the making
    [queued] Waiting
    [failed] Failed
    [done] Ready
   *[cancelled] Cancelled
}
jobs-none = There are none.
jobs-more = { $state ->
    [queued] All that wait
    [failed] All that failed
    [done] All that are ready
    [cancelled] All that were cancelled
   *[running] All in the making
}
jobs-kind = { $kind ->
    [probe] Looking into the recording
    [narrow] 240p and sound
    [ladder] Higher qualities
    [pictures] Poster and preview pictures
    [slides] Slides
    [words] Captions in the recording
    [speech] Captions from speech
   *[other] { $kind }
}
jobs-stands = { $state ->
    [running] in the making
    [done] ready
    [failed] failed
   *[cancelled] cancelled
}
jobs-nothing = { $why ->
    [few-lines] there was nothing to make: the recording is too small for higher qualities
    [no-picture] there was nothing to make: the recording has no picture
    [no-frame] there was nothing to make: no frame of the picture could be read
    [no-sound] there was nothing to make: the recording has no sound
    [no-subtitles] there was nothing to make: the recording has no subtitles that could be read
    [no-words] there was nothing to make: no words could be read from its subtitles
    [captioned] there was nothing to make: the lesson has captions in this language already
    [no-language] there was nothing to make: which language is spoken is not known
    [no-program] there was nothing to make: this archive has no program for speech
   *[unsaid] there was nothing to make
}
jobs-waits = { $count ->
    [0] next in turn
   *[other] waits for its turn ({ $count } before it)
}
jobs-rests = is tried again on { $when }
jobs-since = waiting since { $when }
jobs-begun = since { $when }
jobs-ended = { $when }
jobs-server = this server
jobs-worker = by { $name }
jobs-log = Log
jobs-cancel = Cancel
jobs-retry = Try again
jobs-make = Make it after all
jobs-make-anew = Make anew
jobs-make-all = Make everything anew
jobs-make-all-hint = The recording is looked into again, and all that follows is made anew. Until then pupils have what is there.
jobs-cancelled = Cancelled. Whoever was at work on it stops within seconds.
jobs-queued = Queued anew.
jobs-count-running = { $count } in the making
jobs-count-queued = { $count ->
    [one] { $count } waits
   *[other] { $count } wait
}
jobs-count-failed = { $count } failed
jobs-all-ready = All is ready.
jobs-none-yet = Nothing is being made.
jobs-of-lesson = What is being made
jobs-of-lesson-more = More about this
jobs-no-job = There is no job { $value } that you may see. The list has those there are.
jobs-is-over = { $state ->
    [failed] This has failed, so there is nothing to cancel; it can be tried again.
    [cancelled] This was cancelled already.
   *[done] This is ready, so there is nothing to cancel; it can be made anew.
}
jobs-is-under-way = { $state ->
    [running] This is in the making already. To begin it anew, cancel it first.
   *[queued] This waits for its turn already. To begin it anew, cancel it first.
}
jobs-not-shown = Edition { $number } is not the one that is shown, so nothing is made of it. Show it first, under “Captions and files”.
jobs-not-probed = The recording has not been looked into, so it is not known what can be made of it. Make everything anew; the rest follows by itself.
jobs-no-speech = This archive has no program that makes captions from speech. Whoever runs the server sets one (speech_program).
jobs-asks = This page is not told of changes just now; it asks for them every { $seconds } seconds.
