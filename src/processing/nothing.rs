//! Why a job that went well made nothing: it is kept where a failure's reason would be, and shown in people's language.

/// Why there was nothing to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// The recording has too few lines for any of the qualities.
    FewLines,
    /// It has no picture.
    NoPicture,
    /// Its picture has no frame that could be decoded.
    NoFrame,
    /// It has no sound.
    NoSound,
    /// It has no subtitles of a kind that can be read.
    NoSubtitles,
    /// Its subtitles have no words.
    NoWords,
    /// It has captions in its language already.
    Captioned,
    /// Nobody says which language it speaks.
    NoLanguage,
    /// The operator has no program for it.
    NoProgram,
    /// Whoever did it did not say.
    Unsaid,
}

impl Nothing {
    pub(super) const ALL: [Self; 10] = [
        Self::FewLines,
        Self::NoPicture,
        Self::NoFrame,
        Self::NoSound,
        Self::NoSubtitles,
        Self::NoWords,
        Self::Captioned,
        Self::NoLanguage,
        Self::NoProgram,
        Self::Unsaid,
    ];

    /// For logs, programs and the catalogue.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FewLines => {
                "nothing to make: the recording has too few lines for higher qualities"
            }
            Self::NoPicture => "nothing to make: the recording has no picture",
            Self::NoFrame => "nothing to make: no frame of the picture could be decoded",
            Self::NoSound => "nothing to make: the recording has no sound",
            Self::NoSubtitles => "nothing to make: there are no subtitles that could be read",
            Self::NoWords => "nothing to make: no words could be read from the subtitles",
            Self::Captioned => "nothing to make: there are captions in this language already",
            Self::NoLanguage => "nothing to make: which language is spoken is not known",
            Self::NoProgram => "nothing to make: no program for speech is set (speech_program)",
            Self::Unsaid => "nothing to make",
        }
    }

    /// What the catalogue has of a job that is done; what another version said is [`Nothing::Unsaid`].
    pub fn of(text: &str) -> Self {
        let known = Self::ALL.into_iter().find(|why| why.as_str() == text);
        known.unwrap_or(Self::Unsaid)
    }

    /// Its name in texts.
    pub fn key(self) -> &'static str {
        match self {
            Self::FewLines => "few-lines",
            Self::NoPicture => "no-picture",
            Self::NoFrame => "no-frame",
            Self::NoSound => "no-sound",
            Self::NoSubtitles => "no-subtitles",
            Self::NoWords => "no-words",
            Self::Captioned => "captioned",
            Self::NoLanguage => "no-language",
            Self::NoProgram => "no-program",
            Self::Unsaid => "unsaid",
        }
    }
}
