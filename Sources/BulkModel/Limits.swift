/// Every bound of the product, in one place; `docs/LIMITS.md` lists them.
///
/// The configuration file's `limits` and `uploads` change the ones it names.
package struct Limits: Hashable, Sendable {
    /// Bytes of one control request's body (`limits.request_bytes`).
    package var requestBytesMax = 64 << 20
    /// Bytes of one record (`limits.record_bytes`).
    package var recordBytesMax = 1 << 20
    /// Decompressed bytes of one upload (`uploads.max_bytes`).
    package var uploadBytesMax = 10 << 30
    /// Decompressed : compressed bytes (`limits.inflate_ratio`), looked at after `inflateRatioFreeBytes` of output.
    package var inflateRatioMax = 500
    package var inflateRatioFreeBytes = 8 << 20
    /// Jobs of one tenant that have not ended (`limits.jobs_per_tenant`).
    package var jobsPerTenantMax = 100
    /// Columns of a CSV header or keys of a JSON record.
    package var columnsMax = 2000
    /// Bytes of a CSV header line.
    package var headerBytesMax = 1 << 20
    /// Nesting of a JSON record or request.
    package var jsonDepthMax = 64
    /// Records a chunk may hold, and bytes it may hold.
    package var chunkRecordsMin = 100
    package var chunkRecordsMax = 50_000
    package var chunkBytesMax = 16 << 20
    /// Records times columns of a chunk: what bounds its memory when records are short and columns many.
    package var chunkValuesMax = 1_000_000
    /// Records between two cut marks of an upload: a chunk is a run of such segments.
    package var segmentRecordsMax = 100
    package var segmentBytesMax = 256 << 10
    /// What the adaptive chunk size aims at: long, because a chunk stops early as soon as another write waits.
    package var chunkDurationTarget = Duration.milliseconds(400)
    /// On PostgreSQL: what the chunk size aims at there, chunks that a node works on at once, and open chunks of one job
    /// over all nodes.
    package var sharedChunkDurationTarget = Duration.milliseconds(500)
    package var chunksAtOnceMax = 2
    package var chunksPerJobMax = 8
    /// Connections of a node for everything but chunks and queries.
    package var databaseConnectionsMax = 8
    /// A chunk waits this long for a lock that somebody else holds before it is tried again later.
    package var lockWaitMax = Duration.seconds(5)
    /// A node that holds a chunk and does nothing for so long loses it.
    package var leaseIdleMax = Duration.seconds(60)
    /// Ids that one request may list (`recordIds`), and values of one `in`.
    package var recordIDsMax = 100_000
    /// Bytes of a stream's request as it is kept beside its job, for who resumes it.
    package var streamRequestBytesMax = 8 << 20
    /// Terms of a filter, and how deep its `and`, `or` and `not` may nest.
    package var filterTermsMax = 1000
    package var filterDepthMax = 32
    /// Records of one chunk of a stream: its outcomes are in memory until the reader has taken them.
    package var streamChunkRecordsMax = 10_000
    /// Streams of one tenant that were left and have not ended; they end with `jobLifetime`.
    package var streamsPerTenantMax = 1000
    /// Operations of one batch: those that write, deletes, and those that read (spec 001, "Batch Size Guidelines").
    package var batchWritesMax = 1000
    package var batchDeletesMax = 5000
    package var batchReadsMax = 500
    /// Bytes of the records that all lists of one batch give together; they are in memory until the batch has ended.
    package var batchListBytesMax = 16 << 20
    /// `timeout_ms` of a batch: when none is asked for, and most.
    package var batchTimeoutDefault = Duration.seconds(30)
    package var batchTimeoutMax = Duration.seconds(300)
    /// `parallel` of a batch.
    package var batchParallelMax = 64
    /// Records of one `/v1/bulk/{table}` request.
    package var bulkRecordsMax = 10_000
    /// Records that one `/v1/bulk-update/{table}` request may change when it names no `limit` of its own.
    package var bulkUpdateRecordsMax = 1_000_000
    /// Parts of a multipart body, bytes of a part's header lines, and bytes of its `options` part.
    package var multipartPartsMax = 32
    package var multipartHeaderBytesMax = 16 << 10
    package var importOptionsBytesMax = 256 << 10
    /// Answers to requests with an Idempotency-Key are kept this long, and no larger than this.
    package var repliesKept = Duration.seconds(24 * 3600)
    package var replyBytesMax = 8 << 20
    /// Faulty fields that one refusal lists.
    package var detailsMax = 1000
    /// Progress events: at most one in this time, a comment after this silence, and listeners of one tenant.
    package var progressInterval = Duration.milliseconds(250)
    package var progressHeartbeat = Duration.seconds(15)
    package var progressListenersMax = 500
    /// Life of a progress token (what a browser's EventSource sends in the address).
    package var progressTokenLifetime = Duration.seconds(60)
    /// Events of the feed and deliveries are kept this long.
    package var eventsKept = Duration.seconds(7 * 24 * 3600)
    /// One webhook delivery: name resolution, connecting, the whole exchange; bytes of the answer read, and kept for the log.
    package var webhookResolveTimeout = Duration.seconds(5)
    package var webhookConnectTimeout = Duration.seconds(5)
    package var webhookTimeout = Duration.seconds(15)
    package var webhookAnswerBytesMax = 64 << 10
    package var webhookAnswerBytesKept = 1 << 10
    /// Deliveries of a node at once, of one tenant among them, and of that to one host.
    package var webhooksAtOnceMax = 64
    package var webhooksPerTenantMax = 8
    package var webhooksPerHostMax = 4
    /// Bytes of a webhook's address; header lines of the caller's, and bytes of each.
    package var webhookURLBytesMax = 2048
    package var webhookHeadersMax = 20
    package var webhookHeaderBytesMax = 4096
    /// A job that has not ended after this long fails with JOB_EXPIRED (spec 002, "Timeouts").
    package var jobLifetime = Duration.seconds(24 * 3600)
    /// Uploads, receipts and results are kept this long after the job's end (`uploads.keep_days`).
    package var resultsKept = Duration.seconds(7 * 24 * 3600)
    /// Life of a signed upload URL.
    package var uploadURLLifetime = Duration.seconds(15 * 60)
    /// SQL text of a query job, in bytes.
    package var queryBytesMax = 64 << 10
    /// Time a query may run and rows it may return.
    package var queryDurationMax = Duration.seconds(3600)
    package var queryRowsMax = 1_000_000_000
    /// Bytes of a query's result file.
    package var queryBytesWrittenMax = 10 << 30
    /// Query jobs that run at once.
    package var queriesAtOnceMax = 3
    /// `?limit=` of lists: default and most.
    package var listLimitDefault = 25
    package var listLimitMax = 1000
    /// `?wait=` in seconds, most.
    package var waitSecondsMax = 60
    /// An HTTP connection that sends or takes nothing is closed after this long.
    package var idleTimeout = Duration.seconds(60)
    /// A reader that takes nothing of an answer is given up after this long; long, because who reads a line now and then
    /// takes nothing from us until its own buffer has room again.
    package var readerTimeout = Duration.seconds(15 * 60)
    /// A request head must be complete within this time.
    package var headTimeout = Duration.seconds(10)
    /// A request body must bring at least this many bytes a second, averaged over `bodyRateWindow`.
    package var bodyBytesPerSecondMin = 256
    package var bodyRateWindow = Duration.seconds(30)
    /// Open connections.
    package var connectionsMax = 4096

    package init() {}
}
