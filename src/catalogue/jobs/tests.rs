//! What whoever does jobs may rely on.

use super::super::tests::{Archive, archive, footage, lesson};
use super::super::{Description, Job, JobFilter, Visibility, Whose};
use super::*;
use crate::units::{Bytes, Millis};

impl Archive {
    /// A lesson with footage: its row, and its recording's.
    fn filmed(&self, title: &str) -> (LessonId, RecordingId) {
        let id = self.save(&lesson(title, &["7"], "physics")).id;
        (id, self.filmed_anew(id))
    }

    fn filmed_anew(&self, lesson: LessonId) -> RecordingId {
        self.write(move |c| {
            let (recording, source) = footage(100);
            c.add_recording(lesson, &recording, &source)
        })
    }

    fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Change<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.catalogue.write_blocking(change).unwrap()
    }

    /// Whoever comes for work, of any kind.
    fn claim(&self, worker: &'static str) -> Option<Claim> {
        self.write(move |c| c.claim_job(JobKind::ALL, worker, in_a_minute()))
    }

    fn job(&self, id: JobId) -> Job {
        self.catalogue
            .read_blocking(move |c| c.job(id))
            .unwrap()
            .unwrap()
    }

    /// Ends a job with these files.
    fn finish(&self, claim: &Claim, files: Vec<NewFile>, then: &'static [JobKind]) -> bool {
        let (id, lease) = (claim.id, claim.lease.clone());
        self.write(move |c| c.finish_job(id, &lease, &files, None, None, then))
            .is_some()
    }

    /// Role, quality or language, and length of what a recording has.
    fn files(&self, recording: RecordingId) -> Vec<(Role, String, u64)> {
        let files = self
            .catalogue
            .read_blocking(move |c| c.files(recording))
            .unwrap();
        let mut told: Vec<_> = files
            .into_iter()
            .map(|f| {
                let quality = f.file.quality.map(|q| q.to_string());
                let which = quality.or(f.file.language).unwrap_or_default();
                (f.file.role, which, f.file.bytes.0)
            })
            .filter(|(role, ..)| *role != Role::Source)
            .collect();
        told.sort_by_key(|(role, which, _)| (role.as_str(), which.clone()));
        told
    }
}

fn in_a_minute() -> UnixMillis {
    clock::now().after_seconds(60)
}

fn made(role: Role, quality: Option<u32>, bytes: u64) -> NewFile {
    NewFile {
        role,
        quality,
        duration: Some(Millis(1000)),
        ..footage(bytes).1
    }
}

fn captions(language: &str, bytes: u64) -> NewFile {
    NewFile {
        language: Some(language.into()),
        ..made(Role::Captions, None, bytes)
    }
}

#[test]
fn what_lets_more_students_watch_is_done_first_whosever_lesson_it_is() {
    let archive = archive();
    let (_, old) = archive.filmed("old");
    let first = archive.claim("server").unwrap();
    assert_eq!((first.kind, first.recording), (JobKind::Probe, old));
    assert!(archive.finish(&first, Vec::new(), &[JobKind::Ladder, JobKind::Narrow]));
    let (_, new) = archive.filmed("new");
    let probe = archive.claim("server").unwrap();
    assert_eq!((probe.kind, probe.recording), (JobKind::Probe, new));
    assert!(archive.finish(&probe, Vec::new(), &[JobKind::Ladder, JobKind::Narrow]));
    let order: Vec<_> = std::iter::from_fn(|| archive.claim("server"))
        .map(|claim| (claim.kind, claim.recording))
        .collect();
    assert_eq!(
        order,
        [
            (JobKind::Narrow, old),
            (JobKind::Narrow, new),
            (JobKind::Ladder, old),
            (JobKind::Ladder, new),
        ]
    );
}

#[test]
fn a_teachers_lesson_does_not_wait_for_an_archive_that_was_imported() {
    let archive = archive();
    let imported = archive.save(&lesson("imported", &["7"], "physics")).id;
    let old = archive.write(move |c| {
        let (mut recording, source) = footage(100);
        recording.origin = Some(crate::catalogue::Origin {
            path: "/recordings/1.mp4".into(),
            bytes: Bytes(100),
            modified: UnixMillis(0),
        });
        c.add_recording(imported, &recording, &source)
    });
    let (_, new) = archive.filmed("uploaded");
    let mut order = Vec::new();
    while let Some(claim) = archive.claim("server") {
        let then: &[JobKind] = match claim.kind {
            JobKind::Probe => &[JobKind::Ladder, JobKind::Narrow],
            _ => &[],
        };
        order.push((claim.kind, claim.recording));
        assert!(archive.finish(&claim, Vec::new(), then));
    }
    assert_eq!(
        order,
        [
            (JobKind::Probe, new),
            (JobKind::Narrow, new),
            (JobKind::Probe, old),
            (JobKind::Narrow, old),
            (JobKind::Ladder, new),
            (JobKind::Ladder, old),
        ]
    );
}

#[test]
fn bytes_that_were_moved_and_are_not_wanted_stay_planned_until_they_are_deleted() {
    let archive = archive();
    let (_, recording) = archive.filmed("x");
    archive.write(move |c| c.add_file(recording, &captions("az", 10)).map(|_| ()));
    for (language, stay) in [("az", true), ("ru", false)] {
        let claim = archive.claim("server").unwrap();
        let (id, lease) = (claim.id, claim.lease.clone());
        assert!(archive.write(move |c| c.job_plans(id, &lease, &["files/ab/abcd.vtt".into()])));
        assert!(archive.finish(&claim, vec![captions(language, 5)], &[JobKind::Probe]));
        let planned = archive.catalogue.read_blocking(|c| c.planned_bytes());
        assert_eq!(planned.unwrap().len(), usize::from(stay), "{language}");
        // Nobody begins it anew before, or its plan would be lost.
        assert!(!stay || archive.claim("server").is_none());
        archive.write(move |c| c.job_plans_nothing(id));
    }
}

#[test]
fn a_worker_gets_only_what_it_can_do() {
    let archive = archive();
    archive.filmed("x");
    let none = archive.write(|c| c.claim_job(&[JobKind::Ladder], "w", in_a_minute()));
    assert_eq!(none, None);
    assert!(archive.claim("w").is_some());
    assert_eq!(
        archive.claim("w"),
        None,
        "nobody gets a job that somebody has"
    );
}

#[test]
fn whoever_lost_the_lease_changes_nothing_any_more() {
    let archive = archive();
    let (_, recording) = archive.filmed("x");
    let lost = archive.claim("far").unwrap();
    let late = in_a_minute().after_seconds(1);
    assert_eq!(
        archive.write(|c| c.take_jobs_back(clock::now(), 3, "gone")),
        0
    );
    assert_eq!(archive.write(move |c| c.take_jobs_back(late, 3, "gone")), 1);
    let kept = archive.claim("other").unwrap();
    assert_eq!((kept.id, kept.attempts), (lost.id, 2));
    assert_ne!(kept.lease, lost.lease);
    let (id, lease) = (lost.id, lost.lease.clone());
    archive.write(move |c| {
        assert!(!c.job_reached(id, &lease, 900, in_a_minute())?);
        assert!(!c.job_plans(id, &lease, &["files/ab/c.mp4".into()])?);
        assert!(!c.job_failed(id, &lease, "wrong", None)?);
        c.job_rests(id, &lease, "full", in_a_minute())?;
        c.job_given_back(id, &lease)?;
        assert_eq!(c.claimed(id, &lease)?, None);
        Ok(())
    });
    assert!(!archive.finish(&lost, vec![made(Role::Rendition, Some(240), 1)], &[]));
    assert_eq!(archive.job(kept.id).state, JobState::Running);
    assert!(archive.finish(&kept, vec![made(Role::Rendition, Some(240), 2)], &[]));
    assert_eq!(
        archive.files(recording),
        [(Role::Rendition, "240".into(), 2)]
    );
}

#[test]
fn a_worker_that_is_not_heard_of_again_and_again_is_not_asked_for_ever() {
    let archive = archive();
    archive.filmed("x");
    let late = in_a_minute().after_seconds(1);
    for attempt in 1..=3 {
        let claim = archive.claim("far").unwrap();
        assert_eq!(claim.attempts, attempt);
        archive.write(move |c| c.take_jobs_back(late, 3, "not heard of"));
    }
    assert_eq!(archive.claim("far"), None);
    let (jobs, _) = archive
        .catalogue
        .read_blocking(|c| {
            let all = JobFilter {
                whose: Whose::All,
                lesson: None,
                state: None,
            };
            c.jobs(&all, None, 9)
        })
        .unwrap();
    let job = &jobs[0];
    assert_eq!(
        (job.state, job.error.as_deref()),
        (JobState::Failed, Some("not heard of"))
    );
}

#[test]
fn no_clock_takes_a_job_from_a_server_that_is_alive_and_its_death_costs_no_attempt() {
    let archive = archive();
    archive.filmed("x");
    for _ in 0..9 {
        let claim = archive.claim("server").unwrap();
        assert_eq!(claim.attempts, 1);
        let in_years = clock::now().after_days(9999);
        assert_eq!(
            archive.write(move |c| c.take_jobs_back(in_years, 3, "gone")),
            0
        );
        assert!(
            !archive
                .catalogue
                .read_blocking(move |c| c.has_overdue_jobs(in_years))
                .unwrap()
        );
        assert!(
            archive
                .catalogue
                .read_blocking(|c| c.has_own_jobs())
                .unwrap()
        );
        assert_eq!(archive.write(|c| c.take_own_jobs_back()), 1);
        assert!(
            !archive
                .catalogue
                .read_blocking(|c| c.has_own_jobs())
                .unwrap()
        );
    }
}

#[test]
fn who_brings_the_server_down_goes_behind_the_others_of_its_kind_and_is_given_up_in_the_end() {
    let archive = archive();
    let (_, deadly) = archive.filmed("deadly");
    let (_, other) = archive.filmed("other");
    let first = archive.claim("server").unwrap();
    assert_eq!(first.recording, deadly);
    archive.write(|c| c.take_own_jobs_back());
    // One death is enough to let others go first.
    let next = archive.claim("server").unwrap();
    assert_eq!(next.recording, other);
    assert!(archive.finish(&next, Vec::new(), &[]));
    for death in 2..=10 {
        assert_eq!(archive.job(first.id).state, JobState::Queued, "{death}");
        assert_eq!(archive.claim("server").unwrap().id, first.id);
        archive.write(|c| c.take_own_jobs_back());
    }
    let job = archive.job(first.id);
    assert_eq!((job.state, job.attempts), (JobState::Failed, 0));
    let error = job.error.unwrap();
    assert!(error.contains("the server ended 10 times"), "{error}");
    assert_eq!(archive.claim("server"), None);
    // Whoever tries it again begins to count anew.
    assert!(archive.write(move |c| c.retry_job(first.id)));
    for _ in 0..9 {
        assert_eq!(archive.claim("server").unwrap().attempts, 1);
        archive.write(|c| c.take_own_jobs_back());
    }
    assert_eq!(archive.job(first.id).state, JobState::Queued);
    // What ends with words costs an attempt, and no more than that.
    let claim = archive.claim("server").unwrap();
    let (id, lease) = (claim.id, claim.lease);
    assert!(archive.write(move |c| c.job_failed(id, &lease, "wrong", Some(clock::now()))));
    assert_eq!(archive.job(id).attempts, 1);
}

#[test]
fn what_was_handed_in_stays_so_for_whoever_did_not_hear_it() {
    let archive = archive();
    archive.filmed("x");
    let claim = archive.claim("far").unwrap();
    let under = |lease: &str| {
        let (id, lease) = (claim.id, lease.to_owned());
        archive
            .catalogue
            .read_blocking(move |c| c.is_done_under(id, &lease))
            .unwrap()
    };
    assert!(!under(&claim.lease));
    assert!(archive.finish(&claim, Vec::new(), &[]));
    assert!(under(&claim.lease) && !under("another"));
    let id = claim.id;
    archive.write(move |c| c.retry_job(id));
    assert!(!under(&claim.lease), "it is made anew");
}

#[test]
fn why_there_was_nothing_to_make_is_told_until_it_is_made_anew() {
    let archive = archive();
    archive.filmed("x");
    let claim = archive.claim("server").unwrap();
    let (id, lease) = (claim.id, claim.lease);
    archive.write(move |c| c.finish_job(id, &lease, &[], None, Some("no picture"), &[]));
    let job = archive.job(id);
    assert_eq!(
        (job.state, job.error.as_deref()),
        (JobState::Done, Some("no picture"))
    );
    archive.write(move |c| c.retry_job(id));
    assert_eq!(archive.job(id).error, None);
}

/// Many recordings of a lesson of their own, each with work that waits.
const MANY: i64 = 20_000;

/// A connection to an archive with [`MANY`] jobs that wait.
fn crowded(archive: &Archive) -> rusqlite::Connection {
    let crowd = archive.save(&lesson("crowd", &["7"], "physics")).id;
    let path = crate::catalogue::path_in(archive.data.path());
    let connection =
        crate::catalogue::connection::connect(&path, rusqlite::OpenFlags::empty()).unwrap();
    connection
        .execute_batch(&format!(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {MANY})
             INSERT INTO recordings (lesson, edition, duration_ms, has_sound, playable, created_at)
             SELECT {crowd}, n, 1000, 1, 1, 0 FROM n;
             INSERT INTO jobs (recording, kind, priority, state, created_at, updated_at)
             SELECT id, 'narrow', 600 - id % 2, 'queued', 0, 0 FROM recordings WHERE lesson = {crowd}",
            crowd = crowd.0
        ))
        .unwrap();
    connection
}

/// Counts steps of SQLite's machine, of which a row that is passed in an index takes some.
struct Steps(std::sync::Arc<std::sync::atomic::AtomicU64>);

impl Steps {
    const AT_ONCE: u16 = 100;

    fn of(connection: &mut rusqlite::Connection) -> Self {
        let steps = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
        let counted = std::sync::Arc::clone(&steps);
        let count = move || {
            counted.fetch_add(
                u64::from(Self::AT_ONCE),
                std::sync::atomic::Ordering::Relaxed,
            );
            false
        };
        connection
            .progress_handler(i32::from(Self::AT_ONCE), Some(count))
            .unwrap();
        Self(steps)
    }

    fn taken<T>(&self, work: impl FnOnce() -> T) -> (u64, T) {
        let before = self.0.load(std::sync::atomic::Ordering::Relaxed);
        let done = work();
        (
            self.0.load(std::sync::atomic::Ordering::Relaxed) - before,
            done,
        )
    }
}

#[test]
fn a_queue_of_many_thousands_is_passed_through_once_for_a_page_and_not_at_all_for_a_lesson() {
    let archive = archive();
    let (own, _) = archive.filmed("own");
    let mut connection = crowded(&archive);
    let steps = Steps::of(&mut connection);
    let snapshot = Snapshot::new(&connection);
    let filter = |lesson| JobFilter {
        whose: Whose::All,
        lesson,
        state: None,
    };
    let rows = 10 * MANY as u64;
    let (page, found) = steps.taken(|| snapshot.jobs(&filter(None), None, 200).unwrap().0);
    assert!(page < rows / 2, "{page} steps");
    let found: Vec<Option<u64>> = found.iter().map(|job| job.before).collect();
    assert_eq!(found, (0..200).map(Some).collect::<Vec<_>>());
    let (of_lesson, found) = steps.taken(|| snapshot.jobs_of_lessons(&[own]).unwrap());
    assert!(of_lesson < rows / 2, "{of_lesson} steps");
    assert_eq!(found[0].before, Some(0), "a probe goes first");
    let (listed, found) = steps.taken(|| snapshot.jobs(&filter(Some(own)), None, 200).unwrap().0);
    assert!(listed < rows / 20, "{listed} steps");
    assert_eq!(found.len(), 1);
    // A page in the midst of it has the same numbers, and what changed lately costs no more.
    let (_, next) = snapshot.jobs(&filter(None), None, 150).unwrap();
    let (second, _) = snapshot.jobs(&filter(None), next, 50).unwrap();
    let found: Vec<Option<u64>> = second.iter().map(|job| job.before).collect();
    assert_eq!(found, (150..200).map(Some).collect::<Vec<_>>());
    let (changed, _) = steps.taken(|| snapshot.jobs_changed(UnixMillis(0), 201).unwrap());
    assert!(changed < rows, "{changed} steps");
}

#[test]
fn a_recording_is_added_without_walking_through_what_waits() {
    let archive = archive();
    let own = archive.save(&lesson("own", &["7"], "physics")).id;
    let mut connection = crowded(&archive);
    let steps = Steps::of(&mut connection);
    let transaction = connection.transaction().unwrap();
    let change = Change::new(&transaction);
    // The first as an import adds it, and one that takes its place.
    for edition in ["first", "second"] {
        let (recording, source) = footage(100);
        let (taken, _) = steps.taken(|| change.add_recording(own, &recording, &source).unwrap());
        assert!(taken < MANY as u64 / 5, "{taken} steps for the {edition}");
    }
}

#[test]
fn when_the_clock_was_set_leases_begin_anew_and_nothing_rests_for_years() {
    let archive = archive();
    archive.filmed("x");
    let claim = archive.claim("far").unwrap();
    let (id, lease) = (claim.id, claim.lease.clone());
    let in_years = clock::now().after_days(9999);
    archive.write(move |c| c.job_reached(id, &lease, 1, in_years));
    archive.write(|c| c.leases_begin_anew(in_a_minute(), in_a_minute()));
    let late = in_a_minute().after_seconds(1);
    assert_eq!(archive.write(move |c| c.take_jobs_back(late, 3, "gone")), 1);
    let claim = archive.claim("far").unwrap();
    let lease = claim.lease.clone();
    archive.write(move |c| c.job_failed(id, &lease, "wrong", Some(in_years)));
    let rested = in_a_minute();
    archive.write(move |c| c.leases_begin_anew(rested, rested));
    assert_eq!(archive.job(id).not_before, rested);
}

#[test]
fn a_failure_rests_and_is_told_until_it_goes_well_or_is_tried_anew() {
    let archive = archive();
    archive.filmed("x");
    let claim = archive.claim("server").unwrap();
    let (id, lease) = (claim.id, claim.lease.clone());
    let again = in_a_minute();
    assert!(archive.write(move |c| c.job_failed(id, &lease, "", Some(again))));
    let job = archive.job(id);
    assert_eq!(
        (job.state, job.attempts, job.not_before),
        (JobState::Queued, 1, again)
    );
    assert_eq!(job.error.as_deref(), Some("nothing was said"));
    assert_eq!(archive.claim("server"), None, "it rests");
    archive.write(move |c| {
        assert!(!c.retry_job(id)?, "it waits already");
        assert!(c.cancel_job(id)?);
        assert!(!c.cancel_job(id)?);
        assert!(c.retry_job(id)?);
        Ok(())
    });
    let claim = archive.claim("server").unwrap();
    assert_eq!(claim.attempts, 1);
    let lease = claim.lease.clone();
    let long = "ə".repeat(5000);
    assert!(archive.write(move |c| c.job_failed(id, &lease, &long, None)));
    let job = archive.job(id);
    assert_eq!(
        (job.state, job.error.unwrap().chars().count()),
        (JobState::Failed, 2000)
    );
    assert!(archive.write(move |c| c.retry_job(id)));
}

#[test]
fn what_is_no_fault_of_the_recording_costs_no_attempt() {
    let archive = archive();
    archive.filmed("x");
    let claim = archive.claim("server").unwrap();
    let (id, lease) = (claim.id, claim.lease);
    archive.write(move |c| c.job_given_back(id, &lease));
    assert_eq!(
        (archive.job(id).state, archive.job(id).attempts),
        (JobState::Queued, 0)
    );
    let claim = archive.claim("server").unwrap();
    let lease = claim.lease;
    archive.write(move |c| c.job_rests(id, &lease, "the disk is full", in_a_minute()));
    let job = archive.job(id);
    assert_eq!((job.state, job.attempts), (JobState::Queued, 0));
    assert_eq!(job.error.as_deref(), Some("the disk is full"));
    assert_eq!(archive.claim("server"), None);
}

#[test]
fn a_cancelled_job_stops_whoever_has_it() {
    let archive = archive();
    archive.filmed("x");
    let claim = archive.claim("server").unwrap();
    let (id, lease) = (claim.id, claim.lease.clone());
    assert!(archive.write(move |c| c.cancel_job(id)));
    assert!(!archive.write(move |c| c.job_reached(id, &lease, 1, in_a_minute())));
    assert!(!archive.finish(&claim, Vec::new(), &[]));
    assert_eq!(archive.job(id).state, JobState::Cancelled);
}

#[test]
fn what_is_made_takes_the_place_of_what_was_made_before_but_never_of_a_persons_captions() {
    let archive = archive();
    let (_, recording) = archive.filmed("x");
    archive.write(move |c| c.add_file(recording, &captions("az", 10)).map(|_| ()));
    for round in 1..=2 {
        let claim = archive.claim("server").unwrap();
        let files = vec![
            made(Role::Rendition, Some(240), round),
            made(Role::Rendition, Some(360), round),
            made(Role::Poster, None, round),
            captions("az", round),
            captions("ru", round),
        ];
        assert!(archive.finish(&claim, files, &[JobKind::Probe]));
    }
    assert_eq!(
        archive.files(recording),
        [
            (Role::Captions, "az".into(), 10),
            (Role::Captions, "ru".into(), 1),
            (Role::Poster, String::new(), 2),
            (Role::Rendition, "240".into(), 2),
            (Role::Rendition, "360".into(), 2),
        ]
    );
}

#[test]
fn new_footage_ends_what_the_old_waits_for_and_showing_the_old_again_brings_it_back() {
    let archive = archive();
    let (lesson, old) = archive.filmed("x");
    let running = archive.claim("server").unwrap();
    let new = archive.filmed_anew(lesson);
    let (id, lease) = (running.id, running.lease.clone());
    assert_eq!(archive.job(id).state, JobState::Cancelled);
    assert!(!archive.write(move |c| c.job_reached(id, &lease, 1, in_a_minute())));
    let claim = archive.claim("server").unwrap();
    assert_eq!(claim.recording, new);
    archive.write(move |c| c.show_edition(lesson, old));
    assert_eq!(archive.job(claim.id).state, JobState::Cancelled);
    let claim = archive.claim("server").unwrap();
    assert_eq!(
        (claim.recording, claim.kind, claim.attempts),
        (old, JobKind::Probe, 1)
    );
}

#[test]
fn a_plan_is_told_until_it_is_done_or_cleared_and_other_rows_that_name_the_same_bytes_count() {
    let archive = archive();
    let (_, first) = archive.filmed("x");
    let (_, second) = archive.filmed("y");
    let (a, b) = (
        archive.claim("server").unwrap(),
        archive.claim("server").unwrap(),
    );
    assert_eq!((a.recording, b.recording), (first, second));
    let file = made(Role::Poster, None, 5);
    let key = file.location.clone();
    for claim in [&a, &b] {
        let (id, lease, keys) = (claim.id, claim.lease.clone(), vec![key.clone()]);
        assert!(archive.write(move |c| c.job_plans(id, &lease, &keys)));
    }
    let named = |job: JobId| {
        let key = key.clone();
        archive
            .catalogue
            .read_blocking(move |c| c.names_besides_plan(&key, job))
            .unwrap()
    };
    assert!(named(a.id), "the other job plans it as well");
    let asked = b.id;
    archive.write(move |c| c.job_plans_nothing(asked));
    assert!(!named(a.id));
    assert!(archive.finish(&a, vec![file], &[]));
    assert!(named(a.id), "a file has it now");
    let planned = archive
        .catalogue
        .read_blocking(|c| c.planned_bytes())
        .unwrap();
    assert_eq!(planned, []);
}

#[test]
fn with_a_lesson_go_the_bytes_that_its_jobs_were_moving() {
    let archive = archive();
    let draft = Description {
        visibility: Visibility::Draft,
        ..lesson("x", &["7"], "physics")
    };
    let id = archive.save(&draft).id;
    archive.filmed_anew(id);
    let claim = archive.claim("server").unwrap();
    let keys = ["files/ab/abcd.mp4", "files/cd/cdef.m4a"].map(str::to_owned);
    let (job, lease, planned) = (claim.id, claim.lease, keys.to_vec());
    assert!(archive.write(move |c| c.job_plans(job, &lease, &planned)));
    let given_up = archive.write(move |c| c.delete_lesson(id));
    for key in keys {
        assert!(given_up.locations.contains(&key), "{key}: {given_up:?}");
    }
}

#[test]
fn a_job_whose_footage_was_given_up_is_passed_over() {
    let archive = archive();
    let (_, gone) = archive.filmed("x");
    let (_, there) = archive.filmed("y");
    archive.write(move |c| {
        let source = c.snapshot().files(gone)?.pop().unwrap();
        c.replace_file(gone, source.id)
    });
    let claim = archive.claim("server").unwrap();
    assert_eq!(claim.recording, there);
    assert_eq!(claim.source.file.bytes, Bytes(100));
    assert_eq!(archive.claim("server"), None);
}
