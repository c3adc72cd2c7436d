//! What whoever does jobs may rely on.

use super::super::tests::{Archive, archive, footage, lesson};
use super::super::{Job, JobFilter, Whose};
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
        self.write(move |c| c.finish_job(id, &lease, &files, None, then))
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
