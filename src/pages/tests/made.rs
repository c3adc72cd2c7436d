//! A lesson of which qualities, sound, pictures and slides have been made.

use super::*;

/// Bytes of a file that plays `kilobits` a second for as long as [`footage`] lasts.
fn plays(kilobits: u64) -> u64 {
    kilobits * 1000 / 8 * 1262
}

fn rendition(class: u32, bytes: u64) -> NewFile {
    NewFile {
        quality: Some(class),
        size: Some((class * 16 / 9, class)),
        ..file(Role::Rendition, bytes, "video/mp4")
    }
}

fn sound() -> NewFile {
    NewFile {
        quality: Some(24),
        ..file(Role::Audio, plays(24), "audio/mp4")
    }
}

/// A slide in both types.
fn slide(position: u32, start: Millis, bytes: u64) -> [NewFile; 2] {
    ["image/webp", "image/jpeg"].map(|mime| NewFile {
        start: Some(start),
        size: Some((854, 480)),
        position,
        ..file(Role::Slide, bytes, mime)
    })
}

impl Site {
    /// A lesson with these files besides its source, which takes 148 MB.
    async fn made(&self, footage: NewRecording, files: impl IntoIterator<Item = NewFile>) -> Saved {
        let saved = self.save(about("Kəsrlər")).await;
        let recording = self.record(saved, footage, 148_000_000).await;
        for file in files {
            self.add(recording, file).await;
        }
        saved
    }
}

/// All that can be made of a recording: qualities, sound, and forty slides.
pub(super) fn everything() -> impl Iterator<Item = NewFile> {
    let slides = (0..40).flat_map(|n| slide(n, Millis(u64::from(n) * 30_000), 20_000));
    let pictures = [file(Role::Poster, 30_000, "image/jpeg"), sound()];
    ladder(80).into_iter().chain(pictures).chain(slides)
}

fn ladder(lowest: u64) -> [NewFile; 3] {
    [
        rendition(240, plays(lowest)),
        rendition(360, plays(lowest * 2)),
        rendition(720, plays(lowest * 6)),
    ]
}

#[tokio::test]
async fn every_quality_is_offered_with_its_price_and_a_link_chooses_it() {
    let site = site();
    let saved = site.made(footage(), ladder(80)).await;
    let (code, path) = (saved.code, format!("/az/l/{}", saved.code));
    let page = site.get(&path).await;
    // 80 and 160 kbit/s go through a line of 200; 480p is the recording itself.
    page.shows(&[
        &format!("<source src=\"/l/{code}/video.mp4?q=360&#38;form=fragmented\" type=\"video/mp4\">"),
        "<a href=\"?q=240\"><b>240p</b><span class=\"cost\">13\u{a0}MB</span></a>",
        "<a href=\"?q=360\" aria-current=\"true\"><b>360p</b><span class=\"cost\">25\u{a0}MB</span></a>",
        "<a href=\"?q=480\"><b>480p</b><span class=\"cost\">148\u{a0}MB</span></a>",
        "<a href=\"?q=720\"><b>720p</b>",
        // What it costs to press play.
        "form=fragmented\">Bax · <span>25\u{a0}MB</span></a>",
        &format!("href=\"/l/{code}/video.mp4?q=360&#38;download\""),
    ]);
    page.lacks(&["form=original", "href=\"#video\""]);

    let chosen = site.get(&format!("{path}?q=720&t=90")).await;
    chosen.shows(&[
        &format!("src=\"/l/{code}/video.mp4?q=720&#38;form=fragmented#t=90\""),
        // Firefox reads what is in fragments from its beginning, and refuses this type.
        "form=fragmented#t=90\" type=\"video/mp4; codecs=avc1\">",
        &format!("<source src=\"/l/{code}/video.mp4?q=720#t=90\" type=\"video/mp4\">"),
        "<a href=\"?q=720&#38;t=90\" aria-current=\"true\">",
        &format!("href=\"/l/{code}/video.mp4?q=720&#38;download\""),
        &format!("<link rel=\"canonical\" href=\"http://lessons.example{path}\">"),
    ]);
    // The nearest that is not above it, as the file's own address has it; what is no quality chooses none.
    for (asked, given) in [
        ("400", 360),
        ("1", 240),
        ("9999", 720),
        ("x", 360),
        ("", 360),
        ("-1", 360),
    ] {
        let page = site.get(&format!("{path}?q={asked}")).await;
        page.shows(&[&format!(
            "src=\"/l/{code}/video.mp4?q={given}&#38;form=fragmented\""
        )]);
    }
}

#[tokio::test]
async fn a_chapter_keeps_the_quality_that_was_chosen() {
    let site = site();
    let d = Description {
        chapters: vec![crate::catalogue::Chapter {
            start: Millis(220_000),
            title: "Orta".into(),
        }],
        ..about("A")
    };
    let saved = site.save(d).await;
    let recording = site.record(saved, footage(), 1_000_000).await;
    site.add(recording, rendition(240, 500_000)).await;
    let path = format!("/az/l/{}", saved.code);
    site.get(&path).await.shows(&["<a href=\"?t=220\">"]);
    let chosen = site.get(&format!("{path}?q=240")).await;
    chosen.shows(&["<a href=\"?q=240&#38;t=220\">"]);
}

#[tokio::test]
async fn without_a_choice_the_page_plays_what_a_narrow_line_carries() {
    for (lowest, played) in [(80, 360), (100, 240), (300, 240)] {
        let site = site();
        let saved = site.made(footage(), ladder(lowest)).await;
        let page = site.get(&format!("/az/l/{}", saved.code)).await;
        page.shows(&[&format!("video.mp4?q={played}&#38;form=fragmented\" type")]);
    }
}

#[tokio::test]
async fn a_recording_that_browsers_cannot_play_is_watched_in_what_was_made_of_it() {
    let site = site();
    let unplayable = NewRecording {
        playable: false,
        ..footage()
    };
    let saved = site.made(unplayable, ladder(80)).await;
    let code = saved.code;
    let page = site.get(&format!("/az/l/{code}")).await;
    page.shows(&[
        &format!("src=\"/l/{code}/video.mp4?q=360&#38;form=fragmented\""),
        &format!(
            "href=\"/l/{code}/video.mp4?form=original&#38;download\" download><b>Yazının özü</b>"
        ),
        "148\u{a0}MB",
    ]);
    page.lacks(&["480p", "hazırlanır", "açılmır"]);
}

#[tokio::test]
async fn a_quality_that_was_made_for_less_takes_the_place_of_the_recordings_own() {
    let site = site();
    let made = [rendition(240, 10_000_000), rendition(480, 40_000_000)];
    let saved = site.made(footage(), made).await;
    let page = site.get(&format!("/az/l/{}", saved.code)).await;
    page.shows(&[
        "<b>480p</b><span class=\"cost\">40\u{a0}MB</span>",
        "form=original",
    ]);
    assert_eq!(page.text().matches("<b>480p</b>").count(), 1);
}

#[tokio::test]
async fn a_quality_that_costs_as_much_as_a_better_one_is_not_offered() {
    let site = site();
    let dear = [rendition(240, 30_000_000), rendition(360, 20_000_000)];
    let saved = site.made(footage(), dear).await;
    let page = site.get(&format!("/az/l/{}?q=240", saved.code)).await;
    page.shows(&[
        "<b>360p</b>",
        "<b>480p</b>",
        "video.mp4?q=360&#38;form=fragmented\" type",
    ]);
    page.lacks(&["<b>240p</b>"]);
    // What an old phone may not manage is no reason to hide what it does.
    let saved = site.made(footage(), [rendition(720, 100_000)]).await;
    let page = site.get(&format!("/az/l/{}", saved.code)).await;
    page.shows(&["<b>480p</b>", "<b>720p</b>"]);
}

#[tokio::test]
async fn the_lists_tell_what_the_cheapest_way_to_watch_costs() {
    let site = site();
    site.made(footage(), ladder(80)).await;
    let page = site.get("/az/grades/7/mathematics").await;
    page.shows(&["13\u{a0}MB"]);
    page.lacks(&["148\u{a0}MB"]);
}

#[tokio::test]
async fn sound_and_slides_have_their_price_beside_the_video() {
    let site = site();
    let slides = (0..8).flat_map(|n| slide(n, Millis(u64::from(n) * 60_000), 20_000));
    let made = ladder(80).into_iter().chain([sound()]).chain(slides);
    let saved = site.made(footage(), made).await;
    let code = saved.code;
    let page = site.get(&format!("/ru/l/{code}")).await;
    page.shows(&[
        &format!("<a href=\"/l/{code}/audio.m4a?q=24\"><b>Слушать</b>"),
        "<span class=\"cost\">3,8\u{a0}МБ</span>",
        // Of each slide one type only.
        &format!("<a href=\"/ru/l/{code}/slides\"><b>Слайды со звуком</b>"),
        "<span class=\"cost\">3,9\u{a0}МБ</span>",
    ]);
}

#[tokio::test]
async fn slides_whose_sound_nobody_has_weighed_have_no_price() {
    let site = site();
    let slides = (0..8).flat_map(|n| slide(n, Millis(u64::from(n) * 60_000), 20_000));
    let code = site
        .made(footage(), ladder(80).into_iter().chain(slides))
        .await
        .code;
    let page = site.get(&format!("/ru/l/{code}")).await;
    let link = format!("<a href=\"/ru/l/{code}/slides\">");
    let entry = page.text().split(&link).nth(1).unwrap();
    let entry = entry.split("</li>").next().unwrap();
    assert!(!entry.contains("cost"), "{entry}");
    site.get(&format!("/ru/l/{code}/slides"))
        .await
        .lacks(&["class=\"cost\""]);
}

#[tokio::test]
async fn another_language_keeps_the_moment_and_the_quality() {
    let site = site();
    let slides = (0..3).flat_map(|n| slide(n, Millis(u64::from(n) * 60_000), 20_000));
    let made = ladder(80).into_iter().chain(slides);
    let code = site.made(footage(), made).await.code;
    for (asked, kept) in [
        ("", ""),
        ("?t=61", "?t=61"),
        ("?q=360", "?q=360"),
        ("?t=61&q=360", "?q=360&#38;t=61"),
        ("?t=61&q=x%22", "?t=61"),
        ("/slides?t=61", "/slides?t=61"),
        ("/slides", "/slides"),
    ] {
        let page = site.get(&format!("/az/l/{code}{asked}")).await;
        page.shows(&[&format!("<a href=\"/ru/l/{code}{kept}\"")]);
    }
}

#[tokio::test]
async fn a_recording_of_sound_alone_is_heard_for_what_the_narrow_sound_costs() {
    let site = site();
    for playable in [true, false] {
        let radio = NewRecording {
            size: None,
            playable,
            ..footage()
        };
        let saved = site.made(radio, [sound()]).await;
        let page = site.get(&format!("/en/l/{}", saved.code)).await;
        page.shows(&[
            "class=\"sound\"",
            &format!(
                "<source src=\"/l/{}/audio.m4a?q=24\" type=\"audio/mp4\">",
                saved.code
            ),
            "3.8\u{a0}MB",
            // The recording itself can be saved all the same.
            "148\u{a0}MB",
        ]);
        page.lacks(&["does not open"]);
    }
}

#[tokio::test]
async fn while_nothing_cheaper_has_been_made_the_page_says_that_it_comes() {
    let site = site();
    let saved = site.made(footage(), []).await;
    let path = format!("/en/l/{}", saved.code);
    let soon = "Smaller sizes of this lesson are being made.";
    site.get(&path).await.shows(&[soon, "<video"]);
    let made = site.made(footage(), [rendition(240, 1_000_000)]).await;
    site.get(&format!("/en/l/{}", made.code))
        .await
        .lacks(&[soon]);
}

#[tokio::test]
async fn slides_stand_in_order_with_the_sound_and_each_leads_to_its_moment() {
    let site = site();
    let starts = [0, 65_400, 245_000].map(Millis);
    let slides = (0..)
        .zip(starts)
        .flat_map(|(n, start)| slide(n, start, 20_000));
    let slides: Vec<NewFile> = slides.collect();
    let names: Vec<String> = slides
        .iter()
        .map(|s| format!("/media/{}", s.name))
        .collect();
    let saved = site
        .made(footage(), slides.into_iter().chain([sound()]))
        .await;
    let (code, path) = (saved.code, format!("/az/l/{}/slides", saved.code));
    let page = site.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("cache-control"), "public, max-age=60");
    page.shows(&[
        "<title>Kəsrlər: slaydlar · Teledərs</title>",
        &format!("<link rel=\"canonical\" href=\"http://lessons.example{path}\">"),
        &format!("<audio controls preload=\"none\" src=\"/l/{code}/audio.m4a?q=24\""),
        "<span class=\"cost\">3,8\u{a0}MB</span>",
        "<li id=\"t=65\">",
        "<a class=\"slide\" href=\"?t=65#t=65\">",
        &format!("<source type=\"image/webp\" srcset=\"{}\">", names[2]),
        &format!(
            "<img src=\"{}\" width=\"854\" height=\"480\" loading=\"lazy\" alt=\"Şəkil 2\">",
            names[3]
        ),
        "<span class=\"clock\">4:05</span>",
        &format!("href=\"/az/l/{code}?t=245\""),
        &format!("<a href=\"/az/l/{code}\">Kəsrlər</a>"),
    ]);
    let places: Vec<_> = names.iter().map(|name| page.text().find(name)).collect();
    assert!(places.is_sorted() && places[0].is_some());

    // Without a script, what a slide's link leads to: the sound at that moment, and the slide marked.
    let there = site.get(&format!("{path}?t=100")).await;
    there.shows(&[
        "audio.m4a?q=24#t=100\"",
        "<li id=\"t=65\" aria-current=\"true\">",
    ]);
    site.get(&format!("{path}?t=x"))
        .await
        .lacks(&["#t=x", "<li id=\"t=0\" aria"]);
}

#[tokio::test]
async fn slides_without_a_sound_lead_to_the_video() {
    let site = site();
    let silent = NewRecording {
        has_sound: false,
        ..footage()
    };
    let saved = site.made(silent, slide(0, Millis(9_000), 1)).await;
    let page = site.get(&format!("/en/l/{}/slides", saved.code)).await;
    page.shows(&[&format!(
        "<a class=\"slide\" href=\"/en/l/{}?t=9\">",
        saved.code
    )]);
    page.lacks(&["<audio", "/assets/slides.js", "/assets/slides-"]);
}

#[tokio::test]
async fn slides_that_begin_in_the_same_second_are_one() {
    let site = site();
    let slides = [5_000, 5_600].map(Millis);
    let slides = (0..).zip(slides).flat_map(|(n, start)| slide(n, start, 1));
    let saved = site.made(footage(), slides).await;
    let page = site.get(&format!("/en/l/{}/slides", saved.code)).await;
    assert_eq!(page.text().matches("id=\"t=5\"").count(), 1);
}

#[tokio::test]
async fn a_picture_that_comes_again_is_fetched_and_paid_for_once() {
    let site = site();
    let slides = (0..3).flat_map(|n| slide(n, Millis(u64::from(n) * 60_000), 700_000));
    let slides = slides.map(|file| NewFile {
        // The first and the last are the same.
        sha256: Some([(file.position % 2) as u8 + u8::from(file.mime == "image/webp") * 2; 32]),
        ..file
    });
    let saved = site.made(footage(), slides.chain([sound()])).await;
    let page = site.get(&format!("/en/l/{}/slides", saved.code)).await;
    let mut pictures: Vec<&str> = page.text().split("srcset=\"").skip(1).collect();
    pictures
        .iter_mut()
        .for_each(|p| *p = p.split('"').next().unwrap());
    // The first is also what scripts show large from the beginning.
    assert_eq!(pictures.len(), 4);
    assert!(pictures[0] == pictures[1]);
    assert!(pictures[1] == pictures[3] && pictures[1] != pictures[2]);
    page.shows(&["<span class=\"cost\">5.2\u{a0}MB</span>"]);
}

#[tokio::test]
async fn slides_are_missing_withdrawn_moved_and_hidden_as_their_lesson_is() {
    let site = site();
    let without = site.made(footage(), []).await;
    let page = site.get(&format!("/az/l/{}/slides", without.code)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.shows(&["Bu dərsin slaydları yoxdur"]);
    site.get(&format!("/az/l/{}", without.code))
        .await
        .lacks(&["/slides"]);

    let saved = site.made(footage(), slide(0, Millis(0), 1)).await;
    let lower = format!("/ru/l/{}/slides?t=9", saved.code.as_str().to_lowercase());
    let moved = site.get(&lower).await;
    assert_eq!(moved.status, StatusCode::MOVED_PERMANENTLY);
    let there = format!("/ru/l/{}/slides?t=9", saved.code);
    assert_eq!(moved.header("location"), there);
    let chosen = site.get(&format!("/l/{}/slides", saved.code)).await;
    assert_eq!(chosen.status, StatusCode::FOUND);

    let withdraw =
        move |c: &crate::catalogue::Change<'_>| c.set_withdrawn(saved.id, Some("Səhv var"));
    site.app.catalogue.write(withdraw).await.unwrap();
    let gone = site.get(&there).await;
    assert_eq!(gone.status, StatusCode::GONE);
    gone.shows(&["Səhv var"]);
}
