//! Role × route × ownership: every route of the table is asked by every role for its own team's exercise, another team's,
//! another province's and one that does not exist, and must answer what `authorise` says.

use std::path::Path;

use axum::http::{Method, StatusCode};

use super::{
    super::testing::{Browser, Server, insert_province},
    Route, table,
};
use crate::{
    accounts::{Action, Actor, Object, Refusal, Role, authorise},
    exercises::{Draft, DraftTeam},
    ids::{AccountId, ExerciseId, PersonId, ProvinceId, TeamId},
    locales::Locale,
    scenarios::{self, Bundle, Cell},
    store::{staff, staff::Person},
};

/// An exercise and one of its teams, as a path names them.
#[derive(Clone, Copy)]
struct Place {
    name: &'static str,
    province: ProvinceId,
    exercise: ExerciseId,
    team: TeamId,
    /// Whether the person who asks is in the exercise, and in this team.
    member: (bool, bool),
    exists: bool,
}

#[tokio::test]
async fn every_route_answers_every_role_as_authorise_says() {
    let server = Server::start().await;
    let person = person(&server, server.province).await;
    let stranger = person_of_another_team(&server).await;
    let foreign = ProvinceId::new();
    insert_province(&server.app.db, foreign).await;
    let places = places(&server, person, stranger, foreign).await;
    let mut asked = 0;
    for role in Role::ALL {
        let username = format!("the.{role}");
        let account = server.account_of(&username, &[role], Some(person)).await;
        let actor = Actor {
            account,
            person: Some(person),
            province: server.province,
            roles: std::iter::once(role).collect(),
            locale: Locale::Vi,
        };
        let mut browser = server.signed_in(&username).await;
        for route in table() {
            for place in places
                .iter()
                .filter(|place| place.exists || route.path.contains("{exercise}"))
            {
                // Signing out, a stream that never ends, and what hashes a password are no part of this walk.
                let skip = [
                    "/sign-out",
                    "/live",
                    "/account/password",
                    "/admin/accounts/{account}/password",
                ];
                if skip.iter().any(|end| route.path.ends_with(end)) || route.action == Action::Open
                {
                    continue;
                }
                let status = ask(&server, &mut browser, &route, place).await;
                let expected = authorise(&actor, route.action, &object(&route, place));
                let place = place.name;
                let path = route.path;
                match expected {
                    Err(Refusal::Forbidden) => {
                        assert_eq!(status, StatusCode::FORBIDDEN, "{role} {path} {place}");
                    }
                    Err(Refusal::Hidden) => {
                        assert_eq!(status, StatusCode::NOT_FOUND, "{role} {path} {place}");
                    }
                    Ok(()) => assert_ne!(status, StatusCode::FORBIDDEN, "{role} {path} {place}"),
                }
                asked += 1;
                if !route.path.contains("{exercise}") {
                    break;
                }
            }
        }
    }
    assert!(asked > 500, "{asked} requests");
    let mut nobody = Browser::default();
    for route in table()
        .into_iter()
        .filter(|route| route.action != Action::Open)
    {
        let status = ask(&server, &mut nobody, &route, &places[0]).await;
        let expected = if route.method == Method::GET {
            StatusCode::SEE_OTHER
        } else {
            StatusCode::UNAUTHORIZED
        };
        assert_eq!(status, expected, "nobody {}", route.path);
    }
}

/// What the guard finds behind a path.
fn object(route: &Route, place: &Place) -> Object {
    if !route.path.contains("{exercise}") {
        return Object::Platform;
    }
    if !place.exists {
        return Object::Nothing;
    }
    let (in_exercise, in_team) = place.member;
    if route.path.contains("{team}") {
        Object::Team {
            province: place.province,
            member: in_team,
        }
    } else {
        Object::Exercise {
            province: place.province,
            member: in_exercise,
        }
    }
}

async fn ask(server: &Server, browser: &mut Browser, route: &Route, place: &Place) -> StatusCode {
    // No faster than an account may ask.
    server.pass(std::time::Duration::from_millis(500));
    let path = route
        .path
        .replace("{exercise}", &place.exercise.to_string())
        .replace("{team}", &place.team.to_string())
        .replace("{account}", &AccountId::new().to_string());
    let path: String = path
        .split('/')
        .map(|part| if part.starts_with('{') { "x" } else { part })
        .collect::<Vec<_>>()
        .join("/");
    if route.method == Method::GET {
        server.get(browser, &path).await.status
    } else {
        server.post(browser, &path, "title=x").await.status
    }
}

async fn places(
    server: &Server,
    person: PersonId,
    stranger: PersonId,
    foreign: ProvinceId,
) -> Vec<Place> {
    let own = exercise(server, server.province, &[person, stranger]).await;
    let others = exercise(server, server.province, &[stranger]).await;
    let abroad = exercise(server, foreign, &[stranger]).await;
    let place = |name, province, (exercise, team), member, exists| Place {
        name,
        province,
        exercise,
        team,
        member,
        exists,
    };
    vec![
        place(
            "own team",
            server.province,
            (own.0, own.1[0]),
            (true, true),
            true,
        ),
        place(
            "another team",
            server.province,
            (own.0, own.1[1]),
            (true, false),
            true,
        ),
        place(
            "another exercise",
            server.province,
            (others.0, others.1[0]),
            (false, false),
            true,
        ),
        place(
            "another province",
            foreign,
            (abroad.0, abroad.1[0]),
            (false, false),
            true,
        ),
        place(
            "a team of another exercise",
            server.province,
            (own.0, others.1[0]),
            (true, false),
            true,
        ),
        place(
            "nothing",
            server.province,
            (ExerciseId::new(), TeamId::new()),
            (false, false),
            false,
        ),
    ]
}

/// An exercise with a team of each person.
async fn exercise(
    server: &Server,
    province: ProvinceId,
    people: &[PersonId],
) -> (ExerciseId, Vec<TeamId>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/web-defacement");
    let checked = scenarios::check(Bundle::open(&folder).expect("bundle"));
    let definition = checked.definition.expect("definition");
    let teams = people.iter().enumerate().map(|(n, person)| DraftTeam {
        name: format!("Đội {n}"),
        unit: None,
        members: vec![*person],
        cell: Cell::Blue,
    });
    let username = format!("planner.{}", ExerciseId::new());
    let draft = Draft {
        province,
        title: "Diễn tập".into(),
        duration: None,
        teams: teams.collect(),
        created_by: server.account(&username[..40], &[Role::Instructor]).await,
        launch_key: ExerciseId::new().to_string(),
        trial: false,
    };
    let id = server
        .app
        .exercises
        .create(draft, &definition)
        .await
        .expect("exercise")
        .exercise;
    let view = server.app.exercises.view(id).await.expect("view");
    (id, view.teams.iter().map(|team| team.team.id).collect())
}

async fn person_of_another_team(server: &Server) -> PersonId {
    person(server, server.province).await
}

async fn person(server: &Server, province: ProvinceId) -> PersonId {
    let person = Person {
        id: PersonId::new(),
        province,
        name: "Nguyễn Văn Hòa".into(),
        name_folded: "nguyen van hoa".into(),
        email: None,
        erased_at: None,
    };
    let mut connection = server.app.db.connection().await.expect("connection");
    staff::insert_person(&mut connection, &person)
        .await
        .expect("person");
    person.id
}
