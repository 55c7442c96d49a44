//! Who is in a team: those who come late, leave, move and lead, and what of that counts.

use super::*;
use crate::{
    journal::{TextReference, Verdict},
    scenarios::By,
    scoring::TeamScore,
};

fn every_member() -> Rules {
    let mut rules = rules();
    rules.tasks[0].kind = TaskKind::Text;
    rules.tasks[0].ways.by = By::EveryMember;
    rules
}

fn created(members: &[(TeamId, &[PersonId])]) -> (Actor, Event) {
    let members = members
        .iter()
        .map(|(team, people)| (*team, people.iter().copied().collect()));
    let created = Event::Created {
        scenario: "s".to_owned(),
        bundle: "b".to_owned(),
        teams: 1,
        members: members.collect(),
    };
    (Actor::System, created)
}

fn organiser(event: Event) -> (Actor, Event) {
    (Actor::Account(AccountId::new()), event)
}

fn right(person: PersonId) -> (Actor, Event) {
    let answer: TextReference = Pending::new("x", Some(person)).reference();
    let submission = Event::Submission {
        task: "report".to_owned(),
        part: None,
        verdict: Verdict::Correct,
        answer,
    };
    (Actor::Person(person), submission)
}

fn of_team(team: TeamId, rows: Vec<(Actor, Event)>) -> TeamScore {
    let entries = entries(team, rows);
    let scores = Scores::fold(&every_member(), &entries);
    scores.teams[&team].clone()
}

#[test]
fn who_joins_late_must_answer_too() {
    let (team, one, late) = (TeamId::new(), PersonId::new(), PersonId::new());
    let joined = organiser(Event::MemberJoined { person: late });
    let mut rows = vec![
        created(&[(team, &[one])]),
        (Actor::System, Event::Started),
        joined,
        right(one),
    ];
    let waits = of_team(team, rows.clone());
    assert_eq!(waits.expected().len(), 2);
    assert!(waits.tasks["report"].solved.is_none());
    assert!(!waits.present.contains(&late), "joining is not being there");
    rows.push(right(late));
    assert!(of_team(team, rows).tasks["report"].solved.is_some());
}

#[test]
fn who_joins_by_themselves_is_there_when_they_do_something() {
    let (team, one, late) = (TeamId::new(), PersonId::new(), PersonId::new());
    let mut rows = vec![
        created(&[(team, &[one])]),
        (Actor::System, Event::Started),
        (Actor::Person(late), Event::MemberJoined { person: late }),
    ];
    assert!(of_team(team, rows.clone()).present.is_empty());
    rows.push((Actor::Person(late), Event::Present { person: late }));
    assert!(of_team(team, rows).present.contains(&late));
}

#[test]
fn nobody_waits_for_who_left_and_the_points_stay() {
    let (team, one, other) = (TeamId::new(), PersonId::new(), PersonId::new());
    let left = organiser(Event::MemberLeft { person: other });
    let rows = vec![
        created(&[(team, &[one, other])]),
        (Actor::System, Event::Started),
        right(one),
        left,
    ];
    let score = of_team(team, rows.clone());
    assert_eq!(score.booked(Duration::MAX), 100);
    assert_eq!(score.expected(), [one].into());

    // A team that all have left solves nothing by that, and whoever was there is not waited for.
    let (one_left, team) = (organiser(Event::MemberLeft { person: one }), team);
    let rows = vec![
        created(&[(team, &[one])]),
        (Actor::System, Event::Started),
        (Actor::Person(one), Event::Present { person: one }),
        one_left,
    ];
    let empty = of_team(team, rows);
    assert!(empty.expected().is_empty());
    assert_eq!(empty.booked(Duration::MAX), 0);
}

#[test]
fn a_lead_who_leaves_leads_no_longer() {
    let (team, one) = (TeamId::new(), PersonId::new());
    let named = organiser(Event::LeadNamed { person: one });
    let mut rows = vec![created(&[(team, &[one])]), named];
    assert_eq!(of_team(team, rows.clone()).roster.lead, Some(one));
    rows.push(organiser(Event::MemberLeft { person: one }));
    rows.push(organiser(Event::MemberJoined { person: one }));
    let back = of_team(team, rows);
    assert_eq!((back.roster.lead, back.members.len()), (None, 1));
    assert!(back.roster.left.is_empty());
}

#[test]
fn a_new_check_is_answered_anew() {
    let (team, one) = (TeamId::new(), PersonId::new());
    let answered = (
        Actor::Person(one),
        Event::CommsCheckAnswered { person: one },
    );
    let mut rows = vec![
        created(&[(team, &[one])]),
        organiser(Event::CommsCheckSent),
        answered,
    ];
    assert!(of_team(team, rows.clone()).roster.answered.contains(&one));
    rows.push(organiser(Event::CommsCheckSent));
    assert!(of_team(team, rows).roster.answered.is_empty());
}

#[test]
fn a_journal_that_named_nobody_goes_by_who_was_there() {
    let (team, one, other) = (TeamId::new(), PersonId::new(), PersonId::new());
    let present = |person| (Actor::Person(person), Event::Present { person });
    let rows = vec![
        created(&[]),
        (Actor::System, Event::Started),
        present(one),
        present(other),
        organiser(Event::MemberLeft { person: other }),
    ];
    assert_eq!(of_team(team, rows).expected(), [one].into());
}
