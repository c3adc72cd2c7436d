//! The ways to take a lesson, each with its price: in which quality, heard alone, as slides, saved.

use super::page::path;
use super::slides;
use crate::catalogue::{Lesson, StoredFile};
use crate::http::place::Place;
use crate::units::{Bytes, Millis};
use crate::words::{self, Language};

/// Bits a second that a line of 200 kbit/s carries of a recording, with room for all else.
const SLOW_LINE: u64 = 180_000;
/// The lowest quality in which what is written on a board can be read.
const READABLE: u32 = 360;
/// Up to this class, every phone on which a browser runs shows a film.
const ANY_PHONE: u32 = 480;
/// Of the sound for narrow lines, in kbit/s; whatever there is is near it.
pub(super) const NARROW: u32 = 24;

/// The ways to take a lesson.
pub(super) struct Ways {
    /// `None`: nothing can be played in a browser.
    pub(super) playing: Option<Playing>,
    /// Where there is a choice: the qualities, the cheapest first.
    pub(super) qualities: Vec<Quality>,
    pub(super) sound: Option<Other>,
    pub(super) slides: Option<Other>,
    pub(super) save: Option<Other>,
    /// The sound alone, to be saved.
    pub(super) save_sound: Option<Other>,
    /// The recording as it came, where that is not among the qualities.
    pub(super) original: Option<Other>,
    /// `q=360&`, where a quality was chosen: it stays chosen on the page's own links.
    kept: String,
}

/// What the player on the page plays.
pub(super) struct Playing {
    pub(super) source: String,
    /// The same with its whole index in front, where it is to begin in the middle: for browsers that read a file in
    /// fragments from its beginning.
    pub(super) whole: Option<String>,
    pub(super) mime: String,
    /// `480p`, where it has a picture and nothing else can be chosen.
    pub(super) name: Option<String>,
    pub(super) cost: String,
}

/// A quality to choose.
pub(super) struct Quality {
    /// The same page with it.
    pub(super) href: String,
    /// `360p`
    pub(super) name: String,
    pub(super) cost: String,
    /// It is the one that the page plays.
    pub(super) current: bool,
}

/// Another way.
pub(super) struct Other {
    pub(super) href: String,
    /// `None`: it is computed when it is asked for, so nobody has weighed it.
    pub(super) cost: Option<String>,
}

impl Ways {
    /// `asked` is the quality that the reader asks for, `start` where they want to begin, in seconds.
    pub(super) fn new(
        language: Language,
        place: &Place,
        lesson: &Lesson,
        asked: Option<&str>,
        start: Option<u64>,
    ) -> Self {
        let base = place.lesson(lesson.code);
        let price = |bytes: Bytes| words::size(language, bytes);
        let all = worth_choosing(lesson.qualities());
        let asked: Option<u32> = asked.and_then(|q| q.parse().ok());
        let chosen = match asked {
            Some(asked) => all
                .iter()
                .rfind(|(class, _)| *class <= asked)
                .or(all.first()),
            None => usual(&all, duration(lesson)),
        };
        let class = chosen.map(|(class, _)| *class);
        let chosen = chosen.map(|(_, file)| *file);
        let several = all.len() > 1;
        // Where there is no choice, the shortest address is the one that stays true.
        let query = class.filter(|_| several).map(|class| format!("q={class}"));
        // The index in small parts: of a whole one, a slow line would carry nothing else for half a minute.
        let fragments =
            |file: &StoredFile| Some("form=fragmented").filter(|_| file.file.mime == "video/mp4");
        let fragment = start.map_or_else(String::new, |seconds| format!("#t={seconds}"));
        let below = |path: &str, queries: &[Option<&str>], fragment: &str| {
            let queries: Vec<&str> = queries.iter().flatten().copied().collect();
            let mark = if queries.is_empty() { "" } else { "?" };
            format!("{base}/{path}{mark}{}{fragment}", queries.join("&"))
        };
        let heard = Heard::new(lesson);
        let playing = match (chosen.or_else(|| lesson.played()), &heard) {
            // Of sound alone what costs least is as good to listen to.
            (_, Some(heard)) if heard.instead_of_picture => heard.made.map(|made| Playing {
                source: below("audio.m4a", &[Some(&heard.query)], &fragment),
                whole: None,
                mime: made.file.mime.clone(),
                name: None,
                cost: price(made.file.bytes),
            }),
            // In fragments: of a plain MP4 a slow line must carry the whole index before it shows anything.
            (Some(file), _) => Some(Playing {
                source: below("video.mp4", &[query.as_deref(), fragments(file)], &fragment),
                whole: start
                    .filter(|_| fragments(file).is_some())
                    .map(|_| below("video.mp4", &[query.as_deref()], &fragment)),
                mime: file.file.mime.clone(),
                name: class.filter(|_| !several).map(|class| format!("{class}p")),
                cost: price(file.file.bytes),
            }),
            (None, _) => None,
        };
        let save = chosen.or_else(|| lesson.video()).map(|file| Other {
            href: below("video.mp4", &[query.as_deref(), Some("download")], ""),
            cost: Some(price(file.file.bytes)),
        });
        let saved = chosen.or_else(|| lesson.video()).map(|file| file.id);
        let among = |source: &&StoredFile| {
            saved == Some(source.id) || all.iter().any(|(_, file)| file.id == source.id)
        };
        let save_sound = heard.as_ref().filter(|h| !h.instead_of_picture);
        let save_sound = save_sound.and_then(|heard| {
            let made = heard.made?;
            Some(Other {
                href: below("audio.m4a", &[Some(&heard.query), Some("download")], ""),
                cost: Some(price(made.file.bytes)),
            })
        });
        let original = lesson.source().filter(|source| !among(source));
        let moment = start.map_or_else(String::new, |t| format!("&t={t}"));
        Self {
            playing,
            qualities: all
                .iter()
                .filter(|_| several)
                .map(|(height, file)| Quality {
                    href: format!("?q={height}{moment}"),
                    name: format!("{height}p"),
                    cost: price(file.file.bytes),
                    current: class == Some(*height),
                })
                .collect(),
            slides: slides::are_there(lesson).then(|| Other {
                href: path(language, &format!("{base}/slides")),
                cost: slides::cost(lesson).map(price),
            }),
            sound: heard.filter(|h| !h.instead_of_picture).map(|heard| {
                let query = Some(heard.query.as_str()).filter(|q| !q.is_empty());
                Other {
                    href: below("audio.m4a", &[query], ""),
                    cost: heard.made.map(|made| price(made.file.bytes)),
                }
            }),
            save,
            save_sound,
            original: original.map(|source| Other {
                href: below("video.mp4", &[Some("form=original"), Some("download")], ""),
                cost: Some(price(source.file.bytes)),
            }),
            kept: match (asked, class) {
                (Some(_), Some(class)) if several => format!("q={class}&"),
                _ => String::new(),
            },
        }
    }

    /// The query of the page as it is: the quality that was chosen, and where it begins.
    pub(super) fn query(&self, start: Option<u64>) -> String {
        match (start, self.kept.trim_end_matches('&')) {
            (Some(seconds), _) => self.at(seconds),
            (None, "") => String::new(),
            (None, kept) => format!("?{kept}"),
        }
    }

    /// The same page, beginning at a moment.
    pub(super) fn at(&self, seconds: u64) -> String {
        format!("?{}t={seconds}", self.kept)
    }
}

/// The sound alone.
pub(super) struct Heard<'l> {
    /// What was made for narrow lines; `None`: it is computed from the recording.
    pub(super) made: Option<&'l StoredFile>,
    /// Of its address: `q=24`, or nothing.
    pub(super) query: String,
    /// There is no picture to go with it.
    pub(super) instead_of_picture: bool,
}

impl<'l> Heard<'l> {
    /// `None`: there is no sound, or it is what the recording is already, or it cannot be told apart from the picture.
    pub(super) fn new(lesson: &'l Lesson) -> Option<Self> {
        let recording = lesson.recording.as_ref().filter(|r| r.has_sound)?;
        let made = lesson.sound(NARROW);
        let seen = recording.size.is_some();
        let computed = seen && lesson.played().is_some_and(|f| f.file.mime == "video/mp4");
        (made.is_some() || computed).then(|| Self {
            made,
            query: made
                .and_then(|made| made.file.quality)
                .map_or_else(String::new, |quality| format!("q={quality}")),
            instead_of_picture: !seen,
        })
    }
}

/// What is played, whole, at an address that stays: its last part, below the lesson's own, and its media type. `None`:
/// browsers play nothing of it.
pub(super) fn medium(lesson: &Lesson) -> Option<(&'static str, &str)> {
    let heard = Heard::new(lesson).filter(|heard| heard.instead_of_picture);
    match heard.and_then(|heard| heard.made) {
        Some(made) => Some(("audio.m4a", made.file.mime.as_str())),
        None => Some(("video.mp4", lesson.played()?.file.mime.as_str())),
    }
}

/// Without those that cost as much as a better one which every phone shows, too.
pub(super) fn worth_choosing(mut all: Vec<(u32, &StoredFile)>) -> Vec<(u32, &StoredFile)> {
    for at in (1..all.len()).rev() {
        let (class, better) = all[at];
        if class <= ANY_PHONE && all[at - 1].1.file.bytes >= better.file.bytes {
            all.remove(at - 1);
        }
    }
    all
}

/// The quality that is played when nobody has chosen: the lowest in which a board can be read, if a line of 200 kbit/s
/// carries that; else the best that it carries; else the cheapest.
fn usual<'a, 'l>(
    all: &'a [(u32, &'l StoredFile)],
    lasts: Millis,
) -> Option<&'a (u32, &'l StoredFile)> {
    let carried = |(_, file): &&(u32, &StoredFile)| {
        file.file.bytes.0.saturating_mul(8_000) / lasts.0.max(1) <= SLOW_LINE
    };
    let readable = |(class, _): &&(u32, &StoredFile)| *class >= READABLE;
    let mut fit = all.iter().filter(carried);
    let best = fit.clone().find(readable).or_else(|| fit.next_back());
    best.or_else(|| all.first())
}

fn duration(lesson: &Lesson) -> Millis {
    lesson
        .recording
        .as_ref()
        .map_or(Millis(0), |recording| recording.duration)
}
