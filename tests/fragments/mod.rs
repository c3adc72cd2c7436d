//! The views made of fragments, read back: by our own reader sample for sample, and by ffmpeg.

pub(crate) mod made;
pub(crate) mod read_back;

use std::fs;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use teledars::mp4::{
    Captions, Fragmented, Hls, HlsFile, NoFragments, NoHls, Piece, SampleIndex, VIEW_FORMAT,
    Variant, View, captions_playlist, main_playlist,
};

use crate::support::samples;
use made::{Recording, USUAL, duration, hashes, picture, shown, sound};
use read_back::{Unread, all, assert_same, file, joined, part, playlist, whole};

/// The sample lessons' recordings.
pub(crate) fn lessons() -> impl Iterator<Item = (String, Recording)> {
    let folder = samples::sheet().parent().unwrap().to_owned();
    let mut names: Vec<String> = samples::lessons()
        .into_iter()
        .map(|row| row["file"].clone())
        .collect();
    names.retain(|name| name.ends_with(".mp4"));
    names.sort();
    names.dedup();
    names.into_iter().map(move |name| {
        let bytes = fs::read(folder.join(&name)).unwrap();
        (name, Recording::of(bytes))
    })
}

/// Both forms of a recording give back its samples; segments begin when the playlist says.
#[track_caller]
fn assert_plays(of: &Recording) -> (Fragmented, Hls) {
    let index = of.index();
    let hls = Hls::of(&index).unwrap();
    assert_same(&joined(&hls, &index, &of.bytes), &of.bytes, &index);
    assert_keeps_time(&hls, &index, &of.bytes);
    assert_winds(&hls, &index, &of.bytes);
    let fragmented = Fragmented::of(Arc::new(of.index())).unwrap();
    assert_same(&whole(&fragmented, &of.bytes[..]), &of.bytes, &index);
    (fragmented, hls)
}

/// Each segment, opened alone, shows what the playlist has at that time.
#[track_caller]
fn assert_keeps_time(hls: &Hls, index: &SampleIndex, source: &[u8]) {
    let list = playlist(&hls.playlist());
    assert_eq!(list.init, "init.mp4");
    assert_eq!(list.parts.len(), hls.segments());
    let init = file(hls, HlsFile::Init, index, source);
    let mut time = 0.0;
    let even = index.video().is_none_or(|video| {
        let first = video.sample(0).duration;
        let mut all_but_last = video.samples(0..video.samples_count() - 1);
        all_but_last.all(|sample| sample.duration == first)
    });
    for (n, (lasts, name)) in list.parts.iter().enumerate() {
        assert_eq!(HlsFile::named(name), Some(HlsFile::Segment(n as u32)));
        assert!(*lasts > 0.0);
        let opened = [
            init.clone(),
            file(hls, HlsFile::Segment(n as u32), index, source),
        ]
        .concat();
        let found = SampleIndex::read(&opened[..]).unwrap();
        let mut first_decoded = f64::INFINITY;
        for track in [found.video(), found.audio()].into_iter().flatten() {
            let got = all(track, &found, &opened);
            let seconds = |ticks: i64| ticks as f64 / f64::from(track.timescale());
            let Some(first) = got
                .iter()
                .map(|sample| seconds(sample.shown))
                .reduce(f64::min)
            else {
                continue;
            };
            let last = got
                .iter()
                .map(|sample| seconds(sample.shown))
                .fold(0.0, f64::max);
            first_decoded = first_decoded.min(seconds(got[0].decode_time.cast_signed()));
            if track.is_video() {
                assert!(got[0].sync, "{name} begins without a keyframe");
            }
            // Whatever begins with the recording may begin later than it.
            if n > 0 {
                let early = first - time;
                let allowed = if track.is_video() {
                    -0.000_1..=0.000_1
                } else {
                    -0.1..=0.025
                };
                let begins_later = early > 0.025 && !starts_before(index, track.is_video(), time);
                assert!(
                    allowed.contains(&early) || begins_later,
                    "{name} is {early} s off"
                );
            }
            assert!(
                last < time + lasts + 0.03,
                "{name} goes on to {last}, not {}",
                time + lasts
            );
        }
        // What players that know no edit lists take for the segment's time. With frames of uneven
        // length nothing steady lies between decoding and showing.
        if n > 0 && even {
            assert!(
                (first_decoded - time).abs() <= 0.1,
                "{name}: {first_decoded} s for {time} s"
            );
        }
        time += lasts;
    }
    assert!(
        (time - hls.micros() as f64 / 1e6).abs() < 1e-5,
        "{time} s are listed"
    );
}

/// Whether a track has begun before `time`.
fn starts_before(index: &SampleIndex, video: bool, time: f64) -> bool {
    let track = if video { index.video() } else { index.audio() };
    let track = track.unwrap();
    let wait: u64 = track
        .edits()
        .iter()
        .filter(|edit| edit.media_time < 0)
        .map(|edit| edit.segment_duration)
        .sum();
    (wait as f64 / f64::from(index.movie_timescale())) < time
}

/// The I-frame playlist names keyframes of the recording, each alone in its file.
#[track_caller]
fn assert_winds(hls: &Hls, index: &SampleIndex, source: &[u8]) {
    let Some(list) = hls.still_playlist() else {
        assert!(index.video().is_none());
        return;
    };
    assert!(list.contains("#EXT-X-I-FRAMES-ONLY"));
    let list = playlist(&list);
    assert_eq!(list.init, "iframe-init.mp4");
    let sum: f64 = list.parts.iter().map(|(lasts, _)| lasts).sum();
    assert!((sum - hls.micros() as f64 / 1e6).abs() < 1e-4);
    let init = file(hls, HlsFile::StillInit, index, source);
    let wanted = all(index.video().unwrap(), index, source);
    let mut decoded_until = None;
    for (n, (_, name)) in list.parts.iter().enumerate() {
        let named = HlsFile::named(name).unwrap();
        assert_eq!(named, HlsFile::Still(n as u32));
        let opened = [init.clone(), file(hls, named, index, source)].concat();
        let found = SampleIndex::read(&opened[..]).unwrap();
        assert!(found.audio().is_none());
        let got = all(found.video().unwrap(), &found, &opened);
        let [still] = &got[..] else {
            panic!("{name} has {} pictures", got.len())
        };
        let same = wanted
            .iter()
            .find(|sample| sample.hash == still.hash && sample.shown == still.shown);
        assert!(same.is_some_and(|sample| sample.sync));
        // Without a gap, so that players can have several at once.
        assert_eq!(still.decoded, *decoded_until.get_or_insert(still.decoded));
        decoded_until = Some(still.decoded + i64::from(still.duration));
    }
}

#[test]
fn every_sample_lesson_comes_back_whole_from_fragments_and_from_segments() {
    let mut fingerprints = String::new();
    for (name, recording) in lessons() {
        let (fragmented, hls) = assert_plays(&recording);
        let index = recording.index();
        let hash = |bytes: &[u8]| {
            let hex = Sha256::digest(bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>();
            hex[..16].to_owned()
        };
        let stills = (0..hls.stills() as u32)
            .flat_map(|n| file(&hls, HlsFile::Still(n), &index, &recording.bytes));
        let stills = [
            file(&hls, HlsFile::StillInit, &index, &recording.bytes),
            stills.collect(),
        ]
        .concat();
        let lists = [hls.playlist(), hls.still_playlist().unwrap()].concat();
        fingerprints += &format!(
            "{name} {} {} {} {}\n",
            hash(&whole(&fragmented, &recording.bytes)),
            hash(&joined(&hls, &index, &recording.bytes)),
            hash(&stills),
            hash(lists.as_bytes()),
        );
    }
    // Whoever changes a byte raises VIEW_FORMAT: these addresses are cached for ever.
    insta::assert_snapshot!(format!("view format {VIEW_FORMAT}\n{fingerprints}"), @r#"
    view format 2
    1-azerbaijani-az-1.mp4 30e5854fcb358a9b 21c335c981b70bb9 d306892219de4ce5 87c7c3cc83ab3035
    1-life_knowledge-az-1.mp4 c98be5a0a579fb5e 7807615dc90984ab 9049e0ceec0f11de c6cc53959a8271b3
    1-mathematics-az-1.mp4 333e4a694bf1b920 672881b180218027 9da2996cc875795b c00f7648625839c9
    1-mathematics-ru-1.mp4 6c2579173c68d475 506e7d20ee455c3e 60c79b2154ad867d 5276b34e4b64870c
    1-russian-ru-1.mp4 3ca767588dc0c15a d6dafdfdca9366c0 28493a44b260631a c6cc53959a8271b3
    10-biology-az-1.mp4 d796b8c7663292f7 3535d8b07c21d9a8 a29c9a95723375c3 c4608447c4287656
    10-history_of_azerbaijan-az-1.mp4 7e0a71dd1d498132 d3ca753864644bd1 e4cbdca813da0ee0 e402eaefd0cda802
    10-literature-az-1.mp4 a8cbd1f791a4c43b a002c97ba67cf9cc 13e66ead80e3030b c00f7648625839c9
    10-mathematics-ru-1.mp4 de3f27ff3b338297 2a4cabb722295843 7b269f9b0b3e77cd c6cc53959a8271b3
    10-physics-ru-1.mp4 bdffd3eaff247818 8e7eaaaa89101c1e 97e2838939433726 7465c556ae97ad5c
    7-english-az-1.mp4 f9d10748d7ac8f74 fa5b3f5ec1e9a250 f80e4f5c0466f555 e402eaefd0cda802
    7-geography-ru-1.mp4 a22671ab890ba077 401e0276c6dd816b b5bff6fc69222deb c00f7648625839c9
    7-informatics-ru-1.mp4 930b7450e7ba83a5 0c6ee6ad11895cf4 ada884da20cefad5 c6cc53959a8271b3
    7-mathematics-az-1.mp4 cf3b8478a11b4294 aa15d5cc85d7dd03 e92cfc86d1c6e89c 0b0225893e6242cf
    7-mathematics-az-2.mp4 6fa3be19ae1c4d33 e9d26c838852f36c 4a5542480d85e618 0f103bca646196ed
    7-mathematics-az-3.mp4 4594b5f3d6132896 d709d52363d2c738 7cf560a5c8a06228 c4608447c4287656
    7-mathematics-ru-1.mp4 d66fdd8789fd73a2 2611c804ab4d6c50 7680986620946fc1 889340f739ef6920
    7-physics-az-1.mp4 5c2eb4d75438c68c 927f16faac1dfc8e ff1d904cacaa65ba 0b0225893e6242cf
    "#);
}

/// Of how many ranges of the stored file the worst segment consists.
fn most_ranges(recording: &Recording) -> usize {
    let index = recording.index();
    let hls = Hls::of(&index).unwrap();
    let ranges = (0..hls.segments() as u32).map(|n| {
        let segment = hls.file(HlsFile::Segment(n), &index).unwrap().unwrap();
        let (mut at, mut ranges) = (0, 0);
        while at < segment.length() {
            at += match segment.piece(at, &Unread).unwrap() {
                Piece::Made(bytes) => bytes.len() as u64,
                Piece::Stored(range) => {
                    ranges += 1;
                    range.end - range.start
                }
            };
        }
        ranges
    });
    ranges.max().unwrap()
}

#[test]
fn a_segment_of_a_lesson_is_one_range_of_its_file_and_at_most_the_last_sound_behind_it() {
    // At 12.5 frames a second the coder's delay of two frames is longer than sound may be off.
    for (name, recording) in lessons() {
        assert!(most_ranges(&recording) <= 2, "{name}");
    }
}

#[test]
fn segments_of_25_frames_a_second_as_ffmpeg_interleaves_them_are_one_range_each() {
    let recording = Recording::usual(20.0, "");
    assert_eq!(most_ranges(&recording), 1);
}

#[test]
fn a_slow_line_shows_a_picture_after_little() {
    let (_, recording) = lessons().next().unwrap();
    let fragmented = Fragmented::of(Arc::new(recording.index())).unwrap();
    let bytes = whole(&fragmented, &recording.bytes);
    let end_of_first = [b"moof".as_slice(); 2].iter().fold(0, |from, moof| {
        from + 1
            + bytes[from + 1..]
                .windows(4)
                .position(|w| w == *moof)
                .unwrap()
    });
    assert!(end_of_first < 100_000, "{end_of_first} bytes");
}

#[test]
fn badly_interleaved_recordings_keep_time() {
    for more in [
        "-chunk_duration 1700000",
        "-chunk_duration 1000000000 -max_interleave_delta 0",
    ] {
        assert_plays(&Recording::usual(30.0, more));
    }
    // Sound that lies 1.3 s behind its picture in the file: made to begin late, and then not to.
    let late = Recording::made(&format!(
        "{} -itsoffset 1.3 {} {USUAL}",
        picture(30.0),
        sound(30.0)
    ));
    let mut bytes = late.bytes.clone();
    let list = bytes
        .windows(16)
        .position(|w| w.starts_with(b"elst") && w[4..] == [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 4, 254]);
    bytes[list.unwrap() + 12..][..4].fill(0);
    assert_plays(&Recording::of(bytes));
}

#[test]
fn sound_that_begins_later_or_ends_elsewhere_stays_with_its_picture() {
    let (picture_20, sound_20) = (picture(20.0), sound(20.0));
    for arguments in [
        format!("{picture_20} -itsoffset 1.3 {sound_20} {USUAL}"),
        format!("{picture_20} -itsoffset 8 {} {USUAL}", sound(12.0)),
        format!("-itsoffset 1.3 {picture_20} {sound_20} {USUAL}"),
        format!("{picture_20} {} {USUAL}", sound(9.0)),
        format!("{} {sound_20} {USUAL}", picture(9.0)),
        format!("{} {sound_20} {USUAL}", picture(0.04)),
        format!("{picture_20} {USUAL}"),
        format!("{} {USUAL}", picture(0.04)),
    ] {
        assert_plays(&Recording::made(&arguments));
    }
}

#[test]
fn sound_alone_is_cut_by_time() {
    let (_, hls) = assert_plays(&Recording::made(&format!("{} -c:a aac", sound(20.0))));
    assert_eq!(hls.facts().codecs, "mp4a.40.2");
    assert_eq!(hls.facts().resolution, None);
    assert_eq!(hls.stills(), 0);
    let parts = playlist(&hls.playlist()).parts;
    assert_eq!(parts.len(), 3);
}

#[test]
fn odd_pictures_come_back_whole() {
    let twenty = format!("{} {}", picture(20.0), sound(20.0));
    for more in [
        // Frames of uneven length.
        "-vf select=not(mod(n\\,7))+lt(mod(n\\,50)\\,20) -vsync vfr",
        // No edit list, so that pictures begin later than sound.
        "-use_editlist 0",
        // Composition offsets below nothing.
        "-movflags negative_cts_offsets",
        // Three B-frames that others refer to.
        "-bf 3 -b_strategy 0 -x264-params b-pyramid=normal",
        // Keyframes only.
        "-g 1",
        // Already in fragments.
        "-movflags frag_keyframe+empty_moov",
        "-video_track_timescale 90000 -movie_timescale 600",
    ] {
        assert_plays(&Recording::made(&format!("{twenty} {USUAL} {more}")));
    }
}

#[test]
fn a_turned_recording_is_announced_as_it_is_shown() {
    let upright = Recording::usual(2.0, "");
    let turned = Recording::made_of("-i {} -c copy -metadata:s:v:0 rotate=90", Some(&upright));
    let (_, hls) = assert_plays(&turned);
    assert_eq!(hls.facts().resolution, Some((90, 160)));
    assert_eq!(hls.facts().frame_rate_milli, Some(25_000));
}

#[test]
fn what_cannot_be_streamed_is_refused_with_the_reason() {
    let twenty = format!("{} {}", picture(26.0), sound(26.0));
    let refused = |more: &str| {
        let recording = Recording::made(&format!("{twenty} {USUAL} {more}"));
        let index = recording.index();
        // It can still be given as one file in fragments.
        let fragmented = Fragmented::of(Arc::new(recording.index())).unwrap();
        assert_same(
            &whole(&fragmented, &recording.bytes),
            &recording.bytes,
            &index,
        );
        Hls::of(&index).unwrap_err()
    };
    assert_eq!(
        refused("-g 275 -keyint_min 275"),
        NoHls::KeyframeGap { seconds: 11 }
    );
    let open = refused("-x264-params open-gop=1:b-adapt=0:bframes=2:keyint=50");
    assert!(matches!(open, NoHls::LeadingPictures { .. }), "{open}");
    assert_eq!(
        refused("-c:v mpeg4"),
        NoHls::PictureCodec("mp4v.20".to_owned())
    );
    assert_eq!(
        refused("-c:a libmp3lame"),
        NoHls::SoundCodec("mp4a.6B".to_owned())
    );
}

#[test]
fn a_recording_with_samples_of_no_bytes_is_refused() {
    let recording = Recording::usual(6.0, "");
    let mut bytes = recording.bytes.clone();
    let tables: Vec<usize> = (0..bytes.len() - 4)
        .filter(|&at| bytes[at..].starts_with(b"stsz"))
        .collect();
    assert_eq!(tables.len(), 2);
    for table in tables {
        // Behind the name: version and flags, one size for all, the count; then the third row.
        let row = table + 4 + 12 + 8;
        let kept = bytes[row..row + 4].to_vec();
        bytes[row..row + 4].fill(0);
        let index = SampleIndex::read(&bytes[..]).unwrap();
        assert_eq!(
            Hls::of(&index).unwrap_err(),
            NoFragments::EmptySamples.into()
        );
        assert_eq!(
            Fragmented::of(Arc::new(index)).unwrap_err(),
            NoFragments::EmptySamples
        );
        bytes[row..row + 4].copy_from_slice(&kept);
    }
    assert_plays(&recording);
}

#[test]
fn a_recording_that_was_cut_without_coding_it_anew_is_refused() {
    let all = Recording::usual(20.0, "");
    let cut = Recording::made_of("-ss 3.1 -i {} -c copy", Some(&all));
    let index = cut.index();
    assert_eq!(Hls::of(&index).unwrap_err(), NoFragments::HiddenLead.into());
    assert_eq!(
        Fragmented::of(Arc::new(index)).unwrap_err(),
        NoFragments::HiddenLead
    );
}

#[test]
fn any_part_of_a_view_is_the_part_of_the_whole() {
    let flat = Recording::usual(30.0, "-chunk_duration 1000000000 -max_interleave_delta 0");
    let (_, lesson) = lessons().next().unwrap();
    for recording in [flat, lesson] {
        let index = Arc::new(recording.index());
        let hls = Hls::of(&index).unwrap();
        let views: [Box<dyn View>; 4] = [
            Box::new(Fragmented::of(Arc::clone(&index)).unwrap()),
            Box::new(hls.file(HlsFile::Segment(1), &index).unwrap().unwrap()),
            Box::new(hls.file(HlsFile::Init, &index).unwrap().unwrap()),
            Box::new(hls.file(HlsFile::Still(2), &index).unwrap().unwrap()),
        ];
        for view in &views {
            let whole = whole(&**view, &recording.bytes);
            assert_eq!(whole.len() as u64, view.length());
            assert!(view.piece(view.length(), &Unread).is_err());
            let mut random = 0x2545_F491_4F6C_DD1D_u64;
            let mut below = |limit: u64| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                random % limit
            };
            for _ in 0..10_000 {
                let start = below(view.length());
                let end = start + 1 + below((view.length() - start).min(9000));
                let end = end.min(view.length());
                let wanted = &whole[start as usize..end as usize];
                assert!(
                    part(&**view, &recording.bytes, start..end) == wanted,
                    "{start}..{end}"
                );
            }
        }
    }
}

#[test]
fn ffmpeg_sees_and_hears_the_same_in_every_form() {
    for recording in [
        Recording::usual(20.0, ""),
        Recording::usual(20.0, "-chunk_duration 1700000"),
        Recording::made(&format!(
            "{} -itsoffset 1.3 {} {USUAL}",
            picture(20.0),
            sound(18.0)
        )),
    ] {
        let index = recording.index();
        let hls = Hls::of(&index).unwrap();
        let folder = recording.folder.path();
        for (name, bytes) in [
            ("video.m3u8", hls.playlist().into_bytes()),
            ("iframes.m3u8", hls.still_playlist().unwrap().into_bytes()),
            (
                "init.mp4",
                file(&hls, HlsFile::Init, &index, &recording.bytes),
            ),
            (
                "iframe-init.mp4",
                file(&hls, HlsFile::StillInit, &index, &recording.bytes),
            ),
        ] {
            fs::write(folder.join(name), bytes).unwrap();
        }
        for n in 0..hls.segments() as u32 {
            let bytes = file(&hls, HlsFile::Segment(n), &index, &recording.bytes);
            fs::write(folder.join(HlsFile::Segment(n).to_string()), bytes).unwrap();
        }
        for n in 0..hls.stills() as u32 {
            let bytes = file(&hls, HlsFile::Still(n), &index, &recording.bytes);
            fs::write(folder.join(HlsFile::Still(n).to_string()), bytes).unwrap();
        }
        let variant = Variant {
            uri: "video.m3u8",
            still_uri: "iframes.m3u8",
            facts: hls.facts(),
        };
        fs::write(folder.join("main.m3u8"), main_playlist(&[variant], &[])).unwrap();
        let fragmented = Fragmented::of(Arc::new(recording.index())).unwrap();
        fs::write(
            folder.join("fragmented.mp4"),
            whole(&fragmented, &recording.bytes),
        )
        .unwrap();
        for kind in ['v', 'a'] {
            let wanted = hashes(&recording.path, kind);
            assert!(wanted.len() > 100);
            assert_eq!(hashes(&folder.join("main.m3u8"), kind), wanted);
            assert_eq!(hashes(&folder.join("fragmented.mp4"), kind), wanted);
            assert_eq!(
                shown(&folder.join("fragmented.mp4"), kind),
                shown(&recording.path, kind)
            );
        }
        // Given a segment index, ffmpeg adds the time that a track waits to its length.
        if index.audio().unwrap().edits().len() == 1 {
            let fragmented = duration(&folder.join("fragmented.mp4"));
            assert!(
                (fragmented - duration(&recording.path)).abs() < 0.05,
                "{fragmented} s"
            );
        }
        assert_eq!(
            hashes(&folder.join("iframes.m3u8"), 'v').len(),
            hls.stills()
        );
    }
}

#[test]
fn the_main_playlist_names_everything_a_player_chooses_by() {
    let (_, recording) = lessons().next().unwrap();
    let hls = Hls::of(&recording.index()).unwrap();
    let facts = hls.facts();
    let variant = |uri| Variant {
        uri,
        still_uri: "iframes.m3u8",
        facts,
    };
    let captions = Captions {
        uri: "c.m3u8",
        name: "the \"best\"",
        language: "az",
        default: false,
    };
    let list = main_playlist(&[variant("video.m3u8"), variant("360.m3u8")], &[captions]);
    insta::assert_snapshot!(list, @r#"
    #EXTM3U
    #EXT-X-VERSION:7
    #EXT-X-INDEPENDENT-SEGMENTS
    #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="the 'best'",LANGUAGE="az",DEFAULT=NO,AUTOSELECT=YES,URI="c.m3u8"
    #EXT-X-STREAM-INF:BANDWIDTH=71443,AVERAGE-BANDWIDTH=63224,CODECS="avc1.640016,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=12.500,SUBTITLES="captions",CLOSED-CAPTIONS=NONE
    video.m3u8
    #EXT-X-STREAM-INF:BANDWIDTH=71443,AVERAGE-BANDWIDTH=63224,CODECS="avc1.640016,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=12.500,SUBTITLES="captions",CLOSED-CAPTIONS=NONE
    360.m3u8
    #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=34760,CODECS="avc1.640016",RESOLUTION=640x360,URI="iframes.m3u8"
    #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=34760,CODECS="avc1.640016",RESOLUTION=640x360,URI="iframes.m3u8"
    "#);
    insta::assert_snapshot!(captions_playlist("lesson.vtt", 13_020_000), @r#"
    #EXTM3U
    #EXT-X-VERSION:7
    #EXT-X-TARGETDURATION:13
    #EXT-X-PLAYLIST-TYPE:VOD
    #EXTINF:13.020000,
    lesson.vtt
    #EXT-X-ENDLIST
    "#);
}

#[test]
fn a_file_has_one_name() {
    for name in [
        "init.mp4",
        "0.m4s",
        "17.m4s",
        "iframe-init.mp4",
        "i0.m4s",
        "i4294967295.m4s",
    ] {
        assert_eq!(
            HlsFile::named(name).map(|file| file.to_string()).as_deref(),
            Some(name)
        );
    }
    for name in [
        "",
        "00.m4s",
        "+1.m4s",
        "-1.m4s",
        "i.m4s",
        "4294967296.m4s",
        "0.m4s ",
        "Init.mp4",
        ".m4s",
    ] {
        assert_eq!(HlsFile::named(name), None, "{name:?}");
    }
}
