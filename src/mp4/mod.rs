//! Reads the index of an MP4. Pure: takes a reader, returns values; knows no path, no store, no lesson.
