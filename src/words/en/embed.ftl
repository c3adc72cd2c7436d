# Lessons in pages of other sites.

embed-summary = Put this on a website
embed-text = Copy the code into your page. It needs no script and no cookie.
embed-window = (opens in a new window)
