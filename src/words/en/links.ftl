# Links that end, by which a draft is shown to chosen people.

teach-tab-links = Links
links-lead = A link shows this draft to whoever has it, without an account, until it ends: to colleagues who are to judge it, or to one class. Whoever has it can pass it on. You can take it back at any time.
links-open = This lesson is no draft: whoever has its own address can watch it, and links that end lead there.
links-note = Whom is it for?
links-note-hint = Only you and the editors see this. For example: for the reviewers.
links-days = How many days does it count?
links-make = Make a link
links-made = Links
links-until = made by { $who } on { $made } · until { $ends }
links-ended = made by { $who } on { $made } · ended { $ends }
links-rests = It shows nothing now: who made it may not show this lesson.
links-nth = Link { $number }
links-remove = Take back
refused-days = A link counts for 1 to { $most } days. Write such a number.
refused-note = The note is one line of at most { $most } characters, and this one has { $has }.
conflict-not-draft = This lesson is no draft: whoever has its own address sees it. Pass that on.
conflict-many-links = This lesson has { $most } links that count, and may have no more. Take one back first.

link-until = This lesson is not published. It is shown to whoever has this link, until { $date }.
link-ended-title = This link has ended
link-ended-text = It showed a lesson until { $date }. To go on watching it, ask whoever gave it to you for a new one.
