//! A large programme: its sheet, and a recording for each of its lessons.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::samples;

/// What the rows give, in this order.
pub const COLUMNS: &str = "file,code,title,description,grades,subject,section,programme,lesson_number,unit,topic,school_year,term,visibility";

/// Grades that lessons are spread over.
pub const GRADES: u32 = 12;
/// Subjects that lessons are spread over.
pub const SUBJECTS: [&str; 12] = [
    "mathematics",
    "azerbaijani",
    "literature",
    "english",
    "physics",
    "chemistry",
    "biology",
    "geography",
    "history_of_azerbaijan",
    "world_history",
    "informatics",
    "music",
];
const SECTIONS: [&str; 2] = ["az", "ru"];
const TOPICS: [&str; 8] = [
    "Kəsrlərin toplanması",
    "Üçbucağın sahəsi",
    "Nisbət və tənasüb",
    "Сложение дробей",
    "Площадь треугольника",
    "İşıq hadisələri",
    "Elektrik cərəyanı",
    "Повторение темы",
];
/// Lessons of one unit.
const UNIT: u32 = 12;

/// Lessons spread over grades, sections and subjects as a programme spreads them: each shelf has its units in order.
pub fn write_rows(sheet: &mut csv::Writer<impl Write>, lessons: u32) {
    for n in 0..lessons {
        // Every shelf in turn, so that each has about as many as the others.
        let subject = SUBJECTS[(n as usize) % SUBJECTS.len()];
        let rest = n / SUBJECTS.len() as u32;
        let (grade, rest) = (rest % GRADES, rest / GRADES);
        let (section, place) = (SECTIONS[(rest % 2) as usize], rest / 2);
        let topic = TOPICS[(place as usize) % TOPICS.len()];
        let (number, unit) = (place + 1, place / UNIT + 1);
        let description =
            format!("{topic}: izahlar, nümunələr və tapşırıqlar. Dərslikdə {number}-ci mövzu.");
        sheet
            .write_record([
                &recording(n),
                "",
                &format!("{topic}, dərs {number} ({n})"),
                &description,
                &grade.to_string(),
                subject,
                section,
                "Televiziya dərsləri",
                &number.to_string(),
                &format!("{unit}. {topic}"),
                topic,
                "2019/20",
                &(place % 4 + 1).to_string(),
                "public",
            ])
            .unwrap();
    }
}

/// What lesson `n` calls its recording, from the sheet's folder.
fn recording(n: u32) -> String {
    format!("recordings/{}/{n}.mp4", n / 1000)
}

/// Makes the recordings that a sheet in `folder` names.
pub fn link_recordings(folder: &Path, lessons: u32) {
    let sample = samples::small_recording();
    for n in 0..lessons {
        let link = folder.join(recording(n));
        if n % 1000 == 0 {
            fs::create_dir_all(link.parent().unwrap()).unwrap();
        }
        symlink(&sample, link).unwrap();
    }
}
