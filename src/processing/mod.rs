//! The only place that starts a process: ffprobe for what the native reader cannot read.
