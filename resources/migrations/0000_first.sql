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
CREATE TABLE `requests` (
	`id` text PRIMARY KEY NOT NULL,
	`started_at_ms` integer NOT NULL,
	`client_id` text,
	`client_name` text,
	`dialect` text NOT NULL,
	`requested_model` text NOT NULL,
	`provider` text,
	`model` text,
	`complexity` text,
	`score` real,
	`why` text,
	`features` text,
	`stream` integer NOT NULL,
	`input_tokens` integer,
	`output_tokens` integer,
	`cache_read_tokens` integer,
	`cache_write_5m_tokens` integer,
	`cache_write_1h_tokens` integer,
	`reasoning_tokens` integer,
	`audio_input_tokens` integer,
	`audio_output_tokens` integer,
	`cost_nano` integer,
	`cost_kind` text NOT NULL,
	`price_version` text,
	`first_byte_ms` integer,
	`latency_ms` integer NOT NULL,
	`cache` text NOT NULL,
	`status` text NOT NULL,
	`http_status` integer NOT NULL,
	`error_code` text,
	`error_message` text,
	`retries` integer NOT NULL,
	`fallbacks` integer NOT NULL,
	`losses` text
);
--> statement-breakpoint
CREATE INDEX `requests_started` ON `requests` (`started_at_ms`,`id`);--> statement-breakpoint
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
CREATE TABLE `settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
