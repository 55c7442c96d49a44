//! Invitations as both databases keep them.

use thaotruong_tests::both_databases;

use super::Bench;
use crate::{
    clock::Timestamp,
    ids::{ExerciseId, InvitationId, PersonId},
    store::{self, Database, exercises::*},
};

const NOW: Timestamp = Timestamp(1_000);

fn invitation(exercise: ExerciseId) -> Invitation {
    Invitation {
        id: InvitationId::new(),
        exercise,
        team: None,
        seats: 1,
        used: 0,
        created_at: NOW,
        expires_at: Timestamp(2_000),
        revoked_at: None,
    }
}

both_databases! {
    async fn a_seat_is_taken_once(database: Database) {
        let bench = Bench::new(database).await;
        let mut c = bench.database.connection().await.unwrap();
        let made = invitation(bench.exercise);
        insert_invitation(&mut c, &made, "hash", bench.organiser).await.unwrap();
        assert_eq!(find_invitation(&mut c, "hash").await.unwrap(), Some(made.clone()));
        assert_eq!(find_invitation(&mut c, "other").await.unwrap(), None);
        assert!(!take_seat(&mut c, made.id, Timestamp(2_000)).await.unwrap(), "expired");
        assert!(take_seat(&mut c, made.id, NOW).await.unwrap());
        assert!(!take_seat(&mut c, made.id, NOW).await.unwrap(), "used up");
        let listed = invitations(&mut c, bench.exercise).await.unwrap();
        assert_eq!((listed.len(), listed[0].used), (1, 1));
    }

    async fn what_was_taken_back_stays_so(database: Database) {
        let bench = Bench::new(database).await;
        let mut c = bench.database.connection().await.unwrap();
        let made = invitation(bench.exercise);
        insert_invitation(&mut c, &made, "hash", bench.organiser).await.unwrap();
        for at in [5, 9] {
            assert!(revoke_invitation(&mut c, bench.exercise, made.id, Timestamp(at)).await.unwrap());
        }
        assert!(!revoke_invitation(&mut c, ExerciseId::new(), made.id, NOW).await.unwrap());
        assert!(!take_seat(&mut c, made.id, NOW).await.unwrap());
        let found = find_invitation(&mut c, "hash").await.unwrap().unwrap();
        assert_eq!(found.revoked_at, Some(Timestamp(5)));
    }

    async fn a_member_moves_between_tables_rows(database: Database) {
        let bench = Bench::new(database).await;
        let mut c = bench.database.connection().await.unwrap();
        let teams = store::exercises::teams(&mut c, bench.exercise).await.unwrap();
        let [one, two] = [0, 1].map(|place| teams[place].id);
        let members = store::exercises::members(&mut c, bench.exercise).await.unwrap();
        let person = members.iter().find(|(team, _)| *team == one).unwrap().1;
        let twice = store::exercises::insert_member(&mut c, bench.exercise, two, person).await;
        assert!(twice.unwrap_err().is_duplicate());
        let gone = store::exercises::delete_member(&mut c, bench.exercise, two, person).await;
        assert!(!gone.unwrap(), "not of that team");
        assert!(store::exercises::delete_member(&mut c, bench.exercise, one, person).await.unwrap());
        store::exercises::insert_member(&mut c, bench.exercise, two, person).await.unwrap();
        let stranger = store::exercises::insert_member(&mut c, bench.exercise, two, PersonId::new());
        assert!(stranger.await.is_err(), "nobody of that name");
        assert!(store::exercises::set_seats(&mut c, bench.exercise, two, Some(5)).await.unwrap());
        let team = store::exercises::team(&mut c, bench.exercise, two).await.unwrap();
        assert_eq!(team.unwrap().seats, Some(5));
    }
}
