# What is unusual about a recording: what it means for students, and what the teacher can do. Politely and plainly.

verdict-heading = About this recording
verdict-hopeless = Nothing can be made of this recording: { $cause ->
    [slow] it takes longer than the server lets it. Please tell your administrator (setting job_seconds), or upload a smaller recording.
    [server] the server could not look into it, which is no fault of the recording’s. Please tell your administrator.
   *[recording] it cannot be read. Please see whether it plays on your computer. If it does not, copy or export it again; then upload it anew.
}
verdict-not-converted = This recording could not be converted, so students cannot watch it. { $cause ->
    [slow] It takes longer than the server lets it. Please tell your administrator (setting job_seconds), or save the recording as MP4 (H.264 video, AAC sound) and upload that.
    [server] It is the server’s fault and not the recording’s. Please tell your administrator; then the conversion can be tried again.
   *[recording] Please save it as MP4 (H.264 video, AAC sound) with the program that made it, and upload that.
}
verdict-one-quality = The smaller qualities could not be made. Students can watch the original; on a slow line they wait for it. { $cause ->
    [slow] It takes longer than the server lets it: please tell your administrator (setting job_seconds).
    [server] It is the server’s fault and not the recording’s: please tell your administrator.
   *[recording] You can try again, or save the recording as MP4 anew and upload that.
}
verdict-converted = Browsers cannot play { $format }, so students watch the converted qualities. The original is kept and can be downloaded. Nothing need be done.
verdict-converting = Browsers cannot play { $format }, so students will get converted qualities. Until they are ready the original can only be downloaded. Nothing need be done.
verdict-breaks-off = The file says that it plays for { $said }, but it breaks off at { $plays }. Students see what is there. If the lesson goes on, please copy the file from the camera again and upload it as a new edition.
verdict-breaks-off-at-once = The file says that it plays for { $said }, but it breaks off before the first picture: only its beginning was copied. Please copy it from the camera again, see that it plays to the end on your computer, and upload it as a new edition.
verdict-no-sound = The recording has no sound. If something was said in it, please check the microphone and upload a recording with sound.
verdict-broken-sound = The sound of the recording cannot be read, so students get the picture alone. Please listen to the recording on your computer; if it has sound there, save it as MP4 (H.264 video, AAC sound) and upload that.
verdict-silent = The recording has a sound track, but nothing can be heard in it. Perhaps the microphone was off; please listen to the recording.
verdict-quiet = The sound is very quiet. It is made louder in the converted qualities, and noise with it. Next time, please put the microphone closer.
verdict-no-picture = The recording has no picture: students listen to it. If there should be one, please upload the file that has it.
verdict-turned = The camera was held turned, and the recording says so: students see the picture the right way up. Nothing need be done.
verdict-upright = The picture is higher than wide: on a computer it is small, and the board is hard to read. Next time, please hold the phone sideways.
verdict-uneven = The pictures come at uneven intervals, as screen recorders make them. In the converted qualities picture and sound were put in step. Nothing need be done.
verdict-interlaced = The recording is interlaced, as television is: moving edges look like combs. The combs are taken out of the converted qualities. Nothing need be done.
verdict-high-dynamic-range = The recording has a high dynamic range (HDR). In the converted qualities its brightness and colours are fitted to ordinary screens; in the original they may look pale. Nothing need be done; if you like, switch HDR off in the camera next time.
verdict-larger = At { $size } the picture is larger than 1080p. Students get smaller qualities; whoever takes the original pays for many bytes. For your next recording, 1080p or 720p is enough.
verdict-small = At { $size } the picture is very small: writing on a board can hardly be read. If you have a larger recording, please upload that.
verdict-sounds = The recording has { $count ->
    [one] { $count } sound
   *[other] { $count } sounds
}; { $used ->
    [az] the one in Azerbaijani
    [ru] the one in Russian
    [en] the one in English
    [none] the first one
   *[other] the one in the language “{ $used }”
} is used. If another is the right one, please upload a recording that has only that.
verdict-pictures = The recording has { $count ->
    [one] { $count } picture track
   *[other] { $count } picture tracks
}; the first is used. If another is the right one, please upload a recording that has only that.
verdict-bitmap-subtitles = The recording has subtitles that are pictures, not text: they cannot be read, searched or switched on here. If you have the text (a .vtt or .srt file), please add it as captions.
verdict-unread-subtitles = The recording has subtitles, but no text could be read from them. If you have the text (a .vtt or .srt file), please add it as captions.
