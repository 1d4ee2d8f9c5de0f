CREATE TABLE `aliases` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`target` text NOT NULL,
	`client_id` text,
	`created_at_ms` integer NOT NULL,
	`removed_at_ms` integer
);
--> statement-breakpoint
CREATE TABLE `custom_providers` (
	`id` text PRIMARY KEY NOT NULL,
	`definition` text NOT NULL,
	`header_names` text NOT NULL,
	`sealed_headers` blob,
	`sealed_by` text,
	`listed_models` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`removed_at_ms` integer
);
--> statement-breakpoint
CREATE TABLE `gateway_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`hash` blob NOT NULL,
	`last_four` text NOT NULL,
	`cache` integer NOT NULL,
	`metadata` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	`last_used_at_ms` integer,
	`revoked_at_ms` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `gateway_keys_hash_unique` ON `gateway_keys` (`hash`);--> statement-breakpoint
CREATE TABLE `limits` (
	`id` text PRIMARY KEY NOT NULL,
	`requests_per_minute` integer,
	`tokens_per_minute` integer,
	`concurrent_requests` integer,
	`day_nano` integer,
	`week_nano` integer,
	`month_nano` integer
);
--> statement-breakpoint
CREATE TABLE `model_edits` (
	`model` text PRIMARY KEY NOT NULL,
	`edit` text NOT NULL,
	`added` text,
	`edited_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `model_prices` (
	`model` text NOT NULL,
	`since_ms` integer NOT NULL,
	`version` text NOT NULL,
	`layer` text NOT NULL,
	`source` text,
	`prices` text NOT NULL,
	PRIMARY KEY(`model`, `since_ms`, `version`)
);
--> statement-breakpoint
CREATE TABLE `provider_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`label` text NOT NULL,
	`sealed` blob NOT NULL,
	`sealed_by` text NOT NULL,
	`last_four` text,
	`status` text NOT NULL,
	`checked_at_ms` integer,
	`created_at_ms` integer NOT NULL,
	`removed_at_ms` integer
);
--> statement-breakpoint
CREATE TABLE `registry_checks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at_ms` integer NOT NULL,
	`result` text NOT NULL,
	`report` text NOT NULL,
	`before` text
);
--> statement-breakpoint
CREATE TABLE `registry_state` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `request_rows` (
	`started_at_ms` integer NOT NULL,
	`id` text NOT NULL,
	`client_id` text,
	`provider` text,
	`model` text,
	`complexity` text,
	`status` text NOT NULL,
	`cache` text NOT NULL,
	`cost_nano` integer,
	`error_code` text,
	`error_message` text,
	`rest` text NOT NULL,
	PRIMARY KEY(`started_at_ms`, `id`)
);
--> statement-breakpoint
CREATE TABLE `rollups` (
	`hour_ms` integer NOT NULL,
	`client_id` text NOT NULL,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`complexity` text NOT NULL,
	`dialect` text NOT NULL,
	`status` text NOT NULL,
	`cache` text NOT NULL,
	`requests` integer NOT NULL,
	`cost_nano` integer NOT NULL,
	`unknown_costs` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`reasoning_tokens` integer NOT NULL,
	`latency_ms` integer NOT NULL,
	`latencies` text NOT NULL,
	PRIMARY KEY(`hour_ms`, `client_id`, `provider`, `model`, `complexity`, `dialect`, `status`, `cache`)
);
--> statement-breakpoint
CREATE TABLE `routing_policies` (
	`version` integer PRIMARY KEY NOT NULL,
	`policy` text NOT NULL,
	`made_at_ms` integer NOT NULL,
	`note` text NOT NULL,
	`before_version` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `routing_snapshots` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`hash` text NOT NULL,
	`made_at_ms` integer NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `routing_snapshots_hash` ON `routing_snapshots` (`kind`,`hash`);--> statement-breakpoint
CREATE TABLE `settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE VIEW `requests` AS 
  SELECT id, started_at_ms, client_id, provider, model, complexity, cache, status, cost_nano, error_code, error_message,
    rest ->> 0 AS features,
    rest ->> 1 AS client_name,
    rest ->> 2 AS dialect,
    rest ->> 3 AS requested_model,
    rest ->> 4 AS score,
    rest ->> 5 AS why,
    rest ->> 6 AS stream,
    rest ->> 7 AS input_tokens,
    rest ->> 8 AS output_tokens,
    rest ->> 9 AS cache_read_tokens,
    rest ->> 10 AS cache_write_5m_tokens,
    rest ->> 11 AS cache_write_1h_tokens,
    rest ->> 12 AS reasoning_tokens,
    rest ->> 13 AS audio_input_tokens,
    rest ->> 14 AS audio_output_tokens,
    rest ->> 15 AS cost_kind,
    rest ->> 16 AS price_version,
    rest ->> 17 AS first_byte_ms,
    rest ->> 18 AS latency_ms,
    rest ->> 19 AS http_status,
    rest ->> 20 AS retries,
    rest ->> 21 AS fallbacks,
    rest ->> 22 AS losses,
    rest ->> 23 AS billing,
    rest ->> 24 AS decision
  FROM request_rows;