//! Invented data for the pages of a drill.

mod bench;
mod control;
mod drafts;
mod hall;
mod hours;
mod lists;
mod points;
mod review;
mod shelf;

use std::time::Duration;

use super::{
    super::{
        Tone::{Bad, Busy, Good, Idle, Info, Paused, Warn},
        board, console, enrolment, exercises, home, isolation, launch, library, log, recordings,
        roster, scenario, schedule, scoring, seating, sign_in, team, timeline, versions, wall,
        workspace,
    },
    ClockView, HourForm, Locale, NOW, Opens, Role, Sink, Visitor, choice, minutes_ago, state,
    testing, visitor,
};

const EXERCISE: &str = "01994c00-0000-7000-8000-000000000001";
const TEAM: &str = "01994c00-0000-7000-8000-000000000003";
const TITLE: &str = "Diễn tập ứng cứu sự cố tỉnh 2026";
const SCENARIO: &str = "Cổng thông tin điện tử bị thay đổi giao diện";
const TEAMS: [&str; 18] = [
    "UBND phường Đông Hà",
    "UBND xã Gio Linh",
    "Báo và Phát thanh, truyền hình",
    "Sở Khoa học và Công nghệ",
    "Công an tỉnh (PA05)",
    "Sở Tài chính",
    "Sở Y tế",
    "Sở Nội vụ",
    "Sở Giáo dục và Đào tạo",
    "Văn phòng UBND tỉnh",
    "Sở Xây dựng",
    "UBND xã Hải Lăng",
    "Sở Nông nghiệp và Môi trường",
    "Trung tâm Giám sát, điều hành đô thị thông minh và Chuyển đổi số trực thuộc Sở Khoa học và Công nghệ tỉnh",
    "Bộ Chỉ huy Quân sự tỉnh",
    "Sở Công Thương",
    "VNPT Quảng Trị",
    "UBND xã Vĩnh Linh",
];

pub(super) fn render(sink: &Sink, locale: Locale) {
    let stranger = testing::stranger(locale);
    let page = sign_in::SignInPage {
        next: "/".into(),
        ..sign_in::SignInPage::default()
    };
    sink.keep(
        "sign-in",
        locale,
        sign_in::render(&sink.templates, &stranger, &page),
    );
    let page = sign_in::SignInPage {
        username: "an.nguyen".into(),
        error: Some("Tên đăng nhập hoặc mật khẩu chưa đúng.".into()),
        ..sign_in::SignInPage::default()
    };
    sink.keep(
        "sign-in-wrong",
        locale,
        sign_in::render(&sink.templates, &stranger, &page),
    );

    let instructor = visitor(locale, "Lê Thị Thu Trang", &[Role::Instructor]);
    let trainee = visitor(locale, "Nguyễn Văn Hòa", &[Role::Trainee]);
    planning(sink, locale, &instructor);
    control::running(sink, locale, &instructor);
    let administrator = visitor(locale, "Trần Quang", &[Role::Administrator]);
    control::replay(sink, locale, &instructor);
    review::render(sink, locale, &instructor);
    control::decision(sink, locale, &administrator);
    lists::lists(sink, locale, &instructor);
    bench::working(sink, locale, &trainee);
    hours::hours(sink, locale, &instructor, &trainee);
    points::points(sink, locale, &instructor, &trainee);
    hall::render(sink, locale, &instructor, &trainee);
    sink.keep(
        "board",
        locale,
        board::render(&sink.templates, &stranger, &control::board_page()),
    );
    let page = home::HomePage {
        mine: vec![
            home::MyExercise {
                title: TITLE.into(),
                team: TEAMS[0].into(),
                state: state(Good, "Đang diễn ra"),
                opens: None,
                open: true,
                href: "/".into(),
            },
            home::MyExercise {
                title: TITLE.into(),
                team: TEAMS[13].into(),
                state: state(Info, "Đã hẹn giờ"),
                opens: Some(Opens::new(NOW, minutes_ago(52))),
                open: true,
                href: "/".into(),
            },
        ],
        ..home::HomePage::default()
    };
    sink.keep(
        "home-trainee",
        locale,
        home::render(&sink.templates, &trainee, &page),
    );
    let page = home::HomePage::default();
    sink.keep(
        "home-empty",
        locale,
        home::render(&sink.templates, &trainee, &page),
    );
}

fn exercise_row(state_of: super::State, started: bool) -> exercises::ExerciseRow {
    exercises::ExerciseRow {
        title: TITLE.into(),
        scenario: SCENARIO.into(),
        state: state_of,
        teams: 18,
        created_at: minutes_ago(300),
        started_at: started.then(|| minutes_ago(37)),
        starts_at: (!started).then_some(NOW),
        hindered: false,
        next: started.then(|| exercises::NextAction {
            href: "/".into(),
            title: "Điều hành".into(),
        }),
    }
}

fn planning(sink: &Sink, locale: Locale, instructor: &Visitor) {
    let rows = vec![
        exercise_row(state(Good, "Đang diễn ra"), true),
        exercise_row(state(Busy, "Đang chuẩn bị"), false),
        exercise_row(state(Paused, "Tạm dừng"), true),
        exercise_row(state(Idle, "Đã kết thúc"), true),
    ];
    let page = exercises::ExercisesPage {
        may_plan: true,
        rows: rows.clone(),
    };
    sink.keep(
        "exercises",
        locale,
        exercises::render(&sink.templates, instructor, &page),
    );
    let page = exercises::ExercisesPage {
        may_plan: true,
        rows: vec![],
    };
    sink.keep(
        "exercises-empty",
        locale,
        exercises::render(&sink.templates, instructor, &page),
    );
    let page = home::HomePage {
        exercises: Some(rows),
        may_plan: true,
        ..home::HomePage::default()
    };
    sink.keep(
        "home",
        locale,
        home::render(&sink.templates, instructor, &page),
    );

    shelf::render(sink, locale, instructor);

    let page = launch::LaunchPage {
        launch_key: "key".into(),
        scenarios: vec![choice("web-defacement", SCENARIO, true)],
        title: String::new(),
        minutes: 90,
        evaluators: 2,
        later: true,
        hour: HourForm {
            at: NOW.for_form(),
            by_itself: true,
            incomplete: false,
        },
        units: units(),
        attackers: true,
        seats: "5".into(),
        roster: hall::roster(),
        estimate: Some(launch::Estimate {
            state: state(Good, "Đủ tài nguyên"),
            teams: 2,
            nodes: 10,
            memory: "2,5 GiB".into(),
            memory_free: "20 GiB".into(),
            drills: Some(TITLE.into()),
            seconds: 40,
            made_from: Some(minutes_ago(16)),
            rehearsed: None,
        }),
        error: Some("Đặt tên cho cuộc diễn tập.".into()),
    };
    sink.keep(
        "launch",
        locale,
        launch::render(&sink.templates, instructor, &page),
    );
}

pub(super) fn units() -> Vec<launch::LaunchUnit> {
    let person = |name: &str, chosen| launch::LaunchPerson {
        id: name.into(),
        name: name.into(),
        position: "Chuyên viên".into(),
        response_team: chosen,
        account: chosen,
        chosen,
    };
    let people = vec![
        person("Nguyễn Văn Hòa", true),
        person("Trần Thị Bích Ngọc", false),
    ];
    vec![
        launch::LaunchUnit {
            id: "a".into(),
            name: TEAMS[0].into(),
            open: true,
            attacks: false,
            people: people.clone(),
        },
        launch::LaunchUnit {
            id: "b".into(),
            name: TEAMS[13].into(),
            open: false,
            attacks: true,
            people,
        },
    ]
}
