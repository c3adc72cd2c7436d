# We speak to teachers, editors and administrators: politely and plainly.

teach-sign-in = Sign in
teach-sign-in-lead = For those who make lessons. Watching them needs no account.
teach-name = Name
teach-password = Password
teach-password-new = New password
teach-password-again = The same password again
teach-password-hint = At least 8 characters. A few words are easy to remember and hard to guess.
teach-password-old = Present password
teach-password-change = Change the password
teach-wrong = The name or the password is wrong.
teach-often = There were too many attempts. Try again in { $count } { $count ->
    [one] minute
   *[other] minutes
}.
teach-short = The password is too short: write at least { $count } characters.
teach-long = The password is too long: write at most { $count } bytes.
teach-differ = The two passwords differ. Write the same one twice.
teach-busy = Many people are signing in just now. Try again in a few seconds.
teach-link-over = This link was used or has expired. Ask an administrator for another one.
teach-welcome = The first administrator
teach-welcome-lead = This archive has no administrator yet. Choose the name and the password that you will sign in with.
teach-choose = Choose a password
teach-choose-lead = You will sign in with it. Older sessions of yours end.
teach-save = Save
teach-saved = Saved.
teach-desk = Desk
teach-hello = Good day, { $name }
teach-acts-as = Your role: { $role }.
teach-limited = You edit lessons of: { $scopes }.
teach-role = { $role ->
    [admin] administrator
    [editor] editor
    [worker] processing machine
   *[teacher] teacher
}
teach-account = Account
teach-people = People
teach-log = Log
teach-sign-out = Sign out
teach-sign-out-everywhere = Sign out everywhere
teach-sessions = Sessions
teach-sessions-lead = If you signed in on a computer that is not yours, end all of your sessions.
teach-tokens = Tokens for programs
teach-tokens-lead = A program that has a token acts in your name. Revoke the tokens that you do not need.
teach-token = token
teach-token-new = This is the new token. Copy it now: it is not shown again.
teach-token-create = Make a token
teach-token-label = What it is for
teach-token-role = What it may do
teach-token-days = Days until it expires
teach-token-bad = Choose a role that is not above yours, and 1 to { $count } days.
teach-token-until = until { $date }
teach-token-expired = expired { $date }
teach-token-revoked = revoked { $date }
teach-revoke = Revoke
teach-person-add = Add a person
teach-person-role = Role
teach-person-scopes = An editor’s limits
teach-person-scopes-hint = Grades (7), subjects (mathematics) or a subject in a grade (7/mathematics), with spaces between them. Empty: everything.
teach-person-quota = Space for recordings, GB
teach-person-quota-hint = Empty: as the archive’s settings say.
teach-quota-bad = Write the space as a number of gigabytes, such as 50 or 2.5.
teach-disable = Shut out: cannot sign in, and their tokens do not count
teach-disabled = shut out
teach-no-password = no password yet
teach-link-lead = Whoever opens the link chooses the password. It works once and for a day.
teach-link-make = Make a link to choose a password
teach-link-made = Send them this link. It works once and for a day, and is not shown again:
teach-name-taken = There is somebody called { $name } already. Choose another name.
teach-last-admin = This is the only administrator. Make another one first.
teach-forbidden-title = This page is for administrators
teach-forbidden-text = Ask an administrator if you need something that is done here.
teach-log-lead = Who did what, the newest first.
teach-log-more = Older
teach-command-line = command line
teach-action = { $action ->
    [person-added] added a person
    [person-role] gave a role
    [person-password] set a password
    [person-disabled] shut a person out
    [person-enabled] let a person in again
    [person-quota] set the space for recordings
    [person-scopes] set an editor’s limits
    [token-created] made a token
    [token-revoked] revoked a token
    [platform-added] added a learning platform
    [platform-removed] removed a learning platform
    [platform-key-renewed] renewed the key for learning platforms
    [created] made a lesson
    [edited] edited a lesson
    [recording] added a recording
    [published] published a lesson
    [withdrawn] withdrew a lesson
    [deleted] deleted a draft
    [unlisted] showed a lesson to who has the link
    [reinstated] put a lesson back
    [captions] changed captions
    [attachment] changed an attachment
    [edition] showed another recording
    [pruned] gave up bytes
    [link_made] made a link to a draft
    [link_removed] took back a link to a draft
    [job_cancelled] cancelled the making
    [job_retried] had made anew
   *[other] { $action }
}
teach-lessons = Lessons
teach-no-lessons = You have no lessons yet. Begin a new lesson, or upload a recording right away: a draft is made of it here.
teach-lessons-more = Older lessons
teach-stands = { $stands ->
    [draft] draft
    [unlisted] only with the link
    [withdrawn] withdrawn
   *[public] published
}
