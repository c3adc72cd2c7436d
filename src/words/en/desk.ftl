# A lesson on the desk: describing, publishing, withdrawing. Politely and plainly.

teach-lesson = Lesson
teach-tab-description = Description
teach-tab-files = Captions and files
teach-tab-history = History
teach-not-yours-title = You may not change this lesson
teach-not-yours-text = It is somebody else’s, or only an editor may do this with it. Ask an editor or an administrator.
teach-refused-title = This was not done
