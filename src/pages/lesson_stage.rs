//! What stands where the picture of a lesson goes.

use super::assets;
use super::facts::{Value, airing, name_of};
use super::lesson::spoken;
use super::lesson_ways::Ways;
use super::page::Visit;
use crate::catalogue::{Lesson, Role, Vocabulary};

/// What stands where the picture goes.
pub(super) enum Stage {
    Video(Video),
    /// Browsers cannot play the recording as it is.
    Unplayable {
        /// Something is being made of it that they can.
        waits: bool,
    },
    /// Not recorded yet; when it is on television.
    Announced(Vec<Value>),
}

/// A player, of picture or of sound alone.
pub(super) struct Video {
    pub(super) source: String,
    /// For browsers that are strict about `codecs`, as Firefox is, which is the one that needs it.
    pub(super) whole: Option<String>,
    pub(super) mime: String,
    /// `None`: sound alone.
    pub(super) size: Option<(u32, u32)>,
    pub(super) poster: Option<String>,
    pub(super) tracks: Vec<Track>,
    /// Whether it plays in a frame that its page keeps from having an origin, too: then captions are another site's.
    pub(super) anywhere: bool,
    /// `None`: the browser's own controls are all there is.
    pub(super) player: Option<Box<Player>>,
}

/// Where that is which a script may make of the video, once it is played.
pub(super) struct Player {
    pub(super) script: &'static str,
    pub(super) look: &'static str,
    pub(super) words: &'static str,
    /// What changes qualities by itself, and what it plays; where there are several.
    pub(super) stream: Option<(&'static str, String)>,
    pub(super) storyboard: Option<String>,
}

/// Captions of a player.
pub(super) struct Track {
    pub(super) source: String,
    pub(super) language: String,
    pub(super) label: String,
    pub(super) shown: bool,
}

impl Stage {
    pub(super) fn new(
        visit: &Visit,
        vocabulary: &Vocabulary,
        lesson: &Lesson,
        ways: &Ways,
        waits: bool,
    ) -> Self {
        let language = visit.language;
        let here = visit.place().lesson(lesson.code);
        let Some(recording) = &lesson.recording else {
            let broadcasts = lesson.description.broadcasts.iter();
            return Self::Announced(
                broadcasts
                    .map(|b| airing(language, vocabulary, &visit.app.zone, b))
                    .collect(),
            );
        };
        let Some(playing) = &ways.playing else {
            return Self::Unplayable { waits };
        };
        Self::Video(Video {
            source: playing.source.clone(),
            whole: playing.whole.clone(),
            mime: playing.mime.clone(),
            size: recording.size,
            poster: lesson
                .files_of(Role::Poster)
                .next()
                .map(|_| format!("{here}/poster.jpg")),
            tracks: tracks(visit, vocabulary, lesson, !recording.has_sound),
            anywhere: false,
            player: recording
                .size
                .and_then(|_| Player::new(visit, lesson, ways))
                .map(Box::new),
        })
    }
}

impl Player {
    fn new(visit: &Visit, lesson: &Lesson, ways: &Ways) -> Option<Self> {
        let below = |path| format!("{}/{path}", visit.place().lesson(lesson.code));
        let several = !ways.qualities.is_empty();
        let engine = assets::Script::Engine.url().filter(|_| several);
        let storyboard = lesson.files_of(Role::Storyboard).next();
        Some(Self {
            script: assets::Script::Player.url()?,
            look: assets::Sheet::Player.url(),
            words: assets::player_words(visit.language)?,
            stream: engine.map(|engine| (engine, below("hls/main.m3u8"))),
            storyboard: storyboard.map(|_| below("storyboard.vtt")),
        })
    }
}

/// Captions, shown from the start only where nothing can be heard: then those in the lesson's own language.
fn tracks(visit: &Visit, vocabulary: &Vocabulary, lesson: &Lesson, silent: bool) -> Vec<Track> {
    let here = visit.place().lesson(lesson.code);
    let languages = lesson
        .files_of(Role::Captions)
        .filter_map(|f| f.file.language.clone());
    let mut tracks: Vec<Track> = languages
        .map(|tag| Track {
            source: format!("{here}/captions/{tag}.vtt"),
            label: name_of(visit.language, &tag),
            language: tag,
            shown: false,
        })
        .collect();
    let own = spoken(vocabulary, lesson);
    let chosen = tracks.iter().position(|t| t.language == own).unwrap_or(0);
    if let Some(track) = tracks.get_mut(chosen).filter(|_| silent) {
        track.shown = true;
    }
    tracks
}
