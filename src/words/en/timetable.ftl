# The timetable, weeks, filters and dates.

day-month = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[other] December
}
date = { $day } { $year }
weekday = { $number ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[other] Sunday
}
full-date = { $weekday }, { $date }
weekday-date = { $weekday }, { $date }

today-on-air = On air today
next-on-air = Next on air: { $date }
last-on-air = Last on air: { $date }
timetable = Timetable
timetable-whole = Whole timetable
timetable-of = Television lessons: { $when }
timetable-description = When television lessons are broadcast, and on which channel.
timetable-empty = No lessons are in the timetable today.
timetable-empty-day = No lessons are in the timetable on this day.
timetable-empty-week = No lessons are in the timetable this week.
timetable-empty-filter = No lessons match your choice.
timetable-later = Later ones
timetable-choose = Choose day, channel, grade
timetable-day = Day
timetable-channel = Channel
timetable-grade = Grade
timetable-section = Section
timetable-any = all
timetable-show = Show
timetable-nav = Days and weeks
timetable-whole-week = The whole week: { $days }
airing-repeat = repeat
airing-announced = recording to come
week-missed = Missed last week?
week-missed-link = All lessons of last week
week-newest-link = All lessons of the week { $days }
week-heading = { $grade }: lessons of the week
week-description = { $grade }, { $days }: television lessons day by day.
week-programme = Week { $number } of the programme
week-empty = There were no television lessons for this grade this week.
week-unaired = Other lessons of this week
week-more = This week has more lessons than are shown here. The others are on the pages of their subjects.
week-all-subjects = All subjects
week-choose-heading = Lessons of the week: which grade are you in?
week-choose-title = Lessons of the week
bad-week-title = There is no such week
bad-week-text = “{ $value }” is not a week. Write it like 2020-W14 (week 14 of 2020). A week of the programme is a number from 1 to 53.
late-week-text = There is no week “{ $value }”: { $year } has 52 weeks. Write { $year }-W52 or { $next }-W01.
bad-day-title = There is no such day
bad-day-text = “{ $value }” is not a date. Write it like 2020-04-06.
bad-channel-title = There is no such channel
size-from = from { $size }
filters = Choose lessons
filter-year = School year
filter-channel = Channel
filter-kind = Kind
filter-unit = Unit
filter-signed = with sign language
filter-captioned = with captions
filter-all = Show all
filter-none = No lessons match your choice.
for-teachers = For teachers
for-programs = For programs
footer-links = Other pages
