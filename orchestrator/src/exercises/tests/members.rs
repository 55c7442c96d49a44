//! People who come late, move, leave, lead, enrol by themselves and answer the communications check.

use futures_util::future::join_all;
use thaotruong_tests::both_databases;

use super::*;
use crate::{
    exercises::{
        EnrolmentPlace, EnrolmentRefused, ExerciseError, ExerciseView, MAX_TEAM_MEMBERS,
        MemberChange, NewInvitation,
    },
    journal::{Actor, Event},
};

impl Bench {
    async fn newcomer(&self) -> PersonId {
        let person = Person {
            id: PersonId::new(),
            province: self.province,
            name: "Lê Thị Mai".to_owned(),
            name_folded: "le thi mai".to_owned(),
            email: None,
            erased_at: None,
        };
        let mut connection = self.database.connection().await.unwrap();
        store::staff::insert_person(&mut connection, &person)
            .await
            .unwrap();
        person.id
    }

    async fn newcomers(&self, count: usize) -> Vec<PersonId> {
        let mut people = Vec::new();
        for _ in 0..count {
            people.push(self.newcomer().await);
        }
        people
    }

    async fn change(&self, change: MemberChange) -> Result<(), ExerciseError> {
        let by = Actor::Account(self.organiser);
        self.exercises
            .change_members(self.exercise, by, change)
            .await
    }

    async fn seen(&self) -> ExerciseView {
        self.exercises.view(self.exercise).await.unwrap()
    }

    fn place(&self, person: PersonId) -> EnrolmentPlace {
        EnrolmentPlace {
            province: self.province,
            person,
        }
    }

    async fn link(&self, seats: u32, team: Option<TeamId>) -> String {
        let new = NewInvitation {
            team,
            seats,
            expires_at: self.clock.now() + Duration::from_hours(1),
        };
        let made = self.exercises.invite(self.exercise, self.organiser, new);
        made.await.unwrap()
    }

    async fn enrol(
        &self,
        token: &str,
        person: PersonId,
        team: Option<TeamId>,
    ) -> Result<TeamId, EnrolmentRefused> {
        let done = self.exercises.enrol(token, self.place(person), team).await;
        done.unwrap().map(|(_, team)| team)
    }
}

fn message(done: Result<(), ExerciseError>) -> &'static str {
    match done {
        Err(ExerciseError::Input { message, .. }) => message,
        done => panic!("{done:?}"),
    }
}

both_databases! {
    async fn who_comes_late_is_in_at_once_everywhere(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        let beside = bench.beside().await;
        assert_eq!(beside.view(bench.exercise).await.unwrap().teams[0].members.len(), 1);
        let (team, person) = (bench.teams[0], bench.newcomer().await);
        let join = MemberChange::Join { team, person };
        for _ in 0..2 {
            bench.change(join).await.unwrap();
        }
        assert_eq!(bench.count("member_joined", team).await, 1);
        for exercises in [&bench.exercises, &beside] {
            let view = exercises.view(bench.exercise).await.unwrap();
            assert_eq!(view.team_of(person).unwrap().team.id, team);
            assert!(view.score(team).expected().contains(&person));
        }
        // Another team is no second place.
        let twice = MemberChange::Join { team: bench.teams[1], person };
        assert_eq!(message(bench.change(twice).await), "members-elsewhere");
        let nobody = MemberChange::Join { team, person: PersonId::new() };
        assert!(matches!(bench.change(nobody).await, Err(ExerciseError::Missing("person"))));
    }

    async fn who_moves_is_in_one_team_and_is_there_anew(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        let ([from, to], person) = (bench.teams, bench.people[0]);
        bench.exercises.present(&bench.seen().await, from, person).await.unwrap();
        let moved = MemberChange::Move { from, to, person };
        for _ in 0..2 {
            bench.change(moved).await.unwrap();
        }
        assert_eq!((bench.count("member_left", from).await, bench.count("member_joined", to).await), (1, 1));
        let view = bench.seen().await;
        assert_eq!(view.team(from).unwrap().members, []);
        assert_eq!(view.team_of(person).unwrap().team.id, to);
        assert!(!view.score(to).present.contains(&person));
        bench.exercises.present(&view, to, person).await.unwrap();
        assert!(bench.seen().await.score(to).present.contains(&person));
        let wrong = MemberChange::Move { from, to, person: bench.people[1] };
        bench.change(wrong).await.unwrap();
        let gone = MemberChange::Move { from: to, to: from, person: PersonId::new() };
        assert_eq!(message(bench.change(gone).await), "members-gone");
    }

    async fn a_lead_is_a_member(database: Database) {
        let bench = Bench::new(database).await;
        let ([team, other], person) = (bench.teams, bench.people[0]);
        let stranger = MemberChange::Lead { team: other, person };
        assert_eq!(message(bench.change(stranger).await), "members-gone");
        bench.change(MemberChange::Lead { team, person }).await.unwrap();
        assert_eq!(bench.seen().await.score(team).roster.lead, Some(person));
        bench.change(MemberChange::Leave { team, person }).await.unwrap();
        let view = bench.seen().await;
        assert_eq!(view.score(team).roster.lead, None);
        assert!(view.team_of(person).is_none());
    }

    async fn a_team_takes_no_more_than_it_can(database: Database) {
        let bench = Bench::new(database).await;
        let team = bench.teams[0];
        let people = bench.newcomers(MAX_TEAM_MEMBERS + 2).await;
        let joins = people.iter().map(|person| bench.change(MemberChange::Join { team, person: *person }));
        let done = join_all(joins).await;
        let inside = done.iter().filter(|done| done.is_ok()).count();
        assert_eq!(inside, MAX_TEAM_MEMBERS - 1, "{done:?}");
        assert_eq!(bench.seen().await.team(team).unwrap().members.len(), MAX_TEAM_MEMBERS);
        // Who cannot move stays where they are.
        let moved = MemberChange::Move { from: bench.teams[1], to: team, person: bench.people[1] };
        assert_eq!(message(bench.change(moved).await), "members-full");
        assert_eq!(bench.seen().await.team_of(bench.people[1]).unwrap().team.id, bench.teams[1]);
        assert_eq!(bench.count_all("member_left").await, 0);
    }

    async fn nothing_changes_once_it_is_over(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        let token = bench.link(5, None).await;
        let by = Actor::Account(bench.organiser);
        bench.exercises.finish(bench.exercise, by, false).await.unwrap();
        let (team, person) = (bench.teams[0], bench.newcomer().await);
        for change in [
            MemberChange::Join { team, person },
            MemberChange::Leave { team, person: bench.people[0] },
        ] {
            let done = bench.change(change).await;
            assert!(matches!(done, Err(ExerciseError::State(ExerciseState::Finished))), "{done:?}");
        }
        assert_eq!(bench.enrol(&token, person, None).await, Err(EnrolmentRefused::Over));
        assert_eq!(bench.seen().await.team(team).unwrap().members, [bench.people[0]]);
    }

    async fn a_seat_is_given_once_and_nobody_gets_two(database: Database) {
        let bench = Bench::new(database).await;
        let token = bench.link(2, None).await;
        let people = bench.newcomers(4).await;
        let twice = people.iter().chain(&people);
        let done = join_all(twice.map(|person| bench.enrol(&token, *person, None))).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 2, "{done:?}");
        assert_eq!(bench.count_all("member_joined").await, 2);
        let links = bench.exercises.invitations(bench.exercise).await.unwrap();
        assert_eq!((links[0].used, links[0].seats), (2, 2));
        // Each went where most seats were free.
        let view = bench.seen().await;
        assert!(view.teams.iter().all(|team| team.members.len() == 2));
        let left = bench.newcomer().await;
        assert_eq!(bench.enrol(&token, left, None).await, Err(EnrolmentRefused::UsedUp));
        assert!(view.teams[0].members.iter().any(|person| people.contains(person)));
    }

    async fn a_link_leads_where_seats_are_free(database: Database) {
        let bench = Bench::new(database).await;
        let by = Actor::Account(bench.organiser);
        let [one, two] = bench.teams;
        let seats = |team, seats| bench.exercises.set_seats(bench.exercise, by, team, seats);
        seats(one, Some(1)).await.unwrap();
        seats(two, Some(3)).await.unwrap();
        assert_eq!(message(seats(two, Some(31)).await), "enrolment-seats-range");
        let (token, person) = (bench.link(5, None).await, bench.newcomer().await);
        let invited = bench.exercises.invited(&token, bench.place(person)).await.unwrap().unwrap();
        assert_eq!((invited.open, invited.refused), (vec![two], None));
        assert_eq!(invited.view.team(two).unwrap().spare().wanted, Some(2));
        assert_eq!(bench.enrol(&token, person, Some(one)).await, Err(EnrolmentRefused::Full));
        assert_eq!(bench.enrol(&token, person, None).await, Ok(two));
        assert_eq!(bench.enrol(&token, person, Some(two)).await, Err(EnrolmentRefused::Within(two)));
        let of_one = bench.link(5, Some(one)).await;
        let late = bench.newcomer().await;
        assert_eq!(bench.enrol(&of_one, late, Some(two)).await, Err(EnrolmentRefused::Full));
    }

    async fn a_link_that_was_taken_back_or_is_over_leads_nowhere(database: Database) {
        let bench = Bench::new(database).await;
        let (token, person) = (bench.link(5, None).await, bench.newcomer().await);
        assert_eq!(bench.enrol("other", person, None).await, Err(EnrolmentRefused::Unknown));
        let elsewhere = EnrolmentPlace { province: ProvinceId::new(), person };
        assert!(bench.exercises.invited(&token, elsewhere).await.unwrap().is_none());
        let links = bench.exercises.invitations(bench.exercise).await.unwrap();
        bench.exercises.revoke_invitation(bench.exercise, links[0].id).await.unwrap();
        assert_eq!(bench.enrol(&token, person, None).await, Err(EnrolmentRefused::Revoked));
        let late = bench.link(5, None).await;
        bench.clock.advance(Duration::from_hours(2));
        assert_eq!(bench.enrol(&late, person, None).await, Err(EnrolmentRefused::Expired));
        let past = NewInvitation { team: None, seats: 1, expires_at: bench.clock.now() };
        let made = bench.exercises.invite(bench.exercise, bench.organiser, past).await;
        assert_eq!(message(made.map(drop)), "enrolment-expiry-range");
        assert_eq!(bench.count_all("member_joined").await, 0);
    }

    async fn a_communications_check_names_who_does_not_answer(database: Database) {
        let bench = Bench::new(database).await;
        let (team, person) = (bench.teams[0], bench.people[0]);
        let send = |form| bench.exercises.send_comms_check(bench.exercise, bench.organiser, form);
        assert!(matches!(send("a").await, Err(ExerciseError::State(ExerciseState::Draft))));
        bench.exercises.prepare(bench.exercise, bench.organiser).await.unwrap();
        bench.execute("update environment set phase = 'ready'").await;
        bench.exercises.set_ready(bench.exercise).await.unwrap();
        for _ in 0..2 {
            send("a").await.unwrap();
        }
        assert_eq!(bench.count_all("comms_check_sent").await, 1);
        let check = bench.seen().await.comms_check().unwrap();
        for _ in 0..2 {
            bench.exercises.answer_comms_check(bench.exercise, (team, person), check).await.unwrap();
        }
        let view = bench.seen().await;
        let own = view.team(team).unwrap();
        assert_eq!(view.comms_answers(own), (vec![person], vec![]));
        let other = view.team(bench.teams[1]).unwrap();
        assert_eq!(view.comms_answers(other), (vec![], vec![bench.people[1]]));
        let events = bench.entries().await;
        let answers = events.iter().filter(|it| matches!(it.event, Event::CommsCheckAnswered { .. }));
        assert_eq!(answers.count(), 1);
        // A new one is answered anew, the old one no more.
        send("b").await.unwrap();
        let old = bench.exercises.answer_comms_check(bench.exercise, (team, person), check);
        assert_eq!(message(old.await), "comms-another");
        assert_eq!(bench.seen().await.comms_answers(own).0, []);
    }
}
