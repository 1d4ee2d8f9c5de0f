CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text,
	`password_hash` text,
	`created_at_ms` integer NOT NULL,
	`link_hash` text,
	`link_ends_at_ms` integer,
	`disabled_at_ms` integer,
	`removed_at_ms` integer
);
--> statement-breakpoint
CREATE TABLE `alert_channels` (
	`id` text PRIMARY KEY NOT NULL,
	`channel` text NOT NULL,
	`sealed` blob NOT NULL,
	`sealed_by` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`removed_at_ms` integer
);
--> statement-breakpoint
CREATE TABLE `alert_rules` (
	`id` text PRIMARY KEY NOT NULL,
	`rule` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`removed_at_ms` integer
);
--> statement-breakpoint
CREATE TABLE `alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`fired_at_ms` integer NOT NULL,
	`waiting` integer NOT NULL,
	`alert` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `aliases` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`target` text NOT NULL,
	`client_id` text,
	`created_at_ms` integer NOT NULL,
	`removed_at_ms` integer
);
--> statement-breakpoint
CREATE TABLE `connections` (
	`tool` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`url` text NOT NULL,
	`models` text NOT NULL,
	`models_before` text NOT NULL,
	`written` text NOT NULL,
	`sealed` blob NOT NULL,
	`sealed_by` text NOT NULL,
	`connected_at_ms` integer NOT NULL,
	`restored_at_ms` integer
);
--> statement-breakpoint
CREATE TABLE `conversations` (
	`key` text PRIMARY KEY NOT NULL,
	`used_at_ms` integer NOT NULL,
	`kept` text NOT NULL
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
CREATE TABLE `day_kinds` (
	`day` integer NOT NULL,
	`kind` integer NOT NULL,
	`requests` integer NOT NULL,
	`max_cost_nano` integer NOT NULL,
	`max_latency_ms` integer NOT NULL,
	`max_tokens` integer NOT NULL,
	PRIMARY KEY(`day`, `kind`)
);
--> statement-breakpoint
CREATE TABLE `gateway_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`hash` blob NOT NULL,
	`last_four` text NOT NULL,
	`user_id` text NOT NULL,
	`cache` integer NOT NULL,
	`metadata` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	`last_used_at_ms` integer,
	`revoked_at_ms` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `gateway_keys_hash_unique` ON `gateway_keys` (`hash`);--> statement-breakpoint
CREATE TABLE `ledger_state` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
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
CREATE TABLE `request_errors` (
	`started_at_ms` integer NOT NULL,
	`mark` integer NOT NULL,
	`kind` integer NOT NULL,
	`cost_nano` integer,
	`latency_ms` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`started_at_ms`, `mark`)
);
--> statement-breakpoint
CREATE TABLE `request_kinds` (
	`id` integer PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`complexity` text NOT NULL,
	`dialect` text NOT NULL,
	`status` text NOT NULL,
	`cache` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `request_kinds_client_id_provider_model_complexity_dialect_status_cache_unique` ON `request_kinds` (`client_id`,`provider`,`model`,`complexity`,`dialect`,`status`,`cache`);--> statement-breakpoint
CREATE TABLE `request_rows` (
	`started_at_ms` integer NOT NULL,
	`mark` integer NOT NULL,
	`kind` integer NOT NULL,
	`cost_nano` integer,
	`latency_ms` integer NOT NULL,
	`first_byte_ms` integer,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_5m_tokens` integer NOT NULL,
	`cache_write_1h_tokens` integer NOT NULL,
	`reasoning_tokens` integer NOT NULL,
	`retries` integer NOT NULL,
	`switch_loss_nano` integer NOT NULL,
	`given_up_nano` integer NOT NULL,
	`block` integer NOT NULL,
	`place` integer NOT NULL,
	PRIMARY KEY(`started_at_ms`, `mark`)
);
--> statement-breakpoint
CREATE INDEX `request_rows_by_kind` ON `request_rows` (`kind`,`started_at_ms`,`mark`,`cost_nano`,`latency_ms`,`input_tokens`,`output_tokens`);--> statement-breakpoint
CREATE INDEX `request_rows_dear` ON `request_rows` (`started_at_ms`,`mark`,`kind`,`cost_nano`,`latency_ms`,`input_tokens`,`output_tokens`) WHERE cost_nano >= 1000000000;--> statement-breakpoint
CREATE INDEX `request_rows_switched` ON `request_rows` (`started_at_ms`,`mark`,`kind`,`cost_nano`,`latency_ms`,`input_tokens`,`output_tokens`) WHERE switch_loss_nano > 0;--> statement-breakpoint
CREATE INDEX `request_rows_given_up` ON `request_rows` (`started_at_ms`,`mark`,`kind`,`cost_nano`,`latency_ms`,`input_tokens`,`output_tokens`) WHERE given_up_nano > 0;--> statement-breakpoint
CREATE TABLE `rollup_series` (
	`id` integer PRIMARY KEY NOT NULL,
	`span` text NOT NULL,
	`dimension` text NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `rollup_series_span_dimension_value_unique` ON `rollup_series` (`span`,`dimension`,`value`);--> statement-breakpoint
CREATE TABLE `rollups` (
	`series` integer NOT NULL,
	`start_ms` integer NOT NULL,
	`requests` integer NOT NULL,
	`errors` integer NOT NULL,
	`cancelled` integer NOT NULL,
	`cache_hits` integer NOT NULL,
	`cache_looks` integer NOT NULL,
	`cost_nano` integer NOT NULL,
	`failed_nano` integer NOT NULL,
	`unknown_costs` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_5m_tokens` integer NOT NULL,
	`cache_write_1h_tokens` integer NOT NULL,
	`reasoning_tokens` integer NOT NULL,
	`latency_ms` integer NOT NULL,
	`retries` integer NOT NULL,
	`switch_loss_nano` integer NOT NULL,
	`histograms` blob,
	PRIMARY KEY(`series`, `start_ms`)
);
--> statement-breakpoint
CREATE TABLE `routing_evidence` (
	`model` text NOT NULL,
	`complexity` text NOT NULL,
	`answers` integer NOT NULL,
	`good` real NOT NULL,
	`bad` real NOT NULL,
	PRIMARY KEY(`model`, `complexity`)
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
CREATE TABLE `row_blocks` (
	`id` integer PRIMARY KEY NOT NULL,
	`last_ms` integer NOT NULL,
	`data` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`agent` text NOT NULL,
	`turn` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	`renewed_at_ms` integer NOT NULL,
	`last_seen_at_ms` integer NOT NULL,
	`ends_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `shadow_checks` (
	`request_id` text PRIMARY KEY NOT NULL,
	`at_ms` integer NOT NULL,
	`model` text NOT NULL,
	`complexity` text NOT NULL,
	`strong` text NOT NULL,
	`judge` text NOT NULL,
	`verdict` text NOT NULL,
	`cost_nano` integer NOT NULL
);
