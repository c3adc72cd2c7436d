//! MP4 files made byte by byte, so that each can lie in exactly one place.

use std::cell::Cell;
use std::io;

use proptest::prelude::*;

use super::*;

fn a_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).unwrap().to_be_bytes();
    [&size[..], kind, body].concat()
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

fn repeated(numbers_of_row: &[u32], rows: usize) -> Vec<u8> {
    let count = u32::try_from(rows).unwrap();
    [numbers(&[0, count]), numbers(numbers_of_row).repeat(rows)].concat()
}

const PLAIN: [u32; 9] = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000];

/// What one track says. Its samples are 100 bytes each, four to a chunk.
#[derive(Clone)]
struct TrackRecipe {
    handler: &'static [u8; 4],
    enabled: u32,
    matrix: [u32; 9],
    entry: Vec<u8>,
    timescale: u32,
    samples: u32,
    sample_ticks: u32,
    edits: Vec<[u32; 3]>,
    language: &'static [u8; 3],
    /// Where its first chunk lies; chunks follow each other.
    data_at: u32,
}

impl TrackRecipe {
    /// 2 s of H.264 High at 25 frames a second, 640 × 360.
    fn video(data_at: u32) -> Self {
        let visual = [
            &[0; 6][..],
            &[0, 1],
            &[0; 16],
            &[2, 128, 1, 104],
            &numbers(&[0x48_0000, 0x48_0000, 0]),
            &[0, 1],
            &[0; 32],
            &[0, 24, 255, 255],
        ];
        let avcc = [1, 100, 0, 31, 0xFF, 0xE0, 0];
        let entry = [visual.concat(), a_box(b"avcC", &avcc)].concat();
        Self {
            handler: b"vide",
            enabled: 1,
            matrix: PLAIN,
            entry: a_box(b"avc1", &entry),
            timescale: 12_800,
            samples: 50,
            sample_ticks: 512,
            edits: vec![],
            language: b"und",
            data_at,
        }
    }

    /// 2 s of AAC, 48 kHz stereo, of which the first frame is run-in.
    fn audio(data_at: u32) -> Self {
        let specific = [0x05, 2, 0x11, 0x90];
        let config = [&[0x04, 17, 0x40, 0x15][..], &[0; 11], &specific].concat();
        let es = [&[0x03, 25, 0, 1, 0][..], &config, &[0x06, 1, 2]].concat();
        let esds = a_box(b"esds", &[&[0; 4][..], &es].concat());
        let sound = [
            &[0; 6][..],
            &[0, 1],
            &[0; 8],
            &[0, 2, 0, 16, 0, 0, 0, 0],
            &numbers(&[48_000 << 16]),
        ];
        Self {
            handler: b"soun",
            entry: a_box(b"mp4a", &[sound.concat(), esds].concat()),
            timescale: 48_000,
            samples: 94,
            sample_ticks: 1024,
            edits: vec![[2000, 1024, 0x10000]],
            language: b"aze",
            ..Self::video(data_at)
        }
    }

    fn trak(&self, id: u32) -> Vec<u8> {
        let tkhd = [
            numbers(&[self.enabled, 0, 0, id, 0, 2000, 0, 0, 0, 0]),
            numbers(&self.matrix),
            numbers(&[640 << 16, 360 << 16]),
        ];
        let language = self
            .language
            .iter()
            .fold(0, |code, b| code << 5 | u32::from(b - 0x60));
        let media_ticks = self.samples * self.sample_ticks;
        let mdhd = numbers(&[0, 0, 0, self.timescale, media_ticks, language << 16]);
        let hdlr = [&numbers(&[0, 0])[..], self.handler, &[0; 12], b"\xFFname\0"].concat();
        let chunks = self.samples.div_ceil(4);
        let offsets: Vec<u32> = (0..chunks).map(|n| self.data_at + n * 400).collect();
        let stbl = [
            a_box(b"stsd", &[numbers(&[0, 1]), self.entry.clone()].concat()),
            a_box(b"stts", &numbers(&[0, 1, self.samples, self.sample_ticks])),
            a_box(b"stsc", &numbers(&[0, 1, 1, 4, 1])),
            a_box(
                b"stsz",
                &[
                    numbers(&[0, 0]),
                    repeated(&[100], self.samples as usize)[4..].to_vec(),
                ]
                .concat(),
            ),
            a_box(
                b"stco",
                &[numbers(&[0, chunks]), numbers(&offsets)].concat(),
            ),
        ];
        let minf = a_box(b"minf", &a_box(b"stbl", &stbl.concat()));
        let mdia = [a_box(b"mdhd", &mdhd), a_box(b"hdlr", &hdlr), minf].concat();
        let elst = [
            numbers(&[0, self.edits.len() as u32]),
            numbers(&self.edits.concat()),
        ]
        .concat();
        let edts = if self.edits.is_empty() {
            vec![]
        } else {
            a_box(b"edts", &a_box(b"elst", &elst))
        };
        a_box(
            b"trak",
            &[a_box(b"tkhd", &tkhd.concat()), edts, a_box(b"mdia", &mdia)].concat(),
        )
    }
}

fn mvhd() -> Vec<u8> {
    let body = [
        numbers(&[0, 0, 0, 1000, 2000, 0x10000, 0x0100_0000, 0, 0]),
        numbers(&PLAIN),
        vec![0; 24],
        numbers(&[3]),
    ];
    a_box(b"mvhd", &body.concat())
}

fn moov(tracks: &[TrackRecipe]) -> Vec<u8> {
    let traks = tracks.iter().zip(1..).map(|(track, id)| track.trak(id));
    a_box(
        b"moov",
        &[mvhd(), traks.collect::<Vec<_>>().concat()].concat(),
    )
}

fn ftyp() -> Vec<u8> {
    a_box(b"ftyp", b"isom\0\0\x02\0isomavc1")
}

const MEDIA: u32 = 50 * 100 + 94 * 100;

fn index_at_end() -> Vec<u8> {
    let data = ftyp().len() as u32 + 8;
    let tracks = [TrackRecipe::video(data), TrackRecipe::audio(data + 5000)];
    [ftyp(), a_box(b"mdat", &[7; MEDIA as usize]), moov(&tracks)].concat()
}

fn fast_start_of(tracks: impl Fn(u32) -> Vec<TrackRecipe>) -> Vec<u8> {
    let data = (ftyp().len() + moov(&tracks(0)).len() + 8) as u32;
    [
        ftyp(),
        moov(&tracks(data)),
        a_box(b"mdat", &[7; MEDIA as usize]),
    ]
    .concat()
}

fn fast_start() -> Vec<u8> {
    fast_start_of(|data| vec![TrackRecipe::video(data), TrackRecipe::audio(data + 5000)])
}

/// Two fragments of one second, listed in a `sidx` when asked, decode times from `clock` on.
fn fragmented(with_sidx: bool, clock: u32) -> Vec<u8> {
    let empty = TrackRecipe {
        samples: 0,
        ..TrackRecipe::video(0)
    };
    let trex = a_box(b"mvex", &a_box(b"trex", &numbers(&[0, 1, 1, 512, 100, 0])));
    let mut moov = moov(&[empty]);
    moov.extend(trex);
    let size = (moov.len() as u32).to_be_bytes();
    moov[..4].copy_from_slice(&size);
    let fragment = |n: u32| {
        let moof = |data_offset: u32| {
            let traf = [
                a_box(b"tfhd", &numbers(&[0x02_0000, 1])),
                a_box(b"tfdt", &numbers(&[0, clock + n * 12_800])),
                a_box(b"trun", &numbers(&[1, 25, data_offset])),
            ];
            let mfhd = a_box(b"mfhd", &numbers(&[0, n + 1]));
            a_box(b"moof", &[mfhd, a_box(b"traf", &traf.concat())].concat())
        };
        let data_offset = moof(0).len() as u32 + 8;
        [moof(data_offset), a_box(b"mdat", &[7; 2500])].concat()
    };
    let size = fragment(0).len() as u32;
    let rows = [size, 12_800, 0x9000_0000].repeat(2);
    let sidx = a_box(
        b"sidx",
        &[numbers(&[0, 1, 12_800, clock, 0, 2]), numbers(&rows)].concat(),
    );
    let sidx = if with_sidx { sidx } else { vec![] };
    [ftyp(), moov, sidx, fragment(0), fragment(1)].concat()
}

/// Replaces the first `from` in a file; both have one length.
fn patched(mut file: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = file
        .windows(from.len())
        .position(|w| w == from)
        .expect("the bytes to patch");
    file[at..at + from.len()].copy_from_slice(to);
    file
}

/// Overwrites `to.len()` bytes, `skip` bytes into the content of the first box of that kind.
fn lying(file: Vec<u8>, kind: &[u8; 4], skip: usize, to: &[u8]) -> Vec<u8> {
    let at = file.windows(4).position(|w| w == kind).expect("the box") + 4 + skip;
    let mut file = file;
    file[at..at + to.len()].copy_from_slice(to);
    file
}

fn summary(file: &[u8]) -> Summary {
    summarise(file).expect("a good file")
}

fn complaint(file: &[u8]) -> String {
    summarise(file).expect_err("a bad file").to_string()
}

#[test]
fn a_recording_is_told_by_its_index_wherever_that_is() {
    for (file, layout) in [
        (fast_start(), Layout::FastStart),
        (index_at_end(), Layout::IndexAtEnd),
    ] {
        let found = summary(&file);
        let video = found.video.as_ref().unwrap();
        let audio = found.audio.as_ref().unwrap();
        assert_eq!(found.layout, layout);
        assert_eq!(found.duration, Millis(2000));
        assert_eq!(found.bytes.0, file.len() as u64);
        assert_eq!(found.bits_per_second(), file.len() as u64 * 4);
        assert_eq!(found.more_tracks, 0);
        assert!(found.plays_in_browsers());
        assert_eq!(video.codecs.as_deref(), Some("avc1.64001f"));
        assert_eq!(
            (video.width, video.height, video.rotation),
            (640, 360, Rotation::None)
        );
        assert_eq!(video.frame_rate_milli, Some(25_000));
        assert_eq!((video.default, video.language.as_deref()), (true, None));
        assert_eq!(audio.codecs.as_deref(), Some("mp4a.40.2"));
        assert_eq!((audio.sample_rate, audio.channels), (48_000, 2));
        assert_eq!(audio.language.as_deref(), Some("aze"));
    }
}

#[test]
fn fragments_are_added_up_and_counted_from_the_first() {
    for clock in [0, 90_000_000] {
        let found = summary(&fragmented(true, clock));
        assert_eq!(found.layout, Layout::Fragmented);
        assert_eq!(found.duration, Millis(2000));
        assert_eq!(found.video.unwrap().frame_rate_milli, Some(25_000));
    }
}

#[test]
fn a_file_that_is_cut_anywhere_is_never_taken_for_whole() {
    for file in [fast_start(), index_at_end(), fragmented(true, 0)] {
        summary(&file);
        for length in 0..file.len() {
            let cut = summarise(&file[..length]);
            assert!(
                cut.is_err(),
                "{length} of {} bytes pass: {cut:?}",
                file.len()
            );
        }
    }
}

#[test]
fn a_cut_file_says_how_much_is_missing_and_what_to_do() {
    let file = fast_start();
    let cut = &file[..file.len() - 1];
    assert_eq!(
        complaint(cut),
        format!(
            "the file is cut short: its \"mdat\" box ends at byte {}, but the file has only {} bytes; copy or download it again",
            file.len(),
            file.len() - 1
        )
    );
    // A media box "to the end of the file" hides the cut: only the index knows.
    let open_ended = patched(file.clone(), &(MEDIA + 8).to_be_bytes(), &[0; 4]);
    summary(&open_ended);
    let message = complaint(&open_ended[..file.len() - 1]);
    assert!(
        message.contains("the data of its track 2 ends at byte"),
        "{message}"
    );
    let file = index_at_end();
    let message = complaint(&file[..ftyp().len() + 8 + MEDIA as usize]);
    assert!(
        message.contains("no index") && message.contains("interrupted"),
        "{message}"
    );
    let file = fragmented(true, 0);
    // Cut between two fragments, only the list of them tells.
    let second = file.windows(4).rposition(|w| w == b"moof").unwrap() - 4;
    let message = complaint(&file[..second]);
    assert!(
        message.contains("its last listed fragment ends at byte"),
        "{message}"
    );
}

#[test]
fn sizes_of_64_bits_and_offsets_of_64_bits_are_read() {
    let video = |data| {
        let mut track = TrackRecipe::video(data);
        track.samples = 4; // one chunk
        track
    };
    let long_mdat = [
        &1_u32.to_be_bytes()[..],
        b"mdat",
        &416_u64.to_be_bytes(),
        &[7; 400],
    ]
    .concat();
    let with_co64 = |data: u32| {
        let stco = a_box(b"stco", &numbers(&[0, 1, data]));
        let co64 = a_box(
            b"co64",
            &[numbers(&[0, 1]), u64::from(data).to_be_bytes().to_vec()].concat(),
        );
        let mut moov = moov(&[video(data)]);
        let at = moov.windows(stco.len()).position(|w| w == stco).unwrap();
        moov.splice(at..at + stco.len(), co64);
        for kind in [b"moov", b"trak", b"mdia", b"minf", b"stbl"] {
            let at = moov.windows(4).position(|w| w == kind).unwrap() - 4;
            let size = u32::from_be_bytes(moov[at..at + 4].try_into().unwrap()) + 4;
            moov[at..at + 4].copy_from_slice(&size.to_be_bytes());
        }
        moov
    };
    let data = (ftyp().len() + with_co64(0).len() + 16) as u32;
    let file = [ftyp(), with_co64(data), long_mdat].concat();
    assert_eq!(summary(&file).duration, Millis(160));
    let beyond = lying(file, b"co64", 8, &u64::MAX.to_be_bytes());
    assert!(complaint(&beyond).contains("ends at byte 18446744073709551615"));
}

#[test]
fn compact_sample_sizes_and_one_size_for_all_are_added_up() {
    let whole = fast_start_of(|data| {
        vec![TrackRecipe {
            samples: 4,
            ..TrackRecipe::video(data)
        }]
    });
    let stsz = a_box(b"stsz", &numbers(&[0, 0, 4, 100, 100, 100, 100]));
    let padded = |sizes: Vec<u8>| {
        let mut sizes = sizes;
        sizes.extend(a_box(b"free", &vec![0; stsz.len() - sizes.len() - 8]));
        patched(whole.clone(), &stsz, &sizes)
    };
    let bytes = a_box(b"stz2", &[&numbers(&[0, 8, 4])[..], &[100; 4]].concat());
    let nibbles = a_box(b"stz2", &[&numbers(&[0, 4, 4])[..], &[0xFF; 2]].concat());
    let same = a_box(b"stsz", &numbers(&[0, 100, 4]));
    for sizes in [bytes, nibbles, same] {
        assert_eq!(summary(&padded(sizes)).duration, Millis(160));
    }
    // 4 samples of 2^32 - 1 bytes: no table backs them, and the sum still shows the lie.
    let lie = complaint(&padded(a_box(b"stsz", &numbers(&[0, u32::MAX, 4]))));
    assert!(
        lie.contains("the data of its track 1 ends at byte 1717986"),
        "{lie}"
    );
    // More samples than bytes are not even looked at: each would cost time.
    let many = padded(a_box(b"stsz", &numbers(&[0, 1, 1_000_000])));
    let refused = SampleIndex::read(&many[..]).unwrap_err();
    assert!(
        matches!(refused, Error::MoreSamplesThanBytes { claimed: 1_000_000, bytes } if bytes.0 == many.len() as u64),
        "{refused}"
    );
}

#[test]
fn chunks_of_differing_length_are_placed_as_their_runs_say() {
    // 6 samples: one in the first chunk, one in the second, four in the third.
    let with = |per_chunk: &[u32]| {
        let stsc = a_box(
            b"stsc",
            &[&[0, 2][..], per_chunk]
                .concat()
                .iter()
                .flat_map(|n| n.to_be_bytes())
                .collect::<Vec<_>>(),
        );
        let stco = |data: u32| a_box(b"stco", &numbers(&[0, 3, data, data + 100, data + 200]));
        let build = |data: u32| {
            let mut moov = moov(&[TrackRecipe {
                samples: 6,
                ..TrackRecipe::video(data)
            }]);
            let mut grown = 0;
            for (kind, with) in [(b"stsc", stsc.clone()), (b"stco", stco(data))] {
                let at = moov.windows(4).position(|w| w == kind).unwrap() - 4;
                let size = u32::from_be_bytes(moov[at..at + 4].try_into().unwrap()) as usize;
                grown += with.len() - size;
                moov.splice(at..at + size, with);
            }
            for kind in [b"moov", b"trak", b"mdia", b"minf", b"stbl"] {
                let at = moov.windows(4).position(|w| w == kind).unwrap() - 4;
                let size = u32::from_be_bytes(moov[at..at + 4].try_into().unwrap()) + grown as u32;
                moov[at..at + 4].copy_from_slice(&size.to_be_bytes());
            }
            moov
        };
        let data = ftyp().len() + build(0).len() + 8;
        [ftyp(), build(data as u32), a_box(b"mdat", &[7; 600])].concat()
    };
    assert_eq!(summary(&with(&[1, 1, 1, 3, 4, 1])).duration, Millis(240));
    // The longer chunk a place too early, or one sample too short: it does not add up.
    let message = complaint(&with(&[1, 1, 1, 3, 3, 1]));
    assert!(
        message.contains("lists 6 samples, of which 5 have a place"),
        "{message}"
    );
    let whole = with(&[1, 1, 1, 3, 4, 1]);
    let open_ended = patched(whole.clone(), &608_u32.to_be_bytes(), &[0; 4]);
    let message = complaint(&open_ended[..whole.len() - 1]);
    assert!(
        message.contains(&format!("ends at byte {}, but", whole.len())),
        "{message}"
    );
}

#[test]
fn edit_lists_wait_and_hide() {
    let with = |edits: Vec<[u32; 3]>| {
        fast_start_of(|data| {
            vec![TrackRecipe {
                edits: edits.clone(),
                ..TrackRecipe::video(data)
            }]
        })
    };
    let none = u32::MAX; // -1
    for (edits, shown) in [
        (vec![[500, none, 0x10000], [2000, 0, 0x10000]], 2500),
        (vec![[1500, 1024, 0x10000]], 1500),
        (vec![[0, 6400, 0x10000]], 1500), // all but the first half second
        (vec![[4_000_000, 0, 0x10000]], 2000), // more than there is
    ] {
        assert_eq!(
            summary(&with(edits.clone())).duration,
            Millis(shown),
            "{edits:?}"
        );
    }
}

#[test]
fn the_size_shown_counts_pixel_shape_and_turn() {
    let minus = u32::MAX - 0xFFFF; // -1 in 16.16
    let with = |matrix: [u32; 9], pixel: Option<[u32; 2]>| {
        summary(&fast_start_of(|data| {
            let mut track = TrackRecipe {
                matrix,
                ..TrackRecipe::video(data)
            };
            if let Some(pixel) = pixel {
                track.entry.extend(a_box(b"pasp", &numbers(&pixel)));
                let size = (track.entry.len() as u32).to_be_bytes();
                track.entry[..4].copy_from_slice(&size);
            }
            vec![track]
        }))
        .video
        .unwrap()
    };
    let quarter = [0, 0x10000, 0, minus, 0, 0, 0, 0, 0x4000_0000];
    let half = [minus, 0, 0, 0, minus, 0, 0, 0, 0x4000_0000];
    let back = [0, minus, 0, 0x10000, 0, 0, 0, 0, 0x4000_0000];
    for (matrix, pixel, degrees, size) in [
        (PLAIN, Some([4, 3]), 0, (853, 360)),
        (PLAIN, Some([3, 4]), 0, (640, 480)),
        (PLAIN, Some([0, 0]), 0, (640, 360)),
        (quarter, None, 90, (360, 640)),
        (quarter, Some([4, 3]), 90, (360, 853)),
        (half, None, 180, (640, 360)),
        (back, None, 270, (360, 640)),
        ([0; 9], None, 0, (640, 360)),
    ] {
        let video = with(matrix, pixel);
        assert_eq!((video.width, video.height), size, "{pixel:?} {degrees}");
        assert_eq!(video.rotation.degrees(), degrees);
        assert_eq!((video.coded_width, video.coded_height), (640, 360));
    }
}

#[test]
fn the_first_enabled_track_of_a_kind_is_the_one_that_counts() {
    let found = summary(&fast_start_of(|data| {
        let second = TrackRecipe {
            language: b"rus",
            ..TrackRecipe::audio(data)
        };
        let first = TrackRecipe {
            enabled: 0,
            ..TrackRecipe::audio(data)
        };
        let text = TrackRecipe {
            handler: b"text",
            ..TrackRecipe::audio(data)
        };
        let hidden = TrackRecipe {
            enabled: 0,
            ..TrackRecipe::video(data)
        };
        let shown = TrackRecipe {
            language: b"aze",
            ..TrackRecipe::video(data)
        };
        vec![
            text,
            first,
            second,
            hidden,
            shown,
            TrackRecipe::video(data),
            TrackRecipe::audio(data),
        ]
    }));
    assert_eq!(found.audio.unwrap().language.as_deref(), Some("rus"));
    assert_eq!(found.video.unwrap().language.as_deref(), Some("aze"));
    assert_eq!(found.more_tracks, 5);
}

#[test]
fn what_not_every_browser_decodes_is_told() {
    let profile = |profile: u8| {
        let file = lying(fast_start(), b"avcC", 1, &[profile]);
        summary(&file).plays_in_browsers()
    };
    assert!(profile(66) && profile(77) && profile(100));
    assert!(
        !profile(110) && !profile(122) && !profile(244),
        "10 bits, 4:2:2, 4:4:4"
    );
    let hidden = summary(&patched(
        fast_start(),
        b"avc1\0\0\0\0\0\0\0\x01",
        b"encv\0\0\0\0\0\0\0\x01",
    ));
    assert_eq!(
        hidden.video.as_ref().unwrap().codec,
        VideoCodec::Other("encv".to_string())
    );
    assert!(!hidden.plays_in_browsers());
}

#[test]
fn counts_that_the_bytes_do_not_back_are_refused_by_name() {
    let many = u32::MAX.to_be_bytes();
    for (kind, skip, why) in [
        (b"stts", 4, "claims 4294967295 rows but has room for 1"),
        (b"stsc", 4, "claims 4294967295 rows but has room for 1"),
        (b"stsz", 8, "claims 4294967295 sizes but has room for 50"),
        (b"stco", 4, "claims 4294967295 rows but has room for 13"),
        (b"elst", 4, "claims 4294967295 rows but has room for 1"),
    ] {
        let message = complaint(&lying(fast_start(), kind, skip, &many));
        assert!(message.contains(why), "{kind:?}: {message}");
        assert!(
            message.contains("damaged") && message.contains("ffmpeg -i"),
            "{message}"
        );
    }
    let message = complaint(&lying(
        fragmented(false, 0),
        b"trun",
        0,
        &[0, 0, 3, 1, 255, 255, 255, 255],
    ));
    assert!(
        message.contains("claims 4294967295 samples but has room for"),
        "{message}"
    );
    // Without sizes of their own, samples take no bytes in the run: the data is what is missing.
    let message = complaint(&lying(fragmented(false, 0), b"trun", 4, &many));
    assert!(
        message.contains("the data of its track 1 ends at byte"),
        "{message}"
    );
}

#[test]
fn boxes_that_lie_about_their_size_are_refused_by_name() {
    for (size, why) in [
        (7_u32, "\"trak\" box at byte"),
        (0x7FFF_FFFF, "claims 2147483647 bytes where"),
    ] {
        let message = complaint(&lying(fast_start(), b"trak", 0, &[]).tap_size(b"trak", size));
        assert!(message.contains(why), "{message}");
    }
    let message = complaint(&index_at_end().tap_size(b"mdat", 0x7FFF_FFFF));
    assert!(
        message.contains("its \"mdat\" box ends at byte"),
        "{message}"
    );
    let message = complaint(&index_at_end().tap_size(b"mdat", 3));
    assert!(message.contains("smaller than its own header"), "{message}");
    let message = complaint(&index_at_end().tap_size(b"mdat", 5000));
    assert!(message.contains("is of no known kind"), "{message}");
}

trait TapSize {
    fn tap_size(self, kind: &[u8; 4], size: u32) -> Vec<u8>;
}

impl TapSize for Vec<u8> {
    fn tap_size(mut self, kind: &[u8; 4], size: u32) -> Vec<u8> {
        let at = self.windows(4).position(|w| w == kind).expect("the box") - 4;
        self[at..at + 4].copy_from_slice(&size.to_be_bytes());
        self
    }
}

#[test]
fn tables_that_contradict_each_other_are_refused() {
    let message = complaint(&lying(fast_start(), b"stsc", 12, &3_u32.to_be_bytes()));
    assert!(
        message.contains("lists 50 samples, of which 39 have a place"),
        "{message}"
    );
    let message = complaint(&lying(fast_start(), b"mdhd", 12, &[0; 4]));
    assert!(message.contains("timescale 0"), "{message}");
    let message = complaint(&patched(fast_start(), b"stco", b"free"));
    assert!(message.contains("no chunk table places"), "{message}");
    let endless = lying(fast_start(), b"stts", 12, &u32::MAX.to_be_bytes());
    let message = complaint(&lying(endless, b"elst", 0, &[1]));
    assert!(message.contains("has room for 0"), "{message}");
    let message = complaint(&fast_start_of(|data| {
        vec![TrackRecipe {
            sample_ticks: u32::MAX / 50,
            timescale: 1,
            ..TrackRecipe::video(data)
        }]
    }));
    assert!(
        message.contains("lasts 1193046 hours (the limit is 720)"),
        "{message}"
    );
}

#[test]
fn a_file_without_picture_and_sound_or_without_frames_is_refused() {
    let text = fast_start_of(|data| {
        vec![TrackRecipe {
            handler: b"text",
            ..TrackRecipe::video(data)
        }]
    });
    assert!(complaint(&text).contains("neither picture nor sound (its 1 other tracks"));
    let file = fragmented(false, 0);
    let start = file.windows(4).position(|w| w == b"moof").unwrap() - 4;
    assert!(complaint(&file[..start]).contains("not one frame"));
    let piece = [a_box(b"styp", b"msdh\0\0\0\0"), file[start..].to_vec()].concat();
    assert!(complaint(&piece).contains("only a piece of one"));
}

#[test]
fn what_a_tool_appended_to_a_whole_file_does_no_harm() {
    for junk in [
        &[0; 100][..],
        b"TAGan old player's note",
        b"\0\0\0\x01mdat",
        b"\xFF\xFF\xFF\xFFjunk",
    ] {
        let file = [fast_start(), junk.to_vec()].concat();
        assert_eq!(summary(&file).duration, Millis(2000), "{junk:?}");
    }
    // But a media box that says that it is longer is one that was cut.
    let file = [fast_start(), b"\0\0\xFF\xFFmdat".to_vec()].concat();
    assert!(matches!(summarise(&file[..]), Err(Error::Truncated { .. })));
}

#[test]
fn other_files_are_told_by_their_kind() {
    let packets = |first: usize, step: usize| {
        let mut bytes = vec![0x11; 600];
        bytes
            .iter_mut()
            .skip(first)
            .step_by(step)
            .for_each(|byte| *byte = 0x47);
        bytes
    };
    let long_text = format!("{}ə", "a".repeat(LooksLike::SAMPLE - 1)); // cut inside a letter
    for (bytes, looks) in [
        (
            b"title,grades\nKesrl\xC9\x99r,5\n".to_vec(),
            LooksLike::Text,
        ),
        (
            b"#EXTM3U\nhttp://127.0.0.1/a.ts\n".to_vec(),
            LooksLike::Text,
        ),
        (long_text.into_bytes(), LooksLike::Text),
        (b"\xFF\xFEt\0i\0t\0l\0e\0".to_vec(), LooksLike::Text),
        (vec![0; 100], LooksLike::Zeros),
        (b"\x1A\x45\xDF\xA3\x01\0\0\0".to_vec(), LooksLike::Matroska),
        (packets(0, 188), LooksLike::MpegTs),
        (packets(4, 192), LooksLike::MpegTs),
        (b"\0\0\x01\xBA\x44\0\x04\0".to_vec(), LooksLike::MpegPs),
        (b"RIFF\x10\0\0\0AVI LIST".to_vec(), LooksLike::Avi),
        (b"RIFF\x10\0\0\0WAVEfmt ".to_vec(), LooksLike::Wav),
        (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11".to_vec(), LooksLike::Asf),
        (b"FLV\x01\x05\0\0\0\x09".to_vec(), LooksLike::Flv),
        (b"OggS\0\x02\0\0".to_vec(), LooksLike::Ogg),
        (b"ID3\x04\0\0\0\0".to_vec(), LooksLike::Mp3),
        (b"\xFF\xFB\x90\x64\0".to_vec(), LooksLike::Mp3),
        (b"\x89PNG\r\n\x1A\n".to_vec(), LooksLike::Picture),
        (
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(),
            LooksLike::Picture,
        ),
        (b"%PDF-1.7\n".to_vec(), LooksLike::Pdf),
        (b"PK\x03\x04\x14\0".to_vec(), LooksLike::Zip),
        (b"\x7FELF\x02\x01\x01\0\0\0".to_vec(), LooksLike::Unknown),
    ] {
        let found = summarise(&bytes[..]).unwrap_err();
        assert!(
            matches!(found, Error::NotMp4(told) if told == looks),
            "{looks:?}: {found:?}"
        );
        assert!(found.to_string().contains(&looks.to_string()));
    }
    assert_eq!(complaint(b""), "the file is empty (0 bytes): copy it again");
}

/// A source that answers from a rule, so that huge files cost nothing, and counts what is asked.
struct Counting<F> {
    length: u64,
    byte: F,
    calls: Cell<u64>,
    bytes: Cell<u64>,
}

impl<F: Fn(u64) -> u8> Counting<F> {
    fn new(length: u64, byte: F) -> Self {
        Self {
            length,
            byte,
            calls: Cell::new(0),
            bytes: Cell::new(0),
        }
    }
}

impl<F: Fn(u64) -> u8> Source for Counting<F> {
    fn length(&self) -> Bytes {
        Bytes(self.length)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        assert!(
            offset + into.len() as u64 <= self.length,
            "a read beyond the end"
        );
        self.calls.set(self.calls.get() + 1);
        self.bytes.set(self.bytes.get() + into.len() as u64);
        (offset..)
            .zip(into)
            .for_each(|(at, byte)| *byte = (self.byte)(at));
        Ok(())
    }
}

#[test]
fn an_index_beyond_the_limit_is_refused_before_it_is_read() {
    let size = MAX_INDEX.0 as u32 + 9;
    let head = [ftyp(), numbers(&[size]), b"moov".to_vec()].concat();
    let source = Counting::new(head.len() as u64 + u64::from(size), |at| {
        head.get(at as usize).copied().unwrap_or(0)
    });
    let message = summarise(&source).unwrap_err().to_string();
    assert!(
        message.contains("more than 67108865 bytes (the limit is 67108864)"),
        "{message}"
    );
    assert!(source.bytes.get() < 10_000);
}

#[test]
fn a_file_of_endless_small_boxes_is_given_up() {
    let source = Counting::new(1 << 40, |at| b"\0\0\0\x08free"[(at % 8) as usize]);
    let message = summarise(&source).unwrap_err().to_string();
    assert!(message.contains("more than 1000000 pieces"), "{message}");
    assert!(source.calls.get() < 2000, "neighbours share a read");
}

#[test]
fn more_tracks_than_any_recording_has_are_given_up() {
    let with = |tracks| fast_start_of(move |data| vec![TrackRecipe::video(data); tracks]);
    assert_eq!(summary(&with(MAX_TRACKS)).more_tracks, MAX_TRACKS - 1);
    assert!(complaint(&with(MAX_TRACKS + 1)).contains("more than 64 tracks"));
}

#[test]
fn descriptors_nested_without_end_cost_the_codec_and_not_the_program() {
    // Each ES descriptor holds the next: a decoder that follows them needs a stack as deep.
    let mut nest = vec![];
    for _ in 0..20_000 {
        let size = nest.len() + 3;
        let size = [
            0x80 | (size >> 21) as u8,
            0x80 | (size >> 14) as u8,
            0x80 | (size >> 7) as u8,
            size as u8 & 127,
        ];
        nest.splice(0..0, [&[3][..], &size, &[0, 1, 0]].concat());
    }
    let found = summary(&fast_start_of(|data| {
        let mut track = TrackRecipe::audio(data);
        let esds = a_box(b"esds", &[&[0; 4][..], &nest].concat());
        track.entry.truncate(8 + 28);
        track.entry = a_box(b"mp4a", &[&track.entry[8..], &esds].concat());
        vec![track]
    }));
    assert_eq!(found.audio.unwrap().codecs, None);
}

fn check_bounded(file: &[u8]) -> Result<(), TestCaseError> {
    let source = Counting::new(file.len() as u64, |at| file[at as usize]);
    if let Ok(found) = summarise(&source) {
        prop_assert!(found.duration <= MAX_DURATION);
        prop_assert!(found.video.is_some() || found.audio.is_some());
        prop_assert_eq!(found.bytes.0, file.len() as u64);
    }
    // Each box is worth at most two reads: its header's window, and its content.
    prop_assert!(source.calls.get() <= 2 + file.len() as u64 / 4);
    let windows = source.calls.get() * 4096;
    prop_assert!(source.bytes.get() <= windows + 2 * file.len() as u64);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_mangled_file_gives_an_answer_or_an_error_and_never_more_work(
        which in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![
            any::<u8>(), Just(0), Just(1), Just(0xFF), Just(0x80),
        ]), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut file = match which {
            0 => fast_start(),
            1 => index_at_end(),
            _ => fragmented(true, 0),
        };
        // The media itself is never read: aim at the rest.
        let aim: Vec<usize> = (0..file.len()).filter(|&at| file[at] != 7).collect();
        for (at, byte) in changes {
            file[aim[at.index(aim.len())]] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        check_bounded(&file)?;
    }

    #[test]
    fn a_number_blown_up_gives_an_answer_or_an_error_and_never_more_work(
        which in 0..3_usize,
        at in any::<prop::sample::Index>(),
        number in prop_oneof![Just(u32::MAX), Just(0x7FFF_FFFF), Just(0x8000_0000), Just(0), Just(1), any::<u32>()],
    ) {
        let mut file = [fast_start(), index_at_end(), fragmented(true, 0)][which].clone();
        let aim: Vec<usize> = (0..file.len() - 4).filter(|&at| file[at] != 7).collect();
        let at = aim[at.index(aim.len())];
        file[at..at + 4].copy_from_slice(&number.to_be_bytes());
        check_bounded(&file)?;
    }
}
