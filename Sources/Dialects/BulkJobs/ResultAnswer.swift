import BulkModel
import Engine

/// Renders a result stream as a download.
enum ResultAnswer {
    /// `locator` is the token of the next page, nil on the last one.
    static func make(
        _ result: ResultStream, job: Job, part: ResultRequest.Part, locator: String?, acceptEncoding: String?
    ) -> Answer {
        var headers = [
            Header("Content-Type", result.format.mediaType),
            Header("Content-Disposition", "attachment; filename=\"\(fileName(job, part, result.format))\""),
            Header("X-Content-Type-Options", "nosniff"),
            Header("Vary", "Accept, Accept-Encoding"),
            Header("Breakbulk-Locator", locator ?? "null"),
        ]
        if let count = result.recordCount {
            headers.append(Header("Breakbulk-Number-Of-Records", String(count)))
        }
        guard isPacked(job.spec, acceptEncoding: acceptEncoding) else {
            return Answer(status: 200, headers: headers, body: .stream(result.write))
        }
        headers.append(Header("Content-Encoding", "gzip"))
        return Answer(
            status: 200, headers: headers,
            body: .stream { sink in
                let packer = GzipSink()
                try await result.write { bytes in try await packer.write(bytes, to: sink) }
                try await packer.finish(to: sink)
            })
    }

    /// GZIP in a query job is the wish for a packed file; in a write job it tells of the upload only.
    static func isPacked(_ spec: JobSpec, acceptEncoding: String?) -> Bool {
        if !spec.operation.isWrite, spec.compression == .gzip { return true }
        return Negotiation.takesGzip(acceptEncoding: acceptEncoding)
    }

    private static func fileName(_ job: Job, _ part: ResultRequest.Part, _ format: ContentFormat) -> String {
        let suffix = part == .all ? "results" : part.rawValue
        return "\(job.id)-\(suffix).\(format.rawValue.lowercased())"
    }
}
