//! Invented data of a hall: the wall screen.

use super::*;

pub(super) fn render(sink: &Sink, locale: Locale) {
    let stranger = testing::stranger(locale);
    walls(sink, locale, &stranger);
}

fn walls(sink: &Sink, locale: Locale, stranger: &Visitor) {
    let board = control::board_page();
    let mut rows = board.rows;
    let rest = rows.split_off(3);
    let all = rest.len().div_ceil(7);
    let leaves = rest.chunks(7).enumerate().map(|(place, lines)| wall::Leaf {
        heads: vec![],
        lines: lines.to_vec(),
        number: place + 1,
        all,
        shown: place == 0,
    });
    let page = wall::WallPage {
        id: board.id,
        title: board.title,
        province: "UBND tỉnh Quảng Trị".into(),
        state: board.state,
        starts_at: None,
        phase: Some(wall::PhaseView {
            title: "Phát hiện và ngăn chặn".into(),
            number: 2,
            all: 4,
            remaining: 754,
        }),
        clock: board.clock,
        leaders: rows,
        leaves: leaves.collect(),
        firsts: (0..6)
            .map(|n| wall::FirstSolve {
                seconds: 2200 - 300 * n,
                task: "Gỡ web shell khỏi máy chủ cổng thông tin".into(),
                team: TEAMS[usize::try_from(n).expect("small")].into(),
            })
            .collect(),
        maps: vec![map()],
        seconds: 10,
    };
    let running = wall::render(&sink.templates, stranger, &page);
    sink.keep("board-wall", locale, running);
    let page = wall::WallPage {
        state: state(Paused, "Tạm dừng"),
        starts_at: Some(NOW),
        phase: None,
        firsts: vec![],
        maps: vec![],
        leaves: vec![],
        ..page
    };
    let empty = wall::render(&sink.templates, stranger, &page);
    sink.keep("board-wall-empty", locale, empty);
}

fn map() -> wall::Leaf<wall::MapRow> {
    let lines = TEAMS.iter().take(7).enumerate();
    let lines = lines.map(|(n, name)| wall::MapRow {
        name: (*name).into(),
        services: vec![
            state(Good, "phục vụ"),
            if n % 3 == 0 {
                state(Bad, "gián đoạn")
            } else {
                state(Good, "phục vụ")
            },
            state(Idle, "chưa rõ"),
        ],
    });
    wall::Leaf {
        heads: vec!["Cổng".into(), "Thư điện tử".into(), "Một cửa".into()],
        lines: lines.collect(),
        number: 1,
        all: 3,
        shown: true,
    }
}
