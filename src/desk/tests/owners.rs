//! Whose a lesson is.

use serde_json::json;

use super::super::ConflictError;
use super::*;

#[test]
fn an_administrator_gives_a_lesson_to_others_and_takes_it_away_and_the_history_tells() {
    let archive = archive();
    let (aynur, rauf) = (archive.teacher("Aynur"), archive.teacher("Rauf"));
    let admin = archive.person("Samir", PersonRole::Admin, &[]);
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    for author in [&aynur, &archive.person("Leyla", PersonRole::Editor, &[])] {
        let told = archive.refused(|d| d.add_owner(author, code, "Rauf"));
        assert!(matches!(told, Error::OwnersAreGiven), "{told}");
    }
    assert!(matches!(
        archive.refused(|d| d.lesson(&rauf, code)),
        Error::Unknown(_)
    ));
    // Names are found as people sign in with them.
    assert_eq!(
        archive
            .desk
            .add_owner(&admin, code, " RAUF ")
            .unwrap()
            .owners,
        ["Aynur", "Rauf"]
    );
    archive.desk.lesson(&rauf, code).unwrap();
    archive.desk.add_owner(&admin, code, "Rauf").unwrap();
    assert_eq!(
        archive
            .desk
            .remove_owner(&Author::CommandLine, code, "Aynur")
            .unwrap()
            .owners,
        ["Rauf"]
    );
    assert!(matches!(
        archive.refused(|d| d.lesson(&aynur, code)),
        Error::Unknown(_)
    ));
    let told = archive.refused(|d| d.remove_owner(&admin, code, "Aynur"));
    assert_eq!(told.to_string(), r#"this lesson has no owner "Aynur""#);
    let told = archive.refused(|d| d.add_owner(&admin, code, "Raufa"));
    assert!(
        told.to_string().contains(r#"nobody called "Raufa""#),
        "{told}"
    );

    assert_eq!(archive.actions(code), ["owners", "owners", "created"]);
    let past = archive.desk.history(&admin, code, None, 2).unwrap();
    assert_eq!(
        serde_json::Value::Object(past[0].detail.clone()),
        json!({"owners": [["Aynur", "Rauf"], ["Rauf"]]})
    );
    let told = archive.refused(|d| d.undo(&admin, code, past[1].id));
    assert!(
        matches!(told, Error::Conflict(ConflictError::ChangedSince(_))),
        "{told}"
    );
    assert!(matches!(
        archive.refused(|d| d.undo(&rauf, code, past[0].id)),
        Error::OwnersAreGiven
    ));
    assert_eq!(
        archive.desk.undo(&admin, code, past[0].id).unwrap().owners,
        ["Aynur", "Rauf"]
    );
    assert_eq!(
        archive.desk.undo(&admin, code, past[1].id).unwrap().owners,
        ["Aynur"]
    );
    assert_eq!(
        archive
            .desk
            .remove_owner(&admin, code, "Aynur")
            .unwrap()
            .owners,
        [""; 0]
    );
    archive.expect_sound();
}
