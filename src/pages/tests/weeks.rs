//! A week's page and the way to it, where lessons say their week themselves.

use super::timetable::in_order;
use super::*;

#[tokio::test]
async fn lessons_that_only_say_their_week_stand_below_those_that_were_broadcast() {
    let site = site();
    site.two_weeks().await;
    let says = |title: &str, week: &str| Description {
        week: Some(week.into()),
        lesson_number: Some(4),
        ..about(title)
    };
    site.lesson(says("Yalnız həftəsi məlum", "2020-W14"), 1_000_000)
        .await;
    site.lesson(says("Üçüncü həftə", "3"), 1_000_000).await;
    let week = site.get("/az/grades/7?week=2020-W14").await;
    in_order(
        &week,
        &[
            "Elan olunan dərs",
            "<h2>Bu həftənin digər dərsləri</h2>",
            "Yalnız həftəsi məlum",
            "Riyaziyyat · 21 dəqiqə",
        ],
    );
    let third = site.get("/az/grades/7?week=3").await;
    third.shows(&["Proqramın 3-cü həftəsi", "Üçüncü həftə"]);
    third.lacks(&["Yalnız həftəsi məlum", "göstərildiyindən çoxdur"]);
}

#[tokio::test]
async fn a_week_that_only_lessons_say_themselves_is_offered_with_their_number() {
    let site = site();
    let says = |grade: &str| Description {
        week: Some("2020-W14".into()),
        grades: vec![grade.into()],
        ..about("Yalnız həftəsi məlum")
    };
    site.save(says("7")).await;
    site.save(says("8")).await;
    let now = "2020-04-08T12:00:00";
    let home = site.at(now, "/az/").await;
    home.shows(&["Keçən həftəni buraxdın? <a href=\"/az/?week=2020-W14\">"]);
    let keys = site.at(now, "/az/?week=2020-W14").await;
    assert_eq!(keys.text().matches("<small>1 dərs</small>").count(), 2);
    let week = site.at(now, "/az/grades/8?week=2020-W14").await;
    week.shows(&["Yalnız həftəsi məlum"]);
}

#[tokio::test]
async fn a_week_with_more_lessons_than_are_shown_says_so() {
    let site = site();
    let write = |c: &crate::catalogue::Change<'_>| {
        for n in 0..=200 {
            let d = Description {
                week: Some("3".into()),
                ..about(&format!("Dərs {n}"))
            };
            c.save_lesson(Target::New, &d)?;
        }
        Ok(())
    };
    site.app.catalogue.write(write).await.unwrap();
    let week = site.get("/az/grades/7?week=3").await;
    assert_eq!(week.text().matches("href=\"/az/l/").count(), 200);
    in_order(
        &week,
        &[
            "Bu həftənin dərsləri burada göstərildiyindən çoxdur.",
            "href=\"/az/grades/7\">Bütün fənlər",
        ],
    );
}
