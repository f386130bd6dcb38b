package import BulkModel
package import Logging
package import Metrics

/// Turns what happens into log lines and metrics: ids, counts and codes, never a record's data, SQL or an address's query.
package struct Observer: Sendable {
    private let logger: Logger
    private let factory: any MetricsFactory

    package init(logger: Logger, factory: any MetricsFactory) {
        self.logger = logger
        self.factory = factory
    }

    /// One observation; cheap, and safe to call from anywhere.
    package func observe(_ observation: Observation) {
        switch observation {
        case .request, .serviceFault, .swept: observeService(observation)
        case .jobCreated, .jobEnded, .queryEnded: observeJob(observation)
        case .uploadReceived, .uploadRefused, .chunkApplied, .chunkRetried: observeWork(observation)
        }
    }

    private func observeService(_ observation: Observation) {
        switch observation {
        case .request(let id, let method, let route, let status, let duration):
            let labels = [("method", method), ("route", route), ("status", String(status))]
            count("breakbulk_http_requests", labels)
            time("breakbulk_http_request_duration", duration, [("method", method), ("route", route)])
            logger.info(
                "request",
                metadata: [
                    "request_id": "\(id)", "method": "\(method)", "route": "\(route)", "status": "\(status)",
                    "ms": "\(Self.milliseconds(duration))",
                ])
        case .serviceFault(let place, let cause):
            count("breakbulk_service_faults")
            logger.error("service fault", metadata: ["place": "\(place)", "cause": "\(cause.onOneLine)"])
        case .swept(let jobs):
            count("breakbulk_jobs_swept", by: jobs)
            logger.info("swept", metadata: ["jobs": "\(jobs)"])
        default: break
        }
    }

    private func observeJob(_ observation: Observation) {
        switch observation {
        case .jobCreated(let id, let tenant, let operation, let table):
            count("breakbulk_jobs_created", [("operation", operation.rawValue)])
            logger.info(
                "job created",
                metadata: [
                    "job_id": "\(id)", "tenant": "\(tenant)", "operation": "\(operation)",
                    "table": "\(table)",
                ])
        case .jobEnded(let id, let state, let counts, let duration):
            count("breakbulk_jobs_ended", [("state", state.rawValue)])
            time("breakbulk_job_duration", duration, [("state", state.rawValue)])
            logger.info(
                "job ended",
                metadata: [
                    "job_id": "\(id)", "state": "\(state.rawValue)", "read": "\(counts.read)",
                    "succeeded": "\(counts.succeeded)", "failed": "\(counts.failed)",
                    "unprocessed": "\(counts.unprocessed)", "ms": "\(Self.milliseconds(duration))",
                ])
        case .queryEnded(let id, let rows, let duration):
            count("breakbulk_query_rows", by: rows)
            time("breakbulk_query_duration", duration)
            logger.info(
                "query ended",
                metadata: ["job_id": "\(id)", "rows": "\(rows)", "ms": "\(Self.milliseconds(duration))"])
        default: break
        }
    }

    private func observeWork(_ observation: Observation) {
        switch observation {
        case .uploadReceived(let id, let bytes, let records, let duration):
            count("breakbulk_upload_bytes", by: bytes)
            count("breakbulk_upload_records", by: records)
            time("breakbulk_upload_duration", duration)
            logger.info(
                "upload received",
                metadata: [
                    "job_id": "\(id)", "bytes": "\(bytes)", "records": "\(records)",
                    "ms": "\(Self.milliseconds(duration))",
                ])
        case .uploadRefused(let id, let code):
            count("breakbulk_uploads_refused", [("code", code.rawValue)])
            logger.info("upload refused", metadata: ["job_id": "\(id)", "code": "\(code.rawValue)"])
        case .chunkApplied(let id, let records, let failed, let duration):
            count("breakbulk_records", [("outcome", "success")], by: records - failed)
            count("breakbulk_records", [("outcome", "error")], by: failed)
            time("breakbulk_chunk_duration", duration)
            logger.debug(
                "chunk applied",
                metadata: [
                    "job_id": "\(id)", "records": "\(records)", "failed": "\(failed)",
                    "ms": "\(Self.milliseconds(duration))",
                ])
        case .chunkRetried(let id, let attempt, let cause):
            count("breakbulk_chunk_retries")
            logger.warning(
                "chunk retried",
                metadata: ["job_id": "\(id)", "attempt": "\(attempt)", "cause": "\(cause.onOneLine)"])
        default: break
        }
    }

    private func count(_ name: String, _ labels: [(String, String)] = [], by amount: Int = 1) {
        Counter(label: name, dimensions: labels, factory: factory).increment(by: amount)
    }

    private func time(_ name: String, _ duration: Duration, _ labels: [(String, String)] = []) {
        let (seconds, attoseconds) = duration.components
        Timer(label: name, dimensions: labels, factory: factory)
            .recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// With one decimal.
    private static func milliseconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return (Double(seconds) * 10_000 + Double(attoseconds) / 1e14).rounded() / 10
    }
}
