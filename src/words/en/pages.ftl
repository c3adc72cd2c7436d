# We speak to a pupil: short, calm, in words that a child understands.

site = Teledərs
title = { $page } · Teledərs
skip = Skip to the content
languages = Language of this site
breadcrumbs = Where you are
sections = Section
footer = Nobody is tracked. No account is needed.
grades = Grades
lessons = { $count } { $count ->
    [one] lesson
   *[other] lessons
}
minutes = { $count } { $count ->
    [one] minute
   *[other] minutes
}
size = { $number }{ "\u00A0" }{ $unit ->
    [KB] KB
    [MB] MB
   *[GB] GB
}
language = { $code ->
    [az] Azerbaijani
    [ru] Russian
    [en] English
    [tr] Turkish
    [de] German
    [fr] French
    [ar] Arabic
    [fa] Persian
    [ka] Georgian
    [es] Spanish
    [it] Italian
   *[other] { $code }
}

home-title = Choose your grade
home-heading = Which grade are you in?
home-lead = Recorded television lessons. You can watch them on a phone and on a slow line.
home-cost = One lesson takes { $size } of data on average. The size of each lesson stands beside it.
home-description = Recorded television lessons for school. Choose your grade and subject and watch a lesson.

grade-lead = Choose a subject. Beside it you see how much data one lesson takes on average.
grade-description = { $grade }: recorded television lessons by subject.
grade-empty = There are no lessons in this section yet.
average = a lesson ≈ { $size }

subject-description = { $subject }, { $grade }: recorded television lessons in the order of the programme.
codes = Codes to print
codes-title = { $subject }, { $grade }: codes
codes-lead = Print, cut out and glue into a textbook or a notebook: each code opens its lesson.
codes-shelf = The list of these lessons
cartridge = For learning platforms (Common Cartridge)

# The API's description
api = API for programs
api-lead = Any site and any program can read the lessons as JSON.
api-common = Answers that many have
api-token = Takes a token.
api-required = required
api-body = what is sent
api-also = also
subject-empty = There are no lessons of this subject in this section yet.
ungrouped = Other lessons
more = Next lessons
from-start = Back to the first ones

lesson-nth = Lesson { $number }
captioned = with captions
signed = with sign language
silent = no sound
sound-only = sound only
not-yet = not there yet
kind = { $kind ->
    [live] live lesson
    [revision] revision
    [exam] exam preparation
   *[lesson] lesson
}

lesson-description = { $title }. { $subject }, { $grade }. A recorded television lesson.
ways = Ways to watch
play = Play
listen = Listen
listen-note = the sound alone, for a slow line
download = Download
download-note = to watch without internet
unplayable-heading = This recording does not open in a browser
unplayable-text = You can download it and open it in another program.
silent-text = This lesson has no sound.
silent-captioned-text = This lesson has no sound; what is said is written in the captions.
announced-heading = There is no recording of this lesson yet
announced-text = When it arrives, you can watch the lesson on this page.
announced-air = On television:
chapters = Parts of the lesson
unit-lessons = Lessons of this unit
next-lesson = Next lesson
other-variant = Another version of this lesson
attachments = Files for this lesson
facts = About the lesson

fact-section = Section
fact-grades = { $count ->
    [one] Grade
   *[other] Grades
}
fact-language = Spoken language
fact-kind = Kind
fact-programme = Programme
fact-number = Place in the programme
fact-unit = Unit
fact-topic = Topic
fact-year = School year
fact-broadcasts = Broadcast
fact-textbook = Textbook
fact-curriculum = Curriculum
fact-teachers = { $count ->
    [one] Teacher
   *[other] Teachers
}
fact-interpreter = Sign language
fact-captions = Captions
fact-license = Licence
fact-rights = Rights holder
fact-source = Source
fact-code = Code
broadcast = { $channel }, { $date }
textbook = ISBN { $isbn }
textbook-page = ISBN { $isbn }, p. { $page }

missing-title = Page not found
missing-text = There may be a mistake in the address. You can find a lesson by grade and subject.
missing-grade-title = There is no such grade
missing-subject-title = There is no such subject
missing-section-title = There is no such section
missing-lesson-title = There is no such lesson
missing-lesson-text = No lesson has this code. Check the code again, or find the lesson by grade and subject.
miscopied-title = There is a mistake in the code
miscopied-text = One character of the code is wrong. Copy it again with care.
miscopied-meant = One character of the code is wrong. Did you mean this lesson?
gone-title = This lesson was taken back
gone-text = It cannot be watched any more.
gone-reason = The reason:
gone-instead = You can watch one of these instead
gone-shelf = All lessons:
failed-title = Something went wrong
failed-text = It is not your mistake. Try again in a little while.
busy-title = Very many people are watching just now
busy-text = Try again in a few seconds.
to-grades = Choose your grade
