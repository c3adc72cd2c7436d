//! Lessons with captions, made by rule from a seed: the same text whoever asks.
//!
//! Words are made of syllables and endings as Azerbaijani and Russian words are, and are used as often as words are
//! (Zipf). What is said in a lesson is mostly what is said in all, and now and then its own subject.

/// Different words of each section, endings included.
const WORDS: usize = 40_000;
/// What is said in a lesson: so many lines.
pub const CUES: usize = 50;
/// Words of a line.
const LINE: usize = 9;
/// Milliseconds from one line to the next.
const PACE_MS: u64 = 6_000;
/// Words that are a lesson's own.
const TOPIC: usize = 12;
const GRADES: u32 = 11;
const SUBJECTS: [&str; 6] = [
    "azerbaijani",
    "mathematics",
    "physics",
    "biology",
    "geography",
    "music",
];

/// Numbers that look random and are the same each time (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The words of one section, the most used first.
struct Language {
    words: Vec<String>,
    /// How much of all speech the words up to each one are.
    reached: Vec<f64>,
}

impl Language {
    fn new(seed: u64, onsets: &[&str], vowels: &[&str], codas: &[&str], endings: &[&str]) -> Self {
        let mut dice = Dice::new(seed);
        let mut seen = std::collections::HashSet::new();
        let mut words = Vec::with_capacity(WORDS);
        let mut root = String::new();
        let mut uses = 0;
        while words.len() < WORDS {
            if uses == 0 {
                // The words that are used most are short.
                let syllables = 1 + dice.below(2) + usize::from(words.len() > 300) * dice.below(3);
                root.clear();
                for n in 0..syllables {
                    root.push_str(onsets[dice.below(onsets.len())]);
                    root.push_str(vowels[dice.below(vowels.len())]);
                    if n + 1 == syllables || dice.below(3) == 0 {
                        root.push_str(codas[dice.below(codas.len())]);
                    }
                }
                uses = 1 + dice.below(12);
            }
            uses -= 1;
            let mut word = root.clone();
            for _ in 0..dice.below(3) {
                word.push_str(endings[dice.below(endings.len())]);
            }
            if word.chars().count() > 1 && seen.insert(word.clone()) {
                words.push(word);
            } else {
                uses = 0;
            }
        }
        let mut sum = 0.0;
        let mut reached: Vec<f64> = (1..=words.len())
            .map(|rank| {
                sum += 1.0 / (rank as f64 + 2.0);
                sum
            })
            .collect();
        reached.iter_mut().for_each(|r| *r /= sum);
        Self { words, reached }
    }

    fn said(&self, dice: &mut Dice) -> &str {
        let share = dice.share();
        let rank = self.reached.partition_point(|r| *r < share);
        &self.words[rank.min(self.words.len() - 1)]
    }
}

/// All lessons of an archive.
pub struct Corpus {
    az: Language,
    ru: Language,
}

/// A lesson's text.
pub struct Text {
    pub title: String,
    pub topic: String,
    pub unit: String,
    pub teacher: String,
    pub description: String,
    pub grade: String,
    pub subject: &'static str,
    pub section: &'static str,
    pub school_year: &'static str,
    pub signed: bool,
    /// When each line begins, in milliseconds, and what it says.
    pub cues: Vec<(u64, String)>,
}

impl Corpus {
    pub fn new() -> Self {
        let az = Language::new(
            1,
            &[
                "b", "q", "d", "k", "l", "m", "n", "s", "t", "y", "ç", "ş", "x", "h", "v", "r",
                "z", "g", "c", "",
            ],
            &["a", "ə", "i", "ı", "o", "ö", "u", "ü", "e", "ə", "a"],
            &[
                "", "", "n", "r", "l", "m", "q", "ğ", "s", "ş", "rt", "z", "k",
            ],
            &[
                "lar", "lər", "ın", "in", "da", "də", "dan", "dən", "ı", "i", "sı", "çı", "lıq",
                "lik", "mız", "dır", "maq", "mək",
            ],
        );
        let ru = Language::new(
            2,
            &[
                "б", "в", "г", "д", "з", "к", "л", "м", "н", "п", "р", "с", "т", "х", "пр", "ст",
                "ш", "ч", "",
            ],
            &["а", "е", "и", "о", "у", "ы", "я", "ё", "о", "а"],
            &["", "", "н", "р", "л", "м", "т", "с", "к", "й", "в"],
            &[
                "ы", "ов", "ами", "ах", "ость", "ный", "ная", "ение", "ать", "ить", "ой", "ом",
                "у", "а",
            ],
        );
        Self { az, ru }
    }

    fn language(&self, section: &str) -> &Language {
        if section == "az" { &self.az } else { &self.ru }
    }

    /// Lesson number `n`.
    pub fn text(&self, n: u32) -> Text {
        let mut dice = Dice::new(0xD15C_0000 + u64::from(n));
        let section = if dice.below(10) < 7 { "az" } else { "ru" };
        let words = self.language(section);
        // A subject's own words are anywhere but among the most used.
        let topic: Vec<&str> = (0..TOPIC)
            .map(|_| words.words[200 + dice.below(WORDS - 200)].as_str())
            .collect();
        let phrase = |dice: &mut Dice, from: usize, length: usize| {
            let mut phrase: Vec<&str> = topic[from..from + 2].to_vec();
            phrase.extend((0..length).map(|_| words.said(dice)));
            phrase.join(" ")
        };
        let (title, topic_name) = (phrase(&mut dice, 0, 2), phrase(&mut dice, 2, 3));
        let description = phrase(&mut dice, 1, 20);
        let unit = words.words[300 + (n / 12 % 2000) as usize].clone();
        let teacher = format!(
            "{} {}",
            words.words[500 + dice.below(800)],
            words.words[1500 + dice.below(3000)]
        );
        let cues = (0..CUES)
            .map(|line| {
                let said: Vec<&str> = (0..LINE)
                    .map(|_| match dice.below(8) {
                        0 => topic[dice.below(TOPIC)],
                        _ => words.said(&mut dice),
                    })
                    .collect();
                (line as u64 * PACE_MS, said.join(" "))
            })
            .collect();
        Text {
            title,
            topic: topic_name,
            unit,
            teacher,
            description,
            grade: (1 + n % GRADES).to_string(),
            subject: SUBJECTS[(n / GRADES) as usize % SUBJECTS.len()],
            section,
            school_year: ["2019/20", "2020/21", "2021/22"][dice.below(3)],
            signed: dice.below(20) == 0,
            cues,
        }
    }
}

/// One thing that is looked for.
#[derive(Clone, Debug)]
pub struct Query {
    /// Which kind it is of: a row of the table.
    pub kind: &'static str,
    pub words: String,
    /// A grade id, and a subject id.
    pub filter: Option<(String, &'static str)>,
}

/// Kinds of queries, in the table's order.
pub const KINDS: [&str; 11] = [
    "one common word",
    "one word",
    "one rare word",
    "two words",
    "three words",
    "two letters",
    "five letters",
    "a typo",
    "grade, subject and a common word",
    "three words, two typos",
    "eight words of one letter each",
];

impl Query {
    /// Whether some lesson must be found: what is looked for is said in one.
    pub fn is_said(&self) -> bool {
        ["two words", "three words", "three words, two typos"].contains(&self.kind)
    }
}

/// Whether a kind's queries must find something, though perhaps not each.
pub fn finds(kind: &str) -> bool {
    kind != "eight words of one letter each"
}

/// A word of more than five letters with one of them wrong.
fn mistyped(dice: &mut Dice, word: &str, section: &str) -> String {
    let mut wrong: Vec<char> = word.chars().collect();
    let at = 1 + dice.below(wrong.len() - 2);
    match dice.below(3) {
        0 => wrong.swap(at, at + 1),
        1 => drop(wrong.remove(at)),
        _ => wrong[at] = if section == "az" { 'j' } else { 'ц' },
    }
    wrong.into_iter().collect()
}

/// `each` queries of every kind, about an archive of `lessons`.
pub fn queries(corpus: &Corpus, lessons: u32, each: usize) -> Vec<Query> {
    let mut dice = Dice::new(77);
    let mut all = Vec::new();
    for kind in KINDS {
        for _ in 0..each {
            let section = if dice.below(10) < 7 { "az" } else { "ru" };
            let words = &corpus.language(section).words;
            let lesson = corpus.text(dice.below(lessons as usize) as u32);
            let title: Vec<&str> = lesson.title.split(' ').collect();
            let said = &lesson.cues[dice.below(CUES)].1;
            let (mut text, mut filter) = (String::new(), None);
            match kind {
                "one common word" => text.push_str(&words[dice.below(60)]),
                "one word" => text.push_str(&words[500 + dice.below(3000)]),
                "one rare word" => text.push_str(&words[WORDS - 1 - dice.below(8000)]),
                "two words" => {
                    let mut two = said.split(' ').skip(dice.below(LINE - 2));
                    text = format!(
                        "{} {}",
                        two.next().unwrap_or_default(),
                        two.next().unwrap_or_default()
                    );
                }
                "three words" => {
                    let two: Vec<&str> =
                        said.split(' ').skip(dice.below(LINE - 2)).take(2).collect();
                    text = format!("{} {}", title[0], two.join(" "));
                }
                "two letters" => text.extend(words[300 + dice.below(5000)].chars().take(2)),
                "five letters" => loop {
                    let word = &words[300 + dice.below(20_000)];
                    if word.chars().count() > 6 {
                        text.extend(word.chars().take(5));
                        break;
                    }
                },
                "a typo" => loop {
                    let word = &words[300 + dice.below(20_000)];
                    if word.chars().count() > 5 {
                        text = mistyped(&mut dice, word, section);
                        break;
                    }
                },
                "three words, two typos" => loop {
                    let lesson = corpus.text(dice.below(lessons as usize) as u32);
                    let own = lesson.title.split(' ').chain(lesson.topic.split(' '));
                    let long: Vec<&str> = own.filter(|w| w.chars().count() > 5).take(3).collect();
                    if let [one, two, three] = long[..] {
                        let one = mistyped(&mut dice, one, lesson.section);
                        let two = mistyped(&mut dice, two, lesson.section);
                        text = format!("{one} {two} {three}");
                        break;
                    }
                },
                // No lesson has them, and most words have some of their letters.
                "eight words of one letter each" => {
                    let first = dice.below(20);
                    let letters = "aeiounrlmtskdbyzqgcx".chars().cycle().skip(first);
                    let all: Vec<String> = (letters.take(8))
                        .map(|letter| letter.to_string().repeat(8))
                        .collect();
                    text = all.join(" ");
                }
                _ => {
                    text.push_str(&words[dice.below(200)]);
                    filter = Some((lesson.grade.clone(), lesson.subject));
                }
            }
            all.push(Query {
                kind,
                words: text,
                filter,
            });
        }
    }
    all
}
