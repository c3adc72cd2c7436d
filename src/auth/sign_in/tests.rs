//! Who is let in, for how long, and after how many attempts.

use std::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::auth::gate::{Gate, Presented};
use crate::catalogue::{NewToken, PersonRole, Snapshot};
use crate::clock::UnixMillis;

const MINUTE: Duration = Duration::from_secs(60);
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const PASSWORD: &str = "long enough";

struct Door {
    sign_in: SignIn,
    catalogue: Catalogue,
    leyla: PersonId,
    start: Instant,
    _data: tempfile::TempDir,
}

async fn door() -> Door {
    let data = tempfile::tempdir().unwrap();
    // Opening blocks, as it may at the start of the program; a test's thread belongs to its runtime.
    let path = data.path().to_owned();
    let opening = std::thread::spawn(move || Catalogue::open(&path, 1).unwrap());
    let catalogue = opening.join().unwrap();
    let hash = password::hash(PASSWORD).unwrap();
    let added =
        catalogue.write(move |c| c.add_person(None, "Leyla", PersonRole::Admin, Some(&hash)));
    let limits = Limits {
        per_name_and_address: 3,
        per_name: 4,
        per_address: 5,
        window: 15 * MINUTE,
        session_seconds: 3600,
    };
    Door {
        leyla: added.await.unwrap(),
        sign_in: SignIn::new(catalogue.clone(), limits),
        catalogue,
        start: Instant::now(),
        _data: data,
    }
}

impl Door {
    async fn try_at(&self, name: &str, password: &str, minutes: u32) -> Result<Secret, Refusal> {
        let now = self.start + MINUTE * minutes;
        self.sign_in
            .by_password(name, password.to_owned(), HERE, now)
            .await
    }

    async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Snapshot<'_>) -> Result<T, catalogue::Error> + Send + 'static,
    ) -> T {
        self.catalogue.read(question).await.unwrap()
    }
}

#[tokio::test]
async fn a_name_is_known_in_any_spelling_and_nobody_learns_which_names_there_are() {
    let door = door().await;
    for name in ["Leyla", "leyla", " LEYLA "] {
        assert!(door.try_at(name, PASSWORD, 0).await.is_ok(), "{name}");
    }
    let known = door.try_at("leyla", "wrong", 0).await.unwrap_err();
    let unknown = door.try_at("nobody", "wrong", 0).await.unwrap_err();
    assert!(matches!(known, Refusal::Wrong));
    assert_eq!(known.to_string(), unknown.to_string());
    let leyla = door.leyla;
    door.catalogue
        .write(move |c| {
            let hash = password::hash("another one").unwrap();
            c.add_person(None, "Murad", PersonRole::Admin, Some(&hash))?;
            c.disable(None, leyla)
        })
        .await
        .unwrap();
    let disabled = door.try_at("leyla", PASSWORD, 0).await.unwrap_err();
    assert_eq!(disabled.to_string(), known.to_string());
}

#[tokio::test]
async fn too_many_attempts_wait_whether_or_not_the_name_is_there() {
    for name in ["leyla", "nobody"] {
        let door = door().await;
        for _ in 0..3 {
            assert!(matches!(
                door.try_at(name, "wrong", 0).await,
                Err(Refusal::Wrong)
            ));
        }
        // Also with the right password: it could be found by trying otherwise.
        let refused = door.try_at(name, PASSWORD, 5).await;
        let Err(Refusal::Often(wait)) = refused else {
            panic!("{name} was let in or refused otherwise");
        };
        assert_eq!(wait, 10 * MINUTE);
        assert_eq!(
            door.try_at(name, PASSWORD, 15).await.is_ok(),
            name == "leyla"
        );
    }
}

#[tokio::test]
async fn an_address_that_tries_many_names_waits_and_others_do_not() {
    let door = door().await;
    for n in 0..5 {
        let refused = door.try_at(&format!("name {n}"), "wrong", 0).await;
        assert!(matches!(refused, Err(Refusal::Wrong)));
    }
    let refused = door.try_at("leyla", PASSWORD, 0).await;
    assert!(matches!(refused, Err(Refusal::Often(_))));
    let there = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));
    let elsewhere = door
        .sign_in
        .by_password("leyla", PASSWORD.into(), there, door.start);
    assert!(elsewhere.await.is_ok());
    // A network of IPv6 is one address.
    let same = ["2001:db8::1", "2001:db8::ffff:1"].map(|a| network(a.parse().unwrap()));
    assert_eq!(same[0], same[1]);
    assert_ne!(same[0], network("2001:db8:0:1::1".parse().unwrap()));
}

#[tokio::test]
async fn who_knows_a_name_cannot_keep_its_person_out() {
    let door = door().await;
    assert!(door.try_at("leyla", PASSWORD, 0).await.is_ok());
    let (mut wrong, mut longest) = (0, Duration::ZERO);
    let from = |n: u8, minutes: u32, password: &str| {
        let there = IpAddr::V4(Ipv4Addr::new(203, 0, 113, n));
        let now = door.start + MINUTE * minutes;
        door.sign_in
            .by_password("Leyla", password.to_owned(), there, now)
    };
    for n in 1..100 {
        match from(n, 1, "wrong").await {
            Err(Refusal::Wrong) => wrong += 1,
            Err(Refusal::Often(wait)) => longest = longest.max(wait),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(wrong, 4);
    assert!(longest <= 5 * MINUTE, "{longest:?}");
    // She gets in from where she did before, and does not open the door wider for others.
    assert!(door.try_at("leyla", PASSWORD, 1).await.is_ok());
    assert!(matches!(
        from(200, 1, "wrong").await,
        Err(Refusal::Often(_))
    ));
    // From elsewhere she waits with the others, and no attempt of hers is counted meanwhile.
    for _ in 0..10 {
        assert!(matches!(
            from(201, 1, PASSWORD).await,
            Err(Refusal::Often(_))
        ));
    }
    assert!(from(201, 6, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn what_nobody_is_called_and_no_password_can_be_is_refused_without_work() {
    let door = door().await;
    for _ in 0..20 {
        let long = "a".repeat(password::LONGEST + 1);
        let long = door.try_at("leyla", &long, 0).await;
        let Err(Refusal::Password(password::Error::Long(1001))) = long else {
            panic!("it was looked at");
        };
        let name = "a".repeat(catalogue::LONGEST_NAME + 1);
        assert!(matches!(
            door.try_at(&name, PASSWORD, 0).await,
            Err(Refusal::Wrong)
        ));
    }
    // Nothing was counted.
    assert!(door.try_at("leyla", PASSWORD, 0).await.is_ok());
}

#[tokio::test]
async fn a_session_ends_when_its_time_is_over() {
    let door = door().await;
    let before = clock::now();
    let secret = door.try_at("leyla", PASSWORD, 0).await.unwrap().hash();
    let at = |seconds: i64| UnixMillis(before.0 + seconds * 1000);
    for (seconds, there) in [(0, true), (3599, true), (3700, false)] {
        let now = at(seconds);
        let found = door.read(move |c| c.by_session(&secret, now)).await;
        assert_eq!(found.is_some(), there, "after {seconds} s");
    }
}

#[tokio::test]
async fn what_is_taken_away_counts_at_once_and_a_token_is_never_more_than_its_person() {
    let door = door().await;
    let gate = Gate::new(door.catalogue.clone());
    let session = door.try_at("leyla", PASSWORD, 0).await.unwrap();
    let session = Presented::session(session.told()).unwrap();
    let secret = Secret::token().unwrap();
    let (kept, person) = (secret.hash(), door.leyla);
    let token = NewToken {
        person,
        role: PersonRole::Admin,
        label: None,
        expires: clock::now().after_days(1),
    };
    let made = door.catalogue.write(move |c| {
        let hash = password::hash("another one").unwrap();
        c.add_person(None, "Murad", PersonRole::Admin, Some(&hash))?;
        c.add_token(None, &kept, &token)
    });
    let id = made.await.unwrap();
    let token = Presented::token(secret.told()).unwrap();
    let role = async |shown| gate.admit(shown).await.unwrap().map(|actor| actor.role);
    assert_eq!(role(token).await, Some(PersonRole::Admin));
    // A session's secret is no token, and the other way round.
    let Presented::Session(hash) = session else {
        panic!()
    };
    assert_eq!(role(Presented::Token(hash)).await, None);

    let change = async |change: fn(
        &crate::catalogue::Change<'_>,
        PersonId,
    ) -> Result<(), catalogue::Error>| {
        let changed = door.catalogue.write(move |c| change(c, person));
        changed.await.unwrap();
    };
    change(|c, p| c.set_role(None, p, PersonRole::Teacher)).await;
    assert_eq!(role(token).await, Some(PersonRole::Teacher));
    assert_eq!(role(session).await, Some(PersonRole::Teacher));
    change(|c, p| c.disable(None, p)).await;
    assert_eq!((role(token).await, role(session).await), (None, None));
    // The token rests, the session is over.
    change(|c, p| c.enable(None, p)).await;
    assert_eq!(
        (role(token).await, role(session).await),
        (Some(PersonRole::Teacher), None)
    );
    let revoked = door
        .catalogue
        .write(move |c| c.revoke_token(None, id, None));
    assert!(revoked.await.unwrap());
    assert_eq!(role(token).await, None);
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_and_the_links() {
    let door = door().await;
    let gate = Gate::new(door.catalogue.clone());
    let old = door.try_at("leyla", PASSWORD, 0).await.unwrap();
    let key = door
        .sign_in
        .link(LinkFor::Person(door.leyla))
        .await
        .unwrap();
    let change = |old: &str, new: &str| {
        door.sign_in
            .change_password(door.leyla, old.into(), new.into(), door.start)
    };
    assert!(matches!(
        change("wrong", "another one").await,
        Err(Refusal::Wrong)
    ));
    assert!(matches!(
        change(PASSWORD, "short").await,
        Err(Refusal::Password(_))
    ));
    let new = change(PASSWORD, "another one").await.unwrap();
    let admitted = async |secret: &Secret| {
        let shown = Presented::session(secret.told()).unwrap();
        gate.admit(shown).await.unwrap().is_some()
    };
    assert!(!admitted(&old).await);
    assert!(admitted(&new).await);
    let used = door
        .sign_in
        .by_link(key.hash(), String::new(), "by the link".into());
    assert!(matches!(used.await, Err(Refusal::Link)));
}

#[tokio::test]
async fn a_link_works_once_and_what_is_refused_leaves_it() {
    let door = door().await;
    let link = || door.sign_in.link(LinkFor::Person(door.leyla));
    let first = link().await.unwrap();
    let second = link().await.unwrap();
    let by = |key: &Secret, password: &str| {
        door.sign_in
            .by_link(key.hash(), String::new(), password.into())
    };
    assert!(
        matches!(by(&first, PASSWORD).await, Err(Refusal::Link)),
        "an earlier one is over"
    );
    assert!(matches!(
        by(&second, "short").await,
        Err(Refusal::Password(_))
    ));
    assert!(by(&second, "chosen by link").await.is_ok());
    assert!(matches!(
        by(&second, "chosen by link").await,
        Err(Refusal::Link)
    ));
    assert!(door.try_at("leyla", "chosen by link", 0).await.is_ok());
    // There is an administrator: nobody makes a first one any more.
    let welcome = door.sign_in.link(LinkFor::Welcome).await.unwrap();
    let used = door
        .sign_in
        .by_link(welcome.hash(), "Eve".into(), PASSWORD.into());
    assert!(matches!(used.await, Err(Refusal::Link)));
    let later = clock::now().after_seconds(LINK_SECONDS + 1);
    let third = link().await.unwrap().hash();
    assert_eq!(door.read(move |c| c.link(&third, later)).await, None);
}
