# What is said in a lesson as text, saving data, print. We speak to a pupil, as in pages.ftl.

read = Read
read-note = all that is said in the lesson, as text
transcript-title = { $title }: text
transcript-lead = All that is said in the lesson. Press a sentence to hear it there.
transcript-parts = Parts of the text
transcript-after = The text goes on
transcript-before = The part before
missing-transcript-title = There is no text of this lesson
missing-transcript-text = Nobody has written down in this language what is said. You can watch the lesson as a video, or find another one by grade and subject.

download-sound = Download the sound
saver = Save data
saver-note = The smallest size is chosen for every lesson.
