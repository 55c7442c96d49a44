-- Where the engine gives addresses itself, those of each copy, as JSON: texts and answers name them. Empty where they
-- come from the environment's address ranges.

alter table environment_incarnation add column addresses text;
