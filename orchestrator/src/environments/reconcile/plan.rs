//! The plan of an environment as it stands in the database: its scenario, seed, ranges, and addresses where the engine
//! gave them.

use std::sync::Arc;

use crate::{
    environments::{
        Environments, EnvironmentsError,
        service::{held_subnets, seed_from},
    },
    scenarios::{Addresses, Definition, EnvironmentPlan, PlanInput},
    store::{self, environments::Environment},
};

impl Environments {
    /// Keeps the addresses that the engine gave: texts and answers name them.
    pub(super) async fn keep_addresses(
        &self,
        row: &Environment,
        addresses: &Addresses,
    ) -> Result<(), EnvironmentsError> {
        let json = serde_json::to_string(addresses).unwrap_or_default();
        let mut connection = self.0.database.connection().await?;
        store::environments::keep_addresses(&mut connection, row.id, row.incarnation, &json)
            .await?;
        Ok(())
    }

    /// The scenario.
    pub(super) async fn definition(
        &self,
        row: &Environment,
    ) -> Result<Arc<Definition>, EnvironmentsError> {
        if let Some(known) = self.0.definitions.known(&row.bundle) {
            return Ok(known);
        }
        let mut connection = self.0.database.connection().await?;
        self.0.definitions.get(&mut connection, &row.bundle).await
    }

    /// The plan, with `addresses` where the engine has given them.
    pub(super) async fn plan(
        &self,
        row: &Environment,
        definition: &Definition,
        addresses: Option<&Addresses>,
    ) -> Result<EnvironmentPlan, EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        let mut subnets = held_subnets(&mut connection, row.id, definition).await?;
        drop(connection);
        let sizes = definition.network_sizes();
        if subnets.len() < sizes.len() {
            let inner = &self.0;
            let places = (&inner.config.ranges[..], &inner.config.host_ranges[..]);
            subnets = inner
                .ranges
                .allocate(&inner.database, &*inner.engine, places, row.id, &sizes)
                .await?;
        }
        let seed = seed_from(&row.seed)?;
        Ok(definition.plan(&PlanInput {
            environment: row.id,
            seed: &seed,
            subnets: &subnets,
            addresses,
        })?)
    }
}
