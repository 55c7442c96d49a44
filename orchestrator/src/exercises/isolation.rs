//! What an exercise has to do with isolation: it does not begin where labs are open, unless an administrator decides so,
//! and it writes down when they were found open while it ran. Each of it stands in the journal and in the audit trail.

use super::{ExerciseError, ExerciseState, Exercises};
use crate::{
    environments::{Breach, EnvironmentStatus, EnvironmentsError},
    ids::{AccountId, ExerciseId, SessionId},
    journal::{Actor, Appended, Draft as Row, Event, Pending, append_in},
    store::{
        self, Connection,
        accounts::{AuditRow, insert_audit},
        exercises::Exercise,
    },
};

/// Characters of a reason that the audit trail keeps; the journal has all of them.
const AUDITED: usize = 300;
/// Characters that a reason may have.
const LONGEST_REASON: usize = 2000;

impl Exercises {
    /// Notes why an administrator lets the exercise begin although isolation is not proven. The first decision stands:
    /// asked for again nothing changes.
    ///
    /// # Errors
    /// No reason, an exercise that has begun or is over, or a database that refuses.
    pub async fn override_isolation(
        &self,
        id: ExerciseId,
        by: AccountId,
        reason: &str,
    ) -> Result<(), ExerciseError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(ExerciseError::input("exercise-override-reason-missing"));
        }
        if reason.chars().count() > LONGEST_REASON {
            let limit = &LONGEST_REASON;
            return Err(ExerciseError::input_with("text-too-long", "limit", limit));
        }
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        let exercise = store::exercises::find(&mut transaction, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        if !may_decide(exercise.state) {
            return Err(ExerciseError::State(exercise.state));
        }
        if exercise.isolation_override.is_some() {
            return Ok(());
        }
        let text = Pending::new(reason, None);
        let row = Row::new(
            Actor::Account(by),
            Event::IsolationOverridden {
                reason: text.reference(),
            },
        )
        .text(text);
        store::exercises::set_isolation_override(&mut transaction, id, reason).await?;
        append_in(&mut transaction, id, self.clock.now(), &[row]).await?;
        self.audit(
            &mut transaction,
            &exercise,
            Some(by),
            ("isolation-overridden", "done"),
            reason,
        )
        .await?;
        transaction.commit().await?;
        self.journal.announce(id);
        Ok(())
    }

    /// Refuses to go on where labs are open, and writes down what was reached.
    pub(super) async fn isolation_proven(
        &self,
        exercise: &Exercise,
        by: Actor,
    ) -> Result<(), ExerciseError> {
        // Around a table there is nothing that could be open.
        let bare = self.view(exercise.id).await?.definition.is_bare();
        if bare || exercise.isolation_override.is_some() {
            return Ok(());
        }
        let refused = match self.environments.launch_allowed().await {
            Err(EnvironmentsError::NotIsolated(reached)) => reached,
            other => return Ok(other?),
        };
        let mut transaction = self.database.begin().await?;
        let event = Event::LaunchRefused {
            reached: refused.clone(),
        };
        let (mut row, mut account) = (Row::new(by, event), None);
        match (by, &exercise.schedule) {
            (Actor::Account(by), _) => account = Some(by),
            // It is tried again and again; the same refusal is one row.
            (_, Some(schedule)) => {
                let key = format!("launch-refused:{}:{}", schedule.row, refused.join(","));
                row = row.once(key.chars().take(AUDITED).collect::<String>());
            }
            _ => {}
        }
        let appended = append_in(&mut transaction, exercise.id, self.clock.now(), &[row]).await?;
        if matches!(appended[..], [Appended::New(_)]) {
            let what = ("launch-refused", "refused");
            let reached = refused.join(", ");
            self.audit(&mut transaction, exercise, account, what, &reached)
                .await?;
        }
        transaction.commit().await?;
        self.journal.announce(exercise.id);
        Err(EnvironmentsError::NotIsolated(refused).into())
    }

    /// Writes down that labs were found open, and that they are closed again, once each. An exercise that began with an
    /// administrator's decision is known to be open.
    pub(super) async fn note_breach(
        &self,
        exercise: &Exercise,
        statuses: &[EnvironmentStatus],
    ) -> Result<(), ExerciseError> {
        let Some(breach) = self.environments.breach() else {
            return Ok(());
        };
        let concerned = statuses.iter().any(|status| concerns(&breach, status));
        if exercise.isolation_override.is_some() || !concerned {
            return Ok(());
        }
        let lost = Event::IsolationLost {
            reason: breach.reason.clone(),
        };
        let noticed = breach.noticed.0;
        let mut rows = vec![(lost, format!("isolation-lost:{noticed}"), "isolation-lost")];
        if breach.closed.is_some() {
            rows.push((
                Event::IsolationRestored,
                format!("isolation-restored:{noticed}"),
                "isolation-restored",
            ));
        }
        for (event, key, action) in rows {
            if self.views.knows(exercise.id, &key) {
                continue;
            }
            let mut transaction = self.database.begin().await?;
            let row = Row::new(Actor::System, event).once(key.clone());
            append_in(&mut transaction, exercise.id, self.clock.now(), &[row]).await?;
            let what = (action, "done");
            self.audit(&mut transaction, exercise, None, what, &breach.reason)
                .await?;
            transaction.commit().await?;
            self.journal.announce(exercise.id);
            self.views.note(exercise.id, key);
        }
        Ok(())
    }

    pub(super) async fn audit(
        &self,
        transaction: &mut Connection,
        exercise: &Exercise,
        by: Option<AccountId>,
        (action, outcome): (&str, &str),
        detail: &str,
    ) -> Result<(), ExerciseError> {
        let row = AuditRow {
            id: SessionId::new().to_string(),
            province: Some(exercise.province),
            at: self.clock.now(),
            account: by,
            action: action.to_owned(),
            object: format!("/exercises/{}", exercise.id),
            outcome: outcome.to_owned(),
            address: "-".to_owned(),
            detail: detail.chars().take(AUDITED).collect(),
        };
        Ok(insert_audit(transaction, &row).await?)
    }
}

/// Whether it can still be decided that an exercise begins.
const fn may_decide(state: ExerciseState) -> bool {
    matches!(
        state,
        ExerciseState::Draft | ExerciseState::Preparing | ExerciseState::Ready
    )
}

/// Whether an environment was there while labs were open.
fn concerns(breach: &Breach, status: &EnvironmentStatus) -> bool {
    breach.closed.is_none_or(|closed| status.asked_at <= closed)
}
