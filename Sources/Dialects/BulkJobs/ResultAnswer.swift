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
        let isPacked = job.spec.compression == .gzip || Negotiation.takesGzip(acceptEncoding: acceptEncoding)
        guard isPacked else { return Answer(status: 200, headers: headers, body: .stream(result.write)) }
        headers.append(Header("Content-Encoding", "gzip"))
        return Answer(
            status: 200, headers: headers,
            body: .stream { sink in
                let packer = GzipSink()
                try await result.write { bytes in try await packer.write(bytes, to: sink) }
                try await packer.finish(to: sink)
            })
    }

    private static func fileName(_ job: Job, _ part: ResultRequest.Part, _ format: ContentFormat) -> String {
        let suffix = part == .all ? "results" : part.rawValue
        return "\(job.id)-\(suffix).\(format.rawValue.lowercased())"
    }
}
