import BulkModel

/// Tries the records of an ended job again that failed or were not reached.
struct JobRetry: Sendable {
    let core: EngineCore
    let caller: Caller

    /// Retries of one job, at most: all are looked at whenever the job is shown.
    private static let retriesMax = 100

    func retry(
        _ root: Job, body: ByteSequence?, compression: Compression, bytesMax: Int,
        reply: (@Sendable (Job) -> StoredReply?)?
    ) async throws -> Job {
        // An ended job takes no upload, so the name is free for those that try its records again: one at a time.
        try Self.check(root)
        let child = try await core.holding(.upload(root.id)) { lock in
            let family = try await restingFamily(of: root)
            let source = try source(in: family, hasBody: body != nil)
            let child = try await create(from: source, in: family, hasBody: body != nil)
            do {
                let received = try await feed(
                    child, from: source, body: body, compression: compression, bytesMax: bytesMax)
                // Without the lock another node may be trying the same records by now.
                return try await core.close(child.id, saving: reply?(received)) {
                    lock.isHeld ? nil : Self.lostLock
                }
            } catch {
                await abandon(child)
                throw error
            }
        }
        guard let child else { throw Self.underWay }
        return child
    }

    private static func check(_ root: Job) throws(Refusal) {
        guard root.spec.source == .upload, root.spec.operation.isWrite else {
            throw Refusal(
                .jobStateConflict, issue: "not_retryable",
                "Only jobs whose records were uploaded can be retried; send the request again.")
        }
        guard root.state.isTerminal else {
            throw Refusal(
                .jobStateConflict, issue: "not_ended",
                "The job has not ended; wait for its end, or cancel it.")
        }
    }

    /// The job and its retries, none of which is under way.
    private func restingFamily(of root: Job) async throws -> JobFamily {
        let family = try await core.family(of: root)
        let open = family.retries.filter { $0.state == .open }
        // Open ones are never left by a retry that goes on, and we are the only one: its server died, or lost the lock. One
        // that was closed in this very moment was accepted, and runs.
        for retry in open { try await core.discard(retry.id) }
        let resting = open.isEmpty ? family : try await core.family(of: root)
        guard resting.retries.allSatisfy(\.state.isTerminal) else { throw Self.underWay }
        return resting
    }

    /// The job whose records are tried again; refuses what cannot be.
    private func source(in family: JobFamily, hasBody: Bool) throws(Refusal) -> Job {
        let source = family.latest
        if source.isSwept {
            throw Refusal(
                .resultsExpired, "The job's records were kept for some days after its end, and are gone.")
        }
        guard family.retries.count < Self.retriesMax else {
            throw Refusal(
                .jobStateConflict, issue: "too_many_retries",
                "The job was retried \(Self.retriesMax) times; send what is left as a new job.")
        }
        let leftCount = hasBody ? family.leftCount : source.counts.failed + source.counts.unprocessed
        guard leftCount > 0 else { throw family.leftCount > 0 ? Self.unknown(in: family) : Self.nothingLeft }
        return source
    }

    private func create(from source: Job, in family: JobFamily, hasBody: Bool) async throws -> Job {
        var spec = family.job.spec
        spec.parent = family.job.id
        spec.compression = .none
        if !hasBody, spec.format == .csv, let delimiter = source.upload?.delimiter {
            spec.delimiter = delimiter == 0 ? UInt8(ascii: ",") : delimiter
        }
        // The order of the family is that of their beginnings, even when the clock was set back.
        let latest = (family.retries.last ?? family.job).createdAt
        return try await JobCreation(core: core).create(spec, by: caller, after: latest)
    }

    /// Uploads the records to the child.
    private func feed(
        _ child: Job, from source: Job, body: ByteSequence?, compression: Compression, bytesMax: Int
    ) async throws -> Job {
        let receiver = UploadReceiver(core: core)
        let received: Job
        if let body {
            received = try await receiver.receive(
                body, into: child.id, compression: compression, bytesMax: bytesMax)
        } else {
            received = try await RetryFeed(core: core).feed(
                try await DataResults(core: core, job: source, format: source.spec.format).openRest(),
                to: child)
        }
        guard received.counts.read > 0 else { throw body == nil ? Self.nothingReadable : Self.noRecords }
        return received
    }

    /// The retry came to nothing: the next one need not wait for it. One that was closed after all runs.
    private func abandon(_ child: Job) async {
        do {
            try await core.discard(child.id)
        } catch {
            // The next retry, or the end of its lifetime, ends it.
            core.observe(.serviceFault("abort of a retry", cause: "\(error)"))
        }
    }

    private static let underWay = Refusal(
        .jobStateConflict, issue: "retry_in_progress", "A retry of this job is under way; wait for its end.")

    private static let lostLock = Refusal(
        .serviceUnavailable, issue: "retry_interrupted",
        "The server lost its database during the retry; nothing was changed, ask again.")

    /// Nothing of the newest retry is left, but something of what was left before it: its file had fewer records.
    private static func unknown(in family: JobFamily) -> Refusal {
        let one = family.leftCount == 1
        return Refusal(
            .jobStateConflict, issue: "nothing_to_retry",
            "Nothing failed in the newest retry. Of the job's records \(family.leftCount) \(one ? "is" : "are") still not done, "
                + "but a corrected file held fewer records than were left (or some cannot be decoded as they came), and it "
                + "does not say which of them it stood for. Send those that are still wanted as a corrected file; the records "
                + "of job \(family.job.id.text) with status failed show what they were.")
    }

    private static let nothingLeft = Refusal(
        .jobStateConflict, issue: "nothing_to_retry", "No record of the job is left to be tried again.")

    private static let nothingReadable = Refusal(
        .jobStateConflict, issue: "nothing_to_retry",
        "What is left of the job cannot be decoded as it came; send the corrected records.")

    private static let noRecords = Refusal(
        .invalidRequest, issue: "no_records", "The body holds no record; send the corrected ones.")
}
