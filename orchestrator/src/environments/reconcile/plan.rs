//! The plan of an environment as it stands in the database: its scenario, seed, ranges, and addresses where the engine
//! gave them.

use crate::{
    environments::{
        Environments, EnvironmentsError,
        service::{held_subnets, seed_from},
        subnets,
    },
    scenarios::{Addresses, EnvironmentPlan, PlanInput, Subnet},
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

    /// The plan, with `addresses` where the engine has given them.
    pub(super) async fn plan(
        &self,
        row: &Environment,
        addresses: Option<&Addresses>,
    ) -> Result<EnvironmentPlan, EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        let definition = self.0.definitions.get(&mut connection, &row.bundle).await?;
        let mut subnets = held_subnets(&mut connection, row.id, &definition).await?;
        drop(connection);
        let sizes = definition.network_sizes();
        if subnets.len() < sizes.len() {
            // Asked before the transaction: no engine call inside one.
            let mut taken: Vec<Subnet> = self.0.engine.subnets_in_use().await?;
            taken.extend_from_slice(&self.0.config.host_ranges);
            let mut transaction = self.0.database.begin().await?;
            let ranges = &self.0.config.ranges;
            subnets = subnets::allocate(&mut transaction, row.id, ranges, &taken, &sizes).await?;
            transaction.commit().await?;
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
