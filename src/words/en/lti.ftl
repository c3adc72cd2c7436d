# From a learning platform and back: what teachers read there, and administrators when they connect one.

lti-for = Choosing a lesson for { $platform }
lti-pick = Choose a lesson
lti-pick-lead = Find a lesson, look at it, and put it into your course.
lti-pick-lead-many = Find a lesson and look at it, or tick several and put them into your course together.
lti-pick-empty = There are no lessons here yet.
lti-tick = Tick: { $title }
lti-take-ticked = Take the ticked ones
lti-take-unit = Take the whole unit
lti-all-grades = All grades
lti-back = Back to the list
lti-cancel = Leave without choosing

lti-start = Begin at
lti-start-hint = Minutes and seconds: 12:30
lti-start-show = Begin there
lti-start-wrong = “{ $typed }” is no moment of this lesson. It is { $length } long: write minutes and seconds, such as 12:30, or nothing.
lti-starts = Pupils will see it from { $start } on.
lti-add = Put into the course
lti-add-hint = Pupils need no account and no cookies to watch it.
lti-announced = This lesson has no recording yet. Pupils will see it here as soon as it has one.

lti-chosen = { $count ->
    [one] Put this lesson into the course?
   *[other] Put these { $count } lessons into the course?
}
lti-add-all = Put all into the course
lti-none-ticked = No lesson is ticked
lti-none-ticked-text = Go back to the list and tick the lessons that you want.
lti-too-many = These are too many at once
lti-not-there = A lesson is not there
lti-not-there-text = There is no lesson “{ $code }” that everybody may see. Go back to the list and choose again.
lti-one-only = Only one at a time
lti-one-only-text = { $platform } takes one lesson at a time here. Go back to the list and choose one.

lti-nothing = No lesson is chosen here yet
lti-nothing-text = { $platform } is connected with this archive, but this activity does not say which lesson it shows.
lti-nothing-how = Teachers: open the activity's settings, press “Select content”, choose a lesson and save.
lti-nothing-address = Or put the address of a lesson’s page there as the tool’s address: { $address }

lti-fault = The course could not open the archive
lti-fault-again = Go back to the course and open it once more. If the same happens again, tell whoever looks after the learning platform.
lti-technical = For whoever looks after it:
lti-not-teacher = Only teachers choose lessons
lti-again = Open it once more from your course.
lti-over = This page is no longer valid

lti-register = Connect a learning platform
lti-register-lead = { $host } asks to be connected with this archive.
lti-register-what = What it learns
lti-register-gives = the archive’s name and sign, its addresses, and its public key
lti-register-no-names = What the archive learns of people
lti-register-anonymous = an opaque number and whether somebody is a teacher; no name, no e-mail, no grades. Nothing of it is kept.
lti-register-issuer = Issuer
lti-register-product = Platform
lti-register-button = Connect
lti-registered = Connected
lti-registered-text = { $platform } is connected with this archive. Now the platform itself may ask you to switch the tool on.
lti-registered-close = You may close this window.
lti-invite = This invitation is no longer valid
lti-invite-asked = This address is for a learning platform
lti-invite-asked-text = Paste it there where it asks for the tool’s registration address. The platform opens it and says where it can be asked.
lti-register-failed = The learning platform was not connected
lti-register-failed-text = Nothing was changed here, and the invitation is still valid. Try again, or register the archive by hand.

lti-by-itself = This address is opened by a learning platform. It is not one to open by hand.

lti-refused-request = The learning platform did not send all that is needed, or too much of it.
lti-refused-unknown-platform = This learning platform is not connected with the archive. Whoever looks after the archive can connect it.
lti-refused-several-platforms = Several schools of this learning platform are connected, and it does not say which one you come from.
lti-refused-elsewhere = The course points to an address that is not one of this archive.
lti-refused-by-platform = The learning platform did not let you through to the archive.
lti-refused-state-unknown = The way here was not begun in your course, or the archive was started anew meanwhile.
lti-refused-state-over = The way here took too long.
lti-refused-replayed = This way here was used already. It works once.
lti-refused-busy = Too many people are coming in at this moment. Wait a minute.
lti-refused-malformed = What the learning platform sent cannot be read.
lti-refused-algorithm = The learning platform signs in a way that the archive does not take.
lti-refused-no-key = The learning platform signed with a key that it does not publish.
lti-refused-signature = What the learning platform sent is not signed by it, or was changed on the way.
lti-refused-keys = The archive could not get the learning platform’s keys.
lti-refused-issuer = What was sent comes from another learning platform than the one you came from.
lti-refused-audience = What the learning platform sent was meant for another archive.
lti-refused-time = What the learning platform sent does not say when it is valid.
lti-refused-nonce = What the learning platform sent belongs to another visit.
lti-refused-version = The learning platform speaks another version of LTI than 1.3.
lti-refused-message-type = The learning platform asks for something that the archive does not do.
lti-refused-deployment = This part of the learning platform is not connected with the archive.
lti-refused-target = The activity points to an address that is not one of this archive.
lti-refused-deep-linking = The learning platform does not say where a chosen lesson goes.
lti-refused-over = What the learning platform sent is too old. Perhaps one of the two clocks is wrong.
lti-refused-future = What the learning platform sent is not valid yet: one of the two clocks is wrong.
lti-refused-code = The activity names a lesson that cannot be. Perhaps its code was not copied whole.
lti-refused-not-a-teacher = Your learning platform says that you are not a teacher in this course. The lessons that your teacher chose are in the course.
lti-refused-accepts-nothing = The course takes nothing here that the archive could give.
lti-refused-too-many = You ticked too many lessons at once. At most 50 can be put into a course at a time: go back and untick some.
lti-refused-ticket-unknown = Perhaps its address was not copied whole.
lti-refused-ticket-over = Too much time has gone by since you came from your course.
lti-refused-platform-gone = The learning platform that you came from is not connected with the archive any more.
lti-refused-invite = It was used already, its days are over, or it was not copied whole. Whoever looks after the archive can make another one.
lti-refused-address = An address that the learning platform names is not one that the archive may ask.
lti-refused-unreachable = The archive could not reach the learning platform.
lti-refused-configuration = What the learning platform says of itself lacks something or contradicts itself.
lti-refused-not-registered = The learning platform did not take the archive’s registration.
lti-refused-own = Something went wrong in the archive itself. It is not your mistake.
