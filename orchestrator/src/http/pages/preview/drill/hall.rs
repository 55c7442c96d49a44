//! Invented data of a hall and its teams: the wall screen, seats, links, a list of teams, a communications check.

use super::*;

pub(super) fn render(sink: &Sink, locale: Locale, instructor: &Visitor, trainee: &Visitor) {
    let stranger = testing::stranger(locale);
    walls(sink, locale, &stranger);
    let page = seating::ChoosePage {
        exercise: EXERCISE.into(),
        title: TITLE.into(),
        team: TEAM.into(),
        name: TEAMS[0].into(),
        query: "hoa".into(),
        reason: Some("không có ai tên đúng như vậy; có phải Nguyễn Văn Hòa (Sở Y tế)?".into()),
        people: vec![found(None), found(Some(TEAMS[1])), found(Some(TEAMS[0]))],
        more: true,
    };
    let name = "choose-member";
    let chosen = seating::render_choose(&sink.templates, instructor, &page);
    sink.keep(name, locale, chosen);
    let page = comms();
    let check = seating::render_comms(&sink.templates, instructor, &page);
    sink.keep("comms", locale, check);
    let part = Visitor {
        fragment: true,
        ..instructor.clone()
    };
    let check = seating::render_comms(&sink.templates, &part, &page);
    sink.keep("part-comms", locale, check);
    let page = invitations();
    let links = enrolment::render_invitations(&sink.templates, instructor, &page);
    sink.keep("invitations", locale, links);
    for (name, page) in [("join", join()), ("join-refused", refused())] {
        let page = enrolment::render_join(&sink.templates, trainee, &page);
        sink.keep(name, locale, page);
    }
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
        frozen: None,
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

fn found(within: Option<&str>) -> seating::Found {
    seating::Found {
        id: TEAM.into(),
        name: "Nguyễn Văn Hòa".into(),
        unit: "Sở Y tế".into(),
        position: "Chuyên viên".into(),
        account: within.is_some(),
        within: within.map(|name| (TEAM.into(), name.into())),
        here: within == Some(TEAMS[0]),
    }
}

pub(super) fn seating() -> seating::Seating {
    seating::Seating {
        may_change: true,
        seats: Some(5),
        spare: Some(3),
        most: 30,
        others: vec![choice(EXERCISE, TEAMS[1], false)],
    }
}

pub(super) fn ask() -> seating::CommsAsk {
    seating::CommsAsk {
        to: "/".into(),
        check: 7,
        answered: false,
    }
}

fn comms() -> seating::CommsPage {
    let team = |name: &str, of, missing: Vec<String>| seating::CommsTeam {
        name: name.into(),
        state: of,
        missing,
    };
    let missing = vec!["Nguyễn Văn Hòa".into(), "Trần Thị Bích Ngọc".into()];
    seating::CommsPage {
        exercise: EXERCISE.into(),
        title: TITLE.into(),
        form: "f".into(),
        may_send: true,
        sent_at: Some(minutes_ago(2)),
        answered: 4,
        all: 6,
        teams: vec![
            team(TEAMS[1], state(Warn, "1/3"), missing),
            team(TEAMS[0], state(Good, "3/3"), vec![]),
        ],
    }
}

fn invitations() -> enrolment::InvitationsPage {
    let link = |of, used, may_revoke: bool| enrolment::Link {
        id: TEAM.into(),
        created_at: minutes_ago(90),
        expires_at: NOW,
        team: may_revoke.then(|| TEAMS[0].to_owned()),
        used,
        seats: 20,
        state: of,
        may_revoke,
    };
    enrolment::InvitationsPage {
        exercise: EXERCISE.into(),
        title: TITLE.into(),
        may_invite: true,
        made: Some("https://thaotruong.quangtri.gov.vn/join/5f0c".into()),
        teams: vec![choice(TEAM, TEAMS[0], false)],
        expires_at: NOW.for_form(),
        seats: 20,
        error: Some("Ghi số người dùng được liên kết.".into()),
        links: vec![
            link(state(Good, "Đang dùng được"), 3, true),
            link(state(Idle, "Đã thu hồi"), 20, false),
        ],
    }
}

fn join() -> enrolment::JoinPage {
    let team = |name: &str, spare: Option<usize>| enrolment::JoinTeam {
        id: TEAM.into(),
        name: name.into(),
        cell: spare.map(|_| "tấn công".to_owned()),
        members: 3,
        spare,
    };
    enrolment::JoinPage {
        to: "/join/5f0c".into(),
        title: Some(TITLE.into()),
        scenario: SCENARIO.into(),
        state: Some(state(Info, "Đã hẹn giờ")),
        at: Some(NOW),
        teams: vec![team(TEAMS[0], Some(2)), team(TEAMS[13], None)],
        refused: None,
        workspace: None,
    }
}

fn refused() -> enrolment::JoinPage {
    enrolment::JoinPage {
        teams: vec![],
        at: None,
        refused: Some("Bạn đang ở đội UBND phường Đông Hà của cuộc diễn tập này.".into()),
        workspace: Some("/".into()),
        ..join()
    }
}

pub(super) fn roster() -> roster::RosterView {
    let line = |number, trouble: Option<&str>| roster::RosterLine {
        number,
        team: TEAMS[0].into(),
        written: "Nguyen Van Hoa".into(),
        person: trouble
            .is_none()
            .then(|| "Nguyễn Văn Hòa · Sở Y tế".to_owned()),
        trouble: trouble.map(str::to_owned),
    };
    roster::RosterView {
        text: "Đội;Họ và tên\nUBND phường Đông Hà;Nguyen Van Hoa\n".into(),
        seen: "s".into(),
        read: true,
        teams: 1,
        people: 1,
        wrong: 1,
        cut: false,
        lines: vec![
            line(
                2,
                Some("không có ai tên đúng như vậy; có phải Nguyễn Văn Hòa (Sở Y tế)?"),
            ),
            line(3, None),
        ],
    }
}
