//! The one place that decides who may do what: role by action, reach by object.
//!
//! Every route names an [`Action`]; the table in [`Action::rules`] says which role may do it and how far that role
//! reaches. A role that may never do it is told so (403, audited). A role that may, but not with this object, is told
//! that there is no such thing (404): another team's name is none of its business.

use serde::Serialize;

use super::{Role, Roles};
use crate::{
    ids::{AccountId, PersonId, ProvinceId},
    locales::Locale,
};

/// Who asks.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The account that is signed in.
    pub account: AccountId,
    /// The person behind it, where there is one.
    pub person: Option<PersonId>,
    /// The province that it belongs to.
    pub province: ProvinceId,
    /// Its roles.
    pub roles: Roles,
    /// The language it reads.
    pub locale: Locale,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Open to everybody: the sign-in page, assets, the health check, a public scoreboard.
    Open,
    /// Anything of one's own account, and the first page.
    UseOwnAccount,
    /// Read scenarios.
    ReadLibrary,
    /// Upload scenarios, release and archive them, try them alone.
    EditLibrary,
    /// List exercises of the province.
    ListExercises,
    /// Make an exercise and its teams, and prepare it.
    PlanExercise,
    /// See what an exercise would take; nothing is made.
    EstimateExercise,
    /// Follow an exercise's live stream.
    FollowExercise,
    /// Look at a running exercise with all its teams.
    WatchExercise,
    /// Start, pause, resume, finish; send messages; retry and reset environments.
    RunExercise,
    /// Let an exercise begin although isolation is not proven.
    OverrideIsolation,
    /// Grade a team's report, and note what one sees.
    GradeReport,
    /// Work in a team: read its page, answer, take hints, file reports.
    WorkInTeam,
    /// Open a terminal or a lab page of a team's environment.
    EnterEnvironment,
    /// Replay what a terminal showed.
    ReadRecording,
    /// Read the staff list and who completed what.
    ReadPeople,
    /// Enter attendance lists.
    RecordAttendance,
    /// Read a plan's indicators.
    ReadIndicators,
    /// Enter an indicator's figures by hand.
    EnterFigures,
    /// Read a drill report and take its document.
    ReadReport,
    /// Write the report's own words.
    WriteReport,
    /// Write down who issues and signs documents.
    EditIssuer,
    /// Make and change accounts, end sessions.
    ManageAccounts,
    /// Read the audit trail.
    ReadAudit,
    /// Read the installation's state.
    ReadHealth,
    /// Try environments again and take away what nobody needs.
    ManageEnvironments,
}

/// How far a role reaches with an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Whatever belongs to one's province.
    Province,
    /// Only exercises and teams in which one is oneself.
    Member,
}

use Reach::{Member, Province};
use Role::{Administrator, Evaluator, Hr, Instructor, Leader, Trainee};

/// Everybody who is signed in, for what is one's own.
const EVERYBODY: &[(Role, Reach)] = &[
    (Trainee, Province),
    (Instructor, Province),
    (Evaluator, Province),
    (Hr, Province),
    (Leader, Province),
    (Administrator, Province),
];

impl Action {
    /// All of them.
    pub const ALL: [Self; 26] = [
        Self::Open,
        Self::UseOwnAccount,
        Self::ReadLibrary,
        Self::EditLibrary,
        Self::ListExercises,
        Self::PlanExercise,
        Self::EstimateExercise,
        Self::FollowExercise,
        Self::WatchExercise,
        Self::RunExercise,
        Self::OverrideIsolation,
        Self::GradeReport,
        Self::WorkInTeam,
        Self::EnterEnvironment,
        Self::ReadRecording,
        Self::ReadPeople,
        Self::RecordAttendance,
        Self::ReadIndicators,
        Self::EnterFigures,
        Self::ReadReport,
        Self::WriteReport,
        Self::EditIssuer,
        Self::ManageAccounts,
        Self::ReadAudit,
        Self::ReadHealth,
        Self::ManageEnvironments,
    ];

    /// Its name in the audit trail.
    #[must_use]
    pub fn name(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Whether doing it is written to the audit trail, not only being refused it.
    #[must_use]
    pub const fn is_privileged(self) -> bool {
        matches!(
            self,
            Self::EditLibrary
                | Self::PlanExercise
                | Self::RunExercise
                | Self::OverrideIsolation
                | Self::GradeReport
                | Self::RecordAttendance
                | Self::EnterFigures
                | Self::WriteReport
                | Self::EditIssuer
                | Self::ManageAccounts
                | Self::ManageEnvironments
        )
    }

    const fn rules(self) -> &'static [(Role, Reach)] {
        match self {
            Self::Open | Self::UseOwnAccount => EVERYBODY,
            Self::ReadLibrary => &[
                (Instructor, Province),
                (Evaluator, Province),
                (Leader, Province),
                (Administrator, Province),
            ],
            Self::EditLibrary => &[(Instructor, Province), (Administrator, Province)],
            Self::ListExercises => &[
                (Instructor, Province),
                (Evaluator, Province),
                (Leader, Province),
                (Hr, Province),
            ],
            Self::PlanExercise | Self::EstimateExercise | Self::RunExercise | Self::WriteReport => {
                &[(Instructor, Province)]
            }
            Self::FollowExercise => &[
                (Trainee, Member),
                (Instructor, Province),
                (Evaluator, Province),
                (Leader, Province),
                (Administrator, Member),
            ],
            Self::WatchExercise => &[
                (Instructor, Province),
                (Evaluator, Province),
                (Leader, Province),
            ],
            Self::GradeReport | Self::ReadRecording => {
                &[(Instructor, Province), (Evaluator, Province)]
            }
            // Whoever may try a scenario is the one member of the trial's team.
            Self::WorkInTeam => &[
                (Trainee, Member),
                (Instructor, Member),
                (Administrator, Member),
            ],
            Self::EnterEnvironment => &[
                (Trainee, Member),
                (Instructor, Province),
                (Administrator, Member),
            ],
            Self::ReadPeople | Self::ReadIndicators => {
                &[(Hr, Province), (Leader, Province), (Instructor, Province)]
            }
            Self::RecordAttendance | Self::EnterFigures => &[(Hr, Province)],
            Self::ReadReport => &[
                (Instructor, Province),
                (Evaluator, Province),
                (Hr, Province),
                (Leader, Province),
            ],
            Self::EditIssuer
            | Self::ManageAccounts
            | Self::ReadAudit
            | Self::ReadHealth
            | Self::ManageEnvironments
            | Self::OverrideIsolation => &[(Administrator, Province)],
        }
    }
}

/// What it is to be done to, with what is known about the actor's share in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// The actor's own province as a whole.
    Platform,
    /// A thing of a province: an account, a unit, a plan.
    Province(ProvinceId),
    /// An exercise; `member` says whether the actor is in one of its teams.
    Exercise {
        /// The province that holds it.
        province: ProvinceId,
        /// Whether the actor is in one of its teams.
        member: bool,
    },
    /// A team; `member` says whether it is the actor's own.
    Team {
        /// The province that holds its exercise.
        province: ProvinceId,
        /// Whether it is the actor's own.
        member: bool,
    },
    /// Nothing: what was named does not exist.
    Nothing,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The roles do not allow it at all: 403, audited.
    Forbidden,
    /// The roles would allow it, but not with this object, or it does not exist: 404.
    Hidden,
}

/// Decides whether `actor` may do `action` with `object`.
///
/// # Errors
/// The [`Refusal`], which says how to answer.
pub fn authorise(actor: &Actor, action: Action, object: &Object) -> Result<(), Refusal> {
    let mut reaches = action
        .rules()
        .iter()
        .filter(|(role, _)| actor.roles.has(*role))
        .map(|(_, reach)| *reach)
        .peekable();
    if reaches.peek().is_none() {
        return Err(Refusal::Forbidden);
    }
    let own = |province: ProvinceId| province == actor.province;
    let allowed = reaches.any(|reach| match (*object, reach) {
        (Object::Nothing, _) => false,
        (Object::Platform, _) => true,
        (Object::Province(province), _) => own(province),
        (Object::Exercise { province, .. } | Object::Team { province, .. }, Reach::Province) => {
            own(province)
        }
        (
            Object::Exercise { province, member } | Object::Team { province, member },
            Reach::Member,
        ) => own(province) && member,
    });
    if allowed {
        Ok(())
    } else {
        Err(Refusal::Hidden)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(province: ProvinceId, roles: &[Role]) -> Actor {
        Actor {
            account: AccountId::new(),
            person: Some(PersonId::new()),
            province,
            roles: roles.iter().copied().collect(),
            locale: Locale::Vi,
        }
    }

    /// One letter an answer: yes, 403 (f), 404 (h); the columns are the kinds of ownership.
    fn row(action: Action, role: Role) -> String {
        let (own, foreign) = (ProvinceId::new(), ProvinceId::new());
        let actor = actor(own, &[role]);
        let objects = [
            Object::Platform,
            Object::Province(own),
            Object::Province(foreign),
            Object::Exercise {
                province: own,
                member: true,
            },
            Object::Exercise {
                province: own,
                member: false,
            },
            Object::Exercise {
                province: foreign,
                member: false,
            },
            Object::Team {
                province: own,
                member: true,
            },
            Object::Team {
                province: own,
                member: false,
            },
            Object::Team {
                province: foreign,
                member: false,
            },
            Object::Nothing,
        ];
        objects
            .iter()
            .map(|object| match authorise(&actor, action, object) {
                Ok(()) => 'y',
                Err(Refusal::Forbidden) => 'f',
                Err(Refusal::Hidden) => 'h',
            })
            .collect()
    }

    #[test]
    fn role_by_action_by_ownership() {
        let mut table = String::new();
        for action in Action::ALL {
            for role in Role::ALL {
                use std::fmt::Write as _;
                writeln!(
                    table,
                    "{:<20}{:<14}{}",
                    action.name(),
                    role.name(),
                    row(action, role)
                )
                .expect("text");
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn another_teams_things_do_not_exist_for_a_trainee() {
        let province = ProvinceId::new();
        let trainee = actor(province, &[Role::Trainee]);
        let team = Object::Team {
            province,
            member: false,
        };
        assert_eq!(
            authorise(&trainee, Action::EnterEnvironment, &team),
            Err(Refusal::Hidden)
        );
        assert_eq!(
            authorise(&trainee, Action::ManageAccounts, &Object::Platform),
            Err(Refusal::Forbidden)
        );
    }

    #[test]
    fn the_widest_of_several_roles_counts() {
        let province = ProvinceId::new();
        let both = actor(province, &[Role::Trainee, Role::Instructor]);
        let team = Object::Team {
            province,
            member: false,
        };
        assert_eq!(authorise(&both, Action::EnterEnvironment, &team), Ok(()));
    }
}
