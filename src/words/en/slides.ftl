# Qualities of a lesson, and the lesson as slides. We speak to a pupil, as in pages.ftl.

qualities = Picture, and how much data it takes
waits-heading = This lesson is being made ready
waits-text = Soon you can watch it here, in several sizes. Until then you can download the recording and open it in another program.
cheaper-soon = Smaller sizes of this lesson are being made. Look again a little later.
original = The original recording
original-note = for another program

slides = Slides with sound
slides-note = for a very slow line
slides-title = { $title }: slides
slides-lead = The sound of the lesson and its pictures. Press a picture to hear what is said about it.
slides-silent-lead = The pictures of the lesson.
slides-lesson = The lesson as a video
slide-nth = Picture { $number }
slide-video = video
missing-slides-title = This lesson has no slides
missing-slides-text = They may not have been made yet. You can watch the lesson as a video, or find another one by grade and subject.
