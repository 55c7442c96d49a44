//! Under which name an event is filed, and which words belong to it.

use super::{Event, TextReference};

impl Event {
    /// Whether it changes who is in a team, or how many may be.
    #[must_use]
    pub const fn changes_teams(&self) -> bool {
        matches!(
            self,
            Self::MemberJoined { .. } | Self::MemberLeft { .. } | Self::SeatsSet { .. }
        )
    }

    /// The words that belong to it.
    #[must_use]
    pub const fn text(&self) -> Option<&TextReference> {
        match self {
            Self::Submission { answer: text, .. }
            | Self::EventPlanned { words: text, .. }
            | Self::MessageSent { text, .. }
            | Self::ResponseGiven { text, .. }
            | Self::ReportFiled { text, .. }
            | Self::ReportGraded { comment: text, .. }
            | Self::GradeGiven { comment: text, .. }
            | Self::GradeSettled { comment: text, .. }
            | Self::Regraded { reason: text, .. }
            | Self::PointsAdjusted { reason: text, .. }
            | Self::HelpCalled { text }
            | Self::NoteTaken { text }
            | Self::IsolationOverridden { reason: text } => Some(text),
            _ => None,
        }
    }

    /// The name under which the journal files it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Created { .. } => "created",
            Self::Preparing => "preparing",
            Self::PreparationCancelled => "preparation_cancelled",
            Self::EnvironmentReady { .. } => "environment_ready",
            Self::EnvironmentFailed { .. } => "environment_failed",
            Self::EnvironmentReset { .. } => "environment_reset",
            Self::MachineLost { .. } => "machine_lost",
            Self::EnvironmentRetried => "environment_retried",
            Self::EnvironmentsRemoved { .. } => "environments_removed",
            Self::ExpiryExtended { .. } => "expiry_extended",
            Self::Scheduled { .. } => "scheduled",
            Self::ScheduleCancelled => "schedule_cancelled",
            Self::ScheduleHindered { .. } => "schedule_hindered",
            Self::Started => "started",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Interrupted { .. } => "interrupted",
            Self::Skipped { .. } => "skipped",
            Self::Finished { .. } => "finished",
            Self::Present { .. } => "present",
            Self::MemberExcused { .. } => "member_excused",
            Self::MemberJoined { .. } => "member_joined",
            Self::MemberLeft { .. } => "member_left",
            Self::LeadNamed { .. } => "lead_named",
            Self::SeatsSet { .. } => "seats_set",
            Self::CommsCheckSent => "comms_check_sent",
            Self::CommsCheckAnswered { .. } => "comms_check_answered",
            Self::Submission { .. } => "submission",
            Self::Decided { .. } => "decided",
            Self::CheckChanged { .. } => "check_changed",
            Self::HintTaken { .. } => "hint_taken",
            Self::InjectDelivered { .. } => "inject_delivered",
            Self::EventPlanned { .. } => "event_planned",
            Self::EventHeld { .. } => "event_held",
            Self::EventSkipped { .. } => "event_skipped",
            Self::ActionStarted { .. } => "action_started",
            Self::ActionFinished { .. } => "action_finished",
            Self::TerminalShared { .. } => "terminal_shared",
            Self::NoteTaken { .. } => "note_taken",
            Self::DurationSet { .. } => "duration_set",
            Self::MessageSent { .. } => "message_sent",
            Self::ResponseGiven { .. } => "response_given",
            Self::ReportFiled { .. } => "report_filed",
            Self::ReportGraded { .. } => "report_graded",
            Self::EvaluatorsSet { .. } => "evaluators_set",
            Self::GradeGiven { .. } => "grade_given",
            Self::GradeSettled { .. } => "grade_settled",
            Self::Regraded { .. } => "regraded",
            Self::PointsAdjusted { .. } => "points_adjusted",
            Self::BoardFrozen => "board_frozen",
            Self::BoardThawed => "board_thawed",
            Self::HelpCalled { .. } => "help_called",
            Self::LaunchRefused { .. } => "launch_refused",
            Self::IsolationLost { .. } => "isolation_lost",
            Self::IsolationRestored => "isolation_restored",
            Self::IsolationOverridden { .. } => "isolation_overridden",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_the_tag() {
        for event in [
            Event::Preparing,
            Event::BoardFrozen,
            Event::EvaluatorsSet { count: 2 },
            Event::Finished { time_out: true },
            Event::HintTaken {
                task: "t".into(),
                hint: 0,
                cost: 5,
            },
        ] {
            let json = serde_json::to_value(&event).expect("serializes");
            assert_eq!(json["kind"], event.kind());
        }
    }
}
