//! The table: goal, measured, ceiling of the same run, ratio, held or not.

use std::time::Duration;

/// What is aimed at.
#[derive(Clone, Copy)]
pub enum Goal {
    /// At most so many times the ceiling.
    AtMost(f64),
    /// Less than this.
    Below(Duration),
    /// Both.
    AtMostAndBelow(f64, Duration),
}

/// Least widths of the columns, so that the parts' tables stand below each other.
const WIDTHS: [usize; 6] = [73, 19, 10, 10, 8, 8];

#[derive(Default)]
pub struct Table(Vec<[String; 6]>);

impl Table {
    /// A time beside its ceiling.
    pub fn time(&mut self, what: &str, goal: Goal, measured: Duration, ceiling: Duration) {
        let ratio = measured.as_secs_f64() / ceiling.as_secs_f64();
        let (aim, held) = match goal {
            Goal::AtMost(most) => (format!("<= {most:.1} x"), ratio <= most),
            Goal::Below(most) => (format!("< {}", millis(most)), measured < most),
            Goal::AtMostAndBelow(times, most) => (
                format!("<= {times:.1} x, < {}", millis(most)),
                ratio <= times && measured < most,
            ),
        };
        self.0.push([
            what.to_owned(),
            aim,
            millis(measured),
            millis(ceiling),
            format!("{ratio:.2} x"),
            if held { "held" } else { "NOT HELD" }.to_owned(),
        ]);
    }

    /// A time beside what docker-compose took, where that is installed.
    pub fn compose(&mut self, what: &str, measured: Duration, composed: &mut [Duration]) {
        if composed.is_empty() {
            self.fact(what, "NOT MEASURED");
        } else {
            self.time(what, Goal::AtMost(1.0), measured, median(composed));
        }
    }

    /// A fact without a ceiling.
    pub fn fact(&mut self, what: &str, value: &str) {
        let blank = String::new;
        self.0.push([
            what.to_owned(),
            blank(),
            value.to_owned(),
            blank(),
            blank(),
            blank(),
        ]);
    }

    pub fn print(&self) {
        let head = ["what", "goal", "measured", "ceiling", "ratio", ""].map(str::to_owned);
        let rows: Vec<&[String; 6]> = std::iter::once(&head).chain(&self.0).collect();
        let width = |column: usize| {
            let longest = rows.iter().map(|row| row[column].chars().count()).max();
            longest.unwrap_or(0).max(WIDTHS[column])
        };
        for row in &rows {
            let cells: Vec<String> = row
                .iter()
                .enumerate()
                .map(|(column, cell)| format!("{cell:<width$}", width = width(column)))
                .collect();
            println!("{}", cells.join("  ").trim_end());
        }
    }
}

pub fn median(times: &mut [Duration]) -> Duration {
    at(times, 50)
}

/// The time that `percent` of 100 do not exceed.
pub fn at(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let index = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(index).copied().unwrap_or_default()
}

fn millis(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1000.0;
    if millis < 1.0 {
        format!("{millis:.3} ms")
    } else {
        format!("{millis:.1} ms")
    }
}
