import BulkModel
import Engine
import Formats

/// Makes a job of one import: reads options and records in whichever order they come, and answers.
struct ImportRun: Sendable {
    let engine: BulkEngine
    let webhooks: WebhookIntake
    let call: Call
    let caller: Caller
    let table: String
    let reader: any ImportReading
    /// The records are a file, of which more can be said than of records in the request itself.
    let isFile: Bool
    /// The request itself is packed.
    let isPacked: Bool

    /// Options that come before the records let these go straight to the job; records that come first wait on the disk.
    func answer() async throws(Refusal) -> Answer {
        var options: ImportOptions?
        var waiting: (part: RecordsPart, body: SpooledBody)?
        while true {
            switch try await reader.next() {
            case .options(let value):
                options = try ImportOptions(value, isFile: isFile, limits: call.limits, webhooks: webhooks)
            case .records(let part):
                try check(part)
                let records = ImportRecords(reader: reader)
                if let options { return try await load(records, part, options) }
                waiting = (part, try await engine.spool(records, bytesMax: call.limits.uploadBytesMax))
            case .end:
                guard let waiting else { throw noRecords }
                let answer = try await load(waiting.body.bytes, waiting.part, options ?? ImportOptions())
                await waiting.body.remove()
                return answer
            }
        }
    }

    /// Unpacking twice would multiply what a small request can become.
    private func check(_ part: RecordsPart) throws(Refusal) {
        guard isPacked, part.compression == .gzip else { return }
        throw Refusal(
            .unsupportedMediaType, issue: "content_encoding",
            "The request is gzip and the file in it is gzip again; pack one of them.")
    }

    private var noRecords: Refusal {
        let field = isFile ? "file" : table
        let message =
            isFile ? "The form has no part \"file\"." : "The body has no array \"\(table)\" or \"records\"."
        return Refusal(
            .invalidRequest, issue: "no_records", message,
            details: [.init(field: field, code: .missingValue, message: "Is required.")])
    }

    /// Creates the job, gives it the records and lets it run. Whatever fails on the way, a job that was not closed never runs.
    private func load(
        _ body: ByteSequence, _ part: RecordsPart, _ options: ImportOptions
    ) async throws(Refusal) -> Answer {
        guard let format = part.format ?? options.format else {
            throw Refusal(
                .unsupportedMediaType, issue: "unknown_format",
                "What kind of file this is cannot be told: send its part with Content-Type text/csv, application/json or "
                    + "application/x-ndjson, a file name that ends so, or options.format.")
        }
        let spec = try options.spec(
            table: table, format: format, compression: part.compression, tenant: caller.tenant)
        let job = try await create(spec)
        do throws(Refusal) {
            let received = try await engine.receive(
                body, into: job.id, compression: nil, bytesMax: call.limits.uploadBytesMax)
            // A body is whole only once all of it was read; what follows the records may be cut or faulty.
            while case .options = try await reader.next() {}
            if options.isValidatedFirst { try await engine.validate(job.id, by: caller) }
            let answer = Self.answer(
                received, warnings: try await engine.warnings(of: received), baseURL: call.baseURL)
            _ = try await engine.close(job.id, by: caller, saving: call.reply?.stored(answer))
            return answer
        } catch {
            // A job that was closed runs: the failure may be just that of hearing of it. Where the store fails as well, an open
            // one expires by itself.
            try? await engine.discard(job.id, by: caller)
            throw error
        }
    }

    /// With faults named after the request's own fields.
    private func create(_ spec: JobSpec) async throws(Refusal) -> Job {
        do throws(Refusal) {
            return try await engine.create(spec, by: caller)
        } catch {
            var refusal = error
            for index in refusal.details.indices {
                guard let field = refusal.details[index].field else { continue }
                refusal.details[index].field = Self.fieldName(field)
            }
            throw refusal
        }
    }

    private static func fieldName(_ field: String) -> String {
        switch field {
        case "object": "table"
        case "key": "options.upsert_key"
        default: field.hasPrefix("mapping.") ? "options.\(field)" : field
        }
    }

    /// As spec 001 prints it; true of the job from the moment in which it is closed.
    static func answer(_ job: Job, warnings: [String], baseURL: String) -> Answer {
        var members: [JSONValue.Member] = [
            .init("job_id", .string(job.id.text)), .init("status", "processing"),
            .init("total_rows", .integer(Int64(job.counts.read))), .init("processed", 0),
        ]
        if !warnings.isEmpty { members.append(.init("warnings", .array(warnings.map(JSONValue.string)))) }
        return .json(
            .object(members), status: 202, headers: [Header("Location", "\(baseURL)/v1/jobs/\(job.id.text)")])
    }
}
