//! Why a recording has no fragmented form, or is not offered as HTTP Live Streaming.

/// What keeps a recording from being given in fragments.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFragments {
    /// There is neither picture nor sound to show.
    #[error("the recording shows nothing")]
    Nothing,
    /// An edit list that leaves something out in the middle, repeats it or changes its speed.
    #[error("the recording is put together by an edit list: export it as one piece")]
    Edits,
    /// Media before the beginning that is there only to be decoded.
    #[error("the recording begins before what it shows: it was cut without being coded anew")]
    HiddenLead,
    /// Samples are described in more than one way.
    #[error("the recording changes its coding midway")]
    SeveralDescriptions,
    /// A picture or a frame of sound without bytes. Players read past it where the index is whole, and give up
    /// where it stands in a fragment.
    #[error("the recording has pictures or sounds without content")]
    EmptySamples,
    /// More between two keyframes than a fragment can hold.
    #[error("the recording has too much between two keyframes")]
    TooLarge,
}

/// What keeps a recording from HTTP Live Streaming. Its renditions may do better.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoHls {
    /// It cannot even be given in fragments.
    #[error(transparent)]
    Fragments(#[from] NoFragments),
    /// Too long without a picture to begin with.
    #[error("the recording has {seconds} seconds between two keyframes; at most 10 will do")]
    KeyframeGap {
        /// How long, in whole seconds.
        seconds: i64,
    },
    /// Pictures that follow a keyframe, are shown before it and need what came before it, so that no
    /// segment could be played without the one before (open groups of pictures).
    #[error("a picture {at} ms in is shown before its keyframe: segments would need each other")]
    LeadingPictures {
        /// When the first of them is shown, in milliseconds.
        at: i64,
    },
    /// The first picture cannot be decoded by itself.
    #[error("the recording does not begin with a keyframe")]
    BeginsWithoutKeyframe,
    /// Pictures in another coding than H.264. The name may be empty.
    #[error("the picture is not coded in H.264 ({0})")]
    PictureCodec(String),
    /// Sound in another coding than AAC. The name may be empty.
    #[error("the sound is not coded in AAC ({0})")]
    SoundCodec(String),
}
