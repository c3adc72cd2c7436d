//! What is made of a lesson's recording: who sees it, who steers it, what of that is written down.

use super::*;
use crate::catalogue::{Claim, Job, JobCursor, JobKind, JobState};
use crate::clock;
use crate::desk::{ConflictError, JobFeed, JobsAsked, StreamLimits};
use crate::units::JobId;

const MUCH: JobsAsked = JobsAsked {
    lesson: None,
    state: None,
    after: None,
    limit: 200,
};

/// Another worker than any of this program's.
struct Elsewhere<'a>(&'a Archive);

impl Elsewhere<'_> {
    /// Takes the next job.
    fn claims(&self) -> Claim {
        let until = clock::now().after_seconds(3600);
        let claim =
            move |c: &crate::catalogue::Progress<'_>| c.claim_job(JobKind::ALL, "elsewhere", until);
        self.0.catalogue.progress_blocking(claim).unwrap().unwrap()
    }

    fn reaches(&self, claim: &Claim, thousandths: u32) -> bool {
        let (id, lease, until) = (
            claim.id,
            claim.lease.clone(),
            clock::now().after_seconds(3600),
        );
        self.0
            .catalogue
            .progress_blocking(move |c| c.job_reached(id, &lease, thousandths, until))
            .unwrap()
    }

    fn fails(&self, claim: &Claim, why: &str) {
        let (id, lease, why) = (claim.id, claim.lease.clone(), why.to_owned());
        self.0
            .catalogue
            .progress_blocking(move |c| c.job_failed(id, &lease, &why, None))
            .unwrap();
    }

    fn finishes(&self, claim: &Claim, facts: Option<&str>, then: &[JobKind]) {
        let (id, lease, then) = (claim.id, claim.lease.clone(), then.to_vec());
        let facts = facts.map(str::to_owned);
        self.0
            .catalogue
            .write_blocking(move |c| c.finish_job(id, &lease, &[], facts.as_deref(), None, &then))
            .unwrap()
            .unwrap();
    }
}

impl Archive {
    fn recorded(&self, author: &Author, said: Value) -> Code {
        let code = self.lesson(author, said).lesson.code;
        let bytes = code.as_str().as_bytes();
        self.record(author, code, bytes);
        code
    }

    fn jobs(&self, author: &Author, code: Code) -> Vec<Job> {
        self.desk.jobs_of_lesson(author, code).unwrap()
    }
}

fn ids(jobs: &[Job]) -> Vec<JobId> {
    jobs.iter().map(|job| job.id).collect()
}

#[test]
fn jobs_are_seen_by_whose_the_lesson_is_and_by_who_edits_it() {
    let archive = archive();
    let owner = archive.teacher("Aynur");
    let stranger = archive.teacher("Rauf");
    let editor = archive.person("Murad", PersonRole::Editor, &[(Some("7"), None)]);
    let other = archive.person("Nigar", PersonRole::Editor, &[(Some("8"), None)]);
    let admin = archive.person("Elxan", PersonRole::Admin, &[]);
    let draft = archive.recorded(&owner, json!({}));
    let job = archive.jobs(&owner, draft)[0].clone();
    assert_eq!(
        (job.kind, job.state, job.before),
        (JobKind::Probe, JobState::Queued, Some(0))
    );
    for author in [&owner, &editor, &admin, &Author::CommandLine] {
        assert_eq!(archive.desk.job(author, job.id).unwrap(), job);
        assert_eq!(
            ids(&archive.desk.jobs(author, MUCH).unwrap().jobs),
            [job.id]
        );
        assert_eq!(
            archive.desk.job_counts(author).unwrap()[1],
            (JobState::Queued, 1)
        );
        assert_eq!(archive.desk.job_log(author, job.id).unwrap(), "");
    }
    for author in [&stranger, &other] {
        // Not even that it is there.
        for refused in [
            archive.refused(|d| d.job(author, job.id)),
            archive.refused(|d| d.job_log(author, job.id)),
            archive.refused(|d| d.cancel_job(author, job.id)),
            archive.refused(|d| d.retry_job(author, job.id)),
        ] {
            assert!(
                matches!(refused, Error::NoJob(id) if id == job.id),
                "{refused}"
            );
        }
        for refused in [
            archive.refused(|d| d.jobs_of_lesson(author, draft)),
            archive.refused(|d| d.make_jobs(author, draft, &[])),
            archive.refused(|d| {
                d.jobs(
                    author,
                    JobsAsked {
                        lesson: Some(draft),
                        ..MUCH
                    },
                )
            }),
        ] {
            assert!(matches!(refused, Error::Unknown(_)), "{refused}");
        }
        assert_eq!(archive.desk.jobs(author, MUCH).unwrap().jobs, []);
        assert!(
            archive
                .desk
                .job_counts(author)
                .unwrap()
                .iter()
                .all(|(_, n)| *n == 0)
        );
    }
    let nothing = archive.refused(|d| d.job(&admin, JobId(999)));
    assert_eq!(
        nothing.to_string(),
        "there is no job 999 that you may see; the list of jobs has those there are"
    );
    // What was published is there for all to know, and its jobs are not.
    archive
        .edit(&owner, draft, json!({"visibility": "public"}))
        .unwrap();
    let refused = archive.refused(|d| d.cancel_job(&stranger, job.id));
    assert!(matches!(refused, Error::NotYours(_)), "{refused}");
}

#[test]
fn a_job_is_cancelled_and_made_anew_and_both_are_in_the_history() {
    let archive = Archive::with(TeachersPublish::No);
    let owner = archive.teacher("Aynur");
    let admin = archive.person("Elxan", PersonRole::Admin, &[]);
    let code = archive.recorded(&owner, json!({}));
    // Where an editor publishes, a teacher still steers what is made.
    archive
        .edit(&admin, code, json!({"visibility": "public"}))
        .unwrap();
    let version = archive.now(code).updated;
    let elsewhere = Elsewhere(&archive);
    let claim = elsewhere.claims();
    assert!(elsewhere.reaches(&claim, 430));
    let running = archive.desk.job(&owner, claim.id).unwrap();
    assert_eq!((running.state, running.progress), (JobState::Running, 430));
    assert_eq!(running.worker.as_deref(), Some("elsewhere"));
    assert!(running.begun.is_some_and(|at| at >= running.created));
    let refused = archive.refused(|d| d.retry_job(&owner, claim.id));
    assert_eq!(
        refused.to_string(),
        "this job runs already; to begin it anew, cancel it first"
    );

    let cancelled = archive.desk.cancel_job(&owner, claim.id).unwrap();
    assert_eq!(
        (cancelled.state, cancelled.progress),
        (JobState::Cancelled, 0)
    );
    // Whoever had it learns so, and changes nothing any more.
    assert!(!elsewhere.reaches(&claim, 500));
    let refused = archive.refused(|d| d.cancel_job(&owner, claim.id));
    assert_eq!(
        refused.to_string(),
        "this job was cancelled, so there is nothing to cancel; it can be made anew"
    );
    let queued = archive.desk.retry_job(&owner, claim.id).unwrap();
    assert_eq!((queued.state, queued.attempts), (JobState::Queued, 0));
    let refused = archive.refused(|d| d.retry_job(&owner, claim.id));
    assert!(
        refused.to_string().contains("waits for its turn already"),
        "{refused}"
    );

    let claim = elsewhere.claims();
    elsewhere.fails(&claim, "nothing in it can be shown");
    let failed = archive.desk.job(&owner, claim.id).unwrap();
    assert_eq!(failed.state, JobState::Failed);
    assert_eq!(failed.error.as_deref(), Some("nothing in it can be shown"));
    archive.desk.retry_job(&owner, claim.id).unwrap();
    let claim = elsewhere.claims();
    elsewhere.finishes(&claim, Some("{}"), &[JobKind::Narrow]);
    let done = archive.desk.retry_job(&admin, claim.id).unwrap();
    assert_eq!(done.state, JobState::Queued);

    assert_eq!(
        archive.actions(code)[..4],
        ["job_retried", "job_retried", "job_retried", "job_cancelled"]
    );
    let history = archive.desk.history(&owner, code, None, 1).unwrap();
    assert_eq!(history[0].detail["kinds"], "probe");
    assert_eq!(history[0].by.as_deref(), Some("Elxan"));
    // It was no change of the lesson: a form that somebody has open is not outdated by it.
    assert_eq!(archive.now(code).updated, version);
}

#[test]
fn things_are_made_anew_of_what_is_shown_and_only_once_it_was_looked_into() {
    let archive = archive();
    let owner = archive.teacher("Aynur");
    let bare = archive.lesson(&owner, json!({})).lesson.code;
    let refused = archive.refused(|d| d.make_jobs(&owner, bare, &[]));
    assert!(
        matches!(refused, Error::Conflict(ConflictError::NoRecording)),
        "{refused}"
    );
    let code = archive.recorded(&owner, json!({}));
    let refused = archive.refused(|d| d.make_jobs(&owner, code, &[JobKind::Narrow]));
    assert!(
        matches!(refused, Error::Conflict(ConflictError::NotProbed)),
        "{refused}"
    );
    let elsewhere = Elsewhere(&archive);
    let probe = elsewhere.claims();
    elsewhere.finishes(&probe, Some("{}"), &[JobKind::Narrow, JobKind::Ladder]);
    let narrow = elsewhere.claims();
    assert_eq!(narrow.kind, JobKind::Narrow);
    elsewhere.finishes(&narrow, None, &[]);

    let made = archive
        .desk
        .make_jobs(&owner, code, &[JobKind::Slides, JobKind::Narrow])
        .unwrap();
    let stand: Vec<_> = made
        .iter()
        .map(|job| (job.kind, job.state, job.before))
        .collect();
    let queued = JobState::Queued;
    assert_eq!(
        stand,
        [
            (JobKind::Probe, JobState::Done, None),
            (JobKind::Narrow, queued, Some(0)),
            (JobKind::Slides, queued, Some(1)),
            (JobKind::Ladder, queued, Some(2)),
        ]
    );
    // Without a word everything, from its beginning on.
    let all = archive.desk.make_jobs(&owner, code, &[]).unwrap();
    assert_eq!((all[0].kind, all[0].state), (JobKind::Probe, queued));

    // Another recording takes its place: of the one before nothing is made.
    archive.record(&owner, code, b"better");
    let refused = archive.refused(|d| d.retry_job(&owner, narrow.id));
    assert!(
        matches!(refused, Error::Conflict(ConflictError::NotShown(1))),
        "{refused}"
    );
    let page = archive
        .desk
        .jobs(
            &owner,
            JobsAsked {
                lesson: Some(code),
                ..MUCH
            },
        )
        .unwrap();
    assert_eq!(page.jobs.iter().filter(|job| job.shown).count(), 1);
    assert!(page.jobs.len() > 4);
}

#[test]
fn pages_of_jobs_follow_one_another_in_the_order_of_their_turns() {
    let archive = archive();
    let admin = archive.person("Elxan", PersonRole::Admin, &[]);
    let elsewhere = Elsewhere(&archive);
    let mut codes = Vec::new();
    for _ in 0..9 {
        codes.push(archive.recorded(&admin, json!({})));
    }
    let running = elsewhere.claims();
    let failed = elsewhere.claims();
    elsewhere.fails(&failed, "no");
    let done = elsewhere.claims();
    // The rest of a new lesson comes after the beginnings of older ones.
    elsewhere.finishes(&done, Some("{}"), &[JobKind::Ladder, JobKind::Narrow]);
    let cancelled = archive.jobs(&admin, codes[8])[0].id;
    archive.desk.cancel_job(&admin, cancelled).unwrap();
    let all = archive.desk.jobs(&admin, MUCH).unwrap();
    assert_eq!(all.next, None);
    let states: Vec<JobState> = all.jobs.iter().map(|job| job.state).collect();
    use JobState::{Cancelled, Done, Failed, Queued, Running};
    assert_eq!(
        states,
        [
            Running, Queued, Queued, Queued, Queued, Queued, Queued, Queued, Failed, Done,
            Cancelled
        ]
    );
    assert_eq!(all.jobs[0].id, running.id);
    assert_eq!(all.jobs[6].kind, JobKind::Narrow);
    assert_eq!(all.jobs[7].kind, JobKind::Ladder);
    let turns: Vec<Option<u64>> = all.jobs[1..8].iter().map(|job| job.before).collect();
    assert_eq!(turns, (0..7).map(Some).collect::<Vec<_>>());
    for job in &all.jobs {
        assert_eq!(archive.desk.job(&admin, job.id).unwrap(), *job);
    }
    for limit in 1..=all.jobs.len() as u32 {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = archive
                .desk
                .jobs(
                    &admin,
                    JobsAsked {
                        after,
                        limit,
                        ..MUCH
                    },
                )
                .unwrap();
            assert!(page.jobs.len() <= limit as usize);
            found.extend(ids(&page.jobs));
            let Some(next) = page.next else { break };
            // As it travels.
            after = Some(next.to_string().parse::<JobCursor>().unwrap());
        }
        assert_eq!(found, ids(&all.jobs), "{limit} at a time");
    }
    for state in JobState::ALL {
        let some = archive
            .desk
            .jobs(
                &admin,
                JobsAsked {
                    state: Some(*state),
                    ..MUCH
                },
            )
            .unwrap();
        let expected: Vec<JobId> = all
            .jobs
            .iter()
            .filter(|j| j.state == *state)
            .map(|j| j.id)
            .collect();
        assert_eq!(ids(&some.jobs), expected);
    }
    for wrong in [
        "",
        "queued",
        "queued.1",
        "queued.x.1",
        "nowhere.1.1",
        "queued.1.1.1",
    ] {
        assert!(wrong.parse::<JobCursor>().is_err(), "{wrong:?}");
    }
}

#[tokio::test]
async fn who_listens_is_told_of_every_change_once() {
    let archive = tokio::task::spawn_blocking(archive).await.unwrap();
    let limits = StreamLimits {
        per_person: 2,
        all: 3,
    };
    let feed = JobFeed::new(archive.catalogue.clone(), limits);
    let (archive, owner, code) = tokio::task::spawn_blocking(move || {
        let owner = archive.teacher("Aynur");
        let code = archive.recorded(&owner, json!({}));
        (archive, owner, code)
    })
    .await
    .unwrap();
    let (me, lesson) = (owner.person().unwrap(), {
        let catalogue = archive.catalogue.clone();
        let found = catalogue.read(move |c| c.find(code)).await.unwrap();
        let crate::catalogue::Found::Lesson(lesson) = found else {
            panic!("{found:?}")
        };
        lesson.id
    });
    let mut all = feed.listen(me, None).unwrap();
    let mut one = feed.listen(me, Some(lesson)).unwrap();
    let crowded = feed.listen(me, None).map(drop).unwrap_err();
    assert_eq!(
        (crowded.most, crowded.set_by),
        (2, "event_streams_per_person")
    );
    let _third = feed.listen(PersonId(77), None).unwrap();
    let crowded = feed.listen(PersonId(78), None).map(drop).unwrap_err();
    assert_eq!((crowded.most, crowded.set_by), (3, "event_streams"));

    // What there is of a lesson comes first; then what changes.
    let of_lesson = loop {
        let tick = one.next().await.unwrap();
        if !tick.of_lessons.is_empty() {
            break tick;
        }
    };
    assert_eq!(of_lesson.of_lessons[0].kind, JobKind::Probe);
    let (archive, claim) = tokio::task::spawn_blocking(move || {
        let claim = Elsewhere(&archive).claims();
        Elsewhere(&archive).reaches(&claim, 250);
        (archive, claim)
    })
    .await
    .unwrap();
    let news = loop {
        let tick = all.next().await.unwrap();
        if let Some(news) = tick
            .news
            .iter()
            .find(|news| news.job.state == JobState::Running)
        {
            break news.clone();
        }
    };
    assert_eq!((news.job.id, news.job.progress), (claim.id, 250));
    assert_eq!(news.owners, [me]);
    assert_eq!(
        (news.grades, news.subject),
        (vec!["7".to_owned()], "mathematics".to_owned())
    );
    // Nothing is told again while nothing changes.
    for _ in 0..2 {
        assert!(all.next().await.unwrap().is_empty());
    }
    // A place is free again once its listener has gone.
    drop(one);
    let one = feed.listen(me, None);
    assert!(one.is_ok());
    feed.stop();
    assert_eq!(all.next().await, None);
    tokio::task::spawn_blocking(move || drop(archive))
        .await
        .unwrap();
}
