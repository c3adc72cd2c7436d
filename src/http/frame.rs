//! A lesson, or a list of lessons, in another site's page: the code of its frame, which people copy and programs ask for.

/// Pixels that a frame is wide where nobody says how wide.
pub const WIDTH: u32 = 640;
/// Pixels of what stands below the picture: the lesson's title and its price.
const BELOW: u32 = 72;
/// Pixels of a player of sound alone.
const SOUND: u32 = 72;
/// Pixels that a picture is high at least, by web/src/embed.css; in less room the page is scrolled.
const LEAST: u32 = 144;
/// More pixels than any screen has.
const MOST: u32 = 16_384;
/// Pixels of a list, which is scrolled.
const LIST: u32 = 480;

/// What a frame shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A picture of this size, in pixels.
    Picture(u32, u32),
    /// Sound alone.
    Sound,
    /// A list of lessons.
    List,
}

impl Shown {
    /// What a recording is shown as: its size, or that it has no picture.
    pub fn recording(size: Option<(u32, u32)>) -> Self {
        size.map_or(Self::Sound, |(across, down)| Self::Picture(across, down))
    }
}

/// The largest frame in the room that there is, in pixels: at most so wide and so high. Where neither is said it is the
/// frame whose code people copy.
pub fn fit(width: Option<u32>, height: Option<u32>, shown: Shown) -> (u32, u32) {
    let usual = match (height, shown) {
        (Some(_), Shown::Picture(..)) => MOST,
        _ => WIDTH,
    };
    let widest = width.unwrap_or(usual).clamp(1, MOST);
    let highest = height.unwrap_or(u32::MAX).max(1);
    let wanted = self::height(widest, shown);
    match shown {
        Shown::Picture(across, down) if wanted > highest => {
            // As `height` has it, the other way round.
            let high = u64::from(highest.saturating_sub(BELOW).max(LEAST));
            let (across, down) = (across.max(1), down.clamp(1, across.max(1)));
            let wide = high * u64::from(across) / u64::from(down);
            let wide = u32::try_from(wide).unwrap_or(MOST);
            (wide.clamp(1, widest), highest)
        }
        _ => (widest, wanted.min(highest)),
    }
}

/// How high, in pixels, a frame of this width is so that nothing is cut off and little left empty. A picture that is higher
/// than wide is shown in a square.
pub fn height(width: u32, shown: Shown) -> u32 {
    match shown {
        Shown::Picture(across, down) => {
            let high = u64::from(width) * u64::from(down) / u64::from(across.max(1));
            u32::try_from(high).unwrap_or(width).min(width) + BELOW
        }
        Shown::Sound => SOUND + BELOW,
        Shown::List => LIST,
    }
}

/// The HTML of a frame that shows the page at `address`, `size` pixels wide and high. It needs no script, is loaded when it
/// comes into sight, and does not tell whose page it stands in.
pub fn code(address: &str, title: &str, (width, height): (u32, u32)) -> String {
    format!(
        "<iframe src=\"{}\" title=\"{}\" width=\"{width}\" height=\"{height}\" style=\"max-width:100%;border:0\" \
         loading=\"lazy\" referrerpolicy=\"no-referrer\" allowfullscreen></iframe>",
        escaped(address),
        escaped(title)
    )
}

/// As the value of an attribute in quotation marks.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_as_high_as_its_picture_and_what_stands_below() {
        for (shown, high) in [
            (Shown::Picture(854, 480), 359 + 72),
            (Shown::Picture(640, 480), 480 + 72),
            (Shown::Picture(720, 1280), 640 + 72),
            (Shown::Picture(0, u32::MAX), 640 + 72),
            (Shown::Sound, 144),
            (Shown::List, 480),
        ] {
            assert_eq!(height(640, shown), high, "{shown:?}");
        }
    }

    #[test]
    fn a_frame_keeps_its_shape_within_the_room_that_there_is() {
        let hd = Shown::Picture(1280, 720);
        for (width, height, shown, size) in [
            (None, None, hd, (640, 360 + 72)),
            (None, None, Shown::Picture(720, 1280), (640, 640 + 72)),
            (Some(480), None, hd, (480, 270 + 72)),
            (Some(1000), None, hd, (1000, 562 + 72)),
            (None, Some(342), hd, (480, 342)),
            (None, Some(372), Shown::Picture(720, 1280), (300, 372)),
            (Some(480), Some(1000), hd, (480, 342)),
            (Some(480), Some(252), hd, (320, 252)),
            // The page is scrolled.
            (Some(480), Some(90), hd, (256, 90)),
            (Some(200), Some(90), hd, (200, 90)),
            (Some(1), Some(1), hd, (1, 1)),
            (Some(16_384), Some(16_384), hd, (16_384, 9_216 + 72)),
            (None, None, Shown::Sound, (640, 144)),
            (None, Some(100), Shown::Sound, (640, 100)),
            (Some(300), None, Shown::List, (300, 480)),
            (None, Some(200), Shown::List, (640, 200)),
        ] {
            assert_eq!(
                fit(width, height, shown),
                size,
                "{shown:?} in {width:?} × {height:?}"
            );
        }
        for (width, height) in [(7, 5), (320, 1000), (1919, 1081), (3, 16_384)] {
            for (across, down) in [
                (1280, 720),
                (4, 3),
                (720, 1280),
                (8000, 100),
                (0, 7),
                (7, 0),
            ] {
                let (w, h) = fit(Some(width), Some(height), Shown::Picture(across, down));
                assert!(
                    (1..=width).contains(&w) && (1..=height).contains(&h),
                    "{w}×{h} in {width}×{height}"
                );
            }
        }
    }

    #[test]
    fn what_people_wrote_ends_neither_the_attribute_nor_the_element() {
        let code = code(
            "https://lessons.example/az/embed/K7M2QX?t=90&q=360",
            "\"<script>alert(1)</script>\" & 'more'",
            (640, 432),
        );
        assert_eq!(
            code,
            "<iframe src=\"https://lessons.example/az/embed/K7M2QX?t=90&amp;q=360\" \
             title=\"&quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot; &amp; 'more'\" width=\"640\" height=\"432\" \
             style=\"max-width:100%;border:0\" loading=\"lazy\" referrerpolicy=\"no-referrer\" allowfullscreen></iframe>"
        );
    }
}
