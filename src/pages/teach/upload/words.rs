//! What the upload page's script is told: limits, addresses, and all its words, since only the server has them in
//! three languages. What the script puts in stands in braces.

use std::collections::BTreeMap;

use serde_json::json;

use super::lesson_page;
use crate::pages::page::path;
use crate::pages::script_words::Say;
use crate::units::Code;
use crate::words::Language;

/// As JSON for an attribute.
pub(super) fn script_settings(language: Language, most: u64, replaced: Option<Code>) -> String {
    let settings = json!({
        "decimalMark": language.decimal_mark(),
        "most": most,
        "lesson": replaced.map(|code| code.to_string()),
        "lessonPage": path(language, &lesson_page("{code}")),
        "watchPage": path(language, "/l/{code}"),
        "signIn": path(language, "/teach/sign-in"),
        "words": words(language),
    });
    settings.to_string()
}

fn words(language: Language) -> BTreeMap<&'static str, String> {
    let say = Say(language);
    let words = [
        ("page", say.text("upload-nav")),
        ("drop", say.text("upload-drop")),
        ("dropOne", say.text("upload-drop-one")),
        ("pick", say.text("upload-pick")),
        ("pickOne", say.text("upload-pick-one")),
        ("uploads", say.text("upload-list")),
        ("pause", say.text("upload-pause")),
        ("goOn", say.text("upload-go-on")),
        ("again", say.text("upload-again")),
        ("cancel", say.text("upload-cancel")),
        ("retry", say.text("upload-retry")),
        ("dismiss", say.text("upload-dismiss")),
        ("watch", say.text("upload-watch")),
        ("signIn", say.text("teach-sign-in")),
        ("draft", say.text("upload-draft")),
        ("aboutCancel", say.with("upload-cancel-ask", &["done"])),
        ("deleteBoth", say.text("upload-delete-both")),
        ("deleteUpload", say.text("upload-delete")),
        ("deleteKeepingDraft", say.text("upload-delete-keeping")),
        ("keep", say.text("upload-keep")),
        ("draftStays", say.text("upload-draft-stays")),
        ("deleted", say.text("upload-deleted")),
        ("preparing", say.text("upload-preparing")),
        ("waiting", say.text("upload-waiting")),
        ("moving", say.with("upload-moving", &["done", "all"])),
        ("speed", say.with("upload-speed", &["size"])),
        ("left", say.with("upload-left", &["time"])),
        ("paused", say.text("upload-paused")),
        ("noLine", say.text("upload-no-line")),
        ("signedOut", say.text("upload-signed-out")),
        ("elsewhere", say.text("upload-elsewhere")),
        ("otherTab", say.text("upload-other-tab")),
        ("needsFile", say.with("upload-needs-file", &["name"])),
        ("cannotGoOn", say.text("upload-cannot-go-on")),
        ("looking", say.text("upload-looking")),
        ("ready", say.text("upload-ready")),
        ("onlySave", say.text("upload-only-save")),
        ("nothing", say.with("upload-nothing", &["why"])),
        ("gone", say.text("upload-gone")),
        ("failed", say.with("upload-failed", &["why"])),
        ("unreadable", say.with("upload-unreadable", &["name"])),
        (
            "wrongFile",
            say.with("upload-wrong-file", &["other", "name", "size"]),
        ),
        ("otherContent", say.with("upload-other-content", &["name"])),
        ("noRecording", say.with("upload-no-recording", &["name"])),
        ("empty", say.with("upload-empty", &["name"])),
        ("folder", say.with("upload-folder", &["name"])),
        ("oneOnly", say.text("upload-one-only")),
        ("chooseFirst", say.text("upload-choose-first")),
        ("diskFull", say.text("upload-disk-full")),
        ("busy", say.text("upload-busy")),
        (
            "tooLong",
            say.with("upload-too-long", &["length", "limit", "by"]),
        ),
        (
            "overQuota",
            say.with("upload-over-quota", &["length", "limit", "used", "by"]),
        ),
        (
            "tooMany",
            say.with("upload-too-many", &["used", "limit", "by"]),
        ),
        ("noRoom", say.with("upload-no-room", &["length", "limit"])),
        ("setBySetting", say.with("upload-set-by-setting", &["name"])),
        ("setByAdmin", say.text("upload-set-by-admin")),
        ("part", say.with("upload-part", &["number"])),
        ("kilobytes", say.size_in("KB")),
        ("megabytes", say.size_in("MB")),
        ("gigabytes", say.size_in("GB")),
        ("seconds", say.with("upload-seconds", &["count"])),
        ("minutes", say.with("upload-minutes", &["count"])),
        ("hours", say.with("upload-hours", &["hours", "minutes"])),
    ];
    words.into()
}
