//! Inputs gone wrong in the ways in which they go wrong: lines swapped and lost, pieces moved, signs in the wrong place;
//! in packed files, single bytes. The same seed gives the same inputs again.

/// What stands in nobody's file by intent.
const SIGNS: &[&str] = &[
    "{{",
    "}}",
    "${",
    "${X:-",
    "TT{",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "<<: *a",
    ": ",
    "- ",
    ",",
    "\t",
    "\"",
    "'",
    "|\n",
    ">-\n",
    "é",
    "ệ",
    "\u{202e}",
    "\u{0}",
    "\u{feff}",
    "999999999999999999999",
    "-1",
    "0x",
    "1e400",
    ".inf",
    "~",
    "null",
    "yes",
    "!!binary ",
    "!!int ",
    "? ",
    "%YAML 9\n",
    "---\n",
    "...\n",
    "#",
    "\\",
    "(?",
    "[[",
    "1h1h",
    "0m",
    "../",
    "/",
    "\r\n",
];
/// Most changes to one input.
const MOST_CHANGES: u64 = 8;

/// Numbers from a seed (`SplitMix64`): no fuzzing needs more, and they stay the same for ever.
pub struct Numbers(pub u64);

impl Numbers {
    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let number = self.draw() % u64::try_from(end.max(1)).unwrap_or(1);
        usize::try_from(number).unwrap_or(0)
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// A file with a few things changed: by lines and signs where it is a text, by bytes where it is none.
pub fn mutated(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let changes = 1 + numbers.draw() % MOST_CHANGES;
    if let Ok(text) = std::str::from_utf8(bytes) {
        let mut text = text.to_owned();
        for _ in 0..changes {
            text = text_changed(&text, numbers);
        }
        text.into_bytes()
    } else {
        let mut bytes = bytes.to_vec();
        for _ in 0..changes {
            bytes_changed(&mut bytes, numbers);
        }
        bytes
    }
}

fn text_changed(text: &str, numbers: &mut Numbers) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let (one, other) = (numbers.below(lines.len()), numbers.below(lines.len()));
    let mut changed: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
    match numbers.below(9) {
        0 => changed.swap(one, other),
        1 => drop(changed.remove(one)),
        2 => {
            let copy = changed[one].clone();
            changed.insert(other, copy);
        }
        3 => changed[one] = format!("  {}", changed[one]),
        4 => {
            // The value of another key.
            let value = lines[other].split_once(": ").map_or("", |(_, value)| value);
            if let Some((key, _)) = lines[one].split_once(": ") {
                changed[one] = format!("{key}: {value}");
            }
        }
        5 => {
            let end = other.max(one).min(one.saturating_add(40));
            let copy: Vec<String> = changed[one.min(end)..end].to_vec();
            changed.splice(one..one, copy);
        }
        _ => {
            let from = boundary(text, numbers.below(text.len() + 1));
            let length = *numbers.pick(&[0, 0, 0, 1, 5, 40, 400]);
            let to = boundary(text, (from + length).min(text.len())).max(from);
            let sign = numbers.pick(SIGNS);
            return format!("{}{sign}{}", &text[..from], &text[to..]);
        }
    }
    changed.join("\n")
}

/// The place of a character at or before this one.
fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn bytes_changed(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    let at = numbers.below(bytes.len());
    if bytes.is_empty() {
        return;
    }
    let value = (numbers.draw() & 0xff) as u8;
    match numbers.below(6) {
        0 => bytes[at] = value,
        1 => bytes[at] ^= 1 << (value & 7),
        2 => bytes.truncate(at),
        3 => bytes.insert(at, value),
        4 => drop(bytes.remove(at)),
        _ => {
            let end = (at + numbers.below(64)).min(bytes.len());
            let copy = bytes[at..end].to_vec();
            let to = numbers.below(bytes.len());
            bytes.splice(to..to, copy);
        }
    }
}
