//! Lab pages: the link that leads to one, the router of their hosts, and who may look.

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};

use super::{
    App, AppError, Visitor,
    entrance::{Closed, Entrance},
    errors::Message,
    forms::Path,
};
use crate::{
    browser::labs::{Admission, Door, Gate},
    ids::{ExerciseId, TeamId},
    store::labs::LabHost,
};

/// Sends somebody who may enter to the node's page, with a ticket that serves once.
pub(super) async fn open(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, node)): Path<(ExerciseId, TeamId, String)>,
) -> Result<Response, AppError> {
    let session = visitor.session.as_ref().ok_or(AppError::SignIn)?;
    let entered = app
        .entrance
        .enter(&session.actor, (exercise, team, &node))
        .await
        .map_err(refusal)?;
    if entered.node().is_none_or(|node| node.web.is_none()) {
        return Err(AppError::NotFound);
    }
    let host = LabHost {
        token: String::new(),
        exercise,
        team,
        environment: entered.place.node.environment,
        incarnation: entered.place.incarnation,
        node,
    };
    let address = app.labs.ticket(host, &session.token_hash).await;
    Ok(Redirect::to(&address.map_err(AppError::unexpected)?).into_response())
}

/// The router of lab hosts: one handler for whatever path.
pub(super) fn router(app: &App) -> Router {
    Router::new().fallback(serve).with_state(app.clone())
}

async fn serve(State(app): State<App>, request: Request) -> Response {
    app.labs.serve(request).await.map(Body::new)
}

fn refusal(closed: Closed) -> AppError {
    match closed {
        Closed::Refused => AppError::NotFound,
        Closed::NotBegun | Closed::NotReady | Closed::Asleep(_) => {
            AppError::Unavailable(Message::new("terminal-notice-not-ready"))
        }
        Closed::Over => AppError::Conflict(Message::new("terminal-notice-exercise-finished")),
        error => AppError::unexpected(error),
    }
}

#[async_trait]
impl Gate for Entrance {
    async fn admit(&self, host: &LabHost, holder: &str) -> Admission {
        let place = (host.exercise, host.team, host.node.as_str());
        let mut entered = self.enter_by(holder, place).await;
        if let Err(Closed::Asleep(environment)) = entered {
            self.environments.touch(environment).await;
            entered = self.enter_by(holder, place).await;
        }
        match entered {
            Ok(entered) => {
                self.environments.touch(host.environment).await;
                let same = entered.place.node.environment == host.environment
                    && entered.place.incarnation == host.incarnation;
                match entered.node().and_then(|node| node.web.as_ref()) {
                    Some(web) if same => Admission::Admitted(Door {
                        port: web.port,
                        node: entered.place.node,
                    }),
                    _ => Admission::Over,
                }
            }
            Err(Closed::Over | Closed::NotReady | Closed::Asleep(_) | Closed::NotBegun) => {
                Admission::Over
            }
            Err(Closed::Refused) => Admission::Refused,
            Err(error) => {
                tracing::warn!(%error, "a lab page's right could not be looked at");
                Admission::Refused
            }
        }
    }
}
