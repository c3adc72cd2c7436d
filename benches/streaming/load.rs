//! Load: many requests at once, or one after the other with the time that each takes.

use std::io;
use std::time::{Duration, Instant};

use super::client::{Ask, Connection, Sink};
use super::process;
use super::servers::Started;

/// Threads of the client: as many as the requests of one burst are shared by.
const THREADS: u64 = 2;

/// What makes requests: from a server (its addresses and validators) and a random number.
pub type Maker<'a> = dyn Fn(&mut Random) -> Ask<'a> + Sync + 'a;

/// What a load did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    /// Answers.
    pub requests: u64,
    /// Bytes of content.
    pub bytes: u64,
    /// From the first request to the last answer.
    pub took: Duration,
    /// The server's, user and system.
    pub cpu: Duration,
}

impl Done {
    /// Server seconds for 10⁹ bytes.
    pub fn cpu_per_gigabyte(&self) -> f64 {
        self.cpu.as_secs_f64() / (self.bytes as f64 / 1e9)
    }

    /// Server microseconds for one request.
    pub fn cpu_per_request(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.requests as f64
    }

    /// 10⁹ bytes each second.
    pub fn gigabytes_per_second(&self) -> f64 {
        self.bytes as f64 / 1e9 / self.took.as_secs_f64()
    }

    /// Answers each second.
    pub fn requests_per_second(&self) -> f64 {
        self.requests as f64 / self.took.as_secs_f64()
    }
}

/// How hard to press.
#[derive(Clone, Copy, Debug)]
pub struct Pressure {
    /// Connections in all; each has one request under way.
    pub connections: u64,
    /// No request starts later.
    pub time: Duration,
    /// Nor beyond so many.
    pub most: u64,
}

/// Asks on all connections at once until the time is over. A round on each connection before the clock starts.
pub fn press(server: &Started, make: &Maker<'_>, pressure: Pressure) -> io::Result<Done> {
    let threads = THREADS.min(pressure.connections);
    let pids = server.pids();
    let barrier = std::sync::Barrier::new(threads as usize + 1);
    let (before, began, done) = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|n| {
                let share = Pressure {
                    connections: pressure.connections / threads,
                    most: pressure.most / threads,
                    ..pressure
                };
                let barrier = &barrier;
                scope.spawn(move || work(server, make, share, n, barrier))
            })
            .collect();
        barrier.wait();
        let before = process::cpu(&pids);
        let began = Instant::now();
        barrier.wait();
        let parts: Vec<_> = workers.into_iter().map(|w| w.join()).collect();
        let done: io::Result<Vec<Done>> = parts
            .into_iter()
            .map(|part| part.unwrap_or_else(|_| Err(io::Error::other("the client failed"))))
            .collect();
        (before, began, done)
    });
    let took = began.elapsed();
    let cpu = process::cpu(&pids).saturating_sub(before);
    let done = done?;
    Ok(Done {
        requests: done.iter().map(|d| d.requests).sum(),
        bytes: done.iter().map(|d| d.bytes).sum(),
        took,
        cpu,
    })
}

fn work(
    server: &Started,
    make: &Maker<'_>,
    share: Pressure,
    seed: u64,
    barrier: &std::sync::Barrier,
) -> io::Result<Done> {
    let mut random = Random::new(seed);
    let mut sink = Sink::new();
    let ready = prepare(server, make, share.connections, &mut random, &mut sink);
    // Both are passed even when it failed: the others wait.
    barrier.wait();
    barrier.wait();
    let mut connections = ready?;
    let mut done = Done::default();
    let until = Instant::now() + share.time;
    let mut asks = Vec::with_capacity(connections.len());
    while Instant::now() < until && done.requests < share.most {
        asks.clear();
        for connection in &mut connections {
            let ask = make(&mut random);
            connection.send(&ask)?;
            asks.push(ask);
        }
        for (connection, ask) in connections.iter_mut().zip(&asks) {
            done.bytes += connection.receive(ask, &mut sink)?;
            done.requests += 1;
        }
    }
    Ok(done)
}

/// Connections that have answered once.
fn prepare(
    server: &Started,
    make: &Maker<'_>,
    count: u64,
    random: &mut Random,
    sink: &mut Sink,
) -> io::Result<Vec<Connection>> {
    let mut connections = Vec::new();
    for _ in 0..count {
        let mut connection = Connection::open(server.address())?;
        connection.ask(&make(random), sink)?;
        connections.push(connection);
    }
    Ok(connections)
}

/// Connections whose answers will be timed; each has been answered once.
pub fn ready(server: &Started, make: &Maker<'_>, count: u64) -> io::Result<Vec<Connection>> {
    prepare(server, make, count, &mut Random::new(99), &mut Sink::new())
}

/// Asks on `connections`, each for itself with a pause after every answer, for as long as `time`; an answer that is
/// under way then is waited for. How long each took, the shortest first.
pub fn watch(
    connections: Vec<Connection>,
    make: &Maker<'_>,
    time: Duration,
) -> io::Result<Vec<Duration>> {
    const PAUSE: Duration = Duration::from_millis(2);
    let until = Instant::now() + time;
    let parts: Vec<io::Result<Vec<Duration>>> = std::thread::scope(|scope| {
        let watchers: Vec<_> = connections
            .into_iter()
            .enumerate()
            .map(|(n, mut connection)| {
                scope.spawn(move || {
                    let mut random = Random::new(1000 + n as u64);
                    let mut sink = Sink::new();
                    let mut all = Vec::new();
                    while Instant::now() < until {
                        let ask = make(&mut random);
                        let began = Instant::now();
                        connection.ask(&ask, &mut sink)?;
                        all.push(began.elapsed());
                        std::thread::sleep(PAUSE);
                    }
                    Ok(all)
                })
            })
            .collect();
        let parts = watchers.into_iter().map(|w| w.join());
        parts
            .map(|part| part.unwrap_or_else(|_| Err(io::Error::other("the client failed"))))
            .collect()
    });
    let mut all: Vec<Duration> = Vec::new();
    for part in parts {
        all.extend(part?);
    }
    all.sort();
    Ok(all)
}

/// What 99 of 100 stay below; `sorted` is in order.
pub fn p99(sorted: &[Duration]) -> Option<Duration> {
    sorted.get(sorted.len().checked_sub(1)? * 99 / 100).copied()
}

/// Numbers that only have to differ, the same in every run (xorshift64*).
pub struct Random(u64);

impl Random {
    /// A row of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Below `limit`, 0 when that is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.bits().checked_rem(limit).unwrap_or(0)
    }
}
